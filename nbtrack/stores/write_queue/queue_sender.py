"""The sender: a thread that sends queued calls to the server, in order, until they are acknowledged."""

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
"""Seconds that points are gathered before they are sent."""
IDLE = 5.0
"""Seconds after which a sender with nothing to do looks around."""
LONGEST_WAIT = 30.0
TRIES = 4
"""Times that a batch is sent to a server that fails over it, before it is taken apart."""
HOPELESS = 3
"""Rounds in vain after which a barrier waits for one more only."""
_AWAY = (Unreachable, Refused)


class Sender:
    """Sends the queue of this process, and those that other processes left.

    Parameters
    ----------
    store : RestStore
        The server; its link does not repeat, for the sender does.
    folder : Path
        Where the queue files for this server are.
    beat : callable
        Called now and then, to note that this process lives.
    """

    def __init__(self, store: RestStore, folder: Path, beat: Callable[[], None]) -> None:
        self._store, self.folder, self._beat = store, folder, beat
        self.file: QueueFile | None = None
        self._begin()

    def _begin(self) -> None:
        self.trouble: NbtrackError | None = None
        """Why the server does not take anything now."""
        self.refusals: list[str] = []
        """What it has refused for good, not told yet."""
        self._failures = self._rounds = self._tries = 0
        self._wake, self._hurry = threading.Event(), threading.Event()
        self._done = threading.Condition()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked, self._look = 0.0, False

    @property
    def is_done(self) -> bool:
        """Whether the server has all that this process has written."""
        return self.file is None or self.file.is_sent

    def wake(self) -> None:
        """Tell that something was written; cheap when that is known."""
        if not self._wake.is_set():
            self._wake.set()

    def start(self) -> None:
        """Begin to send; at the end of the program, where no thread can begin, `wait` does the work."""
        if self._thread is not None and self._thread.is_alive():
            return
        self._stop = threading.Event()
        thread = threading.Thread(target=self._go_on, name="nbtrack-sender", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return
        self._thread = thread

    # waiting for it

    def wait(self, seconds: float, *, whole: bool = False) -> bool:
        """Wait until the server has all that is written now, and tell whether it has.

        A `whole` wait includes the queues of processes that are gone.
        """
        own = self.file
        end = own.end if own is not None else 0
        self._look = self._look or whole
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
        """Stop; the thread is joined, unless it hangs in the network for longer."""
        self._stop.set()
        self._hurry.set()
        self._wake.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join(seconds)

    # the thread

    def _go_on(self) -> None:
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
        """Do a round; tell whether the server took all."""
        try:
            self._round()
        except _AWAY as error:
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
        if time.monotonic() - self._looked < IDLE and not self._look:
            return
        self._looked, self._look = time.monotonic(), False
        for left in queue_file.orphans(self.folder):
            try:
                self._drain(left)
            except BaseException:
                left.close()
                raise
            left.remove()

    def _drain(self, file: QueueFile) -> None:
        for batch in batches(file.calls()):
            self._deliver(batch)
            self._tries = 0
            file.acknowledge(batch.place)
            with self._done:
                self._done.notify_all()

    def _deliver(self, batch: Batch) -> None:
        """Send a batch; what the server refuses for good is found, told and put aside, and the rest goes on."""
        try:
            batch.send(self._store)
        except _AWAY as error:
            if error.error_code != "INTERNAL_ERROR":
                raise
            self._tries += 1
            if self._tries < TRIES:
                raise
            self._store.get_run(batch.run_id)
            self._take_apart(batch, error)
        except (NotFound, WrongState) as error:
            self._give_up(batch, error)
        except NbtrackError as error:
            self._take_apart(batch, error)

    def _take_apart(self, batch: Batch, error: NbtrackError) -> None:
        if len(batch.items) == 1:
            self._give_up(batch, error)
        else:
            for half in batch.halves():
                self._deliver(half)

    def _give_up(self, batch: Batch, error: NbtrackError) -> None:
        self.refusals.append(f"run {batch.run_id}: {error}")
        queue_file.keep_refused(self.folder, batch.line(), str(error))

    # forks

    def after_fork(self) -> None:
        """Drop what a fork has inherited: the parent continues with it."""
        if self.file is not None:
            self.file.close()
            self.file = None
        self._begin()
