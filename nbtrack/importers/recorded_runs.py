"""Runs that a source has read as a whole, until the next run is read."""

from __future__ import annotations

import hashlib
import json
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.entities import Experiment, LifecycleStage, Run, RunData, RunInfo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbtrack.importers.run_points import RunPoints


_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""The numbers that JSON lacks, as trackers write them."""


class RecordedRun(NamedTuple):
    """A run of another tracker."""

    key: str
    """What identifies the run in its source; its id is derived from that, so that a second import finds it."""
    name: str
    start_time: int
    end_time: int | None
    status: str
    params: Mapping[str, str]
    tags: Mapping[str, str]
    points: RunPoints
    user: str = ""
    is_deleted: bool = False


def run_id(tracker: str, key: str) -> str:
    """Return the id of a run of another tracker."""
    return hashlib.blake2b(f"{tracker}\0{key}".encode(), digest_size=16).hexdigest()


def as_run(recorded: RecordedRun, tracker: str, experiment_id: str) -> Run:
    """Return a recorded run as a run of ours; the latest values serve only to list the keys."""
    latest = recorded.points.latest()
    tags = {**recorded.tags, reserved.RUN_NAME: recorded.name, reserved.IMPORTED_FROM: tracker}
    times = (recorded.start_time, recorded.end_time)
    identity = run_id(tracker, recorded.key)
    info = RunInfo(identity, experiment_id, recorded.name, recorded.user, recorded.status, *times, artifact_uri="")
    if recorded.is_deleted:
        # The tracker does not say since when; garbage collection spares it for some time from now on.
        info = info._replace(lifecycle_stage=LifecycleStage.DELETED, deleted_time=time.time_ns() // 1_000_000)
    metrics = {each.key: each.value for each in latest}
    return Run(info, RunData(metrics, dict(recorded.params), tags, tuple(latest)))


def as_experiment(name: str) -> Experiment:
    """Return an experiment whose name is also its id."""
    return Experiment(name, name, "", "active", None, None, {})


def flat(
    values: Mapping[str, Any], separator: str, prefix: str = "", *, keeps_media: bool = False
) -> Iterator[tuple[str, Any]]:
    """Yield the entries of nested mappings under joined keys; media, which have a ``_type``, only if `keeps_media`."""
    for key, value in values.items():
        if isinstance(value, dict):
            if keeps_media or "_type" not in value:
                yield from flat(value, separator, f"{prefix}{key}{separator}", keeps_media=keeps_media)
        else:
            yield f"{prefix}{key}", value


def without_media(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return flat entries without those of media, which have a ``_type`` of their own: ``shown._type``."""
    media = tuple(key.removesuffix("_type") for key in values if key.endswith("._type"))
    return {key: value for key, value in values.items() if not media or not key.startswith(media)}


def number(value: Any) -> float | None:
    """Return a value of JSON as a number, None if it is not one, or an integer beyond the range of a double."""
    if isinstance(value, str):
        return _NUMBERS.get(value)
    with suppress(OverflowError):
        return float(value) if isinstance(value, int | float) else None
    return None


def text(value: Any) -> str:
    """Return a value of JSON as the text of a parameter."""
    return value if isinstance(value, str) else json.dumps(value)
