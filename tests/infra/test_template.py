"""What the template makes, by the evaluated resources and for several sets of settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from shared.settings import BODY_LIMIT, NAMES, STORAGE, Settings
from tests.infra.template import DEPLOYER, INFRA, ROOT, Snapshot, run, snapshot, texts
from tests.webclient import bound_functions

SPEECH_ID: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-speech"
    "/providers/Microsoft.CognitiveServices/accounts/my-speech"
)
EVERYTHING: Final = {
    "SPEECH_RESOURCE_IDS": json.dumps([SPEECH_ID]),
    "AZURE_PRINCIPAL_ID": DEPLOYER,
    "DEPLOY_EVENT_SUBSCRIPTION": "true",
    "DELETE_LOGS_AFTER_DAYS": "30",
    "ALWAYS_READY_INSTANCES": "1",
    "ALERT_EMAIL": "team@example.com",
    "KEY_VAULT": "true",
    "AUDIT_READS": "true",
    "LOCK_STORAGE": "true",
}


def _resources(count: int) -> str:
    """Speech resources with a key each."""
    return json.dumps(
        [{"name": f"r{n}", "region": "westeurope", "keySetting": f"SPEECH_KEY_{n}"} for n in range(count)]
    )


CASES: Final[dict[str, dict[str, str]]] = {
    "nothing set": {},
    "every switch on": EVERYTHING,
    "a long name in mixed case": {"AZURE_ENV_NAME": "My_Very_Long_Environment-Name_Of_40_Chars"[:40]},
    "two Speech resources": {**EVERYTHING, "SPEECH_RESOURCES": _resources(2)},
}
# Role definitions have the same ID in every tenant (Azure's list of built-in roles).
ROLES: Final = {
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Cognitive Services Speech User": "f2dc8367-1007-4938-bd23-fe263f013447",
}
# What each identity may do, and on what: the narrowest scope at which the app still works.
ASSIGNED: Final = {
    # The host takes leases and keeps its keys there; the app reads and writes its own data.
    ("Storage Blob Data Owner", "containers/azure-webjobs-hosts"),
    ("Storage Blob Data Owner", "containers/azure-webjobs-secrets"),
    ("Storage Blob Data Contributor", "containers/speech-logs"),  # and the deployer, to drop logs
    ("Storage Blob Data Contributor", "containers/event-dead-letters"),  # and Event Grid
    ("Storage Blob Data Contributor", "containers/index-exports"),
    ("Storage Blob Data Contributor", "containers/app-package"),  # the platform alone
    ("Storage Queue Data Contributor", "storageAccounts"),  # the host names its queues after itself
    ("Storage Table Data Contributor", "storageAccounts"),  # the code makes its tables
    ("Key Vault Secrets User", "vaults"),
    ("Key Vault Secrets Officer", "vaults"),
    ("Monitoring Metrics Publisher", "components"),
    ("Cognitive Services Speech User", "accounts"),
}
# Flex Consumption refuses or ignores these, in settings and in siteConfig.
REFUSED_SETTINGS: Final = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_VNET_ROUTE_ALL",
}
REFUSED_SITE_CONFIG: Final = {
    "ftpsstate",
    "functionappscalelimit",
    "linuxfxversion",
    "netframeworkversion",
    "prewarmedinstancecount",
    "use32bitworkerprocess",
}
# What the platform reads, not the code: the Functions host, the Python worker or the Azure SDK.
PLATFORM: Final = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CLIENT_ID",
    "AzureWebJobsDisableHomepage",
    BODY_LIMIT,
    "PYTHON_THREADPOOL_THREAD_COUNT",
}
# Azure's limits and alphabets of names.
NAMES_ALLOWED: Final = {
    "Microsoft.Resources/resourceGroups": r"[\w.()-]{1,89}[\w()-]",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.KeyVault/vaults": r"[A-Za-z](?!.*--)[A-Za-z0-9-]{1,22}[A-Za-z0-9]",
    "Microsoft.Web/sites": r"[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]",
    "Microsoft.Web/serverfarms": r"[A-Za-z0-9-]{1,60}",
    "Microsoft.EventGrid/systemTopics": r"[A-Za-z0-9-]{3,50}",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][A-Za-z0-9_-]{2,127}",
    "Microsoft.OperationalInsights/workspaces": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
    "Microsoft.Insights/components": r"[^%&\\?/]{1,259}[^%&\\?/ .]",
}
TABLES: Final = {"AppRequests", "AppTraces", "_LogOperation"}  # of Log Analytics, that alerts may read
METRICS: Final = {("Microsoft.EventGrid/systemTopics", name) for name in ("DeadLetteredCount", "DroppedEventCount")}


@pytest.fixture(params=CASES, ids=str)
def made(request: pytest.FixtureRequest) -> Snapshot:
    return snapshot(**CASES[request.param])


def _assignments(made: Snapshot) -> Iterator[tuple[str, str, str]]:
    """The role that a description names, the ID that is assigned, and the type of what it is for."""
    for one in made.of_type("Microsoft.Authorization/roleAssignments"):
        # `[extensionResourceId('SCOPE', ...` where the name is known at deployment only, else the path itself
        scope = re.sub(r"^\[extensionResourceId\('|/providers/Microsoft.Authorization.*|',.*", "", one["id"])
        kind, name = scope.split("/")[-2:]
        yield (
            one["properties"]["description"],
            one["properties"]["roleDefinitionId"].rpartition("/")[2],
            f"{kind}/{name}" if kind == "containers" else kind,
        )


def test_the_template_has_neither_errors_nor_warnings_and_is_formatted() -> None:
    linted = run("lint", "main.bicep")
    assert (linted.returncode, linted.stderr) == (0, "")
    for path in sorted(INFRA.rglob("*.bicep*")):
        if path.name != "bicepconfig.json":
            assert run("format", str(path), "--stdout").stdout == path.read_text(encoding="utf-8"), path.name


def test_the_committed_snapshot_is_what_the_template_makes() -> None:
    """So that a change of the template shows in review as the change of resources that it makes.

    To renew it: see infra/README.md.
    """
    committed = json.loads((INFRA / "main.snapshot.json").read_text(encoding="utf-8"))
    assert committed["predictedResources"] == list(snapshot().resources)


def test_every_role_is_the_one_that_its_description_names(made: Snapshot) -> None:
    for name, id_, _ in _assignments(made):
        assert ROLES[name] == id_, name


def test_every_role_has_the_narrowest_scope() -> None:
    assert {(name, scope) for name, _, scope in _assignments(snapshot(**EVERYTHING))} == ASSIGNED


def test_a_speech_resource_of_another_group_lets_the_app_read_it() -> None:
    ids = [r["id"] for r in snapshot(**EVERYTHING).of_type("Microsoft.Authorization/roleAssignments")]
    assert [id_ for id_ in ids if SPEECH_ID in id_]


def test_nothing_that_flex_consumption_refuses(made: Snapshot) -> None:
    config = made.one("Microsoft.Web/sites")["properties"].get("siteConfig", {})
    assert REFUSED_SITE_CONFIG.isdisjoint(name.lower() for name in config)
    assert REFUSED_SETTINGS.isdisjoint(made.settings)


def test_names_are_within_the_limits_of_azure(made: Snapshot) -> None:
    named = [r for r in made.resources if r["type"] in NAMES_ALLOWED]
    assert {r["type"] for r in named} | {"Microsoft.KeyVault/vaults"} == set(NAMES_ALLOWED)
    for resource in named:
        assert re.fullmatch(NAMES_ALLOWED[resource["type"]], resource["name"]), resource["name"]


def test_the_app_gets_every_setting_that_the_code_reads_and_no_other() -> None:
    """The storage connection is one name in the code and five settings in Azure."""
    given = snapshot().settings
    own = {name for name in given if not name.startswith(f"{STORAGE}__")}
    assert own - PLATFORM == set(NAMES) - {STORAGE}
    assert own >= PLATFORM


def test_a_setting_left_alone_has_the_same_default_in_azure_as_everywhere() -> None:
    """The trigger source is the exception: on Flex Consumption only Event Grid works."""
    given = snapshot().settings
    expected = {**NAMES, "BLOB_TRIGGER_SOURCE": "EventGrid"}
    assert {name: given[name] for name in NAMES if name != STORAGE} == {
        name: value for name, value in expected.items() if name != STORAGE
    }


def test_the_settings_that_azure_gets_are_valid_for_the_code(made: Snapshot) -> None:
    """Storage is opened with the managed identity, and nothing is missing."""
    given = {name: "https://x.example/" if name.endswith("ServiceUri") else v for name, v in made.settings.items()}
    settings = Settings.load(given | {name: "a-fake-key" for name in given if name.startswith("SPEECH_KEY_")})

    assert settings.problems == ()
    assert settings.storage.connection_string is None
    assert made.settings[f"{STORAGE}__clientId"].endswith(".clientId]")
    assert made.settings[f"{STORAGE}__credential"] == "managedidentity"


@pytest.mark.parametrize("mib", [1, 16, 64, 100])
def test_an_instance_has_the_memory_for_the_bodies_that_it_takes_at_once(mib: int) -> None:
    """A body takes about eight times its size, in the host and in the worker."""
    made = snapshot(MAX_UPLOAD_MIB=str(mib))
    scale = made.one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["scaleAndConcurrency"]
    limit, at_once = int(made.settings[BODY_LIMIT]), scale["triggers"]["http"]["perInstanceConcurrency"]
    assert limit == Settings.load(made.settings).host_body_limit == (mib + 1) * 2**20
    assert 8 * mib * at_once <= scale["instanceMemoryMB"] / 2
    assert at_once == min(8, 128 // mib)


def test_the_key_of_each_speech_resource_is_a_reference_to_its_secret() -> None:
    settings = snapshot(**CASES["two Speech resources"]).settings
    vault = snapshot(**CASES["two Speech resources"]).one("Microsoft.KeyVault/vaults")["name"]
    assert settings["SPEECH_KEY_1"] == f"@Microsoft.KeyVault(VaultName={vault};SecretName=speech-key-1)"


def test_no_key_setting_replaces_a_setting_of_the_platform() -> None:
    resources = json.dumps([{"name": "r", "region": "westeurope", "keySetting": "AZURE_CLIENT_ID"}])
    assert not snapshot(SPEECH_RESOURCES=resources).settings["AZURE_CLIENT_ID"].startswith("@Microsoft.KeyVault")


def test_events_go_to_a_function_that_exists() -> None:
    """The name stands in the webhook's address. The host answers 202 to a wrong one, and every event is lost."""
    subscription = snapshot(**EVERYTHING).one("Microsoft.EventGrid/systemTopics/eventSubscriptions")["properties"]
    address = subscription["destination"]["properties"]["endpointUrl"]
    assert "/runtime/webhooks/blobs?functionName=Host.Functions.{1}&code={2}'" in address
    (name,) = re.findall(r"\.defaultHostName, '(\w+)', listKeys\(", address)
    trigger = bound_functions()[name].get_dict_repr()["bindings"][0]

    assert (trigger["type"], trigger["path"]) == ("blobTrigger", "speech-logs/{name}")
    assert subscription["filter"]["subjectBeginsWith"] == "/blobServices/default/containers/speech-logs/"


def test_what_must_be_shut_is_shut(made: Snapshot) -> None:
    account = made.one("Microsoft.Storage/storageAccounts")["properties"]
    assert (account["allowSharedKeyAccess"], account["allowBlobPublicAccess"]) == (False, False)
    assert (account["minimumTlsVersion"], account["supportsHttpsTrafficOnly"]) == ("TLS1_2", True)
    assert made.one("Microsoft.Insights/components")["properties"]["DisableLocalAuth"] is True
    assert all(vault["properties"]["enableRbacAuthorization"] for vault in made.of_type("Microsoft.KeyVault/vaults"))
    assert made.one("Microsoft.Web/sites")["properties"]["httpsOnly"] is True
    policies = made.of_type("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    assert [p["properties"]["allow"] for p in policies] == [False, False]


def test_there_is_a_vault_only_where_a_setting_refers_to_one() -> None:
    assert not snapshot().of_type("Microsoft.KeyVault/vaults")
    reference = "@Microsoft.KeyVault(VaultName=kv-x;SecretName=audio-names-key)"
    for given in ({"SPEECH_RESOURCES": _resources(1)}, {"AUDIO_NAMES_KEY": reference}, {"KEY_VAULT": "true"}):
        assert snapshot(**given).of_type("Microsoft.KeyVault/vaults")


def test_the_app_cannot_replace_its_own_code() -> None:
    """The package is read and written as another identity than the app's."""
    made = snapshot()
    storage = made.one("Microsoft.Web/sites")["properties"]["functionAppConfig"]["deployment"]["storage"]
    package = storage["authentication"]["userAssignedIdentityResourceId"].rpartition("/")[2]
    assert package.startswith("id-package-")
    on_package = [r for r in made.of_type("Microsoft.Authorization/roleAssignments") if "/app-package/" in r["id"]]
    assert ["packageIdentity" in r["properties"]["principalId"] for r in on_package] == [True]
    assert package not in made.settings["AZURE_CLIENT_ID"]


def test_an_overwritten_or_deleted_log_can_be_brought_back_and_a_deletion_is_logged(made: Snapshot) -> None:
    (blobs,) = made.of_type("Microsoft.Storage/storageAccounts/blobServices")
    assert blobs["properties"]["isVersioningEnabled"] is True
    assert blobs["properties"]["deleteRetentionPolicy"] == {"enabled": True, "days": 7}
    rules = made.one("Microsoft.Storage/storageAccounts/managementPolicies")["properties"]["policy"]["rules"]
    assert "delete-old-versions" in {rule["name"] for rule in rules}  # the host overwrites its leases all day
    logged = {
        c["category"] for r in made.of_type("Microsoft.Insights/diagnosticSettings") for c in r["properties"]["logs"]
    }
    assert "StorageDelete" in logged


def test_switches_that_are_off_make_nothing() -> None:
    plain, everything = snapshot(), snapshot(**EVERYTHING)
    for type_ in ("Microsoft.Authorization/locks", "Microsoft.Insights/actionGroups"):
        assert (len(plain.of_type(type_)), len(everything.of_type(type_))) == (0, 1)
    reads = [t for t in texts(everything.resources) if t == "StorageRead"]
    assert len(reads) == 1
    assert "StorageRead" not in set(texts(plain.resources))


def test_nothing_names_a_host_of_one_cloud(made: Snapshot) -> None:
    """Azure China and US Government have other suffixes; the engine takes those of the cloud it deploys to."""
    suffixes = r"\.windows\.net|\.azurewebsites\.|\.vault\.azure\.|microsoftonline|management\.azure\."
    assert not [text for text in texts(made.resources) if re.search(suffixes, text)]


def test_no_secret_leaves_the_template(made: Snapshot) -> None:
    """Outputs stay readable in the deployment's history. The one key there is goes into the webhook's address only."""
    assert len(made.outputs) > 5
    assert not [
        t for t in texts(made.outputs) if re.search(r"list\w*\(|keys|connectionstring|secret", t, re.IGNORECASE)
    ]
    with_keys = [r["type"] for r in made.resources if any("listKeys(" in t for t in texts(r))]
    assert set(with_keys) <= {"Microsoft.EventGrid/systemTopics/eventSubscriptions"}
    assert not [t for t in texts(made.resources) if re.search(r"AccountKey=|SharedAccessSignature|sig=", t)]


def test_every_alert_reads_a_table_or_a_metric_that_exists(made: Snapshot) -> None:
    queries = [c["query"] for r in made.of_type("Microsoft.Insights/scheduledQueryRules") for c in _criteria(r)]
    metrics = [
        (c["metricNamespace"], c["metricName"])
        for r in made.of_type("Microsoft.Insights/metricAlerts")
        for c in _criteria(r)
    ]
    assert queries
    assert {table for query in queries for table in re.findall(r"(?:^|\()(\w+) \|", query)} == TABLES
    assert metrics
    assert set(metrics) <= METRICS


def _criteria(alert: dict[str, Any]) -> list[dict[str, Any]]:
    return list(alert["properties"]["criteria"]["allOf"])


def test_the_number_of_speech_resources_is_not_limited_by_the_template() -> None:
    """Azure copies at most 800 times in one loop, so there must be none over them."""
    settings = snapshot(SPEECH_RESOURCES=_resources(900)).settings
    assert len([name for name in settings if name.startswith("SPEECH_KEY_")]) == 900


HOOKS: Final = [INFRA / "hooks" / "postdeploy.sh", INFRA / "hooks" / "postdeploy.ps1"]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: str(path.suffix))
def test_the_second_phase_passes_what_the_subscription_needs(hook: Path) -> None:
    text = hook.read_text(encoding="utf-8")
    passed = dict(re.findall(r'(?m)^ {8}"?(\w+)="?\$(?:env:)?(\w+)"', text))
    wanted = set(re.findall(r"(?m)^param (\w+)", (INFRA / "modules" / "event-subscription.bicep").read_text()))
    outputs = set(snapshot().outputs)

    assert set(passed) == wanted
    # azd itself gives the subscription's ID; all else that a hook reads is an output of the template.
    read = set(re.findall(r"\$(?:env:)?([A-Z][A-Z_]+)\b", text))
    assert read - {"AZURE_SUBSCRIPTION_ID", "RETRY_SECONDS", "LASTEXITCODE"} <= outputs


def test_azd_finds_the_app_and_the_hooks() -> None:
    text = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    service = re.search(r"(?m)^services:\n  (\w+):", text)

    assert service is not None
    assert snapshot().one("Microsoft.Web/sites")["tags"]["azd-service-name"] == service[1]
    assert {ROOT / run for run in re.findall(r"(?m)run: \./(infra/.*)$", text)} == set(HOOKS)
    assert HOOKS[0].stat().st_mode & 0o111
