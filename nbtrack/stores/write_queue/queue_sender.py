"""The sender: a thread that sends queued calls to the server in order until they are acknowledged."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nbtrack.errors import NbtrackError, NotFound, Refused, Unreachable, WrongState
from nbtrack.stores.write_queue import queue_file
from nbtrack.stores.write_queue.queue_format import Batch, batches

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.stores.rest import RestStore
    from nbtrack.stores.write_queue.queue_file import QueueFile

LINGER = 0.1
"""Seconds for which points are collected before they are sent."""
IDLE = 5.0
"""Seconds after which an idle sender looks for queues of other processes."""
LONGEST_WAIT = 30.0
TRIES = 4
"""Attempts to send a batch to which the server answers with an internal error, before the batch is split."""
HOPELESS = 3
"""Failed rounds after which `wait` waits for only one more."""
_UNAVAILABLE = (Unreachable, Refused)


class Sender:
    """Sends the queue of this process, and those that dead processes left.

    Parameters
    ----------
    store : RestStore
        The server, through a transport that does not retry.
    folder : Path
        Where the queue files for this server are.
    beat : callable
        Called in each round; queues heartbeats when they are due.
    """

    def __init__(self, store: RestStore, folder: Path, beat: Callable[[], None]) -> None:
        self._store, self.folder, self._beat = store, folder, beat
        self.file: QueueFile | None = None
        self._reset()

    def _reset(self) -> None:
        self.trouble: NbtrackError | None = None
        """The reason why the server currently accepts nothing."""
        self.refusals: list[str] = []
        """What the server refused permanently, and the user was not told yet."""
        self._failures = self._rounds = self._tries = 0
        self._wake, self._hurry = threading.Event(), threading.Event()
        self._done = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._orphans_checked, self._check_orphans = 0.0, False

    @property
    def is_done(self) -> bool:
        """Whether the server has all that this process has written."""
        return self.file is None or self.file.is_sent

    def wake(self) -> None:
        """Wake the thread after a write; cheap when it is awake."""
        if not self._wake.is_set():
            self._wake.set()

    def start(self) -> None:
        """Start the thread; at interpreter exit, when none can start, `wait` sends instead."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stop = threading.Event()
        thread = threading.Thread(target=self._run, name="nbtrack-sender", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._thread = thread

    def wait(self, seconds: float, *, whole: bool = False) -> bool:
        """Wait until the server has everything written so far, and return whether it has.

        A `whole` wait includes the queues of dead processes.
        """
        own = self.file
        end = own.end if own is not None else 0
        self._check_orphans = self._check_orphans or whole
        if self._thread is None or not self._thread.is_alive():
            self._try()
            return own is None or own.acknowledged_position >= end
        limit = time.monotonic() + seconds
        with self._done:
            begun = self._rounds
            while not self._enough(own, end, begun + 2 * whole):
                hopeless = self._failures >= HOPELESS and self._rounds >= begun + 2
                left = limit - time.monotonic()
                if left <= 0 or hopeless:
                    break
                self._hurry.set()
                self._wake.set()
                self._done.wait(min(left, LINGER))
        return own is None or own.acknowledged_position >= end

    def _enough(self, own: QueueFile | None, end: int, rounds: int) -> bool:
        return (own is None or own.acknowledged_position >= end) and self._rounds >= rounds

    def stop(self, seconds: float) -> None:
        """Stop the thread and join it, unless it is stuck in the network for longer."""
        self._stop.set()
        self._hurry.set()
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(seconds)

    # the thread

    def _run(self) -> None:
        stop = self._stop
        while not stop.is_set():
            self._wake.wait(IDLE)
            self._hurry.wait(LINGER)
            if stop.is_set():
                return
            self._hurry.clear()
            self._wake.clear()
            self._beat()
            if not self._try():
                self._wake.set()
                self._hurry.wait(min(LONGEST_WAIT, 2.0**self._failures / 4))

    def _try(self) -> bool:
        """Run one round; return whether the server accepted everything."""
        try:
            self._round()
        except _UNAVAILABLE as error:
            self.trouble = error
            self._failures += 1
        except NbtrackError as error:
            self.refusals.append(str(error))
        else:
            self.trouble, self._failures = None, 0
        with self._done:
            self._rounds += 1
            self._done.notify_all()
        return self.trouble is None

    def _round(self) -> None:
        if self.file is not None:
            self._drain(self.file)
        if time.monotonic() - self._orphans_checked < IDLE and not self._check_orphans:
            return
        self._orphans_checked, self._check_orphans = time.monotonic(), False
        for left in queue_file.orphans(self.folder):
            try:
                self._drain(left)
            except BaseException:
                left.close()
                raise
            left.remove()

    def _drain(self, file: QueueFile) -> None:
        for batch in batches(file):
            self._deliver(batch, file)
            self._tries = 0
            file.acknowledge(batch.end)
            with self._done:
                self._done.notify_all()

    def _deliver(self, batch: Batch, file: QueueFile) -> None:
        """Send a batch; what the server refuses permanently is isolated and stored separately, and the rest is sent."""
        try:
            batch.send(self._store, file)
        except _UNAVAILABLE as error:
            if error.error_code != "INTERNAL_ERROR":
                raise
            self._tries += 1
            if self._tries < TRIES:
                raise
            self._store.get_run(batch.run_id)
            self._deliver_halves(batch, file, error)
        except (NotFound, WrongState) as error:
            self._set_aside(batch, error)
        except NbtrackError as error:
            self._deliver_halves(batch, file, error)

    def _deliver_halves(self, batch: Batch, file: QueueFile, error: NbtrackError) -> None:
        if len(batch.items) == 1:
            self._set_aside(batch, error)
        else:
            for half in batch.halves():
                self._deliver(half, file)

    def _set_aside(self, batch: Batch, error: NbtrackError) -> None:
        self.refusals.append(f"run {batch.run_id}: {error}")
        queue_file.keep_refused(self.folder, batch.to_json(), str(error))

    def after_fork(self) -> None:
        """See `ProcessResource.after_fork`."""
        if self.file is not None:
            self.file.close()
            self.file = None
        self._reset()
