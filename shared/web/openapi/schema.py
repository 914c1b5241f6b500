"""JSON schemas of records and of the plain types that answers are made of."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from shared.core.records import wire_names
from shared.web.openapi.descriptions import TEXTS

Schema = dict[str, Any]
_PLAIN: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
}
TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
_CLOSED: Final = {"reached": ["yes", "no", "unknown"], "basis": ["log", "created", "local", "blob"]}
COUNTS: Final[Schema] = {"type": "object", "additionalProperties": WHOLE}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def array(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def thing(required: str, properties: Mapping[str, Schema], summary: str = "") -> Schema:
    """An object. `required` are the names that are always there."""
    known = {name: _told(name, schema) for name, schema in properties.items()}
    found: Schema = {"type": "object", "properties": known}
    if required:
        found["required"] = required.split()
    return found | ({"description": summary} if summary else {})


def more(base: Schema, required: str, properties: Mapping[str, Schema], summary: str = "") -> Schema:
    """`base` with more fields, written out: such objects stay easy to read, and to close in tests."""
    names = " ".join([*base.get("required", ()), *required.split()])
    found = thing(names, {**base["properties"], **properties}, summary or base.get("description", ""))
    return found | {name: base[name] for name in ("additionalProperties",) if name in base}


def of_record(cls: Any, *, without: tuple[str, ...] = ()) -> Schema:
    """The fields that `to_json` of a record writes. What has no default, or another than "unknown", is always there."""
    hints = get_type_hints(cls)
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for name, wire in wire_names(cls):
        if name in without:
            continue
        properties[wire] = of_type(hints[name]) | ({"enum": _CLOSED[name]} if name in _CLOSED else {})
        if _always(next(f for f in fields(cls) if f.name == name)):
            required.append(wire)
    return thing(" ".join(required), properties, _summary(cls))


def of_type(hint: Any) -> Schema:
    """None stands for "unknown", and unknown fields are left out, so it is not in the schema."""
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, type) and is_dataclass(hint):
        return ref(hint.__name__)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        (known,) = (part for part in inner if part is not type(None))
        return of_type(known)
    if origin is tuple:
        return array(of_type(inner[0]))
    if origin is Mapping:
        return {"type": "object", "additionalProperties": of_type(inner[1])}
    raise TypeError(f"no schema for {hint!r}")


def _always(field: Field[Any]) -> bool:
    return field.default_factory is MISSING and field.default not in (None, ()) and field.default != ""


def _summary(cls: type[Any]) -> str:
    """The first sentence of the docstring, unless it is the one that dataclasses make up."""
    text = cls.__doc__ or ""
    return "" if text.startswith(f"{cls.__name__}(") else " ".join(text.split()).split(". ")[0].rstrip(".") + "."


def _told(name: str, schema: Schema) -> Schema:
    text = TEXTS.get(name)
    return {**schema, "description": text} if text and "description" not in schema else schema
