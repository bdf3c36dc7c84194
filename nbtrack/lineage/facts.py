"""What is known of a cell once it has run."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from nbtrack.lineage.constants import Value

Recorded: TypeAlias = Value


class Fact(NamedTuple):
    """One parameter, or the final value of one metric, with where it comes from."""

    key: str
    value: Recorded
    rule: str
    """The rule of the contract that found it (``"P1"`` … ``"M2"``, ``"K1"``, ``"K3"``), or ``"asked"``."""
    line: int
    """The line in the cell, from 1."""


class Point(NamedTuple):
    """One point of a curve."""

    key: str
    step: int
    timestamp: int
    """Milliseconds since the epoch UTC."""
    value: float


class Facts(NamedTuple):
    """All that a cell gave.

    Attributes
    ----------
    params
        The parameters, each key once.
    metrics
        The final value of every metric. Of a metric that is a curve the points have been, or are,
        in `points`: log those and not this value; of any other, log this value as one point at step 0.
    points
        The points that were not drained before, the final one of K4 included.
    curves
        The keys of the metrics that are curves, whether their points were drained before or not.
    problems
        Names whose value could not be read.
    """

    params: list[Fact]
    metrics: list[Fact]
    points: list[Point]
    curves: frozenset[str]
    problems: list[str]
