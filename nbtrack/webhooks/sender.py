"""The thread that posts queued messages to the webhook, and the queue files.

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
"""Attempts before a message is dropped."""
FIRST_WAIT = 1.0
"""Seconds before the second attempt; the delay doubles with each further attempt."""
TIMEOUT = 10.0
"""Timeout of a request, in seconds."""
SECONDS_AT_EXIT = 3.0
"""Seconds that the exit of the program waits for unsent messages; the rest stays in the file."""
OLDEST = 24 * 3600
"""Seconds after which a message is dropped."""


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
        """Append a message to the queue file of this process, from which it is sent.

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
        """Start the thread, which first sends the messages of dead processes."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="nbtrack-webhook", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Wait a moment for unsent messages, and end the thread; the rest stays in the file."""
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
        """Start afresh in a forked child; queued messages belong to the parent."""
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
        """Send the messages in a queue file; return whether all of them are sent or dropped."""
        for call, end in file.calls():
            if not self._is_done(call):
                return False
            file.acknowledge(end)
        return True

    def _is_done(self, call: Any) -> bool:
        """Send or drop a message; return False if the program exits first."""
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
    """Post a message; return the error, if any, without the URL, which may contain a secret."""
    import httpx

    try:
        now = settings.current()
        if now.webhook is None:
            return "the webhook was removed from the settings"
        answer = httpx.post(now.webhook, json=in_form(message, now.webhook_form, now.webhook), timeout=TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL, NbtrackError) as error:
        return type(error).__name__
    return _refusal(answer)


def _refusal(answer: httpx.Response) -> str | None:
    return None if answer.is_success else f"it answered {answer.status_code}"
