"""What copying, mailing, logging and collecting put around text, and how it is undone: ONE table, in this order.

`keywords` and `tail` find a carrier as the rows of the pattern table find theirs: in the same search, so blocks without
any carrier, nearly all, cost nothing. What is undone may show another carrier beneath: the search is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.extract.text import codes, encodings, hard_wraps, mails, margins
from shared.extract.text.colours import COLOURS, COLOURS_AS_TEXT
from shared.extract.text.containers import CriParts, DockerParts, Joiner, docker_records
from shared.extract.text.passes import UNSEEN, Pass, editing, removing

_LABEL: tuple[Pass, ...] = (editing(hard_wraps.edits),)  # an ID or its label


@dataclass(frozen=True, slots=True, eq=False)
class Carrier:
    """A row.

    `sign`: one byte that says all, so that it is undone before anything is searched. `undo`: one pass after the other.
    `joiner`: of carriers that tear lines. `rest`: once met, all that follows in the source has it. `whole`: undone at
    the end, in the look-back too, as it lies across the border of blocks.
    """

    name: str
    source: str
    keywords: tuple[bytes, ...]
    tail: bytes = b""
    sign: bytes = b""
    undo: tuple[Pass, ...] = ()
    joiner: type[Joiner] | None = None
    caseless: bool = False
    rest: bool = False
    whole: bool = False
    per_block: bool = True  # the first of a block is enough

    @property
    def again(self) -> bool:
        """May it come to light when others are undone, or lie within itself?"""
        return self.joiner is None and not self.rest


CARRIERS: tuple[Carrier, ...] = (
    Carrier("colour", "terminals", (), sign=b"\x1b", undo=COLOURS),
    Carrier(
        "quoted-printable",
        "mails",
        (b"content-transfer-encoding:",),
        rb" {0,4}quoted-printable",
        caseless=True,
        rest=True,
        undo=mails.QUOTED_PRINTABLE,
    ),
    Carrier(
        "quoted-printable-sign",
        "mails without their header",
        (b"=3D", b"=3d"),
        rb"(?i:(?<=[ds]=3d)|(?<=[ds]=\n=3d)|(?<=[ds]= \n=3d))(?:[0-9A-Fa-f]{32}[^0-9A-Fa-f]|[0-9A-Fa-f]{0,31}= ?\n|\")"
        rb"|[^\n]{0,76}= ?\n",
        rest=True,
        undo=mails.QUOTED_PRINTABLE,
    ),
    Carrier(
        "quoted-printable-torn",
        "mails without their header",
        tuple(word for word in hard_wraps.LABELS if word.endswith(b"id")),
        rb"[^0-9A-Za-z=]{1,6}[0-9A-Fa-f]{1,31}+= ?\n[0-9A-Fa-f]",
        caseless=True,
        rest=True,
        undo=mails.QUOTED_PRINTABLE,
    ),
    Carrier(
        "colour-text",
        "JSON, syslog and editors: colours written as text",
        (rb"\u001b[", rb"\x1b[", rb"\033[", rb"\e[", b"#033[", b"^[["),
        caseless=True,
        undo=COLOURS_AS_TEXT,
    ),
    Carrier(
        "html",
        "saved pages and mails, XML",
        (b"&#", *(b"&" + name + b";" for name in codes.NAMES), b"<wbr"),
        caseless=True,
        undo=(editing(codes.html), removing(rb"(?i:<wbr ?/?>)")),
    ),
    Carrier(
        "code",
        "JSON and programs: single characters as codes",
        (rb"\u00", rb"\u20", rb"\ufeff", rb"\x2", rb"\x3", rb"\x5", rb"\x7"),
        rb"(?:(?<=\\u00)(?:[2-7][0-9a-f]|a[0d])|(?<=\\u20)[0-6][0-9a-f]|(?<=\\ufeff)|(?<=\\x[0-9])[0-9a-f])",
        caseless=True,
        undo=(editing(codes.escapes),),
    ),
    Carrier(
        "percent",
        "URLs within URLs, forms",
        encodings.PERCENT_WORDS,
        caseless=True,
        undo=(editing(encodings.percent_codes), *UNSEEN),
    ),
    Carrier(
        "base64", "queues, web hooks, secrets", encodings.BASE64_WORDS, undo=(editing(encodings.base64_runs), *UNSEEN)
    ),
    Carrier(
        "base64-lines",
        "mails: the same over several lines",
        encodings.BASE64_HEADS,
        encodings.AFTER_BASE64_HEAD,
        undo=(editing(encodings.base64_runs), *UNSEEN),
    ),
    Carrier(
        "markdown",
        "chats and issues: signs that would be markup",
        (rb"session\_", rb"x\-connection", rb"\_id", rb"\_started", rb"\_stopped"),
        caseless=True,
        undo=(removing(rb"\\(?=[_*\[\]()#+.!~-])"),),
    ),
    Carrier(
        "column",
        "rich: messages in a column",
        margins.FILLED,
        margins.AFTER_FILLED,
        undo=(editing(margins.edits),),
    ),
    Carrier("slash", "JSON of PHP and syslog: slashes as codes", (rb":\/\/",), undo=(removing(rb"\\+(?=/)"),)),
    Carrier(
        "syslog",
        "syslog: line ends as numbers",
        (b"#012",),
        undo=(editing(codes.octal),),
    ),
    Carrier("cri-part", "container logs: a line in parts", (b" stdout P ", b" stderr P "), joiner=CriParts),
    Carrier(
        "docker-part",
        "docker: a line in parts, of which only the last ends",
        (),
        rb"(?:[^n]|[^\\]n)\", ?\"stream\": ?\"std",
        joiner=DockerParts,
    ),
    Carrier(
        "docker-record",
        "docker: a body over many records",
        (b'{"log":"', b'{"log": "'),
        undo=(editing(docker_records),),
    ),
    Carrier(
        "torn-value",
        "PowerShell: values of Format-List, cut at the width of the terminal",
        (hard_wraps.VALUES,),
        hard_wraps.AFTER_VALUES,
        whole=True,
        undo=(editing(hard_wraps.value_edits),),
    ),
    Carrier(
        "torn-url",
        "terminals and mails: a hard wrap within the URL of an entity",
        hard_wraps.URL_WORDS,
        hard_wraps.AFTER_URL_WORD,
        whole=True,
        undo=(editing(hard_wraps.url_edits),),
    ),
    Carrier(
        "torn-head",
        "terminals and mails: a hard wrap within a label",
        hard_wraps.HEADS,
        hard_wraps.AFTER_HEAD,
        caseless=True,
        whole=True,
        undo=_LABEL,
    ),
    Carrier(
        "torn-tail",
        "the same",
        hard_wraps.TAILS,
        hard_wraps.AFTER_TAIL,
        caseless=True,
        whole=True,
        undo=_LABEL,
    ),
    Carrier(
        "torn-digits",
        "a hard wrap within the first digits",
        hard_wraps.LABELS,
        hard_wraps.AFTER_LABEL,
        caseless=True,
        whole=True,
        undo=_LABEL,
    ),
)
BY_SIGN = tuple(carrier for carrier in CARRIERS if carrier.sign)
SEARCHED = tuple(carrier for carrier in CARRIERS if not carrier.sign)
