"""Code as a list of comparable statements: spaces, line breaks, comments and the kind of quotes don't count."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAGIC = re.compile(r"^(\s*)([%!?].*)$")
_TRACK = re.compile(r"^%%(track|scratch)\b")
_PLAIN_STRING = re.compile(r"""([A-Za-z]*)(?:'([^'"\\\n]*)'|"([^'"\\\n]*)")""")
_NO_CODE = frozenset({tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})
_COMMA, _CLOSING = frozenset(","), frozenset(")]}")


class Unit(NamedTuple):
    """A statement, or the header of a compound statement."""

    tokens: tuple[str, ...]
    """What it says."""
    depth: int
    """How many blocks it is nested in."""
    line: int
    """The line that it begins on, from 1."""
    text: tuple[str, ...]
    """Its lines as written."""


def units(source: str) -> list[Unit]:
    """Return the statements of a cell or a module, in order; without the line of ``%%track``.

    Code that is not valid Python is compared by its lines.
    """
    lines = lines_of_cell(source)
    try:
        return list(_statements(lines))
    except (tokenize.TokenError, SyntaxError):
        found = ((number, each) for number, each in enumerate(lines, 1) if each.strip())
        return [Unit(tuple(each.split()), 0, number, (each,)) for number, each in found]


def written(source: str) -> list[str]:
    """Return the lines of code as written, comments included, without blank lines and that of ``%%track``."""
    return [each.rstrip() for each in lines_of_cell(source) if each.strip()]


def lines_of_cell(source: str) -> list[str]:
    """Return the lines of a cell, with that of ``%%track`` empty."""
    return ["" if _TRACK.match(each) else each for each in source.expandtabs().splitlines()]


def as_python(lines: Iterable[str]) -> str:
    """Return lines of a cell as Python, in which magics are string literals."""
    return "\n".join(_MAGIC.sub(_as_text, each) for each in lines) + "\n"


def _statements(lines: list[str]) -> Iterator[Unit]:
    python = as_python(lines)
    said: list[str] = []
    depth = first = 0
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        depth += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        if token.type == tokenize.NEWLINE and said:
            last = token.start[0]
            yield Unit(tuple(_without_final_commas(said)), depth, first, tuple(lines[first - 1 : last]))
            said = []
        elif token.type not in _NO_CODE and token.string:
            first = first if said else token.start[0]
            said.append(_canonical(token))


def _as_text(magic: re.Match[str]) -> str:
    """Return the line of a magic as a Python expression."""
    return magic[1] + repr(magic[2])


def _canonical(token: tokenize.TokenInfo) -> str:
    """Return a token as it would be with double quotes."""
    plain = _PLAIN_STRING.fullmatch(token.string) if token.type == tokenize.STRING else None
    return token.string if plain is None else f'{plain[1].lower()}"{plain[2] or plain[3] or ""}"'


def _without_final_commas(tokens: list[str]) -> Iterator[str]:
    """Yield tokens without the commas that formatters add before a closing bracket; that of a tuple of one stays."""
    opened: list[bool] = []
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if token in {"(", "[", "{"}:
            before = tokens[place - 1] if place else ""
            opened.append(token in {"[", "{"} or before.isidentifier() or before in _CLOSING)
        elif token in _CLOSING and opened:
            opened.pop()
        if not (token in _COMMA and following in _CLOSING and opened and opened[-1]):
            yield token
