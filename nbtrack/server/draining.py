"""Stopping without dropping a request.

On the first SIGTERM a server reports at ``/ready`` that it is no longer ready, so that a load balancer sends requests
elsewhere. It still answers all requests, and closes each connection after the response. Some seconds later it stops: it
no longer listens, and exits when the requests in progress are answered. SIGINT and a second SIGTERM skip the wait.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

from nbtrack import process

if TYPE_CHECKING:
    from types import FrameType


class Draining:
    """Whether this process is about to stop."""

    def __init__(self) -> None:
        self.has_begun = False


def has_begun() -> bool:
    """Return whether this process is about to stop."""
    return process.state(Draining).has_begun


def install(seconds: float) -> None:
    """Make SIGTERM start draining, and stop the server so many seconds later; call it in the main thread."""
    stop = signal.getsignal(signal.SIGTERM)
    draining = process.state(Draining)

    def begin(number: int, frame: FrameType | None) -> None:
        if draining.has_begun and callable(stop):
            stop(number, frame)
            return
        draining.has_begun = True
        timer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGTERM))
        timer.daemon = True
        timer.start()

    signal.signal(signal.SIGTERM, begin)
