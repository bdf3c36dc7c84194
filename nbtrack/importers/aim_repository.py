"""Importing a repository of Aim, which the library of Aim reads (``pip install aim``).

A run has a database of its own in it, with attributes, contexts and series. The points of a series come in the order of
their hashes and are sorted by step here. Nothing is written into the repository.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.importers import recorded_runs
from nbtrack.importers.recorded_runs import RecordedRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.blocks import Points
    from nbtrack.stores.logged_models import LoggedModel

Read = TypeVar("Read")

TRACKER = "aim"
_FOLDER = ".aim"
_HASH = re.compile("[0-9a-f]{24}")
_NUMBERS = frozenset(("float", "float64", "int", "int64", "number"))
"""The types of series that are metrics; others are texts, images, sounds, distributions and figures."""
_SYSTEM = "__system__"
"""The prefix of system metrics."""
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
        self._points: dict[str, dict[str, Points]] = {}
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
            recorded = self._unless_damaged(identity, self._recorded)
            if recorded is None:
                continue
            run = recorded_runs.as_run(recorded, TRACKER, experiment_id)
            # The points of one run at a time are in memory.
            self._points = {run.info.run_id: recorded.points}
            yield run

    def point_parts(self, run_id: str, key: str) -> Iterable[Points]:
        """See `Source.point_parts`."""
        return [self._points[run_id][key]]

    def artifacts(self, run: Run) -> ArtifactRepository | None:
        """See `Source.artifacts`: none are read."""
        return None

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

    def _recorded(self, identity: str) -> RecordedRun:
        meta = self._tree("meta", identity).subtree(("meta", "chunks", identity))
        points = self._series(identity, meta)
        properties = self._properties(identity)
        attributes = _collected(meta, "attrs")
        params = {
            key: _text(value) for key, value in recorded_runs.flat(attributes, ".") if key.partition(".")[0] not in _OWN
        }
        moments = [each for columns in points.values() for each in columns.timestamps]
        # The database stores times in UTC without a time zone.
        start = round(properties.created_at.replace(tzinfo=UTC).timestamp() * 1000)
        ended = meta.get("end_time", None)
        end = max(moments, default=start) if ended is None else _milliseconds(ended)
        status = "KILLED" if ended is None else "FINISHED"
        name = str(properties.name or identity)
        return RecordedRun(identity, name, start, end, status, params, _tags(properties), points)

    def _series(self, identity: str, meta: Any) -> dict[str, Points]:
        """Return the points of all metrics, by their names within their contexts."""
        contexts, stored = _collected(meta, "contexts"), self._tree("seqs", identity).subtree("seqs")
        found: dict[str, Points] = {}
        for context, series in _collected(meta, "traces").items():
            for name, about in series.items():
                if about.get("dtype") not in _NUMBERS:
                    continue
                place = ("chunks", identity) if about.get("version", 1) == 1 else ("v2", "chunks", identity)
                columns = stored.subtree((*place, context, name))
                key = _key(name, contexts.get(context) or {})
                for step, moment, value in _points(columns, versioned=place[0] == "v2"):
                    recorded_runs.add_point(found, key, step, moment, value)
        return found


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
    try:
        found = meta.collect(name)
    except KeyError:
        return {}
    return found if isinstance(found, dict) else {}


def _points(columns: Any, *, versioned: bool) -> list[tuple[int, int, float]]:
    """Return step, time in ms and value of each point of a series by step; those of early versions are numbered."""
    values = columns.array("val")
    steps = columns.array("step").values() if versioned else (step for step, _ in values.items())
    moments = (_milliseconds(each) for each in columns.array("time").values())
    return sorted(
        (
            (int(step), moment, float(value))
            for step, moment, value in zip(steps, moments, values.values(), strict=True)
        ),
        key=lambda point: point[:2],
    )


def _key(name: str, context: Mapping[str, Any]) -> str:
    """Return the name of a metric: ``loss`` of the subset ``train`` is ``train/loss``, other contexts are named."""
    if name.startswith(_SYSTEM):
        return f"system/{name.removeprefix(_SYSTEM)}"
    parts = [str(value) if key == "subset" else f"{key}={_text(value)}" for key, value in sorted(context.items())]
    return "/".join((*parts, name))


def _tags(properties: Any) -> dict[str, str]:
    found = {f"aim.tag.{each}": "" for each in properties.tags}
    if properties.description:
        found[reserved.NOTE] = str(properties.description)
    if properties.archived:
        found["aim.archived"] = "true"
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _milliseconds(seconds: float) -> int:
    if not math.isfinite(seconds):
        msg = f"{seconds!r} is not a time"
        raise InvalidValue(msg)
    return round(seconds * 1000)
