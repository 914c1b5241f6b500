using './main.bicep'

// azd gives these; everything else has a default and is changed with `azd env set NAME VALUE`.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param deployEventSubscription = bool(readEnvironmentVariable('DEPLOY_EVENT_SUBSCRIPTION', 'false'))

// Settings of the app, under their own names.
param logsContainer = readEnvironmentVariable('LOGS_CONTAINER', 'speech-logs')
param tablePrefix = readEnvironmentVariable('INDEX_TABLE_PREFIX', '')
param speechResources = readEnvironmentVariable('SPEECH_RESOURCES', '[]')
param speechResourceIds = json(readEnvironmentVariable('SPEECH_RESOURCE_IDS', '[]'))
param speechApiVersion = readEnvironmentVariable('SPEECH_API_VERSION', '2025-10-15')
param syncSchedule = readEnvironmentVariable('SYNC_SCHEDULE', '0 */15 * * * *')
param sweepSchedule = readEnvironmentVariable('SWEEP_SCHEDULE', '0 5 * * * *')
param maxUploadMib = readEnvironmentVariable('MAX_UPLOAD_MIB', '16')
param unpackMaxGib = readEnvironmentVariable('UNPACK_MAX_GIB', '64')
param unpackMaxRatio = readEnvironmentVariable('UNPACK_MAX_RATIO', '300')
param unpackMaxDepth = readEnvironmentVariable('UNPACK_MAX_DEPTH', '4')
param unpackMaxMembers = readEnvironmentVariable('UNPACK_MAX_MEMBERS', '10000')
param speechRequestsPerSecond = readEnvironmentVariable('SPEECH_REQUESTS_PER_SECOND', '5')
param syncFullHours = readEnvironmentVariable('SYNC_FULL_HOURS', '24')
param syncRunMinutes = readEnvironmentVariable('SYNC_RUN_MINUTES', '10')
param syncBaseModels = readEnvironmentVariable('SYNC_BASE_MODELS', 'false')
param stuckAfterMinutes = readEnvironmentVariable('STUCK_AFTER_MINUTES', '180')
param keepAudioNames = readEnvironmentVariable('KEEP_AUDIO_NAMES', 'false')
param audioNamesKey = readEnvironmentVariable('AUDIO_NAMES_KEY', '')
param retentionDays = readEnvironmentVariable('RETENTION_DAYS', '0')

// Choices of cost and care.
param storageSku = readEnvironmentVariable('STORAGE_SKU', 'Standard_ZRS')
param deleteLogsAfterDays = int(readEnvironmentVariable('DELETE_LOGS_AFTER_DAYS', '0'))
param maximumInstanceCount = int(readEnvironmentVariable('MAXIMUM_INSTANCE_COUNT', '40'))
param alwaysReadyInstances = int(readEnvironmentVariable('ALWAYS_READY_INSTANCES', '0'))
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
param dailyLogQuotaGb = int(readEnvironmentVariable('DAILY_LOG_QUOTA_GB', '1'))
param vaultPurgeProtection = bool(readEnvironmentVariable('VAULT_PURGE_PROTECTION', 'true'))
