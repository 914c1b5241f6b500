"""How to reach the storage account: by connection string, or by managed identity."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.settings.values import STORAGE, Values
from shared.speech import clouds


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Either a connection string or the service addresses that are opened with a managed identity."""

    connection_string: str | None = field(default=None, repr=False)
    blob_url: str | None = None
    queue_url: str | None = None
    table_url: str | None = None
    client_id: str | None = None


def read_storage(values: Values) -> StorageSettings:
    """The connection string if there is one; else the service addresses, which an account name can give."""
    whole = (values.env.get(STORAGE) or "").strip()
    if whole:
        if not _is_connection_string(whole):
            values.wrong(STORAGE, NOT_A_CONNECTION_STRING)
        return StorageSettings(connection_string=whole)
    urls = {kind: _address(values, kind) for kind in ("blob", "queue", "table")}
    missing = [f"{STORAGE}__{kind}ServiceUri" for kind, url in urls.items() if not url]
    if missing:
        values.wrong(
            STORAGE,
            "is not set; provide a connection string (UseDevelopmentStorage=true for Azurite), or "
            f"{STORAGE}__accountName, or {', '.join(missing)}",
        )
    return StorageSettings(
        None, urls["blob"], urls["queue"], urls["table"], values.env.get(f"{STORAGE}__clientId") or None
    )


NOT_A_CONNECTION_STRING = (
    "is not a connection string of Azure Storage; copy it again, or use UseDevelopmentStorage=true for Azurite"
)


def _address(values: Values, kind: str) -> str | None:
    account = values.env.get(f"{STORAGE}__accountName")
    usual = f"https://{account}.{kind}.{clouds.PUBLIC.storage}" if account else None
    return values.env.get(f"{STORAGE}__{kind}ServiceUri") or usual


def _is_connection_string(text: str) -> bool:
    """Does it name an account and a way to sign in? Only storage can tell whether they are right."""
    fields = {name.strip().lower() for name, _, value in (part.partition("=") for part in text.split(";")) if value}
    signs_in = fields & {"accountkey", "sharedaccesssignature"} and fields & {"accountname", "blobendpoint"}
    return "usedevelopmentstorage" in fields or bool(signs_in)
