r"""What a library prints round by round while it trains is a curve, where nothing else keeps it.

An earlier cell::

    class Booster:
        def fit(self, rounds):
            for number in range(0, rounds, 10):
                print(f"[{number}]\tvalid-rmse:{1 / (number + 1)}")

A cell::

    Booster().fit(20)

Metrics::

    valid.rmse = 0.09090909090909091

Curves::

    valid.rmse = {0: 1.0, 10: 0.09090909090909091}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.capture.facts import Fact
from nbtrack.capture.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.rules.rule import CellCode, CellValues


class PrintedRounds(Rule):
    """The progress that training calls print."""

    code = "K5p"
    origin = "printed by training on line {line}"

    def __init__(self, code: CellCode) -> None:
        lines = [*(one.call.lineno for one in code.training), *(one.line for one in code.called)]
        self._line = min(lines, default=None)

    def facts(self, values: CellValues) -> Iterator[Fact]:
        """Yield the last value of each curve."""
        if self._line is None:
            return
        for key, points in values.printed_rounds().items():
            kept = any(one == key or one.endswith(f".{key}") for one in values.metric_keys)
            if not kept and values.add_curve(key, list(points.values()), steps=list(points)):
                yield Fact(key, next(reversed(points.values())), self.code, self._line)
