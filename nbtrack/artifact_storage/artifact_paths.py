"""The one place that decides which artifact paths are safe."""

from __future__ import annotations

from nbtrack.errors import InvalidValue, Refused

_MOST = 2_000


def clean(path: object) -> str:
    """Return a relative artifact path in its plain form, without ``.`` and doubled slashes; ``""`` is the root.

    Raises
    ------
    Refused
        When it is absolute, names a drive, or has ``..`` or a backslash in it.
    InvalidValue
        When it is no text, too long, or holds control characters.
    """
    if path is None:
        return ""
    text = str(path) if isinstance(path, str) or hasattr(path, "__fspath__") else None
    if text is None:
        msg = f"an artifact path must be text, not {type(path).__name__}"
        raise InvalidValue(msg)
    if len(text) > _MOST:
        msg = f"an artifact path may have {_MOST:,} characters, and {text[:40]!r}… has {len(text):,}"
        raise InvalidValue(msg)
    if any(ord(each) < 32 or each == "\x7f" or "\ud800" <= each <= "\udfff" for each in text):
        msg = f"the artifact path {text[:200]!r} holds control characters"
        raise InvalidValue(msg)
    parts = [each for each in text.split("/") if each not in {"", "."}]
    if text.startswith("/") or "\\" in text or ".." in parts or (parts and _drive(parts[0])):
        msg = f"the artifact path {text[:200]!r} would leave the run's folder: give one relative to it, with '/'"
        raise Refused(msg, "INVALID_PARAMETER_VALUE")
    return "/".join(parts)


def _drive(part: str) -> bool:
    return len(part) == 2 and part[1] == ":" and part[0].isalpha()


def joined(*parts: object) -> str:
    """Return the clean path of the parts below one another, leaving out the empty ones."""
    return "/".join(each for each in (clean(part) for part in parts) if each)
