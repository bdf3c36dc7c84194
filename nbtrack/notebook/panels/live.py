"""The card of a cell that runs: how far it is, its curves, and what stops it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Int, Unicode

from nbtrack import tags
from nbtrack.notebook.panels.panel import Panel
from nbtrack.tracking import control

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbtrack.entities import Run
    from nbtrack.lineage import Points
    from nbtrack.notebook.panels.answering import Reply
    from nbtrack.tracking import MlflowClient

SECONDS_BETWEEN_PUSHES = 0.5
SPARK = 60
"""Points of a spark line, at least; at most twice as many are kept."""
MOST_METRICS = 8


class LiveCard(Panel):
    """A card that follows a run of a tracked cell as long as the cell runs.

    Parameters
    ----------
    run : Run
        The run.
    client : MlflowClient
        Its store.
    total : int, optional
        How many turns the loop will have.
    """

    front = "card"

    run = Unicode(help="The id of the run.").tag(sync=True)
    name = Unicode(help="Its name.").tag(sync=True)
    began = Int(help="When it began, in ms since the epoch UTC.").tag(sync=True)
    total = Int(default_value=None, allow_none=True, help="How many turns the loop will have.").tag(sync=True)
    paused = Bool(default_value=False, help="Whether it waits.").tag(sync=True)
    progress = Dict(help="Turns that are done, when the last one was, and for each metric its value and curve.").tag(
        sync=True
    )

    def __init__(self, run: Run, client: MlflowClient, total: int | None = None) -> None:
        self.client = client
        self._curves: dict[str, list[float]] = {}
        self._every: dict[str, int] = {}
        self._turns: dict[str, int] = {}
        self._last: dict[str, float] = {}
        self._pushed = 0.0
        super().__init__(run=run.info.run_id, name=run.info.run_name, began=run.info.start_time, total=total)

    def __repr__(self) -> str:
        """Say whose card it is."""
        return f"LiveCard({self.name})"

    def hear(self, points: Sequence[Points]) -> None:
        """Take new points; the page is told at most twice a second, from any thread."""
        for each in points:
            if each.key in self._curves or len(self._curves) < MOST_METRICS:
                self._add(each.key, each.values)
        moment = time.monotonic()
        if moment - self._pushed >= SECONDS_BETWEEN_PUSHES:
            self._pushed = moment
            self.progress = self._progress()

    def _add(self, key: str, values: Sequence[float]) -> None:
        """Keep every n-th value, with an n that grows with the curve."""
        curve, every, turns = self._curves.setdefault(key, []), self._every.get(key, 1), self._turns.get(key, 0)
        curve.extend(values[-turns % every :: every])
        self._turns[key] = turns + len(values)
        while len(curve) > 2 * SPARK:
            del curve[1::2]
            every *= 2
        self._every[key] = every
        self._last[key] = values[-1]

    def _progress(self) -> dict[str, Any]:
        return {
            "turns": max(self._turns.values(), default=0),
            "at": int(time.time() * 1000),
            "metrics": [
                {"key": key, "value": _plain(self._last[key]), "curve": [_plain(each) for each in curve]}
                for key, curve in self._curves.items()
            ],
        }

    def answer(self, kind: str, request: Mapping[str, Any]) -> Reply:
        """Do what a button asks for."""
        asks = {"stop": control.stop, "pause": control.pause, "go_on": control.go_on}
        if kind in asks:
            asks[kind](self.run, self.client)
            self.paused = kind == "pause"
        elif kind == "note":
            self.client.set_tag(self.run, tags.NOTE, str(request.get("text", "")))
        elif kind != "hello":
            return super().answer(kind, request)
        return {}, []


def _plain(value: float) -> float | None:
    """Return a number that JSON knows, or None."""
    return value if value - value == 0 else None
