"""An overview, and runs as columns, computed from the pages of a search for servers without such endpoints."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from nbtrack.entities import KeySummary, Overview, RunColumns, RunGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.stores.interface import Keys

_INFOS = ("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")


def overview(runs: Iterable[Run]) -> Overview:
    """Return the summary of each parameter, metric and tag of some runs."""
    total = 0
    seen: tuple[dict[str, list[Any]], ...] = ({}, {}, {})
    for run in runs:
        total += 1
        holds: tuple[Mapping[str, Any], ...] = (run.data.params, run.data.metrics, run.data.tags)
        for known, held in zip(seen, holds, strict=True):
            for key, value in held.items():
                known.setdefault(key, []).append(value)
    params, metrics, tags = ({key: _summary(each) for key, each in sorted(known.items())} for known in seen)
    return Overview(total, params, metrics, tags)


def _summary(values: Sequence[Any]) -> KeySummary:
    real = [each for each in values if each == each]  # noqa: PLR0124 - tests for NaN
    return KeySummary(len(values), min(real, default=None), max(real, default=None))


def columns(runs: Sequence[Run], keys: Keys | None) -> RunColumns:
    """Return runs as columns, restricted to `keys` when they are given."""
    infos = {name: [getattr(run.info, name) for run in runs] for name in _INFOS}
    return RunColumns(
        infos,
        _groups([run.data.metrics for run in runs], _wanted_keys(keys, "metrics"), numbers=True),
        _groups([run.data.params for run in runs], _wanted_keys(keys, "params")),
        _groups([run.data.tags for run in runs], _wanted_keys(keys, "tags")),
    )


def _wanted_keys(keys: Keys | None, name: str) -> frozenset[str] | None:
    return None if keys is None else frozenset(keys.get(name, ()))


def _groups(
    held: Sequence[Mapping[str, Any]], wanted: frozenset[str] | None, *, numbers: bool = False
) -> list[RunGroup]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, each in enumerate(held):
        keys = tuple(sorted(each if wanted is None else wanted & each.keys()))
        groups.setdefault(keys, []).append(place)
    return [
        RunGroup(places, {key: _column([held[place][key] for place in places], numbers=numbers) for key in keys})
        for keys, places in groups.items()
        if keys
    ]


def _column(values: list[Any], *, numbers: bool) -> Any:
    return array("d", values) if numbers else values
