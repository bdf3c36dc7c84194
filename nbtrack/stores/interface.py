"""The interface of every store, and the laws that it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.entities import (
        DatasetInput,
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
    """For each of ``metrics``, ``params`` and ``tags`` the keys that are wanted."""

    Columns = tuple[Sequence[int], Sequence[int], Sequence[float]]
    """Steps, timestamps and values of equal length; lists, ranges, and arrays of int64 and float64."""


class Appender(NamedTuple):
    """Records points of one run, from any thread; each call is all or nothing, as `Store.log_batch`."""

    point: Callable[[str, float, int, int], None]
    """Records one point: key, value, step, timestamp."""
    moment: Callable[[Mapping[str, float], int, int], None]
    """Records a point of each of several metrics: their values, and the step and timestamp of all of them."""
    columns: Callable[[Mapping[str, Columns]], None]
    """Records many points of some metrics, without any work in Python for a single one.

    What is no number, no int64, or of unequal length, raises `InvalidValue`.
    """


class Store(Protocol):
    """Keeps experiments, runs and what they logged.

    The laws, stated once and tested on every store by the same suite:

    - It may be used from any thread.
    - What it returned never changes afterwards.
    - `log_batch` is all or nothing.
    - A parameter is written once: the same value again is fine, another raises `InvalidValue`.
    - A deleted run takes no writes but its restoration: `WrongState`.
    - A history comes in logged order; the latest value is the one with the greatest (step, timestamp),
      and of equals the later logged.
    - Pages are stable under inserts.
    - Only errors of `nbtrack.errors` come out; an unknown id raises `NotFound`.

    What goes in has passed `nbtrack.validation`: keys and texts are text, values floats, steps and times
    int64.
    """

    uri: str

    def create_experiment(self, name: str, artifact_location: str | None = None, tags: Mapping[str, str] = ...) -> str:
        """Create an experiment and return its id; `AlreadyExists` when the name is taken, also by a deleted one."""
        ...

    def get_experiment(self, experiment_id: str) -> Experiment:
        """Return an experiment, deleted or not."""
        ...

    def find_experiment(self, name: str) -> Experiment | None:
        """Return the experiment of that name, deleted or not, or None."""
        ...

    def update_experiment(self, experiment_id: str, *, name: str | None = None, stage: str | None = None) -> None:
        """Rename, delete or restore; the runs of an experiment follow its stage."""
        ...

    def search_experiments(
        self, query: Query, view: ViewType, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """Return a page of experiments; without an order the newest come first."""
        ...

    def set_experiment_tags(self, experiment_id: str, tags: Mapping[str, str | None]) -> None:
        """Set tags of an experiment; None removes one."""
        ...

    def create_run(
        self, experiment_id: str, *, name: str | None, user_id: str, start_time: int, tags: Mapping[str, str]
    ) -> Run:
        """Create a RUNNING run; without a name it gets one made of words."""
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
    ) -> RunInfo:
        """Change what is given, the experiment included; a status that is not final clears the end time."""
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
        """Return a page of runs, `offset` rows further on; without an order the newest come first."""
        ...

    def run_columns(
        self, experiment_ids: Sequence[str], query: Query, view: ViewType, limit: int, keys: Keys | None = None
    ) -> RunColumns:
        """Return the first runs of a search as columns, all of them or those that `keys` names."""
        ...

    def overview(self, experiment_ids: Sequence[str], query: Query, view: ViewType) -> Overview:
        """Return how many runs a search finds, and what they hold key by key."""
        ...

    def log_batch(
        self,
        run_id: str,
        metrics: Sequence[Metric] = ...,
        params: Sequence[tuple[str, str]] = ...,
        tags: Sequence[tuple[str, str]] = ...,
        *,
        once: bool = False,
    ) -> None:
        """Record everything or nothing.

        With `once`, for those who may send a batch again, a point that the run holds already with this very step,
        timestamp and value is not recorded another time, whoever recorded it; without it, repeats are kept.
        """
        ...

    def appender(self, run_id: str) -> Appender:
        """Return what records points of one run, for those who record many."""
        ...

    def log_inputs(self, run_id: str, inputs: Iterable[DatasetInput]) -> None:
        """Record the datasets that a run read; a known (name, digest) keeps its first description."""
        ...

    def delete_tag(self, run_id: str, key: str) -> None:
        """Remove a tag; `NotFound` when the run has none of that name."""
        ...

    def drop(self, run_id: str, key: str) -> None:
        """Remove the parameter of that name and the metric with its history; `NotFound` when there is neither."""
        ...

    def metric_history(self, run_id: str, key: str) -> History:
        """Return every point of a metric; empty when there is none."""
        ...

    def purge(self, run_ids: Iterable[str] = ..., experiment_ids: Iterable[str] = ...) -> None:
        """Permanently delete runs and experiments in the trash, and free their names; others are left alone."""
        ...

    def tag(self, run_id: str, key: str) -> str | None:
        """Return a tag of a run, or None; cheap enough to be asked several times a second."""
        ...

    def mark(self) -> object:
        """Return something cheap that compares unequal once anybody, in any process, has recorded anything."""
        ...

    def flush(self) -> None:
        """Return when everything that was recorded has reached its place: the disk, or the server."""
        ...

    def close(self) -> None:
        """Let go of files and connections; the store may be used again."""
        ...
