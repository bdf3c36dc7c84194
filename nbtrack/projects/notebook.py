"""``python -m nbtrack.projects.notebook FILE [--name value]…``: executes a notebook as the entry point of a project.

The parameters become a cell after the one that is tagged ``parameters``, as papermill does
(https://papermill.readthedocs.io/en/latest/usage-parameterize.html); every cell is tracked as a step of the run, and
the executed notebook is its artifact.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported, WrongState
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SETUP = "%load_ext nbtrack\n%track auto session"


def execute(path: Path, parameters: Mapping[str, str], run_id: str) -> None:
    """Execute a notebook with parameters; its cells log into a run, which gets the executed notebook.

    Raise `WrongState` with the error of the first cell that fails.
    """
    try:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError
    except ImportError as error:
        raise Unsupported("Notebooks as entry points need nbclient: pip install 'nbtrack[projects]'") from error
    try:
        notebook = nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise InvalidValue(f"{path} is not a notebook: {error}") from error
    _insert(notebook, nbformat.v4.new_code_cell(assignments(parameters), metadata={"tags": ["injected-parameters"]}))
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SETUP))
    client = NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(path.parent)}})
    os.environ["NBTRACK_NOTEBOOK"] = str(path.absolute())
    try:
        with client.setup_kernel():
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number, store_history=number > 0)
    except CellExecutionError as error:
        raise WrongState(f"A cell of {path.name} failed: {error.ename}: {error.evalue}") from error
    finally:
        del notebook.cells[0]
        MlflowClient().log_text(run_id, nbformat.writes(notebook), path.name)


def assignments(parameters: Mapping[str, str]) -> str:
    """Return a cell that assigns parameters: numbers, True, False and None as literals, everything else as text."""
    lines = []
    for name, value in parameters.items():
        if not name.isidentifier():
            raise InvalidValue(f"{name!r} can't be a parameter of a notebook: it is not a Python name")
        lines.append(f"{name} = {_literal(value)!r}")
    return "\n".join(["# Parameters", *lines])


def _literal(text: str) -> Any:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return value if value is None or type(value) in {bool, int, float} else text


def _insert(notebook: Any, injected: Any) -> None:
    """Put the injected cell after the one tagged ``parameters``, in place of an earlier one, else first."""
    tags = [cell.metadata.get("tags", ()) for cell in notebook.cells]
    for place, each in enumerate(tags):
        if "injected-parameters" in each:
            notebook.cells[place] = injected
            return
    after = next((place + 1 for place, each in enumerate(tags) if "parameters" in each), 0)
    notebook.cells.insert(after, injected)


def options(arguments: Sequence[str]) -> dict[str, str]:
    """Return ``--name value`` pairs as a mapping."""
    names, values = arguments[::2], arguments[1::2]
    if len(names) != len(values) or not all(each.startswith("--") for each in names):
        raise InvalidValue(f"Parameters of a notebook are given as --name value, not {' '.join(arguments)}")
    return {name.removeprefix("--"): value for name, value in zip(names, values, strict=True)}


def main() -> None:
    """Execute the notebook that is named first on the command line."""
    path, *given = sys.argv[1:]
    try:
        execute(Path(path), options(given), os.environ["MLFLOW_RUN_ID"])
    except (InvalidValue, Unsupported, WrongState) as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
