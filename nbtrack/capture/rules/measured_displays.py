"""Whether a displayed table holds results, or only explores data: ``df.corr()["target"]``.

A table holds results if the code defines its keys, if it comes from a call that trains, applies or measures something
or from a function of the notebook, or if a name in between says so.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.kinds import is_computed
from nbtrack.capture.rules.training_results import evaluates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.call_reading import CallReader
    from nbtrack.capture.analysis.def_use import Reference
    from nbtrack.capture.rules.display import Display
    from nbtrack.capture.rules.rule import CellCode


class MeasuredDisplays:
    """The displayed tables of one cell that hold results."""

    def __init__(self, code: CellCode) -> None:
        self._code = code

    def covers(self, number: int, display: Display) -> bool:
        """Return whether a displayed table holds results; `number` is that of its display."""
        if any(map(self._gives_keys, self._made_by(display.expression))):
            return True
        expressions = self._code.slices.get(f"display:{number}", [display.expression])
        return self._measures(expressions, self._code.calls) or self._comes_from_results(expressions)

    # --- keys that the code gives

    def _made_by(self, expression: ast.expr) -> Iterator[ast.AST]:
        """Yield the parts of an expression, and of the values that the names in it were bound to or filled with."""
        yield from ast.walk(expression)
        for reference in self._code.graph.read_in(expression):
            for one in reference.definitions:
                if one.binding is Binding.STORED:
                    yield one.node
                if one.value is not None:
                    yield from ast.walk(one.value)

    def _gives_keys(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Dict):
            return any(is_computed(self._code.kinds.of(value)) for value in node.values)
        if isinstance(node, ast.Call):
            return syntax.last_name(node.func) == "dict" and bool(node.keywords)
        return isinstance(node, ast.DictComp) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store))

    # --- what was measured

    def _measures(self, expressions: Iterable[ast.expr], reader: CallReader) -> bool:
        """Return whether a call in expressions gives results, or a name in them says that it holds some."""
        for expression in expressions:
            parts = reader.graph.parts(expression)
            if any(_is_of_results(name.id) for name in parts.names):
                return True
            if any(_measures(call, reader) for call in parts.calls):
                return True
        return False

    def _comes_from_results(self, expressions: Iterable[ast.expr]) -> bool:
        """Return whether what the cell uses of earlier cells was measured there."""
        cells = self._code.history.cells
        names = {
            one.name for expression in expressions for one in self._code.graph.read_in(expression) if _is_earlier(one)
        }
        return any(
            self._measures(definition.sources, cells.reader(number))
            for name in sorted(names)
            for number, part in cells.parts(name)
            for definition in part.definitions
        )


def _is_earlier(reference: Reference) -> bool:
    return any(one.binding is Binding.EARLIER for one in reference.definitions)


def _is_of_results(name: str) -> bool:
    return result_words.measures(name) or result_words.holds_results(name)


def _measures(call: ast.Call, reader: CallReader) -> bool:
    own = isinstance(call.func, ast.Name) and call.func.id in reader.graph.functions
    return own or evaluates(call, reader) or result_words.gives_results(reader.graph.callee(call) or "")
