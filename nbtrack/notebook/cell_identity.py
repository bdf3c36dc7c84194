"""Which runs belong to the same cell, and what they are called."""

from __future__ import annotations

import ast
import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.stores import run_names
from nbtrack.tracking import context

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo

    from nbtrack.entities import Run
    from nbtrack.tracking import MlflowClient

_NUMBERED = re.compile(r"(.*)-(\d+)")


def identity(name: str | None, info: ExecutionInfo, tree: ast.Module | None) -> str:
    """Return what tells a cell from others: its name, else the front end's id, else the shape of its code.

    Two versions of a cell that differ only in numbers and texts have the same shape.
    """
    cell_id = getattr(info, "cell_id", None)
    if name:
        mark = f"name {name}"
    elif cell_id:
        mark = f"id {cell_id}"
    else:
        mark = f"shape {_shape(tree)}" if tree is not None else f"text {info.raw_cell}"
    return blake2b(f"{context.notebook_path() or ''}\n{mark}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def of_code(name: str | None, path: str, body: ast.Module) -> str:
    """Return what tells a block of a program from others: its name, else the shape of its code."""
    mark = f"name {name}" if name else f"shape {_shape(body)}"
    return blake2b(f"{path}\n{mark}".encode("utf-8", "replace"), digest_size=8).hexdigest()


class _Blank(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(type(node.value).__name__), node)


def _shape(tree: ast.Module) -> str:
    try:
        return ast.dump(_Blank().visit(ast.parse(ast.unparse(tree))))
    except (RecursionError, ValueError, SyntaxError):
        return ast.dump(tree) if len(tree.body) < 100 else str(len(tree.body))


def last(client: MlflowClient, experiment_id: str, cell: str) -> Run | None:
    """Return the newest run of a cell, or None."""
    found = client.search_runs([experiment_id], f"tags.{reserved.CELL} = '{cell}'", max_results=1)
    return found[0] if found else None


def before(client: MlflowClient, run: Run) -> Run | None:
    """Return the run of the same cell that came before a run, or None."""
    cell = run.data.tags.get(reserved.CELL, "")
    earlier = f"tags.{reserved.CELL} = '{cell}' and attributes.start_time < {run.info.start_time}"
    found = client.search_runs([run.info.experiment_id], earlier, max_results=1) if cell else []
    return found[0] if found else None


def name(asked: str | None, before: Run | None) -> str:
    """Return the name of a cell's next run: the first has none but its name, later ones count."""
    if before is None:
        return asked or run_names.run_name().rpartition("-")[0]
    numbered = _NUMBERED.fullmatch(before.info.run_name)
    if asked and before.info.run_name != asked and not (numbered and numbered[1] == asked):
        return asked
    base, number = (
        (numbered[1], int(numbered[2])) if numbered and before.info.run_name != asked else (before.info.run_name, 1)
    )
    return f"{base}-{number + 1}"
