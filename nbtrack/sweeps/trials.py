"""The trials of a sweep: their values and their outcomes."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.presentation import formatting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbtrack.capture.analysis.constant_folding import Value
    from nbtrack.sweeps.value_lists import Values

LONGEST_NAME = 120
"""Characters of the name of a trial's run."""


class Trial(NamedTuple):
    """One execution of the cell: values by the names that the user wrote, and the seed."""

    number: int
    values: dict[str, Value]
    seed: int

    def name(self, *, with_seed: bool) -> str:
        """Return the name of its run: ``lr=0.01 depth=3``."""
        parts = [f"{name}={value}" for name, value in self.values.items()]
        return formatting.short(" ".join([*parts, *([f"seed={self.seed}"] if with_seed else [])]), LONGEST_NAME)


class Outcome(NamedTuple):
    """The outcome of a trial."""

    run_id: str
    status: str
    metrics: dict[str, float]
    """The last value of each metric."""
    seeded: tuple[str, ...] = ()
    """The modules whose random generators were seeded."""
    error: str = ""
    """Type and message of the exception that ended it."""
    combination: str = ""
    """The same for all trials that differ only in their seed."""


def count(values: Mapping[str, Values], seeds: Sequence[int]) -> int:
    """Return how many trials a grid has."""
    return math.prod(len(each.grid(name)) for name, each in values.items()) * len(seeds)


def grid(values: Mapping[str, Values], seeds: Sequence[int]) -> Iterator[Trial]:
    """Yield a trial for each combination of values, with each seed.

    Raises
    ------
    InvalidValue
        When a range has no step.
    """
    lists = [each.grid(name) for name, each in values.items()]
    combined = itertools.product(itertools.product(*lists), seeds)
    for number, (chosen, seed) in enumerate(combined):
        yield Trial(number, dict(zip(values, chosen, strict=True)), seed)


def random(values: Mapping[str, Values], seeds: Sequence[int], count: int) -> Iterator[Trial]:
    """Yield a trial for each of so many random combinations, always the same ones, with each seed."""
    from random import Random

    drawing, seen = Random(0), set[str]()  # noqa: S311 # the same combinations each time, so that a sweep can resume
    number = 0
    for _ in range(count * 20):
        chosen = {name: each.drawn(drawing) for name, each in values.items()}
        if repr(chosen) not in seen and len(seen) < count:
            seen.add(repr(chosen))
            for seed in seeds:
                yield Trial(number, chosen, seed)
                number += 1
