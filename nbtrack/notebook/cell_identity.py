"""What identifies a cell, so that its executions become numbered runs of one group."""

from __future__ import annotations

import ast
from hashlib import blake2b
from typing import TYPE_CHECKING

from nbtrack.tracking import context

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionInfo


def of_cell(name: str | None, info: ExecutionInfo, tree: ast.Module | None) -> str:
    """Return what identifies a cell: its name, else the front end's id, else the shape of its code.

    Two versions of a cell that differ only in numbers and strings have the same shape.
    """
    cell_id = getattr(info, "cell_id", None)
    if name:
        label = f"name {name}"
    elif cell_id:
        label = f"id {cell_id}"
    else:
        label = f"shape {_shape(tree)}" if tree is not None else f"text {info.raw_cell}"
    return blake2b(f"{context.notebook_path() or ''}\n{label}".encode("utf-8", "replace"), digest_size=8).hexdigest()


def of_sweep(cell: str) -> str:
    """Return what identifies the sweeps over a cell: its own runs are not compared with them."""
    return blake2b(f"sweep {cell}".encode(), digest_size=8).hexdigest()


def of_code(name: str | None, path: str, body: ast.Module) -> str:
    """Return what identifies a block of a program: its name, else the shape of its code."""
    label = f"name {name}" if name else f"shape {_shape(body)}"
    return blake2b(f"{path}\n{label}".encode("utf-8", "replace"), digest_size=8).hexdigest()


class _Blank(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(type(node.value).__name__), node)


def _shape(tree: ast.Module) -> str:
    try:
        return ast.dump(_Blank().visit(ast.parse(ast.unparse(tree))))
    except (RecursionError, ValueError, SyntaxError):
        return ast.dump(tree) if len(tree.body) < 100 else str(len(tree.body))
