#!/bin/sh
# The second phase: the Event Grid subscription, once the code is deployed and the host has made the key for it.
# Safe to run again; azd runs it after every deployment. By hand: azd hooks run postdeploy
set -eu

module="$(dirname "$0")/../modules/event-subscription.bicep"

command -v az >/dev/null || { echo "The Azure CLI (az) is needed here: install it, run 'az login', then 'azd hooks run postdeploy'." >&2; exit 1; }

# Asks whether the key is there; the key itself is never fetched or shown.
key_exists() {
    [ "$(az functionapp keys list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --name "$AZURE_FUNCTION_APP_NAME" --query "contains(keys(systemKeys), 'blobs_extension')" --output json 2>/dev/null)" = true ]
}

subscribe() {
    az deployment group create --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --name event-subscription --template-file "$module" --output none --parameters \
        topicName="$EVENT_GRID_TOPIC_NAME" \
        functionAppName="$AZURE_FUNCTION_APP_NAME" \
        storageAccountName="$AZURE_STORAGE_ACCOUNT_NAME" \
        logsContainer="$LOGS_CONTAINER" \
        deadLetterContainer="$DEAD_LETTER_CONTAINER"
}

# Runs a command until it succeeds: $1 tries, ${RETRY_SECONDS} apart.
retry() {
    tries=$1
    shift
    until "$@"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep "${RETRY_SECONDS:-10}"
    done
}

echo "Waiting for the Functions host to start the new code..."
retry 30 key_exists || {
    echo "The blob trigger has no key yet. Is 'az login' done, does $SERVICE_API_URI/api/health answer? Then: azd hooks run postdeploy" >&2
    exit 1
}
# A host that just woke can refuse Event Grid's handshake once.
echo "Subscribing the blob function to dropped logs..."
retry 3 subscribe || { echo "The subscription could not be made. Try again: azd hooks run postdeploy" >&2; exit 1; }
echo "Done. Drop a log: az storage blob upload --auth-mode login --account-name $AZURE_STORAGE_ACCOUNT_NAME --container-name $LOGS_CONTAINER --file sdk.log"
