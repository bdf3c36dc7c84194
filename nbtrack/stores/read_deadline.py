"""How long reading a store may take, for those who answer strangers."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN_UP = "reading took too long and was given up: narrow the filter, or ask for fewer experiments"
"""What is told then."""

_own = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Have what this thread reads meanwhile end after so many seconds, with `InvalidValue`."""
    _own.end = time.monotonic() + seconds
    try:
        yield
    finally:
        _own.end = None


def end() -> float | None:
    """Return when, by `time.monotonic`, this thread has to stop reading; None when it may take its time."""
    found: float | None = getattr(_own, "end", None)
    return found


def is_over() -> bool:
    """Tell whether this thread should have stopped reading."""
    moment = end()
    return moment is not None and time.monotonic() >= moment
