// One account for dropped logs, the index tables, the queues, the deployed package and the Functions host.
// Shared keys are off, so nothing here can be opened without an identity that has a role.
import { Texts } from 'types.bicep'

param name string
param location string
param tags Texts
param sku string
param logsContainer string
param deploymentContainer string
param deadLetterContainer string
param exportContainer string
param deleteLogsAfterDays int
@description('Seeds the names of role assignments; unlike the principal ID it is known before the deployment.')
param identityName string
param appPrincipalId string
param packageIdentityName string
param packagePrincipalId string
param deployerPrincipalId string
param workspaceId string

@description('Logs each read of a blob; deletions are logged anyway.')
param auditReads bool

@description('Nobody can delete the account, with the index in it, before the lock is removed.')
param lock bool

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
// On the whole account: the host names its queues after itself, and the code makes its tables.
var accountRoles = {
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}
// Made here, not by the host, so that it needs no right on others.
var hostContainers = ['azure-webjobs-hosts', 'azure-webjobs-secrets']
var dataContainers = [logsContainer, deadLetterContainer, exportContainer]

var deadLetterRule = {
  name: 'delete-old-dead-letters'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${deadLetterContainer}/']
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: 30
        }
      }
    }
  }
}
var logsRule = {
  name: 'delete-old-logs'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${logsContainer}/']
    }
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: deleteLogsAfterDays
        }
      }
    }
  }
}

// An overwritten or deleted log can be brought back for a week.
var versionsRule = {
  name: 'delete-old-versions'
  enabled: true
  type: 'Lifecycle'
  definition: {
    filters: {
      blobTypes: ['blockBlob']
    }
    actions: {
      version: {
        delete: {
          daysAfterCreationGreaterThan: 7
        }
      }
    }
  }
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for container in hostContainers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource dataBlobs 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for container in dataContainers: {
    parent: blobs
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

resource package 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: deploymentContainer
  properties: {
    publicAccess: 'None'
  }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2024-01-01' = {
  parent: account
  name: 'default'
}

// The host would make the poison queues at the first failure; made now, they can be watched from the first day.
resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2024-01-01' = [
  for queueName in ['speech-sync', 'speech-sync-poison', 'webjobs-blobtrigger-poison']: {
    parent: queues
    name: queueName
  }
]

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: concat([deadLetterRule, versionsRule], deleteLogsAfterDays > 0 ? [logsRule] : [])
    }
  }
  dependsOn: [blobs]
}

resource appOnAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in items(accountRoles): {
    name: guid(account.id, identityName, role.value)
    scope: account
    properties: {
      description: role.key
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
    }
  }
]

// Owner, as the Functions host asks for: it takes leases and keeps its keys there.
resource appOnHostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in hostContainers: {
    name: guid(hostBlobs[i].id, identityName, blobDataOwner)
    scope: hostBlobs[i]
    properties: {
      description: 'Storage Blob Data Owner'
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
    }
  }
]

resource appOnDataBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in dataContainers: {
    name: guid(dataBlobs[i].id, identityName, blobDataContributor)
    scope: dataBlobs[i]
    properties: {
      description: 'Storage Blob Data Contributor'
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    }
  }
]

// The platform writes and reads the package as an identity of its own, so the app cannot replace its own code.
resource platformOnPackage 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(package.id, packageIdentityName, blobDataContributor)
  scope: package
  properties: {
    description: 'Storage Blob Data Contributor'
    principalId: packagePrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

// Who deploys may drop logs, and nothing else.
resource deployerDropsLogs 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  name: guid(dataBlobs[0].id, deployerPrincipalId, blobDataContributor)
  scope: dataBlobs[0]
  properties: {
    description: 'Storage Blob Data Contributor'
    principalId: deployerPrincipalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: map(auditReads ? ['StorageDelete', 'StorageRead'] : ['StorageDelete'], category => {
      category: category
      enabled: true
    })
  }
}

resource accountLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'keep-the-index'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'Notes, generated IDs and the inventory of deleted jobs exist only here. Export them before you remove this lock.'
  }
}
