"""A limit on how long a thread may read a store, for servers that handle requests."""

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
    """The deadline of a thread by `time.monotonic`, or None."""

    end: float | None = None


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Cancel with `InvalidValue` reads of this thread that take longer than this."""
    deadline = process.state(ReadDeadline)
    deadline.end = time.monotonic() + seconds
    try:
        yield
    finally:
        deadline.end = None


def end() -> float | None:
    """Return the deadline of this thread by `time.monotonic`, or None."""
    return process.state(ReadDeadline).end


def has_passed() -> bool:
    """Return whether the deadline of this thread has passed."""
    moment = end()
    return moment is not None and time.monotonic() >= moment
