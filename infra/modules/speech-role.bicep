// Lets the app read one Speech resource with Entra ID. The resource may be in another resource group.
param resourceName string
param identityName string
param appPrincipalId string

var cognitiveServicesSpeechUser = 'f2dc8367-1007-4938-bd23-fe263f013447'

resource speech 'Microsoft.CognitiveServices/accounts@2024-10-01' existing = {
  name: resourceName
}

resource appReadsTranscriptions 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(speech.id, identityName, cognitiveServicesSpeechUser)
  scope: speech
  properties: {
    description: 'Cognitive Services Speech User'
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', cognitiveServicesSpeechUser)
  }
}
