"""Code behind ``%time``, which IPython passes on as text: it is read as if the magic were not there."""

from __future__ import annotations

import ast

from nbtrack.capture.analysis import syntax


def unwrapped(tree: ast.Module) -> ast.Module:
    """Return a cell with the code behind each ``%time`` at its top level in place of the magic.

    All other statements are those of `tree` itself, which is returned if there is no magic.
    """
    if not any(_code(_value(node)) for node in tree.body):
        return tree
    return ast.Module([inner for node in tree.body for inner in _unwrapped(node)], tree.type_ignores)


def _value(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Expr | ast.Assign) else None


def _code(value: ast.expr | None) -> str | None:
    """Return the text that ``get_ipython().run_line_magic('time', text)`` runs."""
    if not isinstance(value, ast.Call) or syntax.last_name(value.func) != "run_line_magic" or len(value.args) != 2:
        return None
    magic, code = value.args
    if not isinstance(magic, ast.Constant) or magic.value != "time" or not isinstance(code, ast.Constant):
        return None
    return code.value if isinstance(code.value, str) else None


def _unwrapped(node: ast.stmt) -> list[ast.stmt]:
    try:
        inner = ast.parse(_code(_value(node)) or "")
    except (SyntaxError, ValueError):
        return [node]
    if not inner.body:
        return [node]
    for part in ast.walk(inner):
        if isinstance(part, ast.expr | ast.stmt):
            ast.copy_location(part, node)
    if isinstance(node, ast.Expr):
        return inner.body
    last = inner.body[-1]
    if isinstance(node, ast.Assign) and isinstance(last, ast.Expr):
        return [*inner.body[:-1], ast.copy_location(ast.Assign(node.targets, last.value), node)]
    return [node]
