"""infra/ and the code agree. Tests have no Bicep compiler at hand, so they read the text: names, settings, switches."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from shared.settings import NAMES, STORAGE, Settings

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
MODULES = sorted((INFRA / "modules").glob("*.bicep"))
HOOKS = [INFRA / "hooks" / "postdeploy.sh", INFRA / "hooks" / "postdeploy.ps1"]

# What the platform reads, not the code. Each is looked up by the Functions host, the Python worker or the Azure SDK.
PLATFORM = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "AZURE_CLIENT_ID",
    "AzureWebJobsDisableHomepage",
    "PYTHON_THREADPOOL_THREAD_COUNT",
}
# Flex Consumption ignores or refuses these (its documentation, "deprecated properties and settings").
REFUSED_BY_FLEX = [
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_EXTENSION_VERSION",
    "FUNCTIONS_MAX_HTTP_CONCURRENCY",
    "FUNCTIONS_WORKER_PROCESS_COUNT",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_CONTENT",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_VNET_ROUTE_ALL",
    "linuxFxVersion",
]


def bicep(path: Path) -> str:
    """The text without its comments."""
    return re.sub(r"(?m)^\s*//.*\n", "", path.read_text(encoding="utf-8"))


def everything() -> str:
    return "".join(bicep(path) for path in [INFRA / "main.bicep", *MODULES])


def block(text: str, head: str) -> dict[str, str]:
    """Key and rest of line of each entry in the first object that follows `head`, without those of nested objects."""
    found = re.search(head + r"[^\n]*\{\n", text)
    assert found is not None, f"no object after {head!r}"
    entries: dict[str, str] = {}
    depth = 1
    for line in text[found.end() :].splitlines():
        entry = re.match(r"\s*'?([\w-]+)'?:\s*(.*)", line)
        if depth == 1 and entry:
            entries[entry[1]] = entry[2]
        depth += line.count("{") - line.count("}")
        if depth == 0:
            break
    return entries


def parameters(path: Path) -> dict[str, bool]:
    """Name of each parameter, and whether it has a default."""
    declared = re.findall(r"(?m)^param (\w+) \w+(\s*=)?", bicep(path))
    return {name: bool(default) for name, default in declared}


def defaults() -> dict[str, str]:
    """What main.bicepparam gives when the environment says nothing, by the name of the environment variable."""
    text = bicep(INFRA / "main.bicepparam")
    return dict(re.findall(r"readEnvironmentVariable\('(\w+)', '([^']*)'\)", text))


def code_settings() -> dict[str, str]:
    """The settings of the code as main.bicep hands them to the app: name and expression."""
    return block(bicep(INFRA / "main.bicep"), r"    settings:")


def platform_settings() -> dict[str, str]:
    return block(bicep(INFRA / "modules" / "app.bicep"), r"var platformSettings =")


def test_infra_sets_every_setting_that_the_code_reads_and_no_other() -> None:
    """The storage connection is apart: it is one name in the code and five settings in Azure."""
    assert set(code_settings()) == set(NAMES) - {STORAGE}
    assert {name for name in platform_settings() if not name.startswith(f"{STORAGE}__")} == PLATFORM


def test_a_setting_left_alone_has_the_same_default_in_azure_as_everywhere() -> None:
    """The trigger source is the exception: on Flex Consumption only Event Grid works."""
    assert {name: value for name, value in defaults().items() if name in NAMES} == {
        name: value for name, value in NAMES.items() if name not in (STORAGE, "BLOB_TRIGGER_SOURCE")
    }
    assert code_settings()["BLOB_TRIGGER_SOURCE"] == "'EventGrid'"


def test_the_settings_that_azure_gets_are_valid_for_the_code() -> None:
    """Storage is opened with the managed identity, and nothing is missing."""
    given = {name: "https://x.example/" for name in platform_settings() if name.endswith("ServiceUri")}
    given |= {f"{STORAGE}__clientId": "the-identity", "BLOB_TRIGGER_SOURCE": "EventGrid"} | defaults()

    settings = Settings.load(given)

    assert settings.problems == ()
    assert settings.storage.connection_string is None
    assert settings.storage.client_id == "the-identity"
    assert platform_settings()[f"{STORAGE}__clientId"] == "identity.properties.clientId"
    assert platform_settings()[f"{STORAGE}__credential"] == "'managedidentity'"


def test_events_go_to_a_function_that_exists() -> None:
    """The name stands in the webhook's address; Event Grid would answer a wrong one with 404 for ever."""
    text = bicep(INFRA / "modules" / "event-subscription.bicep")
    name = re.search(r"var functionName = '(\w+)'", text)
    code = ast.parse((ROOT / "function_app.py").read_text(encoding="utf-8"))

    assert name is not None
    assert name[1] in {node.name for node in ast.walk(code) if isinstance(node, ast.FunctionDef)}
    assert "functionName=Host.Functions.${functionName}&" in text
    assert "subjectBeginsWith: '/blobServices/default/containers/${logsContainer}/'" in text


def test_azure_runs_a_python_that_the_project_supports() -> None:
    runtime = block(bicep(INFRA / "modules" / "app.bicep"), r"runtime:")
    assert runtime == {"name": "'python'", "version": "'3.13'"}


@pytest.mark.parametrize("name", REFUSED_BY_FLEX)
def test_no_setting_that_flex_consumption_refuses(name: str) -> None:
    assert name not in everything()


@pytest.mark.parametrize(
    ("module", "switch"),
    [
        ("storage", "allowSharedKeyAccess: false"),
        ("storage", "allowBlobPublicAccess: false"),
        ("storage", "minimumTlsVersion: 'TLS1_2'"),
        ("storage", "supportsHttpsTrafficOnly: true"),
        ("monitoring", "DisableLocalAuth: true"),
        ("vault", "enableRbacAuthorization: true"),
        ("app", "httpsOnly: true"),
        ("app", "allow: false"),
    ],
)
def test_what_must_be_shut_is_shut(module: str, switch: str) -> None:
    assert f" {switch}\n" in bicep(INFRA / "modules" / f"{module}.bicep")


def test_no_secret_leaves_the_template() -> None:
    """Outputs stay readable in the deployment's history. The one key there is goes into the webhook's address only."""
    text = everything()
    outputs = re.findall(r"(?m)^output \w+ \w+ = (.*)$", text)

    assert len(outputs) > 10
    assert not [o for o in outputs if re.search(r"list\w*\(|keys|connectionString|sharedKey|secret", o, re.IGNORECASE)]
    assert [path.stem for path in MODULES if "listKeys(" in bicep(path)] == ["event-subscription"]
    assert "output " not in bicep(INFRA / "modules" / "event-subscription.bicep")
    assert not re.search(r"AccountKey=|SharedAccessSignature|sig=", text)


def test_each_module_gets_the_parameters_that_it_has() -> None:
    text = bicep(INFRA / "main.bicep")
    calls = list(re.finditer(r"(?m)^module \w+ '(modules/[\w-]+\.bicep)'", text))

    assert {INFRA / call[1] for call in calls} == set(MODULES)
    for call in calls:
        assert set(block(text[call.end() :], r"  params:")) == set(parameters(INFRA / call[1])), call[1]


def test_the_parameter_file_names_parameters_that_exist_and_all_that_need_a_value() -> None:
    declared = parameters(INFRA / "main.bicep")
    given = set(re.findall(r"(?m)^param (\w+) = ", bicep(INFRA / "main.bicepparam")))

    assert given == set(declared)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda path: str(path.suffix))
def test_the_second_phase_passes_what_the_subscription_needs(hook: Path) -> None:
    text = hook.read_text(encoding="utf-8")
    passed = re.findall(r'(?m)^ {8}"?(\w+)="?\$(?:env:)?(\w+)"', text)
    outputs = set(re.findall(r"(?m)^output (\w+)", bicep(INFRA / "main.bicep")))

    assert {name for name, _ in passed} == set(parameters(INFRA / "modules" / "event-subscription.bicep"))
    assert {variable for _, variable in passed} <= outputs
    # azd itself gives the subscription's ID; all else that a hook reads is an output of the template.
    read = set(re.findall(r"\$(?:env:)?([A-Z][A-Z_]+)\b", text))
    assert read - {"AZURE_SUBSCRIPTION_ID", "RETRY_SECONDS", "LASTEXITCODE"} <= outputs


def test_azd_finds_the_app_and_the_hooks() -> None:
    text = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    service = re.search(r"(?m)^services:\n  (\w+):", text)

    assert service is not None
    assert f"'azd-service-name': '{service[1]}'" in bicep(INFRA / "modules" / "app.bicep")
    assert {ROOT / run for run in re.findall(r"(?m)run: \./(.*)$", text)} == set(HOOKS)
    assert HOOKS[0].stat().st_mode & 0o111
