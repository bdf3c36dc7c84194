"""The name of a value in the user's code, for a library that the value was passed to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType

OURS = __name__.partition(".")[0]


def name_of(value: Any, otherwise: str) -> str:
    """Return the name of the variable that holds a value where it was made, else `otherwise`.

    Functions that received the value as an argument are skipped: the name is that of their caller.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only access to frames
    while frame is not None and (_is_ours(frame) or _was_given(frame, value)):
        frame = frame.f_back
    if value is None or frame is None:
        return otherwise
    return next((name for name, each in frame.f_locals.items() if each is value), otherwise)


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == OURS


def _was_given(frame: FrameType, value: Any) -> bool:
    """Return whether a value was an argument of a frame's function."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    gathering = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
    names = code.co_varnames[: count + gathering]
    for number, name in enumerate(names):
        given = frame.f_locals.get(name)
        several = () if number < count else given.values() if isinstance(given, dict) else given or ()
        if given is value or any(each is value for each in several):
            return True
    return False
