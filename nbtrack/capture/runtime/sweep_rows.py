"""The rows of a sweep: the settings and results of each iteration of a loop over settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.capture.analysis.constant_folding import Missing, Value
from nbtrack.capture.runtime import value_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.capture.analysis.probe_points import End
    from nbtrack.capture.runtime.curve_recorder import CurveRecorder

MOST_ROWS = 10_000


class SweepRows:
    """Collects the rows of a cell; `get` reads the names of the notebook."""

    def __init__(self, recorder: CurveRecorder, get: Callable[[str], Any]) -> None:
        self._recorder, self._get = recorder, get
        self.rows: list[dict[str, Value | None]] = []

    def add(self, variables: Sequence[str], end: End) -> None:
        """Add the iteration that is ending, if a setting and a result of it can be read."""
        if len(self.rows) == MOST_ROWS:
            return
        settings = {name: value_reading.scalar(self._get(name)) for name in variables}
        chosen: dict[str, Value | None] = {
            name: value for name, value in settings.items() if value is not None and not isinstance(value, Missing)
        }
        slots = (*end.surely, *self._recorder.marked(end.perhaps))
        results = {self._recorder.key(slot): self._recorder.value(slot) for slot in slots}
        found = {key: value for key, value in results.items() if value is not None}
        if chosen and found:
            self.rows.append({**chosen, **found})
