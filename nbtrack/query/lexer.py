"""The lexer: filter → tokens with their positions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Token(NamedTuple):
    """A token of a filter: its kind, its text without quotes, and its position."""

    kind: str
    text: str
    column: int


_TOKEN = re.compile(
    r"""
      (?P<blank>\s+)
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<duration>(?:\d+\.?\d*|\.\d+)(?:ms|s|min|m|h|d)(?![\w.]))
    | (?P<string>'[^']*'|"[^"]*")
    | (?P<quoted>`[^`]*`)
    | (?P<operator>>=|<=|!=|<>|==|=|>|<)
    | (?P<word>[^\W\d]\w*(?:\.\w+)*)
    | (?P<mark>[(),.])
    """,
    re.VERBOSE,
)


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a filter, and one of kind ``end``.

    Raise `FilterError` at the first character that is not part of a token.
    """
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise FilterError(_unreadable(text[at]), text, at)
        kind = str(found.lastgroup)
        if kind != "blank":
            piece = found.group()
            yield Token(kind, piece[1:-1] if kind in {"string", "quoted"} else piece, at)
        at = found.end()
    yield Token("end", "", len(text))


def _unreadable(character: str) -> str:
    if character in "'\"`":
        return f"unclosed quote {character}"
    return f"{character!r} is not allowed here: put names with special characters in backticks and text in quotes"
