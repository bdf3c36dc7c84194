"""The code of a running program or notebook, as its statements are executed."""

from __future__ import annotations

import ast
import linecache
import textwrap
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Iterator


def executed(filename: str, names: dict[str, Any]) -> ast.Module:
    """Return the code of a module or a cell, with the contents of the cells of a marimo notebook at its top level.

    Raises
    ------
    SyntaxError, ValueError, RecursionError
        When it can't be parsed; where the code is not known there are no statements.
    """
    lines = linecache.getlines(filename, names)
    tree = ast.parse("".join(lines))
    return ast.Module([each for statement in tree.body for each in _executed(statement, lines)], [])


def _executed(statement: ast.stmt, lines: list[str]) -> Iterator[ast.stmt]:
    """Yield a statement, or those of the marimo cell that it is.

    marimo keeps a cell as a function, and executes its body, moved to the left, among the names of the module::

        @app.cell
        def _(first):
            second = first + 1
            return (second,)
    """
    if not _is_marimo_cell(statement):
        yield statement
        return
    first = _first_line(statement.body[0])
    body = ast.parse(textwrap.dedent("".join(lines[first - 1 : statement.end_lineno])))
    ast.increment_lineno(body, first - 1)
    yield from (each for each in body.body if not isinstance(each, ast.Return))


def _is_marimo_cell(statement: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    decorators = [each.func if isinstance(each, ast.Call) else each for each in statement.decorator_list]
    return any(ast.unparse(each) == "app.cell" for each in decorators)


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return decorators[0].lineno if decorators else statement.lineno
