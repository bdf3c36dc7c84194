"""The strings of a source that are bound to names of secrets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.lineage import names
from nbtrack.lineage.secrets import is_secret_name, is_token

if TYPE_CHECKING:
    from collections.abc import Iterator


def secret_strings(tree: ast.AST) -> list[ast.expr]:
    """Return the string expressions of a tree whose value goes under the name of a secret."""
    return [part for value in _secret_values(tree) for part in _texts(value)]


def _secret_values(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions whose value goes under the name of a secret."""
    for node in ast.walk(tree):
        for name, value in _bindings(node):
            if value is not None and is_secret_name(name):
                yield value


def _bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _bound(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
        yield from _bound(node.target, node.value)
    elif isinstance(node, ast.Dict):
        yield from ((_text(key), value) for key, value in zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.Call):
        yield from _given(node)
    elif isinstance(node, ast.arguments):
        yield from _defaults(node)
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        yield from ((_called(one), other) for one in sides for other in sides if not is_token(_called(one)))


def _bound(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _bound(one, part)
    else:
        yield _called(target), value


def _called(node: ast.expr) -> str:
    """Return what a place is called: ``a.password``, ``headers["token"]``."""
    if isinstance(node, ast.Subscript):
        return _text(node.slice)
    return names.last_name(node) or ""


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _given(node: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    """``f(token="…")``, ``setdefault("TOKEN", "…")``, ``add_argument("--token", default="…")``."""
    yield from ((keyword.arg or "", keyword.value) for keyword in node.keywords)
    for before, value in zip(node.args, node.args[1:], strict=False):
        yield _text(before), value
    if node.args and _text(node.args[0]).startswith("-"):
        yield from (
            (_text(node.args[0]).lstrip("-"), keyword.value) for keyword in node.keywords if keyword.arg == "default"
        )


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr | None]]:
    positional = [*node.posonlyargs, *node.args]
    tail = positional[len(positional) - len(node.defaults) :]
    yield from ((one.arg, value) for one, value in zip(tail, node.defaults, strict=True))
    yield from ((one.arg, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True))


def _texts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the strings that an expression's value may be, or is made of."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)):
        if not isinstance(node, ast.Constant) or node.value:
            yield node
    elif isinstance(node, ast.Call):
        yield from _texts_of_call(node)
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(
        node, ast.BinOp | ast.BoolOp | ast.List | ast.Tuple | ast.Set | ast.NamedExpr | ast.Await | ast.Starred
    ):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield from _texts(child)


def _texts_of_call(node: ast.Call) -> Iterator[ast.expr]:
    """``"…".strip()``, ``SecretStr("…")``, ``bytes("…", "utf-8")``; not ``getpass("Password: ")``."""
    if isinstance(node.func, ast.Attribute):
        yield from _texts(node.func.value)
    name = names.last_name(node.func) or ""
    if name in {"str", "bytes", "b64encode", "b64decode"} or is_secret_name(name):
        for argument in node.args[:1]:
            yield from _texts(argument)
