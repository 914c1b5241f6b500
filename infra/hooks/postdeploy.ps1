# The second phase: the Event Grid subscription, once the code is deployed and the host has made the key for it.
# Safe to run again; azd runs it after every deployment. By hand: azd hooks run postdeploy
# For PowerShell 7 and Windows PowerShell 5.1, which turns what a program writes to its error stream into an error
# of the script if that is to stop at errors. So it goes on, and exit codes decide.
$ErrorActionPreference = 'Continue'

$module = Join-Path $PSScriptRoot '../modules/event-subscription.bicep'
$retrySeconds = if ($env:RETRY_SECONDS) { [int]$env:RETRY_SECONDS } else { 10 }
$script:lastError = ''

function Stop-Hook([string]$Message) {
    Write-Host $Message
    if ($script:lastError) { Write-Host "The last error was:`n$script:lastError" }
    Write-Host 'Then run: azd hooks run postdeploy'
    exit 1
}

# What az prints, or nothing when it fails; its error is kept.
function Invoke-Az([string[]]$Arguments) {
    $output = & az @Arguments 2>&1
    if ($LASTEXITCODE -eq 0) {
        return ($output | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] })
    }
    $script:lastError = ($output | Out-String).Trim()
}

# Asks whether the key is there; the key itself is never fetched or shown. The request wakes the host, which makes the key.
function Test-KeyExists {
    try { Invoke-WebRequest -UseBasicParsing -TimeoutSec 30 -Uri "$env:SERVICE_API_URI/api/health" | Out-Null }
    catch { $script:lastError = "$_" }
    $answer = Invoke-Az @('functionapp', 'keys', 'list', '--subscription', $env:AZURE_SUBSCRIPTION_ID,
        '--resource-group', $env:AZURE_RESOURCE_GROUP, '--name', $env:AZURE_FUNCTION_APP_NAME,
        '--query', "contains(keys(systemKeys), 'blobs_extension')", '--output', 'json')
    return "$answer".Trim() -eq 'true'
}

function Add-Subscription {
    Invoke-Az @('deployment', 'group', 'create', '--subscription', $env:AZURE_SUBSCRIPTION_ID,
        '--resource-group', $env:AZURE_RESOURCE_GROUP, '--name', 'event-subscription',
        '--template-file', $module, '--output', 'none', '--parameters',
        "topicName=$env:EVENT_GRID_TOPIC_NAME",
        "functionAppName=$env:AZURE_FUNCTION_APP_NAME",
        "storageAccountName=$env:AZURE_STORAGE_ACCOUNT_NAME",
        "logsContainer=$env:LOGS_CONTAINER",
        "deadLetterContainer=$env:DEAD_LETTER_CONTAINER") | Out-Null
    return $LASTEXITCODE -eq 0
}

function Get-FunctionNames {
    return Invoke-Az @('functionapp', 'function', 'list', '--subscription', $env:AZURE_SUBSCRIPTION_ID,
        '--resource-group', $env:AZURE_RESOURCE_GROUP, '--name', $env:AZURE_FUNCTION_APP_NAME,
        '--query', '[].name', '--output', 'tsv')
}

# Runs a block until it returns true.
function Invoke-Retry([int]$Tries, [scriptblock]$Block) {
    for ($i = 1; $i -le $Tries; $i++) {
        if (& $Block) { return $true }
        if ($i -lt $Tries) { Start-Sleep -Seconds $retrySeconds }
    }
    return $false
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) { Stop-Hook 'az is needed here: install it.' }
Invoke-Az @('account', 'show', '--output', 'none') | Out-Null
if ($LASTEXITCODE -ne 0) { Stop-Hook 'The Azure CLI is not signed in: run az login.' }

Write-Host 'Waiting for the Functions host to start the new code...'
if (-not (Invoke-Retry 30 { Test-KeyExists })) {
    $found = Get-FunctionNames
    if (-not $found) { Stop-Hook "The host found no functions in the deployed code. Look at the app's log stream in the portal." }
    Stop-Hook "The blob trigger has no key yet, but the host knows these functions: $found"
}
# A host that just woke can refuse Event Grid's handshake once.
Write-Host 'Subscribing the blob function to dropped logs...'
if (-not (Invoke-Retry 3 { Add-Subscription })) { Stop-Hook 'The subscription could not be created.' }
Write-Host 'Functions:'
Get-FunctionNames | ForEach-Object { Write-Host "  $_" }
Write-Host "Done. Drop a log: az storage blob upload --auth-mode login --account-name $env:AZURE_STORAGE_ACCOUNT_NAME --container-name $env:LOGS_CONTAINER --file sdk.log"
