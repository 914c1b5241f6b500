# The second phase: the Event Grid subscription, once the code is deployed and the host has made the key for it.
# Safe to run again; azd runs it after every deployment. By hand: azd hooks run postdeploy
$ErrorActionPreference = 'Stop'

$module = Join-Path $PSScriptRoot '../modules/event-subscription.bicep'
$retrySeconds = if ($env:RETRY_SECONDS) { [int]$env:RETRY_SECONDS } else { 10 }

if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
    throw "The Azure CLI (az) is needed here: install it, run 'az login', then 'azd hooks run postdeploy'."
}

# Asks whether the key is there; the key itself is never fetched or shown.
function Test-KeyExists {
    $answer = az functionapp keys list --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
        --name $env:AZURE_FUNCTION_APP_NAME --query "contains(keys(systemKeys), 'blobs_extension')" --output json 2>$null
    return "$answer".Trim() -eq 'true'
}

function Add-Subscription {
    az deployment group create --subscription $env:AZURE_SUBSCRIPTION_ID --resource-group $env:AZURE_RESOURCE_GROUP `
        --name event-subscription --template-file $module --output none --parameters `
        "topicName=$env:EVENT_GRID_TOPIC_NAME" `
        "functionAppName=$env:AZURE_FUNCTION_APP_NAME" `
        "storageAccountName=$env:AZURE_STORAGE_ACCOUNT_NAME" `
        "logsContainer=$env:LOGS_CONTAINER" `
        "deadLetterContainer=$env:DEAD_LETTER_CONTAINER" | Out-Host
    return $LASTEXITCODE -eq 0
}

# Runs a block until it returns true.
function Invoke-Retry([int]$Tries, [scriptblock]$Block) {
    for ($i = 1; $i -le $Tries; $i++) {
        if (& $Block) { return $true }
        if ($i -lt $Tries) { Start-Sleep -Seconds $retrySeconds }
    }
    return $false
}

Write-Host 'Waiting for the Functions host to start the new code...'
if (-not (Invoke-Retry 30 { Test-KeyExists })) {
    throw "The blob trigger has no key yet. Is 'az login' done, does $env:SERVICE_API_URI/api/health answer? Then: azd hooks run postdeploy"
}
# A host that just woke can refuse Event Grid's handshake once.
Write-Host 'Subscribing the blob function to dropped logs...'
if (-not (Invoke-Retry 3 { Add-Subscription })) {
    throw 'The subscription could not be made. Try again: azd hooks run postdeploy'
}
Write-Host "Done. Drop a log: az storage blob upload --auth-mode login --account-name $env:AZURE_STORAGE_ACCOUNT_NAME --container-name $env:LOGS_CONTAINER --file sdk.log"
