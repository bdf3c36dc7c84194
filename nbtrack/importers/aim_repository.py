"""Importing a repository of Aim, which the library of Aim reads (``pip install aim``).

A run has a database of its own in it, with attributes, contexts and series. The points of a series come in the order of
their hashes and are sorted by time here. Nothing is written into the repository.

Runs that Aim has archived come in as deleted ones: hidden, and restored like these. Epochs become the metric ``epoch``
of their context. Logged artifacts are copied if they are on this machine.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from datetime import UTC
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeVar

from nbtrack import tags as reserved
from nbtrack.artifact_storage.artifact_repository import clean
from nbtrack.artifact_storage.local_repository import LocalRepository
from nbtrack.errors import InvalidValue, StorageFailed, Unsupported
from nbtrack.importers import aim_tree, recorded_runs
from nbtrack.importers.aim_objects import ObjectFiles, ObjectSeries, plain
from nbtrack.importers.recorded_runs import RecordedRun
from nbtrack.importers.run_points import RunPoints
from nbtrack.stores.blocks import Points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.logged_models import LoggedModel

Read = TypeVar("Read")

TRACKER = "aim"
_FOLDER = ".aim"
_HASH = re.compile("[0-9a-f]{24}")
_NUMBERS = frozenset(("float", "float64", "int", "int64", "number"))
"""The types of series that are metrics; others are in `aim_objects`."""
_SYSTEM = "__system__"
"""The prefix of system metrics."""
_LATEST = 1e12
"""Seconds since the epoch that are no time any more."""
_OWN = frozenset(("__system_params",))
"""Attributes that Aim adds: the packages, the environment variables and the command line of the process."""


def repository(folder: Path) -> Path | None:
    """Return the folder of runs of a repository, which is the folder itself or in it; None if it is not one."""
    found = folder if folder.name == _FOLDER else folder / _FOLDER
    return found if (found / "meta" / "chunks").is_dir() and not found.is_symlink() else None


class AimRepository:
    """A `Source` over a repository; `Unsupported` if Aim is not installed, or would have to upgrade the repository."""

    def __init__(self, folder: Path) -> None:
        self.uri, self._folder = str(folder.parent), folder
        self._repo = _opened(folder)
        self._points: dict[str, RunPoints] = {}
        self._artifacts: dict[str, ObjectFiles] = {}
        self._left_out: dict[str, str] = {}

    def experiments(self) -> Iterable[Experiment]:
        """See `Source.experiments`."""
        return [recorded_runs.as_experiment(each) for each in sorted({*self._by_hash.values()})]

    def count(self, experiment_id: str) -> int:
        """See `Source.count`."""
        return sum(each == experiment_id for each in self._by_hash.values())

    def runs(self, experiment_id: str) -> Iterator[Run]:
        """See `Source.runs`."""
        for identity in [each for each, name in self._by_hash.items() if name == experiment_id]:
            with RunPoints() as points:
                recorded = self._unless_damaged(identity, partial(self._recorded, points))
                if recorded is not None:
                    run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
                    self._points = {run.info.run_id: points}
                    yield run

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return self._points[run_id].parts(key)

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: what was tracked besides metrics, and logged files."""
        return self._artifacts[run.info.run_id]

    def models(self, run: Run) -> list[LoggedModel]:
        """See `Source.models`."""
        return []

    def left_out(self) -> Mapping[str, str]:
        """See `Source.left_out`."""
        return self._left_out

    @cached_property
    def _by_hash(self) -> dict[str, str]:
        """The experiment of each run, also of those that Aim has not added to its index yet, by their hashes."""
        folders = (self._folder / "meta" / "chunks").iterdir()
        hashes = sorted(each.name for each in folders if _HASH.fullmatch(each.name) and not each.is_symlink())
        names = {each: self._unless_damaged(each, self._experiment) for each in hashes}
        return {identity: name for identity, name in names.items() if name is not None}

    def _unless_damaged(self, identity: str, read: Callable[[str], Read]) -> Read | None:
        """Return what is read of a run; None if it can't be read, and is left out."""
        try:
            return read(identity)
        except StorageFailed:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged database may raise anything, and concerns its run only
            reason = str(error).partition("\n")[0]
            self._left_out[f"run {identity}"] = f"{type(error).__name__}: {reason}"
            return None

    def _experiment(self, identity: str) -> str:
        return str(self._properties(identity).experiment or "default")

    def _properties(self, identity: str) -> Any:
        return self._repo.request_props(identity, read_only=True)

    def _tree(self, kind: str, identity: str) -> Any:
        """Return the tree of a run's attributes (`meta`) or series (`seqs`), without changing its database."""
        return self._repo.request_tree(kind, identity, read_only=True, skip_read_optimization=True)

    def _recorded(self, points: RunPoints, identity: str) -> RecordedRun:
        meta = self._tree("meta", identity).subtree(("meta", "chunks", identity))
        series = self._series(identity, meta)
        _add_points(points, [each for each in series if each.kind in _NUMBERS])
        self._artifacts = {recorded_runs.run_id(TRACKER, identity): self._files(identity, meta, series)}
        properties = self._properties(identity)
        attributes = _collected(meta, "attrs")
        params = {
            key: _text(value)
            for key, value in recorded_runs.flat(attributes, ".", keeps_media=True)
            if key.partition(".")[0] not in _OWN
        }
        moments = [each.timestamp for each in points.latest()]
        # The database stores times in UTC without a time zone.
        start = round(properties.created_at.replace(tzinfo=UTC).timestamp() * 1000)
        ended = meta.get("end_time", None)
        end = max(moments, default=start) if ended is None else _milliseconds(ended)
        status = "KILLED" if ended is None else "FINISHED"
        name, tags = str(properties.name or identity), _tags(properties)
        return RecordedRun(
            identity, name, start, end, status, params, tags, points, is_deleted=bool(properties.archived)
        )

    def _series(self, identity: str, meta: Any) -> list[_Series]:
        """Return all series, each with a name of its own."""
        contexts, stored = _collected(meta, "contexts"), self._tree("seqs", identity).subtree("seqs")
        found: dict[str, _Series] = {}
        for context, series in _collected(meta, "traces").items():
            for name, about in series.items():
                is_versioned = about.get("version", 1) != 1
                place = ("v2", "chunks", identity) if is_versioned else ("chunks", identity)
                columns, described = stored.subtree((*place, context, name)), contexts.get(context) or {}
                key = _key(name, described)
                key = _key(name, described, spelled_out=True) if key in found else key
                found[key] = _Series(key, _prefix(described), about.get("dtype") or "", is_versioned, columns)
        return list(found.values())

    def _files(self, identity: str, meta: Any, series: list[_Series]) -> ObjectFiles:
        """Return the files of a run."""
        objects = [ObjectSeries(each.key, each.kind, each.columns) for each in series if each.kind not in _NUMBERS]
        name = f"run {identity}"

        def report(what: str, reason: str) -> None:
            self._left_out[f"{what} of {name}"] = reason

        return ObjectFiles(f"{self.uri}, {name}", objects, _logged_files(meta, identity), report)


class _Series(NamedTuple):
    """What was tracked by one name in one context."""

    key: str
    prefix: str
    """What names the context, empty or with a ``/`` at its end."""
    kind: str
    """Aim's name of the type of the values."""
    is_versioned: bool
    """Whether the values are by the hashes of their steps, not by their steps."""
    columns: Any


def _opened(folder: Path) -> Any:
    try:
        from aim.sdk.repo import Repo, RepoStatus
    except ImportError as error:
        msg = "A repository of Aim is read by its own library: pip install aim"
        raise Unsupported(msg) from error
    if Repo.check_repo_status(str(folder.parent)) == RepoStatus.PATCH_REQUIRED:
        msg = f"{folder} is of an earlier version of Aim: upgrade a copy of it with `aim storage upgrade`"
        raise Unsupported(msg)
    return Repo.from_path(str(folder.parent))


def _collected(meta: Any, name: str) -> dict[Any, Any]:
    """Return a part of the tree of a run as a dictionary, empty if there is none."""
    found = aim_tree.collected(meta, name)
    return found if isinstance(found, dict) else {}


def _add_points(points: RunPoints, series: Iterable[_Series]) -> None:
    """Add the points of metrics, one after the other, and of the metrics that have the epochs of a context."""
    epochs: dict[str, dict[int, tuple[int, float]]] = {}
    for each in series:
        columns, known = _points(each)
        points.extend(each.key, columns)
        if known is not None:
            rows = zip(columns.steps, columns.timestamps, known, strict=True)
            held = epochs.setdefault(f"{each.prefix}epoch", {})
            held.update({step: (moment, epoch) for step, moment, epoch in rows if not math.isnan(epoch)})
    for key, held in epochs.items():
        if key not in points:
            for step, (moment, epoch) in held.items():
                points.add(key, step, moment, epoch)


def _points(series: _Series) -> tuple[Points, array[float] | None]:
    """Return the points of a metric by time, and the epoch of each, NaN if it has none; None if no point has one.

    Raise `ValueError` when its columns are not of the same length, and `InvalidValue` when one has no time.
    """
    import numpy as np

    columns = series.columns
    stored = aim_tree.column(columns, "step") if series.is_versioned else aim_tree.indices(columns, "val")
    steps, values = np.fromiter(stored, np.int64), np.fromiter(aim_tree.column(columns, "val"), np.float64)
    seconds = np.fromiter(aim_tree.column(columns, "time"), np.float64)
    epochs = np.fromiter(_numbers(aim_tree.column(columns, "epoch")), np.float64)
    if not len(steps) == len(values) == len(seconds) == len(epochs):
        raise ValueError(f"{series.key} has {len(steps)} steps, {len(values)} values and {len(seconds)} times")
    if not (np.abs(seconds) < _LATEST).all():
        raise InvalidValue(f"{series.key} has a point without a time")
    moments = np.rint(seconds * 1000).astype(np.int64)
    order = np.lexsort((steps, moments))
    points = Points(
        *(array(code, each[order].tobytes()) for code, each in zip("qqd", (steps, moments, values), strict=True))
    )
    return points, None if np.isnan(epochs).all() else array("d", epochs[order].tobytes())


def _numbers(values: Iterable[float | None]) -> Iterator[float]:
    return (math.nan if each is None else float(each) for each in values)


def _key(name: str, context: Mapping[str, Any], *, spelled_out: bool = False) -> str:
    """Return the name of a series: ``loss`` of the subset ``train`` is ``train/loss``, other contexts are named."""
    prefix = _prefix(context, spelled_out=spelled_out)
    if name.startswith(_SYSTEM):
        return f"system/{prefix}{name.removeprefix(_SYSTEM)}"
    return f"{prefix}{name}"


def _prefix(context: Mapping[str, Any], *, spelled_out: bool = False) -> str:
    """Return what the names of the series in a context begin with."""
    return "".join(
        f"{value}/" if key == "subset" and not spelled_out else f"{key}={_text(value)}/"
        for key, value in sorted(context.items())
    )


def _logged_files(meta: Any, identity: str) -> dict[str, Callable[[], BinaryIO]]:
    """Return what opens the files that a run has logged, by their artifact paths, if they are on this machine.

    Only those in the folder of the run are, which has its hash as its name, and no link leads out of it.
    """
    root = _artifact_folder(meta, identity)
    names = [] if root is None else sorted(_collected(meta, "artifacts"))
    repository = LocalRepository(root or Path())
    return {clean(name): partial(repository.open, name) for name in names}


def _artifact_folder(meta: Any, identity: str) -> Path | None:
    uri = str(meta.get("artifacts_uri", None) or "")
    found = Path(uri.removeprefix("file://"), identity)
    return found if uri.startswith("file:///") and not found.is_symlink() and found.is_dir() else None


def _tags(properties: Any) -> dict[str, str]:
    found = {f"aim.tag.{each}": "" for each in properties.tags}
    if properties.description:
        found[reserved.NOTE] = str(properties.description)
    if properties.archived:
        found["aim.archived"] = "true"
    return found


def _text(value: Any) -> str:
    is_large = hasattr(value, "load")
    return plain(value) if is_large or isinstance(value, str) else json.dumps(value, default=plain)


def _milliseconds(seconds: float) -> int:
    if not abs(seconds) < _LATEST:
        msg = f"{seconds!r} is not a time"
        raise InvalidValue(msg)
    return round(seconds * 1000)
