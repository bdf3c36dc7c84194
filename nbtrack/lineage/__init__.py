r"""Reads code: which parameters, metrics and curves a notebook cell has, with no logging call in it.

Everything here is pure: from the tree of a cell, and the values of its names before and after it ran,
to facts. Nothing is imported, opened or executed.

>>> import ast, time
>>> from nbtrack.lineage import Notebook, plan
>>> code = "lr = 0.5\nimport math\nfor epoch in range(3):\n    loss = math.exp(-lr * epoch)"
>>> tree = ast.parse(code)
>>> made = plan(tree, Notebook())
>>> names = {}
>>> probe = names["hook"] = made.probe(names, clock=lambda: int(time.time() * 1000))
>>> probe.enter()
>>> exec(compile(made.instrument(tree, "hook"), "<cell>", "exec"), names)
>>> facts = probe.leave()
>>> [(fact.key, fact.value) for fact in facts.params]
[('lr', 0.5)]
>>> [(point.key, point.step, round(point.value, 2)) for point in facts.points]
[('loss', 0, 1.0), ('loss', 1, 0.61), ('loss', 2, 0.37)]
"""

from nbtrack.lineage.facts import Fact, Facts, Point
from nbtrack.lineage.notebook import Notebook
from nbtrack.lineage.plan import Plan, plan
from nbtrack.lineage.probe import Probe

__all__ = ["Fact", "Facts", "Notebook", "Plan", "Point", "Probe", "plan"]
