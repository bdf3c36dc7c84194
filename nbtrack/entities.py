"""The entities: immutable records of experiments, runs and what they log, independent of JSON and SQL.

Times are in milliseconds since the epoch (UTC), steps are 64-bit integers, sizes are in bytes. Names and structure are
those of ``mlflow.entities``, such as ``run.info.run_id`` and ``run.data.metrics``.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from nbtrack import tags as reserved
from nbtrack.model_entities import LoggedModel as LoggedModel  # noqa: PLC0414 - mypy counts only this form as a re-export
from nbtrack.model_entities import LoggedModelInput as LoggedModelInput  # noqa: PLC0414 - mypy counts only this form as a re-export
from nbtrack.model_entities import LoggedModelOutput as LoggedModelOutput  # noqa: PLC0414 - mypy counts only this form as a re-export
from nbtrack.model_entities import LoggedModelStatus as LoggedModelStatus  # noqa: PLC0414 - mypy counts only this form as a re-export
from nbtrack.model_entities import ModelMetric as ModelMetric  # noqa: PLC0414 - mypy counts only this form as a re-export
from nbtrack.model_entities import models_in

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator

    import numpy as np

    Column = array[int] | array[float] | np.ndarray[tuple[int], np.dtype[Any]]


class RunStatus(StrEnum):
    """The status of a run; a member equals its name."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"

    @staticmethod
    def to_string(status: RunStatus | str) -> str:
        """Return the name of a status."""
        return RunStatus(status).value

    @staticmethod
    def from_string(status: str) -> RunStatus:
        """Return the status with this name; raise `ValueError` if there is none."""
        return RunStatus(status)

    @staticmethod
    def is_terminated(status: RunStatus | str) -> bool:
        """Return whether a run with this status has ended."""
        return RunStatus(status) in {RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED}

    @staticmethod
    def all_status() -> list[RunStatus]:
        """Return all statuses."""
        return list(RunStatus)


class LifecycleStage(StrEnum):
    """Whether a run or experiment is active or in the trash."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(IntEnum):
    """The lifecycle stages that a search returns."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @staticmethod
    def to_string(view_type: int) -> str:
        """Return the name of a view type in lower case, as MLflow does."""
        return ViewType(view_type).name.lower()

    @staticmethod
    def from_string(view_type: str) -> ViewType:
        """Return the view type with this name, in upper or lower case."""
        return ViewType[view_type.upper()]


class SourceType(StrEnum):
    """The kind of source of a run."""

    NOTEBOOK = "NOTEBOOK"
    JOB = "JOB"
    PROJECT = "PROJECT"
    LOCAL = "LOCAL"
    UNKNOWN = "UNKNOWN"


class Metric(NamedTuple):
    """A point of a metric: its value at a step and a time."""

    key: str
    value: float
    timestamp: int
    step: int = 0


class Param(NamedTuple):
    """A parameter; its value is text."""

    key: str
    value: str


class Tag(NamedTuple):
    """A tag of a run, an experiment or a dataset input."""

    key: str
    value: str


RunTag = ExperimentTag = InputTag = Tag


class FileInfo(NamedTuple):
    """An entry of an artifact folder: its path below the artifact root and its size in bytes."""

    path: str
    is_dir: bool
    file_size: int | None = None


class Dataset(NamedTuple):
    """The description of a dataset: what identifies and locates it, without its data."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(NamedTuple):
    """A dataset as an input of a run, with tags such as its context."""

    dataset: Dataset
    tags: tuple[Tag, ...] = ()


class DatasetSummary(NamedTuple):
    """A dataset that runs of an experiment read, with the context in which they did, such as "train"."""

    experiment_id: str
    name: str
    digest: str
    context: str | None = None


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
    """The metadata of a run."""

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
        """The run id, by its former name."""
        return self.run_id


class RunData(NamedTuple):
    """What a run logged: the latest value of each metric, all parameters and all tags."""

    metrics: dict[str, float]
    params: dict[str, str]
    tags: dict[str, str]
    latest: tuple[Metric, ...] = ()
    """The latest points of the metrics, with steps and times."""


class RunInputs(NamedTuple):
    """The inputs of a run."""

    dataset_inputs: tuple[DatasetInput, ...] = ()
    model_inputs: tuple[LoggedModelInput, ...] = ()


class RunOutputs(NamedTuple):
    """The outputs of a run."""

    model_outputs: tuple[LoggedModelOutput, ...] = ()


class Run:
    """A run: its metadata (`info`), what it logged (`data`), its datasets and models (`inputs`, `outputs`)."""

    __slots__ = ("data", "info", "inputs")

    def __init__(self, info: RunInfo, data: RunData, inputs: RunInputs = RunInputs()) -> None:  # noqa: B008 - the default is immutable
        read = tuple(LoggedModelInput(each.model_id) for each in models_in(data.tags.get(reserved.MODEL_INPUTS)))
        self.info, self.data, self.inputs = info, data, inputs._replace(model_inputs=read) if read else inputs

    @property
    def outputs(self) -> RunOutputs:
        """The logged models that the run created."""
        return RunOutputs(tuple(models_in(self.data.tags.get(reserved.MODEL_OUTPUTS))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Run) and (self.info, self.data, self.inputs) == (other.info, other.data, other.inputs)

    def __hash__(self) -> int:
        return hash(self.info)

    def __repr__(self) -> str:
        return f"Run(info={self.info!r}, data={self.data!r}, inputs={self.inputs!r})"

    @property
    def parent_id(self) -> str | None:
        """The id of the parent run, or None."""
        return self.data.tags.get(reserved.PARENT_RUN)


class History:
    """All points of one metric of a run, in the order in which they were logged, as three columns.

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
        """The time of each point, in milliseconds since the epoch (UTC)."""
        return self._column(1)

    @property
    def values(self) -> Column:
        """The value of each point."""
        return self._column(2)

    def points(self) -> Iterator[Metric]:
        """Yield the points as `Metric` objects."""
        for value, timestamp, step in zip(self.values, self.timestamps, self.steps, strict=True):
            yield Metric(self.key, float(value), int(timestamp), int(step))


class KeySummary(NamedTuple):
    """A key in a set of runs: how many runs have it, and its lowest and highest value."""

    runs: int
    low: str | float | None
    high: str | float | None


class Overview(NamedTuple):
    """The keys of a set of runs, with a summary of each.

    If there are very many runs it may be `estimated`: then the summaries are those of the newest runs.
    """

    total: int
    params: dict[str, KeySummary]
    metrics: dict[str, KeySummary]
    tags: dict[str, KeySummary]
    estimated: bool = False

    @property
    def total_text(self) -> str:
        """The number of runs to display, such as “12” or “about 1,200,000”."""
        return f"about {float(f'{self.total:.2g}'):,.0f}" if self.estimated else f"{self.total:,}"


class RunGroup(NamedTuple):
    """Runs with the same keys: their positions, from 0, and for each key the value of each run.

    Values of metrics are an array of float64, others a list.
    """

    places: list[int]
    columns: dict[str, Any]


class RunColumns(NamedTuple):
    """Many runs as columns: the fields of their infos, and their values in groups of runs with the same keys."""

    infos: dict[str, list[Any]]
    metrics: list[RunGroup]
    params: list[RunGroup]
    tags: list[RunGroup]


Item = TypeVar("Item")


class Page(list[Item], Generic[Item]):
    """A page of results: a list with the token of the next page.

    Parameters
    ----------
    items : iterable
        The results on this page.
    token : str, optional
        The ``page_token`` that returns the next page; None on the last page.
    """

    def __init__(self, items: Iterable[Item] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token

    def to_list(self) -> list[Item]:
        """Return the results as a plain list."""
        return list(self)
