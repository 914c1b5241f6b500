"""`upload FILE...`: files into the watched container, read at once."""

from __future__ import annotations

import argparse
import json
import posixpath
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from shared.cli import files
from shared.cli.client import FAILED, OK, Client, CommandError, Reply, Unreachable, WrongUsage
from shared.cli.connect import connect, parser_for
from shared.cli.local import Local
from shared.cli.output import chosen_format, good, note, write_json_lines, write_json_list, write_table
from shared.cli.progress import Progress
from shared.cli.reading import label
from shared.core.errors import AppError
from shared.storage.blob_names import checked

_COLUMNS: Final = ("source", "format", "ids", "status", "sourceId")
_TAKEN: Final = "A blob with this name already exists. Choose another name with --name, or add --replace."
_MOST: Final = 100 * 2**20  # what the Functions host takes; MAX_UPLOAD_MIB, which the app knows, is not above it
_TOO_LARGE: Final = (
    "It is too large for a request. Copy it into the container (az storage blob upload, azcopy), or set "
    "AzureWebJobsStorage and omit --url."
)
_EXAMPLES: Final = """\
speech-ids upload sdk.log
speech-ids upload --prefix 2026-11-22/ --replace logs/
speech-ids upload --url https://NAME.azurewebsites.net sdk.log.gz"""


def add(commands: Any) -> None:
    parser = parser_for(
        commands,
        "upload",
        "store logs and saved responses in the container, and process them",
        "Stores files in the watched container and processes them immediately. Directly on storage, there is no size "
        "limit.",
        _EXAMPLES,
        formats=("table", "json", "jsonl"),
        when_piped="jsonl",
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="file, directory (walked), or - for standard input")
    parser.add_argument("--name", help="name of the blob, for a single FILE; default: the file's own name")
    parser.add_argument("--prefix", default="", help="prefix of all names, such as logs/")
    parser.add_argument("--replace", action="store_true", help="replace blobs that already exist")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """A file that fails does not stop the others; an app that is not responding does."""
    form = chosen_format(chosen)
    failures: list[str] = []
    found = list(files.find(chosen.files, partial(_not_read, failures)))
    if chosen.name and len(found) > 1:
        raise WrongUsage("--name is for a single FILE.")
    if chosen.name and (problem := _problem(chosen.prefix + chosen.name)):
        raise WrongUsage(problem)
    with connect(chosen) as client:
        stored = _each(client, chosen, found, failures)
        match form:
            case "table":
                write_table(map(_row, stored), _COLUMNS)
            case "json":
                write_json_list(stored)
            case _:
                write_json_lines(stored)
    return FAILED if failures else OK


def _each(
    client: Client, chosen: argparse.Namespace, found: list[str], failures: list[str]
) -> Iterator[dict[str, Any]]:
    """What the app answered, for each file that was stored."""
    progress = Progress()
    for number, file in enumerate(found, 1):
        try:
            with progress:
                progress.tell(f"{number} of {len(found)}: {label(file)}")
                reply = good(_upload(client, file, _name(chosen, file), replace=chosen.replace))
        except OSError as error:
            _not_read(failures, file, error)
        except Unreachable:
            raise
        except CommandError as error:
            failures.append(file)
            note(f"{label(file)}: {error}")
        else:
            yield reply.json


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
    note(f"{label(file)}: {error.strerror or 'could not be read'}")
