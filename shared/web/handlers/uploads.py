"""What comes in as a request's body: parsed only (`POST /extract`), or stored and parsed (`PUT /uploads/{*name}`)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from shared.app import triggers
from shared.core.errors import BadRequest, Conflict, PreconditionFailed, TryAgain
from shared.storage.blob_names import checked
from shared.web.http import Answer
from shared.web.operation import Header
from shared.web.query_params import Param

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

    from shared.extract import Limits
    from shared.web.operation import Call

NAME: Final = Param("name", "Name of the file in the response; not stored.")
IF_MATCH: Final = Header("If-Match", "ETag of the blob to replace, or * for any. Without it, no blob is replaced.")
CODING: Final = Header("Content-Encoding", "gzip, or omitted.")
_ETAG: Final = re.compile(r'\*|(W/)?"[^"]*"|[^"\s,]+')


def extract(call: Call) -> Answer:
    body = call.content("Run speech-ids extract FILE, which has no limit, or drop the file into the container.")
    return Answer(200, _extracted(body, call.text("name") or "request", call.app.settings.limits))


def upload(call: Call) -> Answer:
    """Store, index at once, and answer what was found. The blob trigger comes later and sees the work done."""
    from shared.index import keys

    name = checked(call.param("name"))
    container = call.app.settings.logs_container
    body = call.content(
        f"Copy a large file into container {container} directly: az storage blob upload, azcopy, or Storage Explorer."
    )
    if not body and call.request.headers.get("if-match"):
        raise BadRequest("The body is empty. An empty file does not replace a stored log; send the file itself.")
    source = f"blob:{container}/{name}"
    etag = _store(call.app.container, name, body, call.request.headers.get("if-match"))
    source_id = keys.source_id(source)
    more = {"sourceId": source_id, **_indexed(call, name)}
    # The body of POST /extract with more fields, spliced in: it may hold hundreds of thousands of sightings.
    answer = json.dumps(more).encode()[:-1] + b", " + _extracted(body, source, call.app.settings.limits)[1:]
    return Answer(201, answer, {"ETag": etag, "Location": f"/api/sources/{source_id}"})


def _indexed(call: Call, name: str) -> dict[str, str]:
    """`status` of the source unless it is done: the blob is stored, so what fails here is made up for by the sweep."""
    try:
        status = triggers.ingest(call.app, call.app.container.get_blob_client(name)).status
    except TryAgain:
        status = "pending"
    return {} if status == "done" else {"status": status}


def _extracted(body: bytes, source: str, limits: Limits) -> bytes:
    from shared.extract import extract_bytes

    written = bytearray()
    with extract_bytes(body, source, limits=limits) as found:
        found.write_json(source, lambda text: written.extend(text.encode("utf-8", "replace")))
    return bytes(written)


def _store(container: ContainerClient, name: str, body: bytes, if_match: str | None) -> str:
    """The ETag of the stored blob. Without If-Match nothing is ever replaced."""
    from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError

    condition = _condition(if_match)
    blob = container.get_blob_client(name)
    try:
        try:
            return str(blob.upload_blob(body, **condition)["etag"])
        except ResourceNotFoundError:
            if if_match is not None:
                raise
            container.create_container()
            return str(blob.upload_blob(body, **condition)["etag"])
    except ResourceExistsError:
        raise Conflict(
            "A blob with this name already exists. Choose another name, or send If-Match with its ETag to replace it "
            "(GET /api/sources shows it as etag; * replaces any).",
            target="name",
        ) from None
    except (ResourceModifiedError, ResourceNotFoundError):
        raise PreconditionFailed("The version of the blob does not match If-Match.", target="If-Match") from None


def _condition(if_match: str | None) -> dict[str, Any]:
    from azure.core import MatchConditions

    if if_match is None:
        return {"overwrite": False}
    etag = _one_etag(if_match)
    if etag == "*":
        return {"overwrite": True, "match_condition": MatchConditions.IfPresent}
    return {"overwrite": True, "match_condition": MatchConditions.IfNotModified, "etag": etag}


def _one_etag(header: str) -> str:
    value = header.strip()
    if not _ETAG.fullmatch(value) or value.startswith("W/"):
        raise BadRequest('If-Match accepts one ETag like "0x8DD0C2B7D3A1F00", or *.', target="If-Match")
    return value if value == "*" or value.startswith('"') else f'"{value}"'
