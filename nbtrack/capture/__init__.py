r"""Reads code: which parameters, metrics and curves a notebook cell has, with no logging call in it.

Everything here is pure: from the tree of a cell, and the values of its names before and after it ran,
to facts. Nothing is imported, opened or executed.

>>> import ast
>>> from nbtrack.capture import NotebookHistory, plan
>>> code = "lr = 0.5\nimport math\nfor epoch in range(3):\n    loss = math.exp(-lr * epoch)"
>>> tree = ast.parse(code)
>>> made = plan(tree, NotebookHistory())
>>> names = {}
>>> probe = made.probe(names)
>>> names["hooks"] = probe.hooks
>>> probe.enter()
>>> exec(compile(made.instrument(tree, "hooks"), "<cell>", "exec"), names)
>>> facts = probe.leave()
>>> [(fact.key, fact.value) for fact in facts.params]
[('lr', 0.5)]
>>> [(one.key, one.steps, [round(value, 2) for value in one.values]) for one in facts.columns]
[('loss', [0, 1, 2], [1.0, 0.61, 0.37])]
"""

from nbtrack.capture.analysis.notebook_history import NotebookHistory
from nbtrack.capture.facts import Fact, Facts
from nbtrack.capture.plan import Plan, plan
from nbtrack.capture.points import Points
from nbtrack.capture.runtime.probe import Probe

__all__ = ["Fact", "Facts", "NotebookHistory", "Plan", "Points", "Probe", "plan"]
