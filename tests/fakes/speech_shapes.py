"""The JSON of the fake Speech service: entities, files, reports and errors, in the words of each API version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from tests.fakes.speech_state import Entity, fake_id

QUERY_VERSIONS: Final = ("2025-10-15", "2024-11-15")
PATH_VERSIONS: Final = ("v3.2", "v3.1")


def second(moment: datetime) -> str:
    """The service writes whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Address:
    """Makes the URLs of one answer: on the fake's own host, in the form of the version asked for."""

    def __init__(self, base: str, version: str) -> None:
        self.base, self.version = base, version

    def __call__(self, path: str, query: str = "") -> str:
        if self.version.startswith("v"):
            return f"{self.base}/speechtotext/{self.version}/{path}" + (f"?{query}" if query else "")
        return f"{self.base}/speechtotext/{path}?" + (f"{query}&" if query else "") + f"api-version={self.version}"

    def of(self, entity: Entity) -> str:
        return self(f"{entity.collection}/{entity.id}")


def entity_json(entity: Entity, address: Address) -> dict[str, Any]:
    """One entity as `values[]` and GET by ID show it. A model's nested `self` stands before its own, as in the docs."""
    body: dict[str, Any] = {}
    if entity.collection in ("models", "transcriptions", "endpoints"):
        name = "baseModel" if entity.collection == "models" else "model"
        body[name] = {"self": address(f"models/base/{fake_id('base model')}")}
    if entity.collection == "evaluations":
        for name, path in (("model1", "models"), ("model2", "models"), ("dataset", "datasets")):
            body[name] = {"self": address(f"{path}/{fake_id(name)}")}
    body |= {"self": address.of(entity), "displayName": entity.name, "createdDateTime": second(entity.created)}
    if entity.collection != "webhooks":
        body["locale"] = entity.locale
    if entity.collection != "projects":
        body |= {"lastActionDateTime": second(entity.last_action), "status": entity.status}
    body |= _by_collection(entity, address)
    return body | entity.extra


class Filterable(Mapping[str, Any]):
    """An entity as a filter sees it: its JSON, but dates at once, since a million entities may have to be looked at."""

    __slots__ = ("_address", "_dates", "_entity")

    def __init__(self, entity: Entity, address: Address) -> None:
        self._entity, self._address = entity, address
        self._dates = not entity.extra and entity.collection != "projects"

    def __getitem__(self, name: str) -> Any:
        if self._dates and name == "lastActionDateTime":
            return self._entity.last_action.replace(microsecond=0)
        return entity_json(self._entity, self._address)[name]

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(entity_json(self._entity, self._address))

    def __len__(self) -> int:
        return len(entity_json(self._entity, self._address))


def _by_collection(entity: Entity, address: Address) -> dict[str, Any]:
    if entity.collection == "transcriptions":
        return _transcription(entity, address)
    if entity.collection == "datasets":
        return {"kind": "Acoustic", "links": {"files": address(f"datasets/{entity.id}/files")}}
    if entity.collection == "endpoints":
        socket = "wss://westeurope.stt.speech.microsoft.com/speech/universal/v2?cid=" + entity.id
        return {"links": {"webSocket": socket}, "properties": {"loggingEnabled": False}}
    if entity.collection == "webhooks":
        return {"webUrl": "https://contoso.example/hook", "events": {"transcriptionCompletion": True}}
    return {}


def _transcription(entity: Entity, address: Address) -> dict[str, Any]:
    properties: dict[str, Any] = {"wordLevelTimestampsEnabled": False}
    if address.version.startswith("v"):
        properties |= {"duration": "PT42S"} if entity.status == "Succeeded" else {}
        properties |= {"timeToLive": f"PT{entity.ttl_hours:g}H"} if entity.ttl_hours else {}
    else:
        properties["timeToLiveHours"] = int(entity.ttl_hours or 48)
        properties |= {"durationMilliseconds": 42000} if entity.status == "Succeeded" else {}
    if entity.error:
        properties["error"] = {"code": entity.error[0], "message": entity.error[1]}
    return {"links": {"files": address(f"transcriptions/{entity.id}/files")}, "properties": properties}


def files_json(entity: Entity, address: Address, content_base: str | None = None) -> list[dict[str, Any]]:
    """The files of a finished transcription: its report, then one result for each audio that worked."""
    named = [("report.json", "TranscriptionReport")]
    named += [(f"contenturl_{n}.json", "Transcription") for n, a in enumerate(entity.audio) if a.error is None]
    found = []
    for name, kind in named:
        key = fake_id((entity.id, name))
        content = f"{content_base or address.base}/content/{entity.id}/{name}?sv=2026-10-06&se=never&sig=made-up"
        found.append(
            {
                "self": address(f"transcriptions/{entity.id}/files/{key}"),
                "name": name,
                "kind": kind,
                "properties": {"size": 200},
                "createdDateTime": second(entity.last_action),
                "links": {"contentUrl": content},
            }
        )
    return found


def report_json(entity: Entity) -> dict[str, Any]:
    """What stands in `report.json`."""
    details = [
        {"source": a.source, "status": "Failed" if a.error else "Succeeded"}
        | ({"errorKind": a.error, "errorMessage": f"{a.source} could not be read: {a.error}."} if a.error else {})
        for a in entity.audio
    ]
    failed = sum(a.error is not None for a in entity.audio)
    return {
        "successfulTranscriptionsCount": len(entity.audio) - failed,
        "failedTranscriptionsCount": failed,
        "details": details,
    }


_CODES: Final = {
    400: "InvalidRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "NotAllowed",
    409: "Conflict",
    415: "UnsupportedMediaType",
    422: "UnprocessableEntity",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}


def error_json(status: int, message: str, inner: str | None = None) -> dict[str, Any]:
    """The error body of the service itself."""
    body: dict[str, Any] = {"code": _CODES.get(status, "InternalServerError"), "message": message}
    if inner:
        body["innerError"] = {"code": inner, "message": message}
    return body


def gateway_json(status: int, message: str) -> dict[str, Any]:
    """The error body of the gateway before the service (wrong key, quota)."""
    return {"error": {"code": str(status), "message": message}}
