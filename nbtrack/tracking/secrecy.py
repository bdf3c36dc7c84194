"""Secrets that the user logs: they are kept as they are, with one warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import warn

if TYPE_CHECKING:
    from collections.abc import Iterable

_HINTS = ("key", "token", "pass", "pwd", "secret", "cred", "auth", "bearer")
_SHORTEST = 16
"""The fewest characters of a key that tells by its shape what it is."""

_warned: list[str] = []


def notice(what: str, items: Iterable[tuple[str, object]]) -> None:
    """Warn, once in a process, when a parameter or a tag that is logged looks like a secret."""
    if _warned:
        return
    for key, value in items:
        if type(value) is str and _may_be_secret(str(key), value) and _is_secret(str(key), value):
            _warned.append(str(key))
            text = f"{what} {key!r} looks like a secret; it was logged as it is, since you asked for it"
            warn(text)
            return


def _may_be_secret(key: str, value: str) -> bool:
    """Tell what costs nothing to tell: most texts are no secrets, and what knows more takes long to import."""
    named = key.lower()
    return (len(value) >= _SHORTEST and " " not in value) or any(each in named for each in _HINTS)


def _is_secret(key: str, value: str) -> bool:
    from nbtrack.redaction import secrets

    return secrets.is_secret_under(key, value) or secrets.looks_secret(value)
