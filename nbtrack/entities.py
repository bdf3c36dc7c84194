"""The words of the field: frozen records that know neither JSON nor SQL.

Times are milliseconds since the epoch UTC, steps are int64, sizes are bytes. Names and shapes are
those of MLflow's ``mlflow.entities``, so that ``run.info.run_id`` and ``run.data.metrics`` read the
same.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from nbtrack import tags as reserved

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator

    import numpy as np

    Column = array[int] | array[float] | np.ndarray[tuple[int], np.dtype[Any]]


class RunStatus(StrEnum):
    """What became of a run; a member equals its own name."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"

    @staticmethod
    def to_string(status: RunStatus | str) -> str:
        """Return the plain name of a status."""
        return RunStatus(status).value

    @staticmethod
    def from_string(status: str) -> RunStatus:
        """Return the status of that name; raise `ValueError` when there is none."""
        return RunStatus(status)

    @staticmethod
    def is_terminated(status: RunStatus | str) -> bool:
        """Tell whether a run of this status has ended."""
        return RunStatus(status) in {RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED}

    @staticmethod
    def all_status() -> list[RunStatus]:
        """Return every status."""
        return list(RunStatus)


class LifecycleStage(StrEnum):
    """Whether a run or experiment is in use or in the bin."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(IntEnum):
    """Which lifecycle stages a search looks at."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @staticmethod
    def to_string(view_type: int) -> str:
        """Return the name of a view type, in lower case as MLflow does."""
        return ViewType(view_type).name.lower()

    @staticmethod
    def from_string(view_type: str) -> ViewType:
        """Return the view type of that name, in any case."""
        return ViewType[view_type.upper()]


class SourceType(StrEnum):
    """Where the code of a run came from."""

    NOTEBOOK = "NOTEBOOK"
    JOB = "JOB"
    PROJECT = "PROJECT"
    LOCAL = "LOCAL"
    UNKNOWN = "UNKNOWN"


class Metric(NamedTuple):
    """One point of a metric: a float at a step and a time."""

    key: str
    value: float
    timestamp: int
    step: int = 0


class Param(NamedTuple):
    """A parameter, text as all of them."""

    key: str
    value: str


class Tag(NamedTuple):
    """A tag of a run, an experiment or a dataset input."""

    key: str
    value: str


RunTag = Tag


class FileInfo(NamedTuple):
    """One entry of an artifact folder: its path from the artifact root and its size in bytes."""

    path: str
    is_dir: bool
    file_size: int | None = None


class Dataset(NamedTuple):
    """A dataset as it is described in a run: no data, only what identifies and locates it."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(NamedTuple):
    """A dataset that a run read, with tags such as its context."""

    dataset: Dataset
    tags: tuple[Tag, ...] = ()


class Experiment(NamedTuple):
    """A named group of runs."""

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    creation_time: int | None
    last_update_time: int | None
    tags: dict[str, str]


class RunInfo(NamedTuple):
    """What is known of a run besides what it logged."""

    run_id: str
    experiment_id: str
    run_name: str
    user_id: str
    status: str
    start_time: int
    end_time: int | None
    artifact_uri: str
    lifecycle_stage: str = "active"
    deleted_time: int | None = None

    @property
    def run_uuid(self) -> str:
        """The run id, by its oldest name."""
        return self.run_id


class RunData(NamedTuple):
    """What a run logged: the last value of each metric, and every parameter and tag."""

    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    latest: tuple[Metric, ...] = ()
    """The points that `metrics` was read from, with their steps and times."""


class RunInputs(NamedTuple):
    """The datasets that a run read."""

    dataset_inputs: tuple[DatasetInput, ...] = ()


class Run:
    """One execution: who, when and how it ended (`info`), what it logged (`data`) and read (`inputs`)."""

    __slots__ = ("data", "info", "inputs")

    def __init__(self, info: RunInfo, data: RunData, inputs: RunInputs = RunInputs()) -> None:  # noqa: B008 - immutable
        self.info, self.data, self.inputs = info, data, inputs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and (self.info, self.data, self.inputs) == (other.info, other.data, other.inputs)

    def __hash__(self) -> int:
        return hash(self.info)

    def __repr__(self) -> str:
        return f"Run(info={self.info!r}, data={self.data!r}, inputs={self.inputs!r})"

    @property
    def parent_id(self) -> str | None:
        """The id of the run that this one is nested in."""
        return self.data.tags.get(reserved.PARENT_RUN)


class History:
    """Every point of one metric of one run, in logged order, as three columns of equal length.

    The columns are buffers (``array`` or numpy array): int64 `steps`, int64 `timestamps` in ms, float64
    `values`. Iterating over `points` makes a `Metric` of each.
    """

    def __init__(self, key: str, steps: Column, timestamps: Column, values: Column) -> None:
        self.key, self._columns = key, (steps, timestamps, values)

    def _column(self, number: int) -> Column:
        return self._columns[number]

    @property
    def steps(self) -> Column:
        """The step of each point."""
        return self._column(0)

    @property
    def timestamps(self) -> Column:
        """When each point was logged, in ms since the epoch UTC."""
        return self._column(1)

    @property
    def values(self) -> Column:
        """The value of each point."""
        return self._column(2)

    def points(self) -> Iterator[Metric]:
        """Yield the points as metrics."""
        for value, timestamp, step in zip(self.values, self.timestamps, self.steps, strict=True):
            yield Metric(self.key, float(value), int(timestamp), int(step))


class KeySummary(NamedTuple):
    """What a set of runs holds under one key: in how many of them, and the lowest and highest value."""

    runs: int
    low: str | float | None
    high: str | float | None


class Overview(NamedTuple):
    """What a set of runs has in common and where it differs, key by key."""

    total: int
    params: dict[str, KeySummary]
    metrics: dict[str, KeySummary]
    tags: dict[str, KeySummary]


class RunGroup(NamedTuple):
    """Runs that hold the same keys: which ones, counted from 0, and for each key a value of each of them.

    Values of metrics are an array of float64, others a list.
    """

    places: list[int]
    columns: dict[str, Any]


class RunColumns(NamedTuple):
    """Many runs as columns: those of their infos, and what they hold, by groups that hold the same keys."""

    infos: dict[str, list[Any]]
    metrics: list[RunGroup]
    params: list[RunGroup]
    tags: list[RunGroup]


Item = TypeVar("Item")


class Page(list[Item], Generic[Item]):
    """A page of results: a list that knows how to go on.

    Parameters
    ----------
    items : iterable
        What is on the page.
    token : str, optional
        Passed to the next call to get the next page; None on the last one.
    """

    def __init__(self, items: Iterable[Item] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token

    def to_list(self) -> list[Item]:
        """Return the items as a plain list."""
        return list(self)
