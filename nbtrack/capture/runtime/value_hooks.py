"""Hooks around expressions: they read what is displayed and what training calls return, and pass it on unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.capture.runtime import text_reports, value_reading
from nbtrack.capture.runtime.training_reader import TrainingReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.capture.analysis.probe_points import Trained
    from nbtrack.capture.runtime.snapshot import Observed


class ValueHooks:
    """Makes these hooks, which note what they read in `observed`; `note` is given the errors that reading raises."""

    def __init__(
        self, observed: Observed, namespace: Mapping[str, Any], note: Callable[[Exception, str], None]
    ) -> None:
        self._observed, self._namespace, self._note = observed, namespace, note
        self._training = TrainingReader(observed.trained, note)
        self.finish = self._training.finish

    def shower(self, display: int) -> Callable[[Any], Any]:
        """Return the hook around a displayed expression."""
        shown, tables, reports, note = (
            self._observed.shown,
            self._observed.tables,
            self._observed.reports,
            self._note,
        )

        def show(value: Any) -> Any:
            try:
                shown[display] = value_reading.metric(value)
                tables.update([display] if value_reading.is_table(value) else ())
                reports[display] = text_reports.results(value)
            except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
                note(error, "in what the cell displays")
            return value

        return show

    def trainer(self, point: Trained, names: tuple[str, ...] = ()) -> Callable[..., Any]:
        """Return the hook around a training call; inside a function, it is given the values of `names`."""
        training, namespace, note = self._training, self._namespace, self._note

        def read(value: Any, *handed: Any) -> Any:
            try:
                known = dict(zip(names, handed, strict=True)) if names else namespace
                training.read(point, value, known)
            except Exception as error:  # noqa: BLE001 # whatever a foreign value raises
                note(error, "in what a training call left behind")
            return value

        return read
