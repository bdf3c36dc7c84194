"""Which session belongs to the shell that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from nbtrack.notebook.session import Session

sessions: dict[int, Session] = {}
"""The sessions of this process, by the identity of their shells."""


def session(shell: InteractiveShell | None = None) -> Session | None:
    """Return the session of a shell, by default of the one that runs; None where the extension is not loaded."""
    if shell is None:
        from IPython.core.getipython import get_ipython

        shell = get_ipython()
    return sessions.get(id(shell))
