// An identity: the one that the app acts as, or the one that reads the deployed package.
import { Texts } from 'types.bicep'

param name string
param location string
param tags Texts

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}

output principalId string = identity.properties.principalId
