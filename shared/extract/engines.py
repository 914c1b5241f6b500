"""Which engines do the heavy work: the fast ones where their wheels are installed, else those of Python itself.

The only place that chooses. Both give the same results, byte for byte: tests run everything with `PLAIN` too.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Engines:
    """`inflater(wbits)` makes an object with the interface of `zlib.decompressobj`, which raises `inflate_error`.

    `scanner`: the module of Vectorscan, None for a search word by word.
    """

    inflater: Callable[[int], Any]
    inflate_error: type[BaseException]
    scanner: Any = None


PLAIN: Final = Engines(zlib.decompressobj, zlib.error)


@cache
def fastest() -> Engines:
    """What is installed here."""
    inflater, error = _isal()
    return Engines(inflater, error, _vectorscan())


def _isal() -> tuple[Any, Any]:
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib.decompressobj, zlib.error
    return isal_zlib.decompressobj, isal_zlib.error


def _vectorscan() -> Any:
    try:
        import pyperscan
    except ImportError:
        return None
    return pyperscan
