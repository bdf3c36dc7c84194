"""What each shell of this process knows about its notebook, and its user's preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from nbtrack import process
from nbtrack.capture import NotebookHistory
from nbtrack.capture.runtime import value_reading
from nbtrack.errors import NbtrackError
from nbtrack.notebook.auto_tracking import AutoTracking
from nbtrack.notebook.background_worker import BackgroundWorker
from nbtrack.notebook.cell_changes import KnownCode
from nbtrack.notebook.figure_drawing import FigureDrawing
from nbtrack.notebook.interrupted_run import InterruptedRun
from nbtrack.tracking import kept_values
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.notebook.captured_block import BlockOfCell
    from nbtrack.tracking.capture_options import CaptureOptions


class Preferences(Protocol):
    """The settings of ``%config NbtrackMagics``."""

    quiet: bool
    """Whether no cards are shown."""

    @property
    def defaults(self) -> CaptureOptions:
        """The defaults of a ``%%track`` line."""


class SessionState:
    """The state of one shell, shared by its hooks, its cells and the commands.

    - `preferences`: the settings of ``%config``
    - `history`: what is known from the cells executed so far; it grows while `learns`, until an internal
      error
    - `resumed`: the identity of a cell to the id of the run that its next execution continues
    - `dropped`: the identity of a cell to the names that are no longer inferred there
    - `kept`: the identity of a cell to the names that are recorded there on request
    - `swept`: the id of the run of a sweep to the code of its cell as typed
    - `codes`: the code of the last run of each cell
    - `blocks`: the ``with auto_run()`` blocks of the running cell, by the line that each begins on
    """

    def __init__(self, names: dict[str, Any], preferences: Preferences, remove: Callable[[], None]) -> None:
        self._names = names
        self.preferences = preferences
        self.remove = remove
        """Removes the hooks from the shell."""
        self.history = NotebookHistory()
        self.learns = True
        self.auto = AutoTracking()
        self.resumed: dict[str, str] = {}
        self.dropped: dict[str, set[str]] = {}
        self.kept: dict[str, set[str]] = {}
        self.swept: dict[str, str] = {}
        self.blocks: dict[int, BlockOfCell] = {}
        self.background = BackgroundWorker()
        self.figures = FigureDrawing()
        self.interrupted = InterruptedRun()
        self.codes = KnownCode()

    def owns(self, names: dict[str, Any]) -> bool:
        """Return whether these are the names of the notebook."""
        return names is self._names

    def stop_learning(self) -> None:
        """Stop learning from cells, because that failed."""
        self.learns = False

    def forget(self, name: str, cell: str | None) -> None:
        """Don't infer a name in a cell again."""
        if cell:
            self.dropped.setdefault(cell, set()).add(name)
            self.kept.get(cell, set()).discard(name)

    def keep(self, name: str, cell: str | None) -> None:
        """Record a name in a cell from now on."""
        if cell:
            self.kept.setdefault(cell, set()).add(name)
            self.dropped.get(cell, set()).discard(name)

    def kept_names(self, cell: str, experiment: str | None) -> list[str]:
        """Return the names that a cell records on request, in this kernel or by its latest run in an experiment."""
        if cell not in self.kept:
            try:
                self.kept[cell] = set(kept_values.names_of_cell(MlflowClient(), experiment, cell))
            except NbtrackError:
                return []
        return sorted(self.kept[cell])

    def number(self, name: str) -> int | float | None:
        """Return the number that a name of the notebook holds, or None."""
        return value_reading.number(self._names.get(name))


class Sessions:
    """The sessions of this process, by the identity of their shells."""

    def __init__(self) -> None:
        self.by_shell: dict[int, SessionState] = {}


def current(shell: InteractiveShell | None = None) -> SessionState | None:
    """Return the state of a shell, by default of the one that runs; None if the extension is not loaded."""
    if shell is None:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
    return process.state(Sessions).by_shell.get(id(shell))
