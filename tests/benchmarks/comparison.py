"""How often comparisons of two groups are wrong, over simulated experiments whose truth is known.

``python tests/benchmarks/comparison.py`` prints for 3 to 10 seeds a group: how often two equal groups are called different
(5 % are expected), how often the interval covers the true difference (95 %), and how often a true difference is seen,
with and without pairing. In 10,000 comparisons these shares are within half a percentage point of what they are in the
long run. Where the best of several equal groups is picked, at most 5 % are called different from any other one.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np

from nbtrack.statistics.intervals import paired, unpaired

SHAPES = {
    "normal": lambda random, n: random.normal(size=n),
    "skewed": lambda random, n: (random.gamma(3, size=n) - 3) / 3**0.5,
    "heavy tails": lambda random, n: random.standard_t(4, size=n) / 2**0.5,
}
"""What draws values with a mean of 0 and a standard deviation of 1."""
NOISE, EFFECT = 0.5, 0.6
"""What a run adds to what its seed gives both groups, and the true difference that is to be seen."""


class Rates(NamedTuple):
    """Shares of the simulated comparisons."""

    false_alarms: float
    coverage: float
    seen_paired: float
    seen_unpaired: float


def experiment(random, draw, difference, *, shared, spread=1.0, sizes=None):
    """Return the values of two groups that share what their seeds give, as far as these are the same."""
    first, second = sizes or (int(random.integers(3, 11)),) * 2
    seeds = shared * draw(random, max(first, second))
    noise = [NOISE * draw(random, first), NOISE * spread * draw(random, second)]
    return seeds[:first] + noise[0], seeds[:second] + noise[1] + difference


def pairs(count, shape="normal", seed=0):
    """Return the rates of comparisons of pairs, and what is seen when the same are compared without pairs."""
    random, draw = np.random.default_rng(seed), SHAPES[shape]
    equal = [paired(*experiment(random, draw, 0.0, shared=1.0)).distinguishable for _ in range(count)]
    different = [experiment(random, draw, EFFECT, shared=1.0) for _ in range(count)]
    found = [paired(*each) for each in different]
    apart = [unpaired(*each).distinguishable for each in different]
    covered = [each.low <= EFFECT <= each.high for each in found]
    return Rates(np.mean(equal), np.mean(covered), np.mean([each.distinguishable for each in found]), np.mean(apart))


def others(count, shape="normal", seed=0):
    """Return the rates of comparisons without pairs: of different numbers of runs, of which one group varies more."""
    random, draw = np.random.default_rng(seed), SHAPES[shape]

    def one(difference):
        sizes, spread = random.integers(3, 11, 2).tolist(), random.choice([1.0, 1.5, 2.0])
        return unpaired(*experiment(random, draw, difference, shared=0.0, spread=spread, sizes=sizes))

    equal, different = ([one(each) for _ in range(count)] for each in (0.0, EFFECT))
    covered = [each.low <= EFFECT <= each.high for each in different]
    seen = np.mean([each.distinguishable for each in different])
    return Rates(np.mean([each.distinguishable for each in equal]), np.mean(covered), float("nan"), seen)


def picked(count, groups, seed=0):
    """Return how often the best of equal groups is called different from any other one."""
    random, draw, found = np.random.default_rng(seed), SHAPES["normal"], 0
    for _ in range(count):
        seeds = draw(random, int(random.integers(3, 11)))
        held = [seeds + NOISE * draw(random, len(seeds)) for _ in range(groups)]
        best, *others = sorted(held, key=np.mean, reverse=True)
        found += any(paired(best, each, groups).distinguishable for each in others)
    return found / count


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{number:,} comparisons each\n{'':22}  {'  '.join(f'{each:>13}' for each in Rates._fields)}")
    for name in SHAPES:
        for way in (pairs, others):
            print(f"{name + ', ' + way.__name__:22}  {'  '.join(f'{each:13.1%}' for each in way(number, name))}")
    for most in (3, 6):
        print(f"{f'best of {most}':22}  {picked(number, most):13.1%}")
