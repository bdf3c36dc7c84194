"""The arguments of ``%%track`` that make a cell a sweep."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.sweeps import sweep_options, value_lists
from nbtrack.sweeps.search_choice import MOST_TRIALS
from nbtrack.sweeps.sweep_options import SweepOptions


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_TRIALS:
        msg = f"write a number from 1 to {MOST_TRIALS:,}, not {text!r}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


OPTIONS: dict[str, dict[str, Any]] = {
    "--grid": {
        "nargs": "+",
        "metavar": "NAME=VALUES",
        "help": "Run the cell with each combination of these values in place of those that it gives its parameters: "
        "lr=1e-3,1e-2 or depth=2..6 (both ends) or rate=0.1..0.5..0.1 (with a step). The name of the run comes first.",
    },
    "--random": {
        "type": _count,
        "metavar": "N",
        "help": "Try N random combinations of the values of --grid. A range such as lr=1e-4..1e-1 is sampled on a "
        "logarithmic scale if its ends are at least a factor of 100 apart, else evenly; integer ranges give integers.",
    },
    "--optuna": {
        "type": _count,
        "metavar": "N",
        "help": "Try N combinations of the values of --grid that Optuna suggests: pip install optuna.",
    },
    "--sampler": {"metavar": "NAME", "help": "Optuna's sampler: TPE (the default), Random, GP, CmaEs …"},
    "--pruner": {"metavar": "NAME", "help": "Optuna's pruner, which stops trials early: Median, Hyperband …"},
    "--seeds": {
        "metavar": "N",
        "help": "Run each combination with the seeds 0 to N-1, or with the ones listed: 1,7,42. By default with 0.",
    },
    "--halving": {
        "action": "store_true",
        "help": "Stop a trial whose curve after 1, 3, 9 … steps is not among the best third of those before it.",
    },
    "--budget": {"metavar": "TIME", "help": "Start no further trial after this time: 90s, 10m, 1h30m."},
    "--goal": {
        "metavar": "METRIC[:max|min]",
        "help": "The metric that ranks the trials; by default one whose name implies a goal, preferably of validation.",
    },
    "--jobs": {
        "type": _count,
        "metavar": "N",
        "help": "Run N trials at a time in separate processes, by joblib: pip install 'nbtrack[sweeps]'.",
    },
    "--on": {
        "metavar": "ADDRESS",
        "help": "Run the trials on the workers of a dask cluster: tcp://scheduler:8786. They log to the store of the "
        "notebook, which is served to them if they do not have its files. pip install 'nbtrack[dask]'.",
    },
    "--resume": {
        "action": "store_true",
        "help": "Run only the trials that are missing from an earlier execution of the sweep.",
    },
}


def taken(given: dict[str, Any]) -> SweepOptions | None:
    """Return the options of a sweep from parsed arguments; None if they do not ask for one.

    Raises
    ------
    InvalidValue
        When the values are not understood, or an option belongs to a sweep and there is none.
    """
    names = [flag.removeprefix("--") for flag in OPTIONS]
    found = {name: given.pop(name) for name in names if name in given}
    if found and "grid" not in found:
        raise InvalidValue(f"--{next(iter(found))} needs a sweep: name the values to try with --grid NAME=VALUES")
    return _options(**found) if found else None


def _options(
    grid: list[str], seeds: str = "1", budget: str | None = None, goal: str | None = None, **others: Any
) -> SweepOptions:
    metric, direction = sweep_options.ranked_by(goal) if goal is not None else (None, None)
    return SweepOptions(
        value_lists.parse(grid),
        sweep_options.seeds(seeds),
        budget=None if budget is None else sweep_options.seconds(budget),
        metric=metric,
        goal=direction,
        **others,
    )


def without(line: str) -> str:
    """Return a ``%%track`` line without the options of a sweep."""
    kept: list[str] = []
    dropping = 0
    for word in shlex.split(line):
        flag, sign, _ = word.partition("=")
        if word.startswith("--"):
            details = OPTIONS.get(flag)
            dropping = 0 if details is None or sign else _arguments(details)
            kept.extend([] if details is not None else [word])
        elif dropping:
            dropping -= 1
        else:
            kept.append(word)
    return shlex.join(kept)


def _arguments(details: dict[str, Any]) -> int:
    """Return how many words after an option belong to it at most."""
    if details.get("nargs") == "+":
        return sys.maxsize
    return 0 if details.get("action") == "store_true" else 1
