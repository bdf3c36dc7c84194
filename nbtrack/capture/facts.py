"""What a cell gave: its parameters, metrics and the points of its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from nbtrack.capture.analysis.constant_folding import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Recorded: TypeAlias = Value


class Fact(NamedTuple):
    """One parameter, or the final value of one metric, with where it comes from."""

    key: str
    value: Recorded
    rule: str
    """The `Rule.code` of the rule that found it; empty where the user's code named it."""
    line: int
    """The line in the cell, from 1."""


class Points(NamedTuple):
    """Some points of one curve, in order; the three lists are of equal length.

    Steps increase, timestamps are milliseconds since the epoch (UTC), values are never None.
    """

    key: str
    steps: list[int]
    timestamps: list[int]
    values: list[float]


class PassedOver(NamedTuple):
    """A number that looked like a result and was not recorded."""

    name: str
    reason: str
    """In words: "used by acc, line 6"."""
    line: int
    """The line in the cell on which it is computed, from 1."""
    value: int | float
    """What it held at the end of the cell."""


class Training(NamedTuple):
    """What a training call returned or left behind, by key.

    - `curves`: one value for each epoch, round, trial or fold
    - `numbers`: final values that are no curve
    - `fitted`: numbers that the fitted object keeps, which count where the cell has no other result
    - `settings`: the settings that a search found
    - `named`: whether the keys tell nothing without the name of what holds them
    - `rows`: for each candidate of a search, its settings and scores
    """

    curves: Mapping[str, list[float]] = {}
    numbers: Mapping[str, int | float] = {}
    fitted: Mapping[str, int | float] = {}
    settings: Mapping[str, Value] = {}
    named: bool = False
    rows: Sequence[Mapping[str, Value | None]] = ()

    def __bool__(self) -> bool:
        return bool(self.curves or self.numbers or self.fitted or self.settings)


class Facts(NamedTuple):
    """Everything that a cell gave.

    - `metrics`: the final value of every metric; for one of `curves` log its points in `columns` instead, for any other
      this value as one point at step 0
    - `columns`: the points that were not taken before, the final ones included
    - `curves`: the keys of the metrics that are curves, whether their points were taken before or not
    - `problems`: names whose value could not be read
    - `passed_over`: numbers that looked like results and were not recorded, the most promising first
    - `trained`: whether a result comes from training or evaluating a model, or from a loop
    - `rows`: the settings and results of each iteration of a loop over settings, or candidate of a search, by key
    """

    params: list[Fact]
    metrics: list[Fact]
    columns: list[Points]
    curves: frozenset[str]
    problems: list[str]
    passed_over: Sequence[PassedOver] = ()
    rows: Sequence[Mapping[str, Value | None]] = ()
    trained: bool = True
