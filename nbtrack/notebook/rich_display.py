"""Runs, experiments and lists of them as the last expression of a cell show their panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.display import display
from IPython.utils.dir2 import get_real_method

from nbtrack.entities import Experiment, Page, Run
from nbtrack.errors import NbtrackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.core.interactiveshell import InteractiveShell


MOST_RUNS = 500
"""The most runs of a page that are shown as a table; more are shown as text."""


def install(shell: InteractiveShell) -> None:
    """Show panels for runs, experiments and lists of them in a shell."""
    for kind, paint in _PAINTERS.items():
        _formatter(shell).for_type(kind, _safely(paint))
    before = _formatter(shell).for_type(list)
    _formatter(shell).for_type(list, _lists(before))


def remove(shell: InteractiveShell) -> None:
    """Show plain text again."""
    for kind in _PAINTERS:
        _formatter(shell).pop(kind, None)
    ours = _formatter(shell).pop(list, None)
    before = getattr(ours, "before", None)
    if before is not None:
        _formatter(shell).for_type(list, before)


def _formatter(shell: InteractiveShell) -> Any:
    formatter = shell.display_formatter
    assert formatter is not None
    return formatter.ipython_display_formatter


def _safely(paint: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Show the result of `paint`; if there is none, or the store fails, show the text."""

    def show(shown: Any) -> None:
        try:
            panel = paint(shown)
        except NbtrackError:
            panel = None
        if panel is None:
            display({"text/plain": repr(shown)}, raw=True)
        else:
            display(panel)

    return show


def _lists(before: Callable[[Any], None] | None) -> Callable[[Any], None]:
    """Show lists of runs or of experiments as tables; leave all other lists as they are."""

    def show(shown: Any) -> None:
        if type(shown) is list and shown and any(all(isinstance(x, kind) for x in shown) for kind in (Run, Experiment)):
            _safely(_page)(shown)
        elif before is not None:
            before(shown)
        elif (own := get_real_method(shown, "_ipython_display_")) is not None:
            own()
        else:
            # IPython tries its other formatters.
            raise NotImplementedError

    show.before = before  # type: ignore[attr-defined] # functions can have attributes
    return show


def _run(run: Run) -> Any:
    from nbtrack.notebook.panels import show

    return show(run, client=getattr(run, "client", None))  # that of an active run, else of the current store


def _experiment(experiment: Experiment) -> Any:
    from nbtrack.notebook.panels import runs

    return runs(experiment_ids=[experiment.experiment_id])


def _page(page: Sequence[Any]) -> Any:
    from nbtrack.notebook.panels import runs

    if page and all(isinstance(each, Experiment) for each in page):
        return runs(experiment_ids=[each.experiment_id for each in page])
    if not page or len(page) > MOST_RUNS or not all(isinstance(each, Run) for each in page):
        return None
    named = ", ".join(f"'{each.info.run_id}'" for each in page)
    return runs(f"attributes.run_id IN ({named})")


_PAINTERS: dict[type, Callable[[Any], Any]] = {Run: _run, Experiment: _experiment, Page: _page}
