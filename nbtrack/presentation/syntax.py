"""Code as tokens with their kinds, so that a front end can highlight it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pygments.token import _TokenType

    Piece = tuple[str, str]
    """The kind of a piece of code, and its text."""

MOST_CHARACTERS = 20_000
"""Most characters that are read as code; a longer text is one piece a line."""
LANGUAGES = {
    ".cfg": "ini",
    ".ini": "ini",
    ".ipynb": "json",
    ".js": "javascript",
    ".json": "json",
    ".py": "python",
    ".r": "r",
    ".sh": "bash",
    ".sql": "sql",
    ".toml": "toml",
    ".xml": "xml",
    ".yaml": "yaml",
    ".yml": "yaml",
}
"""The languages of files, by the suffixes of their names."""


def highlighted(lines: Sequence[str], language: str) -> list[list[Piece]]:
    """Return each line in pieces: ``comment``, ``string``, ``number``, ``keyword``, ``builtin``, ``name`` or empty."""
    text = "\n".join(lines)
    if not language or len(text) > MOST_CHARACTERS:
        return [[("", line)] if line else [] for line in lines]
    from pygments.lexers import get_lexer_by_name

    lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    return list(_by_line((_kind(token), value) for token, value in lexer.get_tokens(text)))


def _by_line(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for kind, value in pieces:
        first, *others = value.split("\n")
        line.append((kind, first))
        for each in others:
            yield _merged(line)
            line = [(kind, each)]
    yield _merged(line)


def _merged(line: Iterable[Piece]) -> list[Piece]:
    """Return a line with adjacent pieces of the same kind merged."""
    written = (piece for piece in line if piece[1])
    return [(kind, "".join(text for _, text in each)) for kind, each in groupby(written, lambda piece: piece[0])]


def _kind(token: _TokenType) -> str:
    from pygments import token as tokens

    kinds = (
        (tokens.Comment, "comment"),
        (tokens.String, "string"),
        (tokens.Number, "number"),
        (tokens.Keyword, "keyword"),
        (tokens.Operator.Word, "keyword"),
        (tokens.Name.Builtin, "builtin"),
        (tokens.Name.Function, "name"),
        (tokens.Name.Class, "name"),
        (tokens.Name.Decorator, "name"),
        (tokens.Name.Tag, "name"),
    )
    return next((kind for wider, kind in kinds if token in wider), "")
