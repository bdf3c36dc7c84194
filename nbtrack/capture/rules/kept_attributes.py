"""A result that a loop of a method stores in an attribute of its object is a curve.

An earlier cell::

    class Fit:
        def run(self, steps):
            self.w = 1.0
            for step in range(steps):
                self.w -= 0.5 * self.w
                self.loss_ = self.w ** 2

A cell::

    Fit().run(2)

Metrics::

    loss_ = 0.0625

Curves::

    loss_ = {0: 0.25, 1: 0.0625}
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words
from nbtrack.capture.analysis.def_use import Binding, key_path
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.analysis.probe_points import Followed
from nbtrack.capture.rules.expression_names import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.capture.analysis.def_use import Definition
    from nbtrack.capture.rules.rule import CellCode


def curves(code: CellCode) -> Iterator[Followed]:
    """Yield the attributes that get a point at the end of an iteration."""
    for one in code.graph.definitions:
        path = key_path(one.node) if one.binding is Binding.STORED else ()
        if len(path) == 2 and path[0] == "self" and _is_result(path[1], one, code) and one.value is not None:
            yield Followed(path[1], code.counting_loop(one.loops), None, one.value)


def _is_result(attribute: str, stored: Definition, code: CellCode) -> bool:
    """Return whether a store keeps a result that no name holds and that is added to no list or sum."""
    value = unwrapped(stored.value) if stored.value is not None else None
    if not stored.loops or value is None or isinstance(value, ast.Name) or not result_words.names_result(attribute):
        return False
    return is_computed(code.kinds.of(value)) and not any(_takes_up(node, attribute) for node in ast.walk(code.tree))


def _takes_up(node: ast.AST, attribute: str) -> bool:
    """``self.history.append(self.loss)``, ``total += self.loss``."""
    if isinstance(node, ast.AugAssign):
        return _reads(node.value, attribute) or key_path(node.target) == ("self", attribute)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and any(_reads(argument, attribute) for argument in node.args)
    )


def _reads(node: ast.AST, attribute: str) -> bool:
    return any(key_path(part) == ("self", attribute) for part in ast.walk(node))
