"""`upload FILE...`: files into the watched container, read at once."""

from __future__ import annotations

import argparse
import json
import os
import posixpath
from functools import partial
from pathlib import Path
from typing import Any, Final

from shared.cli import files
from shared.cli.client import FAILED, OK, Client, CommandError, Reply, Unreachable, WrongUsage
from shared.cli.connect import connect, parser_for
from shared.cli.local import Local
from shared.cli.output import chosen_format, good, note, write_json, write_table
from shared.core.errors import AppError
from shared.storage.blob_names import checked

_COLUMNS: Final = ("source", "format", "ids", "status", "sourceId")
_TAKEN: Final = "There is a blob of this name. Choose another with --name, or add --replace."
_MOST: Final = 100 * 2**20  # what the Functions host takes; MAX_UPLOAD_MIB, which the app knows, is not above it
_TOO_LARGE: Final = (
    "It is too large for a request. Copy it into the container (az storage blob upload, azcopy), or set "
    "AzureWebJobsStorage and leave --url out."
)
_EXAMPLES: Final = """\
upload sdk.log
upload --prefix 2026-11-22/ --replace logs/
upload --url https://NAME.azurewebsites.net sdk.log.gz"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "upload",
        "store logs and saved answers in the container, and read them",
        "Stores files in the watched container and reads them at once. Straight on storage, a file of any size.",
        _EXAMPLES,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="file, directory (walked), or - for standard input")
    parser.add_argument("--name", help="name of the blob, for a single FILE; default: the file's own name")
    parser.add_argument("--prefix", default="", help="what all names begin with, like logs/")
    parser.add_argument("--replace", action="store_true", help="replace what has this name")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """One JSON object per file. A file that fails does not stop the others; an app that does not answer does."""
    form = chosen_format(chosen)
    failures: list[str] = []
    rows: list[dict[str, Any]] = []
    found = list(files.find(chosen.files, partial(_not_read, failures)))
    if chosen.name and len(found) > 1:
        raise WrongUsage("--name is for a single FILE")
    if chosen.name and (problem := _problem(chosen.prefix + chosen.name)):
        raise WrongUsage(problem)
    with connect(chosen) as client:
        for file in found:
            try:
                reply = good(_upload(client, file, _name(chosen, file), replace=chosen.replace))
            except OSError as error:
                _not_read(failures, file, error)
            except Unreachable:
                raise
            except CommandError as error:
                failures.append(file)
                note(f"{_shown(file)}: {error}")
            else:
                rows.append(_row(reply.json)) if form == "table" else write_json(reply.body)
    write_table(rows, _COLUMNS)
    return FAILED if failures else OK


def _upload(client: Client, file: str, name: str, *, replace: bool) -> Reply:
    if isinstance(client, Local):
        limit = client.app.settings.max_upload_bytes
        if file != files.STDIN and Path(file).stat().st_size > limit:
            return _directly(client, file, name, replace=replace)
    with files.opened(file) as stream:
        body = stream.read(_MOST + 1)
    if len(body) > _MOST:
        raise CommandError(_TOO_LARGE)
    reply = client.call("put_upload", params={"name": name}, body=body)
    if reply.status == 409 and replace:
        reply = client.call("put_upload", params={"name": name}, body=body, headers={"If-Match": "*"})
    if reply.status == 409:
        raise CommandError(_TAKEN)
    return reply


def _directly(client: Local, file: str, name: str, *, replace: bool) -> Reply:
    """A file that is too big for a request: copied into the container in parts, then read from there in parts."""
    from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

    from shared.app import triggers
    from shared.storage.errors import as_app_error

    try:
        container = client.app.container
        blob = container.get_blob_client(name)
        with Path(file).open("rb") as stream:
            try:
                blob.upload_blob(stream, overwrite=replace, max_concurrency=2)
            except ResourceNotFoundError:
                container.create_container()
                stream.seek(0)
                blob.upload_blob(stream, overwrite=replace, max_concurrency=2)
        return Reply(201, json.dumps(triggers.ingest(client.app, blob).to_json()).encode())
    except ResourceExistsError:
        raise CommandError(_TAKEN) from None
    except AppError as error:
        raise _as_command_error(error) from None
    except Exception as error:
        known = as_app_error(error)
        if known is None:
            raise
        raise _as_command_error(known) from None


def _as_command_error(error: AppError) -> CommandError:
    return Unreachable(error.message) if error.http_status >= 500 else CommandError(error.message)


def _name(chosen: argparse.Namespace, file: str) -> str:
    """Of a walked directory the path below it, with the directory's own name; of a file its name."""
    own = chosen.name or ("stdin" if file == files.STDIN else _below(chosen.files, file))
    name: str = chosen.prefix + own
    if problem := _problem(name):
        raise CommandError(f"{problem} Give a --name.")
    return name


def _problem(name: str) -> str | None:
    try:
        checked(name)
    except AppError as error:
        return error.message
    return None


def _below(arguments: list[str], file: str) -> str:
    for argument in arguments:
        if argument != file and Path(argument).is_dir() and Path(file).is_relative_to(argument):
            top = Path(argument).resolve().name
            return posixpath.join(top, Path(file).relative_to(argument).as_posix())
    return Path(file).name


def _row(body: dict[str, Any]) -> dict[str, Any]:
    ids = len(body["sightings"]) if "sightings" in body else sum(body.get("counts", {}).values())
    return {**body, "ids": ids, "status": body.get("status", "done")}


def _not_read(failures: list[str], file: str, error: OSError) -> None:
    failures.append(file)
    note(f"{_shown(file)}: {error.strerror or 'could not be read'}")


def _shown(file: str) -> str:
    return os.fsencode(file).decode("utf-8", "replace")
