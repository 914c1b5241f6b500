"""The description of the API as one HTML page: made from the OpenAPI document, without script or anything from afar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any, Final

from shared.web.openapi.document import document
from shared.web.operation import Operation

_STYLE: Final = """
:root { --bg: #fbfbfd; --fg: #1b1d22; --dim: #585f6b; --line: #c9ced8; --card: #fff; --accent: #0a5bb5; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #16181d; --fg: #e8eaef; --dim: #a5adba; --line: #3b414d; --card: #1e2128; --accent: #7db8ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 64rem; background: var(--bg); color: var(--fg);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .3rem; }
h4 { font-size: .95rem; margin: .8rem 0 .2rem; }
p { margin: .4rem 0; max-width: 50rem; }
a { color: var(--accent); }
.dim { color: var(--dim); }
section.card { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); padding: .8rem 1rem;
  margin: .8rem 0; overflow-x: auto; }
code { font: .95rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-top: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
ul { columns: 18rem; padding-left: 1.2rem; margin: .4rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""
_PREFIX: Final = "#/components/schemas/"


@cache
def page(operations: tuple[Operation, ...]) -> str:
    """The whole page."""
    described = document(operations)
    info = described["info"]
    body = "".join(
        [
            f"<header><h1>{_text(info['title'])} API</h1>",
            f"<p>{_text(info['description']).replace('`', '')}</p>",
            '<p class="dim">Machine-readable: <a href="openapi.json">openapi.json</a>.',
            f" Version {_text(info['version'])}.</p></header><main>",
            *_contents(described),
            "<h2>Operations</h2>",
            *_calls(described),
            "<h2>Schemas</h2>",
            *_schemas(described["components"]["schemas"]),
            "</main>",
        ]
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{_text(info['title'])} API</title>"
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body>{body}</body></html>\n'
    )


def _operations(described: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if method == "head":
                continue  # one sentence says it of all
            yield method.upper(), path, operation


def _contents(described: Mapping[str, Any]) -> Iterator[str]:
    yield '<nav aria-label="Operations"><ul>'
    for method, path, operation in _operations(described):
        yield f'<li><a href="#{_text(operation["operationId"])}">{method} {_text(path)}</a></li>'
    yield "</ul></nav>"


def _calls(described: Mapping[str, Any]) -> Iterator[str]:
    for method, path, operation in _operations(described):
        name = _text(operation["operationId"])
        yield f'<section class="card" id="{name}"><h3><code>{method} {_text(path)}</code></h3>'
        key = "" if operation.get("security") == [] else ' <span class="dim">Needs a function key.</span>'
        yield f"<p>{_text(operation['summary'])}{key}</p>"
        yield from _table(
            "Parameters",
            ("name", "in", "type", "description"),
            (
                (_code(p["name"]), _text(p["in"]), _kind(p["schema"]), _text(p["description"]))
                for p in operation.get("parameters", ())
            ),
        )
        if "requestBody" in operation:
            yield from _body(operation["requestBody"])
        yield from _table(
            "Responses",
            ("status", "body", "description"),
            (
                (_text(status), _content(answer.get("content", {})), _text(answer["description"]))
                for status, answer in operation["responses"].items()
            ),
        )
        yield "</section>"


def _body(body: Mapping[str, Any]) -> Iterator[str]:
    for kind, media in body["content"].items():
        yield f"<h4>Body: {_text(kind)}</h4><p>{_text(body['description'])}</p>"
        fields = media.get("schema", {}).get("properties", {})
        yield from _table(
            "",
            ("field", "type", "description"),
            ((_code(name), _kind(schema), _text(schema.get("description", ""))) for name, schema in fields.items()),
        )


def _schemas(schemas: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        yield f'<section class="card" id="schema-{_text(name)}"><h3>{_text(name)}</h3>'
        yield f"<p>{_text(schema.get('description', ''))}</p>"
        if "properties" not in schema:
            yield f"<p>{_kind(schema)}</p>"
        always = schema.get("required", ())
        yield from _table(
            "",
            ("field", "type", "description"),
            (
                (
                    _code(field) + ("" if field in always else ' <span class="dim">optional</span>'),
                    _kind(inner),
                    _text(inner.get("description", "")),
                )
                for field, inner in schema.get("properties", {}).items()
            ),
        )
        yield "</section>"


def _table(title: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Cells are HTML already. Nothing where there are no rows."""
    made = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    if not made:
        return
    yield f"<h4>{_text(title)}</h4>" if title else ""
    names = "".join(f'<th scope="col">{_text(name)}</th>' for name in head)
    yield f"<table><thead><tr>{names}</tr></thead><tbody>"
    yield "".join(f"<tr>{row}</tr>" for row in made) + "</tbody></table>"


def _content(content: Mapping[str, Any]) -> str:
    parts = [
        _kind(media["schema"]) if "$ref" in media.get("schema", {}) else _text(kind) for kind, media in content.items()
    ]
    return " or ".join(parts)


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a schema in a few words, with links to the named ones."""
    if "$ref" in schema:
        name = _text(schema["$ref"].removeprefix(_PREFIX))
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "oneOf" in schema:
        return " or ".join(_kind(one) for one in schema["oneOf"])
    if "enum" in schema:
        return _text(", ".join(map(str, schema["enum"])))
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    if kind == "array":
        return f"list of {_kind(schema['items'])}"
    if kind == "object" and "properties" in schema:
        return "object: " + ", ".join(_code(name) for name in schema["properties"])
    return _text(_NAMES.get(schema.get("format", kind), kind)) + _limits(schema)


_NAMES: Final = {"date-time": "ISO 8601 time"}


def _limits(schema: Mapping[str, Any]) -> str:
    if "maximum" in schema:
        return f", {schema['minimum']} to {schema['maximum']}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: object) -> str:
    return escape(str(text))
