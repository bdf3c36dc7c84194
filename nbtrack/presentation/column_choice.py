"""Which columns a run table shows by default, and in which order: those that the runs in view have."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from nbtrack.entities import KeySummary, Overview, Run

CONTAINERS = frozenset({"params", "parameters", "hparams", "config", "cfg", "metrics", "results", "scores"})
"""Names of containers whose entries need no prefix in a heading."""
STATISTICS = frozenset({"mean", "median", "std", "sum", "var"})
"""Words that say nothing in a heading without what they are of."""
LEADING_PARAMS = 3
"""Most parameters that stand before the metrics."""
LEADING_METRICS = 3
"""Most metrics that stand before the other parameters where no metric is common."""
ON_SCREEN = 12
"""So many of the first runs stand on the screen before anybody scrolls."""
BEYOND = 0.25
"""How much a run below these counts for the order of columns."""
LONG = 16
"""Characters of a title beyond which a dotted key is shortened."""


class Coverage(NamedTuple):
    """How many of the runs in view have a key, the first of them, and whether its values differ.

    Runs below the first screen count as `BEYOND` each.
    """

    runs: float
    first: int
    differs: bool


class Choice(NamedTuple):
    """The keys of default columns in order: parameters and metrics to compare runs by, then the others."""

    params: list[str]
    metrics: list[str]
    more_params: list[str]
    more_metrics: list[str]


def choose(overview: Overview, params: Iterable[str], seen: Sequence[Run]) -> Choice:
    """Return the keys that runs in view have, ordered by coverage, where runs on the first screen count for more.

    The user's own names come before those of calls, and keys whose values differ before those that have one value; a
    parameter with one value in several runs does not lead. Where runs have little in common, what some of them have
    leads, so that no table begins without a metric. `params` are the candidates among the parameters. Without `seen`,
    all runs of the overview count.
    """
    known = _coverage(overview.params, params, [run.data.params for run in seen])
    every = _coverage(overview.metrics, overview.metrics, [run.data.metrics for run in seen])
    measured = {key: each for key, each in every.items() if not _is_averaged(key, every)}
    most = max((each.runs for each in (*known.values(), *measured.values())), default=0)
    common, rare = _ranked(known, most)
    common_metrics, rare_metrics = _ranked(measured, most)
    params_first = (_varying(overview, common) or _varying(overview, rare))[:LEADING_PARAMS]
    metrics_first = common_metrics or rare_metrics[:LEADING_METRICS]
    return Choice(
        params_first,
        metrics_first,
        [key for key in common + rare if key not in params_first],
        [key for key in rare_metrics if key not in metrics_first],
    )


def _varying(overview: Overview, params: Sequence[str]) -> list[str]:
    """Return the parameters that do not have the same value in several runs."""
    return [key for key in params if _differs(overview.params[key]) or overview.params[key].runs == 1]


def _coverage(
    summaries: Mapping[str, KeySummary], keys: Iterable[str], seen: Sequence[Collection[str]]
) -> dict[str, Coverage]:
    """Return the coverage of those keys that a run in view has."""
    if not seen:
        return {key: Coverage(summaries[key].runs, 0, _differs(summaries[key])) for key in keys}
    places: dict[str, list[int]] = {key: [] for key in keys}
    for place, held in enumerate(seen):
        for key in held:
            if key in places:
                places[key].append(place)
    found = ((key, each) for key, each in places.items() if each)
    return {key: Coverage(_weight(each), each[0], _differs(summaries[key])) for key, each in found}


def _is_averaged(key: str, measured: Mapping[str, Coverage]) -> bool:
    """Return whether at least as many runs have the mean of a metric as the metric itself."""
    mean = measured.get(f"{key}.mean")
    return mean is not None and mean.runs >= measured[key].runs


def _weight(places: Sequence[int]) -> float:
    return sum(1 if place < ON_SCREEN else BEYOND for place in places)


def _differs(summary: KeySummary) -> bool:
    return summary.low != summary.high


def _ranked(known: Mapping[str, Coverage], most: float) -> tuple[list[str], list[str]]:
    """Return the keys that at least half as many runs have as the most common one, and the others."""

    def rank(key: str) -> tuple[bool, bool, int, int]:
        coverage = known[key]
        return _is_of_call(key), not coverage.differs, -_quarters(coverage, most), coverage.first

    ordered = sorted(known, key=rank)
    common = [key for key in ordered if 2 * known[key].runs >= most]
    return common, [key for key in ordered if 2 * known[key].runs < most]


def _quarters(coverage: Coverage, most: float) -> int:
    """Return the coverage in quarters, so that one more run does not reorder columns."""
    return int(4 * coverage.runs / (most or 1))


def _is_of_call(key: str) -> bool:
    container, dot, _ = key.rpartition(".")
    return bool(dot) and container not in CONTAINERS


def labels(keys: Collection[str]) -> dict[str, str]:
    """Return a title for each key: without a container or a long prefix, if the rest is unique among the keys."""
    ends = [key.rpartition(".")[2] for key in keys]
    return {
        key: end if _is_shortened(key) and ends.count(end) == 1 else key for key, end in zip(keys, ends, strict=True)
    }


def _is_shortened(key: str) -> bool:
    container, _, end = key.rpartition(".")
    return end not in STATISTICS and (len(key) > LONG or container in CONTAINERS)
