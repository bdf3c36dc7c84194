"""The ending of a file's name."""

from __future__ import annotations

from nbtrack.errors import InvalidValue


def ending(suffix: str) -> str:
    """Return an ending in its plain form, ``.png`` for ``PNG``; an empty one stays empty."""
    if not isinstance(suffix, str):
        raise InvalidValue(f"the ending of a file's name is text, not {type(suffix).__name__}")
    bare = suffix.strip().lower().lstrip(".")
    return f".{bare}" if bare else ""
