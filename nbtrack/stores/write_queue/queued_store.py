"""A remote store whose writes go through the queue."""

from __future__ import annotations

import json
import threading
import time
import warnings
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from nbtrack import tags as reserved
from nbtrack.entities import Metric, Run, RunStatus
from nbtrack.errors import Unchangeable, Unreachable, WrongState
from nbtrack.presentation.formatting import counted
from nbtrack.stores import process_identity, shutdown
from nbtrack.stores.column_bytes import to_metrics
from nbtrack.stores.heartbeat import SECONDS_BETWEEN_HEARTBEATS
from nbtrack.stores.interface import Appender
from nbtrack.stores.rest import RestStore
from nbtrack.stores.write_queue import queue_format
from nbtrack.stores.write_queue.queue_file import QueueFile
from nbtrack.stores.write_queue.queue_sender import Sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from nbtrack.entities import DatasetInput, RunInfo
    from nbtrack.stores.interface import Columns, Pairs
    from nbtrack.stores.rest.endpoint_calls import StoreArtifact
    from nbtrack.wire.http import Transport

MAX_POINTS_PER_RECORD = 5_000
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


def _after_logging(
    method: Callable[Concatenate[WriteQueue, _Arguments], _Result],
) -> Callable[Concatenate[WriteQueue, _Arguments], _Result]:
    """Make a request wait, for a limited time, until the server has what was logged before."""

    @wraps(method)
    def settled(self: WriteQueue, /, *arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Result:
        self._settle()
        return method(self, *arguments, **options)

    return settled


class WriteQueue(RestStore):
    """A `RestStore` whose `log_batch`, `appender` and `log_inputs` never wait for the network.

    When they return, the data is in a file of this process. A thread sends it to the server in order and retries until
    it is acknowledged; if the process dies, the next one that logs to that server sends it. Reads, `flush` and the end
    of a run wait until the server has what was logged, up to `seconds` each; a warning then reports what has not
    arrived, and which file holds it.

    A run that this process has not created is looked up once, so an unknown or deleted one raises immediately. Changing
    a parameter raises when this process knows its value. What only the server can refuse is set aside, does not delay
    the rest, and is reported in a warning by the next `flush`.

    Parameters
    ----------
    transport : Transport
        For requests that are answered immediately.
    sending : RestStore
        The same server, for the sender, which does its own retries.
    folder : Path
        Where the queue files for this server are.
    seconds : float
        How long a call may wait for the sender.
    keep : callable, optional
        As for `RestStore`.
    """

    def __init__(
        self,
        transport: Transport,
        sending: RestStore,
        folder: Path,
        seconds: float,
        keep: StoreArtifact | None = None,
    ) -> None:
        super().__init__(transport, keep)
        self._sending, self._seconds = sending, seconds
        self._sender = Sender(sending, folder, self._beat)
        self._lock = threading.RLock()
        self._running: dict[str, RunInfo] = {}
        self._params: dict[str, dict[str, str]] = {}
        self._owners: dict[str, str] = {}
        self._beaten = time.monotonic()
        self._notices: list[str] = []
        sending.say = self._notices.append
        shutdown.register(self)

    # writes

    def _write(self, call: bytes) -> None:
        """Append a call to the queue; it survives the process when this returns."""
        file = self._sender.file
        if file is None:
            with self._lock:
                file = self._sender.file
                if file is None:
                    file = self._sender.file = QueueFile.create(self._sender.folder)
                    self._sender.start()
        file.write(call)
        self._sender.wake()

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric] = (), params: Pairs = (), tags: Pairs = (), *, once: bool = False
    ) -> None:
        """See `Store.log_batch`."""
        self._admit(run_id)
        known = self._params.get(run_id, {})
        for key, value in params:
            if known.get(key, value) != value:
                msg = (
                    f"Changing param values is not allowed. Param with key={key!r} of run {run_id} is"
                    f" {known[key]!r} and cannot become {value!r}"
                )
                raise Unchangeable(msg)
        if metrics or params or tags:
            self._write(queue_format.encode_batch(run_id, metrics, params, tags, once=once))
            known.update(params)
            self._note_owner(run_id, dict(tags))

    def appender(self, run_id: str) -> Appender:
        """See `Store.appender`."""
        self._admit(run_id)
        starts: dict[str, str] = {}
        running, write, number = self._running, self._write, json.dumps

        def point(key: str, value: float, step: int, timestamp: int) -> None:
            if run_id not in running:
                self._admit(run_id)
            start = starts.get(key) or starts.setdefault(key, queue_format.encode_point_start(run_id, key))
            write(f"{start}{number(value)},{timestamp},{step}]]}}".encode())

        def moment(values: Mapping[str, float], step: int, timestamp: int) -> None:
            self.log_batch(run_id, [Metric(key, value, timestamp, step) for key, value in values.items()])

        def columns(given: Mapping[str, Columns]) -> None:
            self._admit(run_id)
            found = to_metrics(given)
            for start in range(0, len(found), MAX_POINTS_PER_RECORD):
                self._write(queue_format.encode_batch(run_id, found[start : start + MAX_POINTS_PER_RECORD], (), ()))

        return Appender(point, moment, columns)

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """See `Store.log_inputs`."""
        self._admit(run_id)
        given = list(inputs)
        if given:
            self._write(queue_format.encode_inputs(run_id, given))

    def _admit(self, run_id: str) -> None:
        """Raise when a run accepts no writes; while the server is unreachable, assume that it does."""
        if run_id in self._running:
            return
        try:
            run = super().get_run(run_id)
        except Unreachable:
            return
        if run.info.lifecycle_stage != "active":
            msg = f"The run {run_id} must be in the 'active' state and is deleted: restore it before you write to it"
            raise WrongState(msg)
        self._remember(run)

    def _remember(self, run: Run) -> None:
        self._running[run.info.run_id] = run.info
        self._params[run.info.run_id] = dict(run.data.params)
        self._note_owner(run.info.run_id, run.data.tags)

    def _note_owner(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Note which process owns a run, and start the sender, which sends heartbeats, when it is this one."""
        if reserved.OWNER in tags:
            self._owners[run_id] = tags[reserved.OWNER]
            if tags[reserved.OWNER] == process_identity.current().to_json():
                self._sender.start()

    def _forget(self, run_id: str) -> None:
        for known in (self._running, self._params, self._owners):
            known.pop(run_id, None)

    # runs

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """See `Store.create_run`; a request, since the server assigns the id."""
        run = super().create_run(experiment_id, name=name, user_id=user_id, start_time=start_time, tags=tags)
        self._remember(run)
        return run

    def get_run(self, run_id: str) -> Run:
        """See `Store.get_run`."""
        self._settle()
        run = super().get_run(run_id)
        if run_id in self._params:
            self._params[run_id].update(run.data.params)
        return run

    def update_run(
        self,
        run_id: str,
        *,
        status: str | None = None,
        end_time: int | None = None,
        name: str | None = None,
        stage: str | None = None,
        experiment_id: str | None = None,
        synced: bool = True,
    ) -> RunInfo:
        """See `Store.update_run`; the end of a run of this process is queued, and waits for the server as `flush`."""
        known = self._running.get(run_id)
        if known is not None and status and RunStatus.is_terminated(status) and not (name or stage or experiment_id):
            self._write(queue_format.encode_end(run_id, status, end_time))
            self._forget(run_id)
            if synced:
                self.flush()
            return known._replace(status=status, end_time=end_time)
        self._settle()
        info = super().update_run(
            run_id, status=status, end_time=end_time, name=name, stage=stage, experiment_id=experiment_id
        )
        if stage is not None or status is not None:
            self._forget(run_id)
        elif run_id in self._running:
            self._running[run_id] = info
        return info

    def drop(self, run_id: str, key: str) -> None:
        """See `Store.drop`."""
        self._settle()
        super().drop(run_id, key)
        self._params.get(run_id, {}).pop(key, None)

    update_experiment = _after_logging(RestStore.update_experiment)
    search_runs = _after_logging(RestStore.search_runs)
    run_columns = _after_logging(RestStore.run_columns)
    overview = _after_logging(RestStore.overview)
    delete_tag = _after_logging(RestStore.delete_tag)
    metric_history = _after_logging(RestStore.metric_history)
    dataset_summaries = _after_logging(RestStore.dataset_summaries)
    purge = _after_logging(RestStore.purge)

    def mark(self) -> object:
        """See `Store.mark`."""
        file = self._sender.file
        return super().mark(), file and file.end

    def _beat(self) -> None:
        """Queue a heartbeat for the runs that this process owns; called by the sender."""
        if time.monotonic() - self._beaten < SECONDS_BETWEEN_HEARTBEATS:
            return
        self._beaten = time.monotonic()
        moment, me = str(time.time_ns() // 1_000_000), process_identity.current().to_json()
        for run_id in [each for each, owner in list(self._owners.items()) if owner == me]:
            self._write(queue_format.encode_batch(run_id, (), (), [(reserved.HEARTBEAT, moment)]))

    # waiting

    def _settle(self) -> None:
        if not self._sender.is_done:
            self._sender.wait(self._seconds)

    def flush(self) -> None:
        """See `Store.flush`; a warning reports what has not arrived when the time is up."""
        if self._sender.file is None and not self._sender.folder.exists():
            return
        self._sender.start()
        self._sender.wait(self._seconds, whole=True)
        self._warn()

    def _warn(self) -> None:
        """Warn of what has not arrived, of what the server refused, and of what it truncated."""
        while self._notices:
            warnings.warn(self._notices.pop(0), stacklevel=3)
        refusals, self._sender.refusals = self._sender.refusals, []
        if refusals:
            more = f", and {len(refusals) - 1} more" if len(refusals) > 1 else ""
            kept = self._sender.folder / "refused.jsonl"
            warnings.warn(
                f"{self.uri} refused logged data ({refusals[0]}{more}); the data is kept in {kept}", stacklevel=3
            )
        file = self._sender.file
        if file is not None and not file.is_sent:
            count = sum(len(call.get("metrics", ())) for call, _ in file.calls())
            why = self._sender.trouble or "it has not answered yet"
            text = (
                f"{counted(count, 'point')} and what was logged with them have not reached {self.uri} yet ({why})."
                f" They are kept in {file.path} and will be sent by this program"
                " or by the next one that logs to that server"
            )
            warnings.warn(text, stacklevel=3)

    def close(self) -> None:
        """See `Store.close`; what has not reached the server by then stays in its file."""
        file = self._sender.file
        try:
            if file is not None:
                self.flush()
        finally:
            self._sender.stop(self._seconds)
            if file is not None:
                self._sender.file = None
                file.remove() if file.is_sent else file.close()
            for known in (self._running, self._params, self._owners):
                known.clear()
            self._sending.close()
            super().close()

    def at_exit(self) -> None:
        """See `close`."""
        self.close()

    def after_fork(self) -> None:
        """Drop what a fork has inherited: the parent continues with it."""
        self._lock = threading.RLock()
        self._sender.after_fork()
