"""Taking secrets out of what is kept: values, free text, and source code. The lines stay as many as they are."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.lineage.literals import secret_strings
from nbtrack.lineage.secrets import (
    MASK,
    is_secret_under,
    is_token,
    looks_secret,
    masked,
    without_shapes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_SHORTEST = 5
"""The fewest characters of a secret that is looked for wherever it may stand."""
_COLOUR = r"(?:\x1b\[[\d;]*m)*"
_NAME = r"(?P<name>(?:(?<![\w.-])|(?<=\dm))[.-]{0,2}[A-Za-z_][\w.-]{0,200})"
_SIGN = rf"(?P<sign>\\?['\"]?\]?{_COLOUR}[ \t]*{_COLOUR}(?:=>|[:=]){_COLOUR}[ \t]*{_COLOUR}[bBrRuUfF]{{0,2}}"
_NAMED = re.compile(
    rf"{_NAME}{_SIGN}\\?(?P<quote>[\"'])(?!(?P=quote)){_COLOUR})(?P<text>(?:\\[^\n]|(?!(?P=quote))[^\\\n\x1b])*)"
)
"""``name = "text"``, ``'name': 'text'``, in colour or not; without its end, all that is left of the line."""
_NAMED_LONG = re.compile(
    rf"{_NAME}{_SIGN}(?P<quote>\"\"\"|\'\'\'){_COLOUR})(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?=(?P=quote))", re.DOTALL
)
_BARE = re.compile(rf"{_NAME}(?P<sign>=|:[ \t]+)(?P<text>[^\s'\"(){{}}\[\],;$<>=\x1b]+)(?![\w(])")
"""``NAME=text``, ``name: text``."""
_OPTION = re.compile(r"(?<!\S)--(?P<name>[\w-]{1,80})(?P<sign>=|[ \t]+)(?P<text>[^\s'\"-][^\s'\"]*)")
"""``--name text``."""
_HEADER = re.compile(
    r"(?P<name>\b(?:proxy-)?authorization\b['\"]?\]?[ \t]*[:=][ \t]*(?:[bf]?['\"])?)"
    r"(?P<scheme>(?:bearer|basic|token|digest|apikey)[ \t]+)?(?P<text>[^\s'\",\x1b]+)",
    re.IGNORECASE,
)
_COOKIE = re.compile(
    r"(?P<name>\b(?:set-)?cookie\b['\"]?[ \t]*:[ \t]*['\"]?)(?P<text>\w[^\s'\"=]*=[^\n'\"\x1b]+)", re.IGNORECASE
)
_BEARER = re.compile(r"(?i)\b(?P<name>bearer[ \t]+)(?P<text>(?=[\w.~+/=-]*\d)[\w.~+/=-]{16,})")
_HINT = re.compile(r"(?i)pass|pw|secret|token|cred|auth|bearer|cookie|key")
_ENV = re.compile(r"%(?:set_)?env\s+(?P<name>[\w.-]+)[ =]+(?P<text>.+)")
_MAGIC = re.compile(r"[ \t]*(?:[%!?]|\w+[ \t]*=[ \t]*[%!])")


# --- values


def redact_value(key: str, value: Any) -> Any:
    """Return a value, its strings that are secrets by their key or their shape replaced by ``***``.

    Parameters
    ----------
    key : str
        The name it is kept under, dotted or not.
    value : object
        A scalar, or a list, tuple or dict of them; anything else comes back as it is.
    """
    if type(value) is str:
        return MASK if is_secret_under(key, value) or looks_secret(value) or _in_text(value) else value
    if type(value) is list or type(value) is tuple:
        return type(value)(redact_value(key, one) for one in value)
    if type(value) is dict:
        return {name: redact_value(f"{key}.{name}", one) for name, one in value.items()}
    return value


def _in_text(value: str) -> bool:
    return bool(_HINT.search(value)) and redact_text(value) != value


def known_secrets(namespace: Mapping[str, object]) -> frozenset[str]:
    """Return the texts that names of secrets hold, to be looked for in what a cell puts out."""
    return frozenset(
        value
        for name, value in namespace.items()
        if type(value) is str and is_secret_under(str(name), value) and not (value.isalpha() and is_token(str(name)))
    )


# --- text


def redact_text(text: str, known: Iterable[str] = ()) -> str:
    """Return what a cell put out, or a traceback, without the secrets in it.

    Parameters
    ----------
    text : str
        May hold the colours of a terminal.
    known : iterable of str
        Secrets that are to be found wherever they stand.
    """
    text = _without_known(without_shapes(text), known)
    return _by_line(_without_named_long(text), _redacted_line)


def _by_line(text: str, redacted: Callable[[str], str]) -> str:
    """Return a text with the lines redacted that have anything to do with secrets."""
    if not _HINT.search(text):
        return text
    return "\n".join(redacted(line) if _HINT.search(line) else line for line in text.split("\n"))


def _redacted_line(line: str) -> str:
    line = _BEARER.sub(rf"\g<name>{MASK}", _without_named(line))
    return _OPTION.sub(_masked_option, _BARE.sub(_masked_bare, line))


def _without_named(line: str) -> str:
    """Return a line without headers and quoted strings that stand under the name of a secret."""
    line = _COOKIE.sub(rf"\g<name>{MASK}", _HEADER.sub(_masked_header, line))
    return _NAMED.sub(_masked_named, line)


def _without_named_long(text: str) -> str:
    quoted = '"""' in text or "'''" in text
    return _NAMED_LONG.sub(_masked_long, text) if quoted and _HINT.search(text) else text


def _masked_long(found: re.Match[str]) -> str:
    hidden = is_secret_under(found["name"], found["text"])
    return f"{found['name']}{found['sign']}{masked(found['text']) if hidden else _without_named_long(found['text'])}"


def _without_known(text: str, known: Iterable[str]) -> str:
    longest_first = sorted({one for one in known if len(one) >= _SHORTEST}, key=len, reverse=True)
    if not longest_first:
        return text
    anywhere = "|".join(re.escape(one) for one in longest_first)
    return re.sub(rf"(?<!\w)(?:{anywhere})(?!\w)", lambda found: masked(found[0]), text)


def _masked_header(found: re.Match[str]) -> str:
    scheme = found["scheme"] or ""
    hidden = scheme or _is_random(found["text"], 6)
    return f"{found['name']}{scheme}{MASK}" if hidden else found[0]


def _masked_named(found: re.Match[str]) -> str:
    if not is_secret_under(found["name"], found["text"]):
        return found[0]
    return f"{found['name']}{found['sign']}{masked(found['text'])}"


def _masked_bare(found: re.Match[str]) -> str:
    name, sign, value = found["name"], found["sign"], found["text"]
    if not is_secret_under(name, value) or value.startswith(MASK) or _is_plain(value):
        return found[0]
    loud = name.isupper() and sign == "="
    return f"{name}{sign}{MASK}" if loud or _is_random(value, 4) else found[0]


def _masked_option(found: re.Match[str]) -> str:
    hidden = is_secret_under(found["name"], found["text"]) and _is_random(found["text"], 4)
    return f"--{found['name']}{found['sign']}{MASK}" if hidden else found[0]


def _is_plain(value: str) -> bool:
    """Tell whether a value is a number, or one of Python's own words."""
    try:
        float(value.rstrip(".,"))
    except ValueError:
        return value.rstrip(".,").lower() in {"none", "null", "true", "false", "str", "bearer", "basic", "token"}
    return True


def _is_random(value: str, shortest: int) -> bool:
    """Tell whether a value is no word of a language."""
    return len(value) >= shortest and (not value.isalpha() or len(value) > 20) and not value.isnumeric()


# --- source


class _Span(NamedTuple):
    """A part of a source, from its first character to the one after its last."""

    start: tuple[int, int]
    end: tuple[int, int]


def redact_source(code: str, known: Iterable[str] = ()) -> str:
    """Return the source of a cell without the secrets in its strings, comments and magic lines.

    Parameters
    ----------
    code : str
        As it was executed, magics included.
    known : iterable of str
        Secrets that are to be found wherever they stand.
    """
    lines = code.split("\n")
    magic = _magic_lines(lines)
    python = "\n".join("" if number in magic else line for number, line in enumerate(lines))
    kept = _redacted_python(python).split("\n")
    joined = (_redacted_command(line) if number in magic else kept[number] for number, line in enumerate(lines))
    return _without_known(without_shapes("\n".join(joined)), known)


def secrets_in(code: str) -> frozenset[str]:
    """Return the strings that a source binds to names of secrets."""
    tree = _parsed(code)
    spans = secret_strings(tree) if tree is not None else ()
    return frozenset(node.value for node in spans if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _magic_lines(lines: list[str]) -> set[int]:
    if lines and lines[0].startswith("%%") and not lines[0].startswith(("%%time", "%%capture", "%%track", "%%prun")):
        return set(range(len(lines)))
    return {number for number, line in enumerate(lines) if _MAGIC.match(line)}


def _redacted_command(line: str) -> str:
    """Return a magic or shell line without secrets; here each option and variable is set to what it says."""
    return redact_text(_ENV.sub(_masked_setting, _OPTION.sub(_masked_setting, line)))


def _masked_setting(found: re.Match[str]) -> str:
    start = found.start("text") - found.start()
    return f"{found[0][:start]}{MASK}" if is_secret_under(found["name"], found["text"]) else found[0]


def _redacted_python(code: str) -> str:
    """Return Python with its secret strings and its comments redacted; text where it is none."""
    tree = _parsed(code)
    if tree is None:
        return redact_text(code)
    secret = [_Span(*_ends(node, code)) for node in secret_strings(tree)]
    try:
        pieces = list(_pieces(code, secret))
    except (tokenize.TokenError, IndentationError):
        return redact_text(code)
    return _replaced(code, pieces)


def _parsed(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _ends(node: ast.expr, code: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where a node begins and ends, in characters; the tree counts bytes."""
    lines = code.split("\n")

    def characters(line: int, column: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:column].decode(errors="ignore"))

    return characters(node.lineno, node.col_offset), characters(node.end_lineno or 0, node.end_col_offset or 0)


def _pieces(code: str, secret: list[_Span]) -> Iterator[tuple[_Span, str]]:
    """Yield the strings and comments that change, and what takes their place."""
    lines = code.split("\n")
    for span, kind in _literals(code):
        text = _cut(lines, span)
        if kind == tokenize.COMMENT:
            new = redact_text(text)
        elif any(one.start <= span.start and span.end <= one.end for one in secret):
            new = _masked_literal(text)
        else:
            new = _redacted_literal(text)
        if new != text:
            yield span, new


def _literals(code: str) -> Iterator[tuple[_Span, int]]:
    """Yield the strings, f-strings as one, and the comments of a source."""
    opened: list[tuple[int, int]] = []
    starts, ends = (getattr(tokenize, f"FSTRING_{end}", -1) for end in ("START", "END"))
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == starts:
            opened.append(token.start)
        elif token.type == ends:
            first = opened.pop()
            if not opened:
                yield _Span(first, token.end), tokenize.STRING
        elif token.type in {tokenize.STRING, tokenize.COMMENT} and not opened:
            yield _Span(token.start, token.end), token.type


def _cut(lines: list[str], span: _Span) -> str:
    (first, left), (last, right) = span
    if first == last:
        return lines[first - 1][left:right]
    return "\n".join([lines[first - 1][left:], *lines[first : last - 1], lines[last - 1][:right]])


_LITERAL = re.compile(r"(?P<prefix>\w*)(?P<quote>\"\"\"|'''|[\"'])(?P<text>.*)(?P=quote)", re.DOTALL)


def _masked_literal(literal: str) -> str:
    found = _LITERAL.fullmatch(literal)
    if found is None or not found["text"]:
        return literal
    prefix = re.sub("[fFtT]", "", found["prefix"])
    return f"{prefix}{found['quote']}{masked(found['text'])}{found['quote']}"


def _redacted_literal(literal: str) -> str:
    """Return a string without what its own text says of secrets."""
    found = _LITERAL.fullmatch(literal)
    if found is None or not _HINT.search(literal):
        return literal
    text = _by_line(_without_named_long(found["text"]), _without_named)
    return f"{found['prefix']}{found['quote']}{text}{found['quote']}"


def _replaced(code: str, pieces: list[tuple[_Span, str]]) -> str:
    lines = code.split("\n")
    for ((first, left), (last, right)), new in reversed(pieces):
        lines[first - 1 : last] = (lines[first - 1][:left] + new + lines[last - 1][right:]).split("\n")
    return "\n".join(lines)
