"""The card about interrupted runs that is shown first: what was recorded, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display
from ipywidgets import Button, HBox

from nbtrack.errors import NbtrackError
from nbtrack.notebook import commands
from nbtrack.presentation import formatting, interrupted_runs
from nbtrack.tracking import run_control

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbtrack.entities import Run


def show(runs: Sequence[Run]) -> None:
    """Display the card of runs that were interrupted."""
    content = interrupted_runs.interruption([(run, run_control.recorded_steps(run)) for run in runs])
    handle = display(
        {"text/html": interrupted_runs.markup(content), "text/plain": content.text}, raw=True, display_id=True
    )
    display(Choice(runs, handle))


class Choice(HBox):
    """The buttons of the card: resume the newest of the interrupted runs (newest first), keep all, or discard all.

    In the end, the card behind `handle` shows what was done.
    """

    def __init__(self, runs: Sequence[Run], handle: Any) -> None:
        self._handle = handle
        several = len(runs) > 1
        newest = f"Resume {formatting.short(runs[0].info.run_name, 14)}" if several else "Resume"
        all_ = " all" if several else ""
        super().__init__(
            [
                self._button(newest, f"Continue {runs[0].info.run_name}", lambda: commands.resume(runs[0])),
                self._button(f"Keep{all_}", "Keep what was recorded", lambda: _done("kept", run_control.keep, runs)),
                self._button(f"Discard{all_}", "Move to trash", lambda: _done("discarded", run_control.discard, runs)),
            ]
        )

    def _button(self, label: str, hint: str, act: Callable[[], str]) -> Button:
        button = Button(description=label, tooltip=hint)

        def clicked(_: Any) -> None:
            try:
                outcome = act()
            except NbtrackError as error:
                outcome = str(error)
            self._handle.update({"text/html": interrupted_runs.outcome(outcome), "text/plain": outcome}, raw=True)
            self.layout.display = "none"

        button.on_click(clicked)
        return button


def _done(word: str, act: Callable[[Sequence[Run]], None], runs: Sequence[Run]) -> str:
    act(runs)
    names = ", ".join(run.info.run_name for run in runs[:5])
    return f"{len(runs)} run{'s' if len(runs) > 1 else ''} {word}: {names}"
