"""What a trial prints and displays in this kernel, which is stored with its run instead of shown."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython
from IPython.display import display
from IPython.utils.capture import capture_output

from nbtrack import redaction
from nbtrack.notebook import cell_artifacts
from nbtrack.notebook.outputs import Displayed, as_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

INLINE = "matplotlib_inline.backend_inline"


class TrialOutput:
    """Takes the output of one trial; see `nbtrack.sweeps.trial_execution.Output`."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._capture = capture_output()
        self._captured: Any = None

    def begin(self) -> None:
        """Capture what is printed and displayed from now on."""
        _show_open_figures()
        shown_by = get_ipython().display_pub  # type: ignore[union-attr] # trials run in IPython
        self._captured = self._capture.__enter__()
        if hasattr(shown_by, "set_parent"):
            # While a trial runs, other threads still answer messages of panels, and call this before each.
            get_ipython().display_pub.set_parent = shown_by.set_parent  # type: ignore[union-attr] # trials run in IPython

    def end(self, result: object) -> Mapping[str, bytes]:
        """Stop, and return the output as files; the value of the last expression and open figures are part of it."""
        try:
            if result is not None and result is not ...:
                display(result)
            _show_open_figures()
        finally:
            self._capture.__exit__(None, None, None)
        redact = partial(redaction.redact_text, known=redaction.known_secrets(self._names))
        texts = {"stdout": as_shown(self._captured.stdout), "stderr": as_shown(self._captured.stderr)}
        shown = [Displayed(each.data) for each in self._captured.outputs]
        return {**cell_artifacts.texts(texts, redact), **cell_artifacts.displayed(shown, redact)}


def _show_open_figures() -> None:
    """Make matplotlib's inline backend display and close its figures, as at the end of a cell."""
    if INLINE in sys.modules and "matplotlib.pyplot" in sys.modules:
        sys.modules[INLINE].flush_figures()
