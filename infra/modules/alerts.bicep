// Three things that nobody would notice otherwise: a log given up on, an event given up on, and functions that fail.
import { Texts } from 'types.bicep'

param location string
param tags Texts
param email string
param workspaceId string
param topicId string

var actionGroups = empty(email) ? [] : [mail.id]

var logAlerts = [
  {
    name: 'message-in-poison-queue'
    description: 'The app gave up on a log or on a Speech resource. Look at GET /api/sources?status=failed and at the queues that end in -poison.'
    query: 'StorageQueueLogs | where OperationName == "PutMessage" and Uri contains "-poison/messages"'
  }
  {
    name: 'functions-fail'
    description: 'Functions failed or answered with a server error. 404 for an unknown ID and other faults of callers do not count.'
    query: 'AppRequests | where Success == false and (ResultCode == "0" or toint(ResultCode) >= 500)'
  }
]

resource mail 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-speech-ids'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'speech-ids'
    enabled: true
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in logAlerts: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: rule.description
      enabled: true
      severity: 2
      scopes: [workspaceId]
      evaluationFrequency: 'PT15M'
      // Longer than the frequency, because records can arrive late; an alert that stands is not told of again.
      windowSize: 'PT1H'
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // A new workspace has no such table before the first record.
      skipQueryValidation: true
      actions: {
        actionGroups: actionGroups
      }
    }
  }
]

var eventMetrics = [
  {
    name: 'event-dead-lettered'
    metric: 'DeadLetteredCount'
    description: 'Event Grid gave up on telling the app of a dropped log. The sweep finds the log; the cause needs a look.'
  }
  {
    name: 'event-dropped'
    metric: 'DroppedEventCount'
    description: 'Event Grid could neither deliver an event nor store it as a dead letter. The sweep finds the log; the cause needs a look.'
  }
]

resource eventAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in eventMetrics: {
    name: rule.name
    location: 'global'
    tags: tags
    properties: {
      description: rule.description
      enabled: true
      severity: 2
      scopes: [topicId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: rule.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            metricName: rule.metric
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      autoMitigate: true
      actions: empty(email) ? [] : [{ actionGroupId: mail.id }]
    }
  }
]
