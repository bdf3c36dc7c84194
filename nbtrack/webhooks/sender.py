"""The thread that posts what waits for the webhook, and the files where it waits.

What a process could not send before it ended is sent by the next one that starts a run or raises an alert.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from nbtrack import locate, settings
from nbtrack.errors import NbtrackError
from nbtrack.stores import shutdown
from nbtrack.stores.write_queue import queue_file
from nbtrack.stores.write_queue.queue_file import QueueFile
from nbtrack.webhooks.messages import in_form

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

MOST_TRIES = 5
"""How often a message is posted before it is given up."""
FIRST_WAIT = 1.0
"""Seconds before the second try; each later one waits twice as long as the one before."""
TIMEOUT = 10.0
"""Seconds that the webhook may take to answer."""
SECONDS_AT_EXIT = 3.0
"""How long the end of the program waits for what is still to be sent; the rest stays in the file."""
OLDEST = 24 * 3600
"""Seconds after which a message is of no interest any more."""


class WebhookSender:
    """Posts messages in the order in which they were added, one at a time."""

    def __init__(self) -> None:
        self._reset()
        shutdown.register(self)

    def _reset(self) -> None:
        self._file: QueueFile | None = None
        self._lock = threading.Lock()
        self._wake, self._ending = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, message: dict[str, Any]) -> None:
        """Keep a message in the file of this process, and have it sent.

        Raises
        ------
        StorageFailed
            When the file can't be written.
        """
        with self._lock:
            if self._file is None:
                self._file = QueueFile.create(_folder())
            self._file.write(json.dumps({"added": time.time(), "message": message}).encode())
        self.start()
        self._wake.set()

    def start(self) -> None:
        """Start the thread, which begins with what dead processes have left."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="nbtrack-webhook", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Wait a moment for what is still to be sent, and end the thread; the rest stays in the file."""
        limit = time.monotonic() + SECONDS_AT_EXIT
        while self._file is not None and not self._file.is_sent and time.monotonic() < limit:
            if self._thread is None or not self._thread.is_alive():
                break
            self._thread.join(0.02)
        self._ending.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(SECONDS_AT_EXIT)
        file, self._file = self._file, None
        if file is not None:
            (file.remove if file.is_sent else file.close)()

    at_exit = close

    def after_fork(self) -> None:
        """Begin anew in a forked child; what waits is the parent's."""
        if self._file is not None:
            self._file.close()
        self._reset()

    # --- the thread

    def _run(self) -> None:
        for left in queue_file.orphans(_folder()):
            (left.remove if self._drain(left) else left.close)()
        while not self._ending.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._file is not None:
                self._drain(self._file)

    def _drain(self, file: QueueFile) -> bool:
        """Send what waits in a file; return whether all of it is sent or given up."""
        for call, end in file.calls():
            if not self._is_done(call):
                return False
            file.acknowledge(end)
        return True

    def _is_done(self, call: Any) -> bool:
        """Send a message, or give it up; False where the program ends before."""
        message, added = call.get("message"), call.get("added", 0)
        if not message or time.time() - added > OLDEST:
            return True
        for number in range(MOST_TRIES):
            if self._ending.is_set():
                return False
            problem = _posted(message)
            if problem is None:
                return True
            if number + 1 < MOST_TRIES and self._ending.wait(FIRST_WAIT * 2**number):
                return False
        print(f"nbtrack: an alert was not sent to the webhook in {MOST_TRIES} tries: {problem}", file=sys.stderr)
        return True


def _folder() -> Path:
    return locate.state_folder() / "webhooks"


def _posted(message: dict[str, Any]) -> str | None:
    """Post a message; return what went wrong, without the URL, which may hold a secret."""
    import httpx

    try:
        now = settings.current()
        if now.webhook is None:
            return "there is no webhook any more"
        answer = httpx.post(now.webhook, json=in_form(message, now.webhook_form, now.webhook), timeout=TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL, NbtrackError) as error:
        return type(error).__name__
    return _refusal(answer)


def _refusal(answer: httpx.Response) -> str | None:
    return None if answer.is_success else f"it answered {answer.status_code}"
