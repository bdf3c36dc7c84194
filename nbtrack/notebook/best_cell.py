"""``%track best``: the values of the best trial of a sweep, in a new cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.getipython import get_ipython

from nbtrack.errors import NbtrackError
from nbtrack.notebook import session_registry, sweep_arguments
from nbtrack.presentation import formatting
from nbtrack.stores.run_lookup import find_run
from nbtrack.sweeps import best
from nbtrack.tracking import MlflowClient, run_annotations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.capture.analysis.constant_folding import Value
    from nbtrack.entities import Run


def write(name: str) -> str:
    """Write the cell of a sweep, with the values of its best trial, into a new cell; return what was written.

    `name` is the name or id of the run of the sweep, or empty for the last sweep.

    Raises
    ------
    NotFound
        When there is no such sweep, or it has no best trial.
    """
    client, run = _asked(name)
    sweep = best.sweep_of(client, run)
    won = best.winner(client, sweep)
    values = best.values_of(won)
    written = best.rewritten(_source(client, sweep), values)
    shell = get_ipython()
    if shell is not None:
        shell.set_next_input(_cell(written))
    again = best.about(sweep).again and written.elsewhere
    hint = (
        f"; {', '.join(written.elsewhere)} must be set in an earlier cell, which this one depends on" if again else ""
    )
    return f"The next cell has the values of {formatting.short(won.info.run_name)}: {_listed(values)}{hint}"


def _asked(name: str) -> tuple[MlflowClient, Run | None]:
    if name:
        client = MlflowClient()
        return client, find_run(client.store, name)
    try:
        client, run = run_annotations.resolve_run()
        return client, best.sweep_of(client, run)
    except NbtrackError:
        return MlflowClient(), None


def _source(client: MlflowClient, sweep: Run) -> str:
    """Return the code of the cell as it was typed in this kernel, else as it is stored."""
    session = session_registry.current()
    typed = session.swept.get(sweep.info.run_id) if session is not None else None
    return (
        typed if typed is not None else (client.fetch(sweep.info.run_id, "cell.py") or b"").decode("utf-8", "replace")
    )


def _cell(written: best.Rewritten) -> str:
    """Return the code of the new cell: tracked as before, but not a sweep."""
    lines = written.source.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("%%track"):
            lines[number] = f"%%track {sweep_arguments.without(line.removeprefix('%%track'))}".strip()
    first = next((number for number, line in enumerate(lines) if not line.startswith("%%")), len(lines))
    lines[first:first] = [_assigned(key, value) for key, value in written.elsewhere.items()]
    return "\n".join(lines)


def _assigned(key: str, value: Value) -> str:
    """Return the line for a parameter of an earlier cell: only a name can be set here."""
    return f"{key} = {value!r}" if key.isidentifier() else f"# In an earlier cell: {key} = {value!r}"


def _listed(values: Mapping[str, Value]) -> str:
    return ", ".join(f"{key} = {formatting.short(repr(value), 40)}" for key, value in values.items())
