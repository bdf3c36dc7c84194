"""Which calls make or train the parts of an experiment: models, optimizers, losses, loaders, splits, searches."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from nbtrack.capture.analysis import known_names, syntax
from nbtrack.capture.analysis.def_use import Binding
from nbtrack.capture.analysis.training import TrainingCalls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbtrack.capture.analysis.def_use import Definition, Graph

_NO_SETTINGS = known_names.PLUMBING | known_names.TABLES | known_names.DATA_CLASSES | known_names.SHOWING
_FAILURES = ("Error", "Exception", "Warning")
_DEEPEST = 6


class ExperimentCalls:
    """Distinguishes these calls of one cell from those that read, shape or display data.

    `is_earlier_object` tells whether a name of an earlier cell holds something that such a call made.
    """

    def __init__(self, graph: Graph, is_earlier_object: Callable[[str], bool]) -> None:
        self._graph = graph
        self._is_earlier_object = is_earlier_object
        self.training = TrainingCalls(graph.functions)
        self._known: dict[int, bool] = {}

    def includes(self, call: ast.Call) -> bool:
        """Return whether the constants given in a call are settings of an experiment."""
        if id(call) not in self._known:
            self._known[id(call)] = False
            self._known[id(call)] = self._includes(call)
        return self._known[id(call)]

    def may_make_object(self, call: ast.Call) -> bool:
        """Return whether a call may make such a part, which only the type of its value shows."""
        name = self._graph.callee(call)
        plain = name is not None and name not in _NO_SETTINGS and id(call) not in self._graph.quiet
        return plain and not reads_data(call)

    def is_class(self, call: ast.Call) -> bool:
        """Return whether a callee is spelled like a class, but not one of data or of an exception."""
        name = (self._graph.callee(call) or "").lstrip("_")
        return name[:1].isupper() and name not in _NO_SETTINGS and not name.endswith(_FAILURES)

    def _includes(self, call: ast.Call) -> bool:
        name = self._graph.callee(call)
        if name is None or id(call) in self._graph.quiet or name in _NO_SETTINGS or reads_data(call):
            return False
        if self.is_class(call) or self.training.trains(call) or name.endswith("_split") or known_names.sets_seed(name):
            return True
        if isinstance(call.func, ast.Name) and isinstance(self._graph.functions.get(name), syntax.FUNCTIONS):
            return True
        return self._acts_on_object(call, name)

    def _acts_on_object(self, call: ast.Call, name: str) -> bool:
        """Return whether an argument of a call is a model or the like, or the call is a method that configures one."""
        subject = call.func.value if isinstance(call.func, ast.Attribute) else None
        if subject is not None and name in known_names.PREPARING:
            return True
        acting = [subject] if subject is not None and id(call) in self._graph.bare else []
        return any(map(self.is_object, (*acting, *_arguments(call))))

    def is_given_object(self, call: ast.Call) -> bool:
        """``validation_curve(model, X, y)``: return whether a library's function is given a model or the like."""
        known = self.is_class(call) or syntax.last_name(call.func) in self._graph.functions
        return not known and self.includes(call) and any(map(self.is_object, _arguments(call)))

    def is_object(self, node: ast.expr, depth: int = 0) -> bool:
        """Return whether an expression is a part of an experiment."""
        if isinstance(node, ast.Call):
            return not self._gives_data(node) and (self.includes(node) or self._goes_on_with_object(node, depth))
        if not isinstance(node, ast.Name) or depth == _DEEPEST:
            return False
        held = {one for reference in self._graph.references.get(id(node), ()) for one in reference.definitions}
        return any(self.makes_object(one, depth + 1) for one in held)

    def _goes_on_with_object(self, call: ast.Call, depth: int) -> bool:
        """``Net().to(device)``: a method of a new object that returns it."""
        made = call.func.value if isinstance(call.func, ast.Attribute) else None
        applied = syntax.last_name(call.func) in known_names.EVALUATING
        return isinstance(made, ast.Call) and not applied and depth < _DEEPEST and self.is_object(made, depth + 1)

    def makes_object(self, definition: Definition, depth: int = 0) -> bool:
        """Return whether a binding gives its name a part of an experiment."""
        if definition.binding is Binding.EARLIER:
            return self._is_earlier_object(definition.name)
        if definition.value is None or definition.binding not in {Binding.ASSIGNED, Binding.ENTERED}:
            return False
        return self.is_object(definition.value, depth)

    def _gives_data(self, call: ast.Call) -> bool:
        """Return whether a call returns parts of the data, or a value that a function makes without a class."""
        name = syntax.last_name(call.func) or ""
        function = self._graph.functions.get(name) if isinstance(call.func, ast.Name) else None
        return name.endswith(("_split", "_transform", "_predict")) or not self._makes_by_class(function)

    def _makes_by_class(self, function: ast.AST | None) -> bool:
        if function is None or isinstance(function, ast.ClassDef):
            return True
        return any(map(self.is_class, syntax.calls(function)))


def reads_data(call: ast.Call) -> bool:
    """Return whether a call has a keyword that is used only for reading data."""
    return any(keyword.arg in known_names.DATA_KEYWORDS for keyword in call.keywords)


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)
