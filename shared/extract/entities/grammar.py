"""The tokens of every notation that writes names and values: quotes, separators and escapes may be any.

Every repetition is bounded, so a token never looks farther ahead than `LOOK_AHEAD`: that is what makes the result
independent of how the text was cut into chunks.
"""

from __future__ import annotations

import re

LOOK_AHEAD = 16 * 1024
_STRING = 4000
_SPACE = r"[ \t\n\xa0]{0,256}"
_QUOTE = r"(?:\\{0,32}(?:[\"'`]|u002[27]))"
_HEADER = r"[A-Z]\w{0,40}(?:-[A-Z]\w{0,40}){1,4}:[ ]"  # of HTTP
_ASSIGNED = rf"(?:[A-Za-z_@][\w@.]{{0,40}}(?:=(?!=)|[ ]?=>|:(?=[^\s\d/\\]|\d{{4}}-|[ ][{{\[]))|{_HEADER})"
_NEXT = rf"[ \t]{{1,64}}{_ASSIGNED}"  # `name:value name:value` of Go, `k=v k=v`
_BARE = rf"(?!{_ASSIGNED}(?!//))(?:(?!{_NEXT})[^\n\"'`,;{{}}\[\]()<>|]){{0,1000}}"
_TYPE = r"(?:\w{1,32}\(\d{0,9}\)[ ]|chr[ ]|[buBU@]{1,2})?"  # before a string: PHP, R, Python, Objective-C
# A string goes on behind its quotes: `'...' +` of Node, adjacent literals of Python. A name may not follow.
_JOINED = (
    rf"(?P=quote)[ ]{{0,8}}\+?[ ]{{0,8}}\n[ \t>|]{{0,256}}(?P=quote)"
    rf"(?=[^\n\"']{{0,{_STRING}}}(?P=quote)[ \t]{{0,8}}(?:[,;)}}\]\n+]|\Z))"
)
_NOT_JOINED = r"(?![ ]{0,8}\+?\n[ \t]{0,64}\"[^\"\n]{0,2000}\"[ ]{0,8}[,;)}\]\n+])"
_TORN = r"\n[{\[][\"{]"  # a line that begins a record: the string before it has no end
# Only the numbers count: what follows them is the zone, and the service writes UTC.
_ZONE = r"[^()\n]{0,80}(?:\([^()\n]{0,80}\)){0,2}[^()\n]{0,40}"
_MOMENT = rf"(?:datetime\.)?datetime\((?P<moment>\d{{4}}(?:,[ ]?\d{{1,6}}){{2,6}}){_ZONE}\)"
_OPENS = r"[@\#%&]?(?:[\w.:]{0,64}|[Aa]rray[ ])[{\[(]"

TOKEN = re.compile(
    rf"""
      (?P<line>(?:\n|(?:\\{{1,8}}r)?\\{{1,8}}n)(?P<indent>(?:[ \t>|*]|\.\.|\$[ ]){{0,256}})(?P<item>-[ ]{{1,8}})?)
    | (?P<comment>(?<![^\s{{}},;\[\]])//[ ][^\n]{{0,1000}}|/\*(?:[^*]|\*(?!/)){{0,2000}}\*/)
    | (?P<type>\b\w{{1,32}}\(\d{{0,9}}\))
    | ""(?P<name>[A-Za-z_@$][\w@$.\-]{{0,63}})""[ ]?:[ ]?(?:""(?![{{\[])(?P<doubled>(?:[^"]|"(?!")){{0,{_STRING}}})"")?
    | (?P<index>\[{_QUOTE}?)?(?P<key>[A-Za-z_@$](?:[\w@$.\-]|[ ](?=[A-Z])){{0,63}}){_QUOTE}?(?(index)\]|)
      [ \t]{{0,64}}(?:=>{_SPACE}|:=|:(?!//)|=)(?!=)[ \t]{{0,256}}
      (?:
          "(?P<json>(?![{{\[ ])[^"\\\n]{{0,{_STRING}}})"(?=[,}}\]\s]){_NOT_JOINED}
        | {_TYPE}(?P<quote>\\{{0,32}}(?:["'`]|u002[27]))(?!{_SPACE}(?:\\{{1,32}}[nrt]|[ ]){{0,64}}[{{\[])
          (?P<string>(?:(?!(?P=quote)|{_TORN})(?:[^\\]|\\{{1,32}}.)|{_JOINED}){{0,{_STRING}}}+)
          (?:(?P=quote)(?![ ]{{0,4}}(?:=>|:[ "'\n]))|(?P<cut>(?!(?P=quote))))
        | {_MOMENT}
        | \[(?P<boxed>\w{{1,64}})\]
        | (?={_SPACE}[buBU@]{{0,2}}{_QUOTE}?(?:\\{{1,32}}[nrt]|[ ]){{0,64}}{_OPENS})
        | (?:Array|Object|stdClass[ ]Object|List[ ]of[ ]\d{{1,6}})[ ]{{0,8}}(?=\n)
        | (?P<url>https?:[^\s"'`,;<>(){{}}\[\]|]{{0,2000}})
        | (?P<bare>{_BARE})
      )
    | (?P<mark>["'`])(?P<element>[^"'`\n\\]{{1,1000}})(?P=mark)(?=[ \t\n]{{0,64}}[,\])])
    | (?P<open>[{{\[(])
    | (?P<close>[}}\])])
    | (?P<free>(?:https?(?::|%3A)(?:\\?/|%2F){{2}}|/speechtotext/)[^\s"'`,;<>(){{}}\[\]|]{{1,2000}})
    | (?P<skip>\\{{1,32}}u002[27]|\w{{1,64}}|[ \t,]{{1,256}})
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
# A line that goes on with a record begins with a name; any other begins a record of its own.
NAMED_LINE = re.compile(r"[\"'\[]{0,3}([A-Za-z_@$][\w@$.\- ]{0,40})[\"'\]]{0,3}[ \t]*(?::(?!//)|=)", re.ASCII)
SECTION = re.compile(r"\[{1,2}([A-Za-z_][\w.\-]{0,63})\]{1,2}[ \t]*", re.ASCII)  # TOML, INI
# R prints the path of a value, `$model$self`, on one line and the value, `[1] "..."`, on the next.
R_PATH = re.compile(r"(?:\[\[\d{1,6}\]\])?((?:\$[\w.]{1,64}){1,8})[ ]{0,8}", re.ASCII)
R_VALUE = re.compile(r"[ ]{0,16}\[1\] \"?([^\n\"]{0,2000})\"?[ ]{0,8}")
_ESCAPE = re.compile(r"\\+(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t"}
_JOINT = re.compile(r"[\"'`][ ]{0,8}\+?[ ]{0,8}\n[ \t>|]{0,256}[\"'`]")


def unescaped(text: str) -> str:
    """A string's value: whichever language wrote it, these escapes mean the same."""
    if "\n" in text:
        text = _JOINT.sub("", text)
    return _ESCAPE.sub(_plain, text) if "\\" in text else text


def moment(numbers: str) -> str:
    """The arguments of Python's `datetime` as ISO 8601."""
    year, month, day, hour, minute, second, micro = (*map(int, numbers.split(",")), 0, 0, 0, 0)[:7]
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{micro:06d}Z"


def _plain(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _SIMPLE.get(code, code)
