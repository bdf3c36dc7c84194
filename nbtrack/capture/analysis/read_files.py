"""The files that a cell reads, as its calls name them: ``pd.read_csv(FOLDER / "train.csv")``."""

from __future__ import annotations

import ast
from pathlib import PurePath
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import syntax

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lookup = Callable[[str], object]
    """Returns what a name holds."""

_READERS = ("read", "load", "scan", "open", "imread", "genfromtxt", "fromfile", "memmap", "File", "ParquetFile")
_OF_PATH = frozenset({"read_text", "read_bytes", "open"})
_JOINERS = frozenset({"Path", "PurePath", "join", "str", "fspath"})
_WRITING = frozenset("wax+")
DEEPEST = 8
"""Parts of a path that are put together."""


def paths_read(tree: ast.Module, lookup: Lookup) -> Iterator[str]:
    """Yield the paths that calls of a cell read from, without checking that these files exist.

    Parameters
    ----------
    tree : ast.Module
        The code of the cell.
    lookup : callable
        Returns what a name holds, or None.
    """
    for call in syntax.calls(tree):
        name = syntax.last_name(call.func) or ""
        if not name.startswith(_READERS) or _writes(call):
            continue
        given = [call.func.value] if isinstance(call.func, ast.Attribute) and name in _OF_PATH else []
        for node in (*given, *call.args[:1], *(each.value for each in call.keywords)):
            path = _path(node, lookup, DEEPEST)
            if path:
                yield path


def _writes(call: ast.Call) -> bool:
    """Return whether a call opens a file for writing."""
    modes = [*call.args[:2], *(each.value for each in call.keywords if each.arg == "mode")]
    texts = [each.value for each in modes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return syntax.last_name(call.func) == "open" and any(len(each) < 4 and _WRITING & {*each} for each in texts)


def _path(node: ast.expr, lookup: Lookup, depth: int) -> str | None:
    """Return the path of an expression of names, texts and joins; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name):
        return _as_path(lookup(node.id))
    parts = _parts(node) if depth else None
    found = [_path(each, lookup, depth - 1) for each in parts or ()]
    if not found or None in found:
        return None
    texts = [each for each in found if each is not None]
    return "".join(texts) if isinstance(node, ast.JoinedStr) else str(PurePath(*texts))


def _parts(node: ast.expr) -> list[ast.expr] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return [node.left, node.right]
    if isinstance(node, ast.Call) and syntax.last_name(node.func) in _JOINERS:
        return list(node.args)
    if isinstance(node, ast.JoinedStr):
        return [each.value if isinstance(each, ast.FormattedValue) else each for each in node.values]
    return None


def _as_path(value: object) -> str | None:
    return str(value) if type(value) is str or isinstance(value, PurePath) else None
