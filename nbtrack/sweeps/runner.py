"""Where the trials of a sweep run: here, one after the other, or elsewhere, several at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nbtrack.sweeps import seeding, trial_execution

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.capture import NotebookHistory
    from nbtrack.sweeps.namespace_copy import NamespaceCopies
    from nbtrack.sweeps.trial_execution import Output, TrialTask
    from nbtrack.sweeps.trials import Outcome, Trial


class Runner(Protocol):
    """Runs trials."""

    slots: int
    """How many trials run at a time."""

    def start(self, trial: Trial, task: TrialTask) -> None:
        """Start a trial, or queue it."""

    def ended(self) -> list[tuple[Trial, Outcome]]:
        """Wait until at least one of the trials that were started has ended, and return those that have."""

    def close(self) -> None:
        """Stop what is still running."""


class InTurn:
    """Runs trials in this process and thread, each in a copy of the names of the notebook.

    `said` is called with a message when a trial has changed data that all trials share.
    """

    slots = 1

    def __init__(
        self,
        copies: NamespaceCopies,
        history: NotebookHistory,
        output: Callable[[], Output],
        said: Callable[[str], None],
    ) -> None:
        self._copies, self._history, self._output, self._said = copies, history, output, said
        self._waiting: tuple[Trial, TrialTask] | None = None

    def start(self, trial: Trial, task: TrialTask) -> None:
        """Keep the trial until `ended` runs it."""
        self._waiting = trial, task

    def ended(self) -> list[tuple[Trial, Outcome]]:
        """Run the trial."""
        if self._waiting is None:
            return []
        trial, task = self._waiting
        self._waiting = None
        with seeding.kept_states():
            outcome = trial_execution.execute(task, self._history, self._copies.new(), self._output())
        for name in self._copies.shared.changed():
            self._said(
                f"Trial {task.recorded.name} changed {name} in place, which all trials share because it is large: "
                f"later trials, and the notebook, see the changed data. Copy it in the cell to prevent that."
            )
        return [(trial, outcome)]

    def close(self) -> None:
        """Do nothing: trials run in `ended` only."""
