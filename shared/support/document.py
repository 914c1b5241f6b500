"""A small document model with two renderings. Every part is escaped on its way out, also what the app itself says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from shared.support import escaping

CODE_CAP: Final = 1200
PROSE_CAP: Final = 1200


@dataclass(frozen=True, slots=True)
class Code:
    """A value or a line of code, shown as it is."""

    text: str


Part = str | Code


@dataclass(frozen=True, slots=True)
class Block:
    """`level` is that of a heading, or how deep an item is indented (0, 1)."""

    kind: Literal["heading", "paragraph", "item", "quote"]
    parts: tuple[Part, ...]
    level: int = 0


def heading(level: int, *parts: Part) -> Block:
    return Block("heading", parts, level)


def paragraph(*parts: Part) -> Block:
    return Block("paragraph", parts)


def item(*parts: Part, depth: int = 0) -> Block:
    return Block("item", parts, depth)


def quote(line: str) -> Block:
    """A line of what a person wrote."""
    return Block("quote", (line,))


def to_markdown(blocks: Iterable[Block]) -> str:
    """CommonMark. Items stand in one list, everything else is set apart by an empty line."""
    return _joined([(block, _markdown(block)) for block in blocks])


def to_text(blocks: Iterable[Block]) -> str:
    """For forms and mails that show Markdown as it is written."""
    return _joined([(block, _text(block)) for block in blocks])


def _markdown(block: Block) -> str:
    inner = "".join(
        escaping.code(part.text, CODE_CAP)
        if isinstance(part, Code)
        else _spaced(part, escaping.markdown(part, PROSE_CAP))
        for part in block.parts
    ).strip()
    match block.kind:
        case "heading":
            return f"{'#' * block.level} {escaping.at_start(inner)}"
        case "item":
            return f"{'  ' * block.level}- {escaping.at_start(inner)}"
        case "quote":
            return f"> {escaping.at_start(inner)}"
    return escaping.at_start(inner)


def _text(block: Block) -> str:
    inner = "".join(
        escaping.plain(part.text, CODE_CAP)
        if isinstance(part, Code)
        else _spaced(part, escaping.plain(part, PROSE_CAP))
        for part in block.parts
    ).strip()
    match block.kind:
        case "heading":
            return f"{inner}\n{('=' if block.level == 1 else '-') * min(len(inner), 100)}"
        case "item":
            return f"{'  ' * block.level}- {inner}"
        case "quote":
            return f"    {inner}"
    return inner


def _spaced(raw: str, made: str) -> str:
    """The blank at either end of a part of a sentence, which the cleaning takes away."""
    before = " " if raw[:1] == " " and made else ""
    after = " " if len(raw) > 1 and raw[-1:] == " " and made else ""
    return f"{before}{made}{after}"


def _joined(rendered: Sequence[tuple[Block, str]]) -> str:
    lines: list[str] = []
    before: Block | None = None
    for block, line in rendered:
        close = before is not None and before.kind == block.kind and block.kind in ("item", "quote")
        if before is not None and not close:
            lines.append("")
        # Two quoted lines in a row would flow together to one.
        if close and block.kind == "quote" and line.startswith(">"):
            lines.append(">")
        lines.append(line)
        before = block
    return "\n".join(lines) + "\n"
