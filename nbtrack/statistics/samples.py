"""Runs grouped by everything but the seed, or by some columns: the values of a metric, and what pairs them."""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation import run_values
from nbtrack.statistics.intervals import FEWEST, paired, unpaired
from nbtrack.statistics.seeds import is_seed, seeds_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.statistics.intervals import Difference

Key = tuple[tuple[str, str], ...]

SHARE_OF_PAIRS = 0.75
"""The least share of the smaller sample that must have a partner for a paired comparison."""


UNFINISHED = frozenset({"FAILED", "KILLED"})


class Replicate(NamedTuple):
    """One run of a sample: its value, and the parameters that identify it among the others, including its seed."""

    run: Run
    value: float
    key: Key


class Sample(NamedTuple):
    """The runs of one group.

    `settings` are the values that all of them share, `left_out` counts those that failed or have no finite value, and
    `repeated` those that repeat another one, including its seed.
    """

    settings: dict[str, str]
    replicates: tuple[Replicate, ...]
    left_out: int = 0
    repeated: int = 0

    @property
    def values(self) -> list[float]:
        """The values of the metric, one for each seed."""
        return [each.value for each in self.replicates]

    @property
    def n(self) -> int:
        """How many values there are."""
        return len(self.replicates)

    @property
    def mean(self) -> float:
        """The mean of the values."""
        return statistics.fmean(self.values)

    @property
    def spread(self) -> float | None:
        """The sample standard deviation of the values, None for a single one."""
        return statistics.stdev(self.values) if self.n > 1 else None


def by_settings(runs: Sequence[Run], metric: str, code_of: Callable[[Run], str]) -> list[Sample]:
    """Return runs, the newest first, grouped by all of their parameters and their code, but not their seeds.

    Where groups differ in their code alone, their settings include its version; the oldest is version 1.
    """
    groups: dict[tuple[Key, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((_key(settings_of(run.data.params)), code_of(run)), []).append(run)
    codes = list(dict.fromkeys(code for _, code in groups))
    found = [_sample(dict(key), members, metric) for (key, _), members in groups.items()]
    if len({key for key, _ in groups}) == len(groups):
        return found
    versions = [len(codes) - codes.index(code) for _, code in groups]
    return [
        each._replace(settings={**each.settings, "code": f"version {version}"})
        for each, version in zip(found, versions, strict=True)
    ]


def by_columns(runs: Sequence[Run], metric: str, columns: Sequence[str]) -> list[Sample]:
    """Return runs grouped by some columns: parameters or tags, by their names or as written in a filter.

    Runs with none of these columns are left out: they come from other code.
    """
    groups: dict[Key, list[Run]] = {}
    for run in runs:
        values = [run_values.value(run, column) for column in columns]
        if any(value is not None for value in values):
            groups.setdefault(tuple(zip(columns, map(_shown, values), strict=True)), []).append(run)
    grouped = {each.removeprefix("params.") for each in columns}
    return [_sample(dict(key), members, metric, grouped) for key, members in groups.items()]


def _shown(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return "–" if value is None else value


def _key(params: Mapping[str, str]) -> Key:
    return tuple(sorted(params.items()))


def _sample(settings: dict[str, str], runs: Sequence[Run], metric: str, grouped: Iterable[str] = ()) -> Sample:
    """Return a sample of runs, of which the first of equal ones counts; they are given with the newest first."""
    held = {key for run in runs for key in (run.data.params if grouped else seeds_of(run.data.params))} - set(grouped)
    known: dict[Key, Replicate] = {}
    for run in runs:
        key = _key({name: value for name, value in run.data.params.items() if name in held})
        seeded = any(is_seed(name) for name, _ in key)
        own = key if seeded else (("run_id", run.info.run_id),)
        if math.isfinite(_value(run, metric)):
            known.setdefault(own, Replicate(run, _value(run, metric), own))
    left_out = sum(not math.isfinite(_value(run, metric)) for run in runs)
    return Sample(settings, tuple(known.values()), left_out, len(runs) - left_out - len(known))


def _value(run: Run, metric: str) -> float:
    """Return the result of a run: none when it failed, or was stopped before its end."""
    return math.nan if run.info.status in UNFINISHED else run.data.metrics.get(metric, math.nan)


def difference(first: Sample, second: Sample, groups: int = 2) -> Difference:
    """Return how far the mean of `second` is above that of `first`, pair by pair where the seeds match.

    `groups` is the number of samples from which the best was selected.
    """
    pairs = _pairs(first, second)
    if pairs:
        return paired([each for each, _ in pairs], [each for _, each in pairs], groups)
    return unpaired(first.values, second.values, groups)


def _pairs(first: Sample, second: Sample) -> list[tuple[float, float]]:
    """Return the values of equal seeds, and of equal settings where a sample has several; empty where too few match."""
    names = _common_names(first) & _common_names(second)
    if not any(map(is_seed, names)):
        return []
    values = [_by_key(each, names) for each in (first, second)]
    if any(len(known) < sample.n for known, sample in zip(values, (first, second), strict=True)):
        return []
    found = [(values[0][key], values[1][key]) for key in values[0] if key in values[1]]
    fewest = min(first.n, second.n)
    return found if len(found) >= max(min(FEWEST, fewest), SHARE_OF_PAIRS * fewest) else []


def _common_names(sample: Sample) -> set[str]:
    """Return the parameters that identify each run of a sample."""
    names = [{name for name, _ in each.key} for each in sample.replicates]
    return set.intersection(*names) if names else set()


def _by_key(sample: Sample, names: set[str]) -> dict[Key, float]:
    return {tuple(each for each in held.key if each[0] in names): held.value for held in sample.replicates}
