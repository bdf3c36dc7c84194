"""How long a thread may read a store, for servers that answer requests of others."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nbtrack import process

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE = "Reading took too long and was cancelled: narrow the filter, or choose fewer experiments"


class ReadDeadline(threading.local):
    """When a thread has to stop reading, by `time.monotonic`; None when there is no limit."""

    end: float | None = None


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Cancel with `InvalidValue` what this thread reads for longer than so many seconds."""
    deadline = process.state(ReadDeadline)
    deadline.end = time.monotonic() + seconds
    try:
        yield
    finally:
        deadline.end = None


def end() -> float | None:
    """Return when, by `time.monotonic`, this thread has to stop reading; None when there is no limit."""
    return process.state(ReadDeadline).end


def has_passed() -> bool:
    """Tell whether this thread should have stopped reading."""
    moment = end()
    return moment is not None and time.monotonic() >= moment
