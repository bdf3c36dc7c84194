"""Which search a sweep makes: all combinations, random ones, with or without halving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import InvalidValue
from nbtrack.sweeps import trials
from nbtrack.sweeps.halving import Halving
from nbtrack.sweeps.optuna_search import OptunaSearch
from nbtrack.sweeps.search import ListedTrials

if TYPE_CHECKING:
    from nbtrack.sweeps.search import Search
    from nbtrack.sweeps.sweep_options import SweepOptions

MOST_TRIALS = 10_000
"""The most trials of a grid or a search."""


def chosen(options: SweepOptions) -> Search:
    """Return the search that is asked for.

    Raises
    ------
    InvalidValue
        When a range has no step in a grid, or there are too many trials.
    """
    _check(options)
    if options.optuna is not None:
        return OptunaSearch(options)
    if options.random is not None:
        listed = list(trials.random(options.values, options.seeds, options.random))
    else:
        count = trials.count(options.values, options.seeds)
        if count > MOST_TRIALS:
            raise InvalidValue(f"the grid has {count:,} combinations, more than {MOST_TRIALS:,}: try --random 100")
        listed = list(trials.grid(options.values, options.seeds))
    found = ListedTrials(listed)
    return Halving(found) if options.halving else found


def _check(options: SweepOptions) -> None:
    """Raise `InvalidValue` where options exclude each other, or one has no effect."""
    if options.optuna is None and (options.sampler or options.pruner):
        raise InvalidValue("--sampler and --pruner need --optuna N, with the number of trials")
    if options.optuna is not None and (options.random is not None or options.halving):
        raise InvalidValue("--optuna excludes --random and --halving: Optuna has --sampler and --pruner")
    if options.jobs > 1 and options.on is not None:
        raise InvalidValue("--jobs and --on exclude each other: the cluster says how many trials run at a time")
