"""The interface of every store, and its guarantees."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.entities import (
        DatasetInput,
        DatasetSummary,
        Experiment,
        History,
        Metric,
        Overview,
        Page,
        Run,
        RunColumns,
        RunInfo,
        ViewType,
    )
    from nbtrack.query import Query

    Keys = Mapping[str, Sequence[str]]
    """The keys to return for each of ``metrics``, ``params`` and ``tags``."""

    Pairs = Sequence[tuple[str, str]]
    """Keys and values, of parameters or tags."""

    Columns = tuple[Sequence[int], Sequence[int], Sequence[float]]
    """Steps, timestamps (ms) and values of equal length: lists, ranges, or arrays of int64 and float64."""


class Appender(NamedTuple):
    """Records points of one run, from any thread; each call is atomic, as `Store.log_batch`."""

    point: Callable[[str, float, int, int], None]
    """Records one point: key, value, step, timestamp."""
    moment: Callable[[Mapping[str, float], int, int], None]
    """Records one point of each of several metrics at the same step and timestamp: values, step, timestamp."""
    columns: Callable[[Mapping[str, Columns]], None]
    """Records many points of some metrics without a Python operation for each.

    Raises `InvalidValue` for columns of unequal length, or that contain anything but numbers and int64.
    """


class Delivery(NamedTuple):
    """The position of a batch in the sequence that a program sends, by which repeated batches are recognised."""

    queue: str
    """The name of the sequence, which no other program uses."""
    start: int
    """The position in the sequence after which the batch begins."""
    end: int
    """The position at which it ends."""


class Store(Protocol):
    """Keeps experiments, runs and what they logged.

    The guarantees, which one suite tests on every store:

    - It may be used from any thread.
    - Returned objects never change.
    - `log_batch` is atomic.
    - A parameter is written once: writing the same value again is accepted, another value raises `InvalidValue`.
    - A deleted run accepts no writes except its restoration: `WrongState`.
    - A history is in logged order; the latest value is the one with the greatest (step, timestamp); ties go to the
      later logged, and in a batch that its caller may repeat to the greatest value, as in MLflow.
    - Pages are stable under inserts.
    - Only errors of `nbtrack.errors` are raised; an unknown id raises `NotFound`.

    Arguments must have passed `nbtrack.validation`: keys and texts are strings, values floats, steps and times int64.
    """

    uri: str

    def create_experiment(self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] = ...) -> str:
        """Create an experiment and return its id; `AlreadyExists` if the name is taken, even by a deleted one."""
        ...

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment, deleted or not."""
        ...

    def find_experiment(self, name: str) -> Experiment | None:
        """Return the experiment with this name, deleted or not, or None."""
        ...

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """Rename, delete or restore an experiment; its runs are deleted and restored with it."""
        ...

    def search_experiments(
        self, query: Query, view: ViewType, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """Return a page of experiments, by default the newest first."""
        ...

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """Set tags of an experiment; None removes one."""
        ...

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """Create a RUNNING run; without a name it gets a generated one."""
        ...

    def get_run(self, run_id: str) -> Run:
        """Return a run, deleted or not."""
        ...

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
        """Change the given attributes; a status that is not final clears the end time.

        The end of a run is on disk when this returns, or soon after it unless it has to be `synced`.
        """
        ...

    def search_runs(
        self,
        experiment_ids: Sequence[str],
        query: Query,
        view: ViewType,
        limit: int,
        token: str | None = None,
        offset: int = 0,
    ) -> Page[Run]:
        """Return a page of runs, by default the newest first, after skipping `offset` of them."""
        ...

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None = None
    ) -> RunColumns:
        """Return the first runs of a search as columns, all columns or those that `keys` names."""
        ...

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """Return how many runs a search finds, and a summary of each of their keys."""
        ...

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric] = ...,
        params: Pairs = ...,
        tags: Pairs = ...,
        *,
        once: bool = False,
    ) -> None:
        """Record everything or nothing.

        With `once`, points that the run already has with the same step, timestamp and value are skipped, so a caller
        may repeat a batch; without it, duplicates are kept. The order in which requests
        arrive says little then, so that of points with the same step and timestamp the greatest is the latest value.
        """
        ...

    def deliver(
        self, run_id: str, delivery: Delivery, metrics: Sequence[Metric], params: Pairs = ..., tags: Pairs = ...
    ) -> int:
        """Record a batch as `log_batch`, unless it was recorded before; return up to where the sequence is recorded.

        A position before the end of the batch means that only its beginning was recorded before, in a shorter batch;
        then nothing is recorded, and the rest has to be sent as a separate batch.
        """
        ...

    def appender(self, run_id: str) -> Appender:
        """Return an object that records points of one run efficiently."""
        ...

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """Record the datasets that a run used; a known (name, digest) keeps its first description."""
        ...

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag; `NotFound` when the run does not have it."""
        ...

    def dataset_summaries(self, experiment_ids: Sequence[str], limit: int) -> list[DatasetSummary]:
        """Return the datasets that runs of some experiments read, deleted or not, each once with each context."""
        ...

    def drop(self, run_id: str, key: str) -> None:
        """Remove the parameter with this name and the metric with its history; `NotFound` if there is neither."""
        ...

    def metric_history(self, run_id: str, key: str) -> History:
        """Return every point of a metric; empty when there is none."""
        ...

    def purge(self, run_ids: Iterable[str] = ..., experiment_ids: Iterable[str] = ...) -> None:
        """Permanently delete runs and experiments that are in the trash, and free their names; others are kept."""
        ...

    def tag(self, run_id: str, key: str) -> str | None:
        """Return a tag of a run, or None; cheap enough for several calls per second."""
        ...

    def experiment_of(self, run_id: str) -> str:
        """Return the id of the experiment of a run; `NotFound` when there is no such run."""
        ...

    def mark(self) -> object:
        """Return a value that changes whenever any process records anything; cheap."""
        ...

    def flush(self) -> None:
        """Wait until everything that was recorded is on disk or on the server."""
        ...

    def close(self) -> None:
        """Close files and connections; the next call opens them again."""
        ...
