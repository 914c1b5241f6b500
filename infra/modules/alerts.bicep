// What nobody would notice otherwise: a log or an event given up on, functions or syncs that fail, an app that does nothing.
import { Texts } from 'types.bicep'

type LogAlert = {
  name: string
  description: string
  query: string
  window: 'PT1H' | 'PT2H' | 'PT6H' | 'P1D'
  none: bool?
}

param location string
param tags Texts
param email string
param workspaceId string
param topicId string

var actionGroups = empty(email) ? [] : [mail.id]

// Each reads what the app or the host logs. The app's own lines are those of shared/core/events.py. An alert is raised when
// the query finds rows, or, with `none`, when it finds none in the window.
var logAlerts LogAlert[] = [
  {
    name: 'message-in-poison-queue'
    description: 'The Functions host gave up on a log or on a Speech resource. Look at GET /api/ready, and at GET /api/sources?status=failed.'
    query: 'AppTraces | where Message startswith "queue.poison "'
    window: 'PT2H' // the sweep looks, by default each hour
  }
  {
    name: 'functions-fail'
    description: 'Functions failed or answered with a server error. 404 for an unknown ID and other faults of callers do not count.'
    query: 'union (AppRequests | where Success == false and (ResultCode == "0" or toint(ResultCode) >= 500)), (AppTraces | where Message startswith "request.failed ")'
    window: 'PT1H'
  }
  {
    name: 'sync-fails'
    description: 'A Speech resource could not be listed three times in a row. GET /api/resources says why and what to do.'
    query: 'AppTraces | where Message startswith "sync.failed " | extend fields = parse_json(substring(Message, strlen("sync.failed "))) | summarize failures = count() by resource = tostring(fields.resource) | where failures >= 3'
    window: 'PT6H'
  }
  {
    name: 'no-sweep'
    description: 'No sweep for a day: the app does not run, or its log does not arrive. (Also in the first hour of a new app.)'
    query: 'AppTraces | where Message startswith "sweep.done "'
    window: 'P1D'
    none: true
  }
  {
    name: 'data-collection-stopped'
    description: 'The daily quota of Log Analytics is used up (DAILY_LOG_QUOTA_GB): no log arrives until tomorrow, and the other log alerts are blind.'
    query: '_LogOperation | where Category =~ "Ingestion" | where Detail contains "OverQuota"'
    window: 'PT1H'
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
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.?none ?? false ? 'LessThan' : 'GreaterThan'
            threshold: rule.?none ?? false ? 1 : 0
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
