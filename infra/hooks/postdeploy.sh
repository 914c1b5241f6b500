#!/bin/sh
# The second phase: the Event Grid subscription, once the code is deployed and the host has made the key for it.
# Safe to run again; azd runs it after every deployment. By hand: azd hooks run postdeploy
set -eu

module="$(dirname "$0")/../modules/event-subscription.bicep"
errors="$(mktemp)"
trap 'rm -f "$errors"' EXIT

fail() {
    echo "$1" >&2
    if [ -s "$errors" ]; then echo "The last error was:" >&2; cat "$errors" >&2; fi
    echo "Then run: azd hooks run postdeploy" >&2
    exit 1
}

# Asks whether the key is there; the key itself is never fetched or shown. The request wakes the host, which makes the key.
key_exists() {
    curl -sS -o /dev/null --max-time 30 "$SERVICE_API_URI/api/health" 2>"$errors" || true
    [ "$(az functionapp keys list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --name "$AZURE_FUNCTION_APP_NAME" --query "contains(keys(systemKeys), 'blobs_extension')" --output json 2>"$errors")" = true ]
}

subscribe() {
    az deployment group create --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --name event-subscription --template-file "$module" --output none --parameters \
        topicName="$EVENT_GRID_TOPIC_NAME" \
        functionAppName="$AZURE_FUNCTION_APP_NAME" \
        storageAccountName="$AZURE_STORAGE_ACCOUNT_NAME" \
        logsContainer="$LOGS_CONTAINER" \
        deadLetterContainer="$DEAD_LETTER_CONTAINER" 2>"$errors"
}

functions() {
    az functionapp function list --subscription "$AZURE_SUBSCRIPTION_ID" --resource-group "$AZURE_RESOURCE_GROUP" \
        --name "$AZURE_FUNCTION_APP_NAME" --query "[].name" --output tsv 2>"$errors"
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

for tool in az curl; do
    command -v "$tool" >/dev/null || fail "$tool is needed here: install it."
done
az account show --output none 2>"$errors" || fail "The Azure CLI is not signed in: run az login."

echo "Waiting for the Functions host to start the new code..."
if ! retry 30 key_exists; then
    found="$(functions || true)"
    [ -n "$found" ] || fail "The host found no functions in the deployed code. Look at the app's log stream in the portal."
    fail "The blob trigger has no key yet, but the host knows these functions: $(echo "$found" | tr '\n' ' ')"
fi
# A host that just woke can refuse Event Grid's handshake once.
echo "Subscribing the blob function to dropped logs..."
retry 3 subscribe || fail "The subscription could not be created."
echo "Functions:"
functions | sed 's/^/  /'
echo "Done. Drop a log: az storage blob upload --auth-mode login --account-name $AZURE_STORAGE_ACCOUNT_NAME --container-name $LOGS_CONTAINER --file sdk.log"
