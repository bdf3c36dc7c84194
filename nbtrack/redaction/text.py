"""Secrets in values and in free text: what a cell printed, a traceback, a command line. The number of lines stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.redaction.secrets import MASK, is_secret_under, is_token, looks_secret, masked, without_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_SHORTEST = 5
"""The fewest characters of a secret that is replaced wherever it occurs."""
_COLOUR = r"(?:\x1b\[[\d;]*m)*"
_NAME = r"(?P<name>(?:(?<![\w.-])|(?<=\dm))[.-]{0,2}[A-Za-z_][\w.-]{0,200})"
_SIGN = rf"(?P<sign>\\?['\"]?\]?{_COLOUR}[ \t]*{_COLOUR}(?:=>|[:=]){_COLOUR}[ \t]*{_COLOUR}[bBrRuUfF]{{0,2}}"
_NAMED = re.compile(
    rf"{_NAME}{_SIGN}\\?(?P<quote>[\"'])(?!(?P=quote)){_COLOUR})(?P<text>(?:\\[^\n]|(?!(?P=quote))[^\\\n\x1b])*)"
)
"""``name = "text"``, ``'name': 'text'``, in colour or not; without a closing quote, the rest of the line."""
_NAMED_LONG = re.compile(
    rf"{_NAME}{_SIGN}(?P<quote>\"\"\"|\'\'\'){_COLOUR})(?P<text>(?:\\.|(?!(?P=quote))[^\\])*)(?=(?P=quote))", re.DOTALL
)
_BARE = re.compile(rf"{_NAME}(?P<sign>=|:[ \t]+)(?P<text>[^\s'\"(){{}}\[\],;$<>=\x1b]+)(?![\w(])")
"""``NAME=text``, ``name: text``."""
OPTION = re.compile(r"(?<!\S)--(?P<name>[\w-]{1,80})(?P<sign>=|[ \t]+)(?P<text>[^\s'\"-][^\s'\"]*)")
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
HINT = re.compile(r"(?i)pass|pw|secret|token|cred|auth|bearer|cookie|key")


# --- values


def redact_value(key: str, value: Any) -> Any:
    """Return a value with ``***`` in place of strings that are secrets by their key or their shape.

    The key may be dotted. The value is a scalar, or a list, tuple or dict of them; anything else is returned unchanged.
    """
    if type(value) is str:
        return MASK if is_secret_under(key, value) or looks_secret(value) or _in_text(value) else value
    if type(value) is list or type(value) is tuple:
        return type(value)(redact_value(key, one) for one in value)
    if type(value) is dict:
        return {name: redact_value(f"{key}.{name}", one) for name, one in value.items()}
    return value


def _in_text(value: str) -> bool:
    return bool(HINT.search(value)) and redact_text(value) != value


def known_secrets(namespace: Mapping[str, object]) -> frozenset[str]:
    """Return the strings that are bound to names of secrets, to redact them in the output of a cell."""
    return frozenset(
        value
        for name, value in namespace.items()
        if type(value) is str and is_secret_under(str(name), value) and not (value.isalpha() and is_token(str(name)))
    )


# --- text


def redact_text(text: str, known: Iterable[str] = ()) -> str:
    """Return the output of a cell, or a traceback, without its secrets; it may contain the colour codes of a terminal.

    The secrets in `known` are replaced wherever they occur.
    """
    text = without_known(without_shapes(text), known)
    return by_line(without_named_long(text), _redacted_line)


def by_line(text: str, redacted: Callable[[str], str]) -> str:
    """Return a text with its lines redacted that mention secrets."""
    if not HINT.search(text):
        return text
    return "\n".join(redacted(line) if HINT.search(line) else line for line in text.split("\n"))


def _redacted_line(line: str) -> str:
    line = _BEARER.sub(rf"\g<name>{MASK}", without_named(line))
    return OPTION.sub(_masked_option, _BARE.sub(_masked_bare, line))


def without_named(line: str) -> str:
    """Return a line without headers and quoted strings that are named like a secret."""
    line = _COOKIE.sub(rf"\g<name>{MASK}", _HEADER.sub(_masked_header, line))
    return _NAMED.sub(_masked_named, line)


def without_named_long(text: str) -> str:
    """Return a text without the triple-quoted strings that are named like a secret."""
    quoted = '"""' in text or "'''" in text
    return _NAMED_LONG.sub(_masked_long, text) if quoted and HINT.search(text) else text


def _masked_long(found: re.Match[str]) -> str:
    hidden = is_secret_under(found["name"], found["text"])
    return f"{found['name']}{found['sign']}{masked(found['text']) if hidden else without_named_long(found['text'])}"


def without_known(text: str, known: Iterable[str]) -> str:
    """Return a text with ``***`` in place of each known secret."""
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
    """Return whether a value is a number, or a keyword of Python."""
    try:
        float(value.rstrip(".,"))
    except ValueError:
        return value.rstrip(".,").lower() in {"none", "null", "true", "false", "str", "bearer", "basic", "token"}
    return True


def _is_random(value: str, shortest: int) -> bool:
    return len(value) >= shortest and (not value.isalpha() or len(value) > 20) and not value.isnumeric()
