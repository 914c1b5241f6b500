// Everything the app needs in Azure. README.md tells how it is deployed and why in two phases.
targetScope = 'subscription'

@minLength(1)
@maxLength(40)
@description('Name of the azd environment. It names the resource group and seeds the names of all resources.')
param environmentName string

@minLength(1)
@description('Region of all resources. It must offer Flex Consumption.')
param location string

@description('Object ID of the person or pipeline that deploys. Gets the right to drop logs and to write secrets. May be empty.')
param principalId string = ''

@description('False in the first phase: the Event Grid subscription needs a key that exists only once the code has run.')
param deployEventSubscription bool = false

@description('Container that people drop logs and saved API bodies into. The app watches it.')
param logsContainer string

@description('Prefix of the index tables: empty, or letters and digits that begin with a letter.')
param tablePrefix string

@description('JSON list of Speech resources, as the app reads it. A keySetting "SPEECH_KEY_WEU" is read from the vault\'s secret "speech-key-weu".')
param speechResources string

@description('Resource IDs of the Speech resources that the app reads with Entra ID. They may be in other resource groups.')
param speechResourceIds string[] = []

param speechApiVersion string

@description('NCRONTAB with seconds, UTC: how often the Speech resources are listed.')
param syncSchedule string

@description('NCRONTAB with seconds, UTC: how often unfinished and never seen logs are looked for.')
param sweepSchedule string

@description('Largest body of an upload over HTTP, in MiB.')
param maxUploadMib string

@description('Most GiB that are unpacked of one dropped file.')
param unpackMaxGib string

@description('Unpacked over packed size at which a dropped file counts as a bomb.')
param unpackMaxRatio string

@description('Archives in archives that are still opened.')
param unpackMaxDepth string

@description('Most files that are read of one archive.')
param unpackMaxMembers string

@description('Requests per second to one Speech resource; the service allows 10.')
param speechRequestsPerSecond string

@description('Hours between two full passes over the lists of a Speech resource.')
param syncFullHours string

@description('Minutes after which a sync stops and queues its own continuation; under functionTimeout of host.json.')
param syncRunMinutes string

@description('true also lists the base models, which are the same for everybody.')
param syncBaseModels string

@description('Minutes in NotStarted or Running after which a job is flagged as stuck.')
param stuckAfterMinutes string

@description('true stores the names of audio files; else only a keyed hash, for exact look-up.')
param keepAudioNames string

@description('Reference to the vault\'s secret that is the key of these hashes. Empty: a key beside the tables.')
param audioNamesKey string

@description('Days after which rows of entities that are gone are removed. 0 is never.')
param retentionDays string

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
@description('ZRS survives the loss of a zone. Regions without zones need LRS.')
param storageSku string = 'Standard_ZRS'

@minValue(0)
@description('Days after which dropped logs are deleted. 0 keeps them; the index outlives them either way.')
param deleteLogsAfterDays int = 0

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@minValue(0)
@description('Instances for HTTP that never sleep. They cost money all day; 0 means a cold start now and then.')
param alwaysReadyInstances int = 0

@description('Gets the alerts by mail. Empty: alerts show in the portal only.')
param alertEmail string = ''

@description('Gigabytes a day at which Log Analytics stops taking data (and the log alerts go blind). -1 for no limit.')
param dailyLogQuotaGb int = 1

@description('A vault also when no setting refers to one yet.')
param keyVault bool = false

@description('Logs each read of a blob; deletions are logged anyway.')
param auditReads bool = false

@description('A lock on the storage account: nobody can delete it, azd down included, before the lock is removed.')
param lockStorage bool = false

@description('Keeps a deleted vault and its name for 7 days, for sure. Turn off only where environments come and go.')
param vaultPurgeProtection bool = true

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
// Known before the deployment, so that a preview shows every resource.
var names = {
  identity: 'id-${token}'
  packageIdentity: 'id-package-${token}'
  workspace: 'log-${token}'
  insights: 'appi-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  app: 'func-${token}'
  plan: 'plan-${token}'
  topic: 'evgt-${token}'
}
var deploymentContainer = 'app-package'
var deadLetterContainer = 'event-dead-letters'
var exportContainer = 'index-exports'
// Only then is there anything to keep in it.
var needsVault = keyVault || contains(audioNamesKey, '@Microsoft.KeyVault(') || !empty(filter(
  json(speechResources),
  speech => contains(speech, 'keySetting')
))

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module packageIdentity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.packageIdentity
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    identityName: names.identity
    appPrincipalId: identity.outputs.principalId
    dailyQuotaGb: dailyLogQuotaGb
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    sku: storageSku
    logsContainer: logsContainer
    deploymentContainer: deploymentContainer
    deadLetterContainer: deadLetterContainer
    exportContainer: exportContainer
    deleteLogsAfterDays: deleteLogsAfterDays
    identityName: names.identity
    appPrincipalId: identity.outputs.principalId
    packageIdentityName: names.packageIdentity
    packagePrincipalId: packageIdentity.outputs.principalId
    deployerPrincipalId: principalId
    workspaceId: monitoring.outputs.workspaceId
    auditReads: auditReads
    lock: lockStorage
  }
}

module vault 'modules/vault.bicep' = if (needsVault) {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    purgeProtection: vaultPurgeProtection
    identityName: names.identity
    appPrincipalId: identity.outputs.principalId
    deployerPrincipalId: principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = {
  scope: group
  // It names them, and nothing else says that they come first.
  dependsOn: [identity, monitoring, storage, vault]
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityName: names.identity
    packageIdentityName: names.packageIdentity
    storageAccountName: names.storage
    deploymentContainer: deploymentContainer
    insightsName: names.insights
    vaultName: names.vault
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    // What the code reads (shared/settings/), but for the storage connection, which app.bicep makes of the identity.
    settings: {
      LOGS_CONTAINER: logsContainer
      BLOB_TRIGGER_SOURCE: 'EventGrid'
      INDEX_TABLE_PREFIX: tablePrefix
      SPEECH_RESOURCES: speechResources
      SPEECH_API_VERSION: speechApiVersion
      SYNC_SCHEDULE: syncSchedule
      SWEEP_SCHEDULE: sweepSchedule
      MAX_UPLOAD_MIB: maxUploadMib
      UNPACK_MAX_GIB: unpackMaxGib
      UNPACK_MAX_RATIO: unpackMaxRatio
      UNPACK_MAX_DEPTH: unpackMaxDepth
      UNPACK_MAX_MEMBERS: unpackMaxMembers
      SPEECH_REQUESTS_PER_SECOND: speechRequestsPerSecond
      SYNC_FULL_HOURS: syncFullHours
      SYNC_RUN_MINUTES: syncRunMinutes
      SYNC_BASE_MODELS: syncBaseModels
      STUCK_AFTER_MINUTES: stuckAfterMinutes
      KEEP_AUDIO_NAMES: keepAudioNames
      AUDIO_NAMES_KEY: audioNamesKey
      RETENTION_DAYS: retentionDays
    }
  }
}

module speechRole 'modules/speech-role.bicep' = [
  for id in speechResourceIds: {
    scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
    params: {
      resourceName: last(split(id, '/'))
      identityName: names.identity
      appPrincipalId: identity.outputs.principalId
    }
  }
]

module events 'modules/events.bicep' = {
  scope: group
  dependsOn: [storage]
  params: {
    topicName: names.topic
    location: location
    tags: tags
    storageAccountName: names.storage
    deadLetterContainer: deadLetterContainer
    workspaceId: monitoring.outputs.workspaceId
  }
}

// A module, not a resource, carries the condition: list functions inside a conditional resource run anyway.
module eventSubscription 'modules/event-subscription.bicep' = if (deployEventSubscription) {
  scope: group
  dependsOn: [app, events, storage]
  params: {
    topicName: names.topic
    functionAppName: names.app
    storageAccountName: names.storage
    logsContainer: logsContainer
    deadLetterContainer: deadLetterContainer
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    topicId: events.outputs.topicId
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = names.app
output AZURE_STORAGE_ACCOUNT_NAME string = names.storage
output AZURE_KEY_VAULT_NAME string = names.vault
output EXPORT_CONTAINER string = exportContainer
output EVENT_GRID_TOPIC_NAME string = names.topic
output LOGS_CONTAINER string = logsContainer
output DEAD_LETTER_CONTAINER string = deadLetterContainer
output IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output SERVICE_API_URI string = app.outputs.uri
