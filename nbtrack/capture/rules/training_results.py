"""Which results of a cell come from training or evaluating a model, and the name of their run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.capture.analysis import result_words, syntax
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.rules.call_arguments import ANY, counts
from nbtrack.capture.rules.compared_models import ComparedModels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbtrack.capture.analysis.call_reading import CallReader
    from nbtrack.capture.analysis.def_use import Definition, Reference
    from nbtrack.capture.rules.rule import CellCode, CellValues

_CURVE = "curve:"
_OF_DATA = ("matrix", "dataset", "loader", "pool", "tensor", "datamodule")
"""What the names of classes end in whose objects hold data."""
_PREPARING = ("Scaler", "Encoder", "Imputer", "Vectorizer", "Transformer", "Features", "Selector", "PCA", "Normalizer")
"""What the names of classes end in that prepare data: the steps of a pipeline before its model."""
_DEEPEST = 8


class _Evaluation(NamedTuple):
    """A call that trains or evaluates, the reader of the calls of its cell, and the number of that cell."""

    call: ast.Call
    reader: CallReader
    cell: int


class TrainingResults:
    """The results that depend, by their slices, on a call that trains or evaluates, or on a loop.

    Only these create a run for a cell that did not ask for one.
    """

    def __init__(self, code: CellCode) -> None:
        self._cells, self._now = code.history.cells, len(code.history.cells.all)
        self._reader, self._asks = code.calls, bool(code.asked_metrics) or not code.infer
        slices = {root: expressions for root, expressions in code.slices.items() if root != ANY}
        found = {root: self._evaluation_in(expressions) for root, expressions in slices.items()}
        self._roots = frozenset(root for root, one in found.items() if one is not None or root.startswith(_CURVE))
        self._evaluations = [one for one in found.values() if one is not None]
        self._tree = code.tree

    def came_about(self, values: CellValues) -> bool:
        """Return whether the cell gave such a result, or metrics were requested."""
        return self._asks or counts(self._roots, values)

    def title(self, metrics: Iterable[str] = ()) -> str | None:
        """Return the name of a run: ``Ridge · r2``, after what is trained or evaluated and its first metric.

        A metric whose name is a word for a measurement is preferred.
        """
        first = sorted(metrics, key=lambda key: not result_words.measures(key))[:1]
        parts = (self._compared() or self.model() or self._function(), *first)
        return " · ".join(part for part in parts if part) or None

    def _compared(self) -> str | None:
        """Return a name for models of several classes that the cell trains or evaluates; None for one class."""
        calls = [call for call in syntax.calls(self._tree) if id(call) in self._reader.graph.calls]
        models = ComparedModels(self._reader.graph, self._cells, self._now, self._model_in)
        return models.name([call for call in calls if evaluates(call, self._reader)])

    def _model_in(self, node: ast.expr, cell: int) -> str | None:
        """Return the class of a model in the cell of a number; None for objects that only hold or prepare data."""
        reader = self._reader if cell == self._now else self._cells.reader(cell)
        name = self._class_of(node, reader, cell, 0)
        return None if name is None or name.lower().endswith(_OF_DATA) or name.endswith(_PREPARING) else name

    def model(self) -> str | None:
        """Return the class of what the cell trains or evaluates; None if it is unknown.

        A class that only prepares data for a model is used last.
        """
        found = [name for one in self._evaluations for name in self._classes_in(one)]
        found.sort(key=lambda name: name.endswith(_PREPARING))
        return next((name for name in found if name in self._reader.graph.functions), next(iter(found), None))

    def _classes_in(self, evaluation: _Evaluation) -> Iterator[str]:
        """Yield the classes of the object of a call and of its arguments, except those that only hold data."""
        call, reader, cell = evaluation
        subject = call.func.value if isinstance(call.func, ast.Attribute) else call.func
        for node in (subject, *call.args, *(keyword.value for keyword in call.keywords)):
            name = self._class_of(node, reader, cell, 0)
            if name is not None and not name.lower().endswith(_OF_DATA):
                yield name

    def _function(self) -> str | None:
        """Return the function of the notebook that trains or evaluates."""
        names = (syntax.last_name(one.call.func) for one in self._evaluations)
        return next((name for name in names if name in self._reader.graph.functions), None)

    # --- what is trained or evaluated

    def _evaluation_in(self, expressions: Iterable[ast.expr]) -> _Evaluation | None:
        """Return the first call in expressions that trains or evaluates, or one that made what they read."""
        graph, earlier = self._reader.graph, dict[str, None]()
        calls: list[ast.Call] = []
        for expression in expressions:
            calls.extend(call for call in graph.parts(expression).calls if evaluates(call, self._reader))
            if not _only_reads(expression):
                earlier.update(dict.fromkeys(_earlier_names(graph.read_in(expression))))
        if calls:
            first = min(calls, key=lambda call: (call.lineno, call.col_offset))
            return _Evaluation(first, self._reader, self._now)
        return next((one for name in earlier if (one := self._evaluation_of(name)) is not None), None)

    def _evaluation_of(self, name: str) -> _Evaluation | None:
        """Return the call of an earlier cell that trained the object of a name, or that returned its value."""
        for number, part in self._cells.parts(name):
            reader = self._cells.reader(number)
            own = (one for one in part.definitions if one.name == name)
            calls = (call for one in own for source in one.sources for call in reader.graph.parts(source).calls)
            found = next((call for call in calls if evaluates(call, reader)), None)
            if found is not None:
                return _Evaluation(found, reader, number)
        return None

    # --- its class

    def _class_of(self, node: ast.expr, reader: CallReader, cell: int, depth: int) -> str | None:
        """Return the name of the class of an expression's value."""
        if depth == _DEEPEST:
            return None
        if isinstance(node, ast.Call):
            if reader.experiment.is_class(node):
                return syntax.last_name(node.func)
            inside = [node.func.value] if isinstance(node.func, ast.Attribute) else []
            return self._first_class((*inside, *reversed(node.args)), reader, cell, depth)
        if isinstance(node, ast.Attribute | ast.Subscript | ast.Await):
            return self._class_of(node.value, reader, cell, depth + 1)
        return self._class_of_name(node, reader, cell, depth) if isinstance(node, ast.Name) else None

    def _first_class(self, nodes: Iterable[ast.expr], reader: CallReader, cell: int, depth: int) -> str | None:
        return next((one for node in nodes if (one := self._class_of(node, reader, cell, depth + 1))), None)

    def _class_of_name(self, node: ast.Name, reader: CallReader, cell: int, depth: int) -> str | None:
        held = [one for reference in reader.graph.references.get(id(node), ()) for one in reference.definitions]
        own = self._first_class(_values(held), reader, cell, depth)
        if own or not any(one.binding is Binding.EARLIER for one in held):
            return own
        for number, part in self._cells.parts(node.id, cell):
            if part.binds(node.id):
                bound = (one for one in part.definitions if one.name == node.id)
                return self._first_class(_values(bound), self._cells.reader(number), number, depth)
        return None


def evaluates(call: ast.Call, reader: CallReader) -> bool:
    """Return whether a call trains or evaluates: by its name, by what it calls, or by calling a model."""
    if id(call) in reader.graph.quiet:
        return False
    applies = isinstance(call.func, ast.Name) and reader.experiment.is_object(call.func)
    return applies or reader.experiment.training.evaluates(call) or reader.experiment.is_given_object(call)


def _only_reads(expression: ast.expr) -> bool:
    """Return whether an expression only reads a value from an object, which alone is not a result of a cell.

    An attribute with a result's name is one: ``search.best_score_``, but not ``history.history["loss"]`` or
    ``model.coef_[0]``.
    """
    if isinstance(expression, ast.Attribute):
        return not result_words.measures(expression.attr)
    if isinstance(expression, ast.Subscript):
        return syntax.path(expression.value) != () or _only_reads(expression.value)
    return False


def _earlier_names(references: Iterable[Reference]) -> Iterator[str]:
    return (one.name for one in references if any(each.binding is Binding.EARLIER for each in one.definitions))


def _values(definitions: Iterable[Definition]) -> list[ast.expr]:
    return [
        one.value for one in definitions if one.real and one.value is not None and one.binding is not Binding.LOOPED
    ]
