"""Cells that only define functions and classes, which change no other names: most cells of long notebooks are such."""

from __future__ import annotations

import ast


def names_defined(cell: ast.Module) -> frozenset[str] | None:
    """Return the names that a cell binds if it only defines and imports; None if it does anything else."""
    if not all(_only_defines(statement) for statement in cell.body):
        return None
    return frozenset(name for statement in cell.body for name in _names(statement))


def _only_defines(statement: ast.stmt) -> bool:
    """Return whether a statement executes no code that could change an object."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = (*statement.args.defaults, *statement.args.kw_defaults)
        return not statement.decorator_list and all(each is None or _is_constant(each) for each in defaults)
    if isinstance(statement, ast.ClassDef):
        bare = not statement.decorator_list and not statement.keywords
        return (
            bare
            and all(isinstance(each, ast.Name | ast.Attribute) for each in statement.bases)
            and all(map(_only_defines, statement.body))
        )
    return isinstance(statement, ast.Import | ast.ImportFrom) or _does_nothing(statement)


def _is_constant(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant | ast.Name)


def _does_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [each.asname or each.name.partition(".")[0] for each in statement.names]
    return [statement.name] if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
