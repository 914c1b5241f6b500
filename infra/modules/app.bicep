// The function app on Flex Consumption, its settings, and nothing that holds a secret.
import { Texts } from 'types.bicep'

param name string
param planName string
param location string
param tags Texts
param identityName string
param packageIdentityName string
param storageAccountName string
param deploymentContainer string
param insightsName string
param vaultName string
param maximumInstanceCount int
param alwaysReadyInstances int

@description('The settings that the code reads.')
param settings Texts

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: identityName
}

resource packageIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: packageIdentityName
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// A Speech resource that names a keySetting gets that setting, as a reference to its secret: SPEECH_KEY_WEU is the secret
// speech-key-weu. A reference works only as a whole value, so the keys cannot stand inside SPEECH_RESOURCES. No loop:
// Azure copies at most 800 times.
var keyReferences = toObject(
  filter(json(settings.SPEECH_RESOURCES), speech => contains(speech, 'keySetting')),
  speech => speech.keySetting,
  speech => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${toLower(replace(speech.keySetting, '_', '-'))})'
)

var platformSettings = {
  // Above it the host refuses a body unread. A MiB more than the app's own limit lets the app say what to do.
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: string((int(settings.MAX_UPLOAD_MIB) + 1) * 1048576)
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: account.properties.primaryEndpoints.table
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  // Which identity the Azure SDK takes for Speech resources without a key.
  AZURE_CLIENT_ID: identity.properties.clientId
  // Where the Azure SDK signs in: by the cloud that this is deployed to.
  AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
  // The app itself serves `/`.
  AzureWebJobsDisableHomepage: 'true'
  // Python runs its functions on threads, by default five on one core. One for each call that an instance may have at
  // once: 8 HTTP requests (below), 4 blobs and 6 queue messages (host.json), 2 timers.
  PYTHON_THREADPOOL_THREAD_COUNT: '20'
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
      '${packageIdentity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: packageIdentity.id
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: 2048
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
        triggers: {
          // One request at a time is the default for Python on Flex; these wait for storage and share an instance well.
          // A body takes about 8 times its size, in the host and in Python, so 128 MiB of bodies is half of an instance's
          // memory; the host (230 MiB), Python (100) and 4 blobs with large windows (128 each) take most of the other.
          http: {
            perInstanceConcurrency: max(1, min(8, 128 / int(settings.MAX_UPLOAD_MIB)))
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: site
  name: 'appsettings'
  // The later win: no keySetting can replace a setting of the platform.
  properties: shallowMerge([keyReferences, settings, platformSettings])
}

// Deployment is by Entra ID only. Two resources, not a loop: the compiler checks the types of a name that it knows.
resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

// One after the other: the site refuses two changes of its policies at once.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
  dependsOn: [noScmPassword]
}

output uri string = 'https://${site.properties.defaultHostName}'
