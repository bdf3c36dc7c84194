"""Executes the code of a cell and of the earlier cells that it depends on, and returns its metrics."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from nbtrack import capture
from nbtrack.sweeps import seeding
from nbtrack.sweeps.swept_code import learned
from nbtrack.sweeps.trial_execution import HOOK, called_by_code, run_code

if TYPE_CHECKING:
    from nbtrack.capture.facts import Facts


def metrics_of(earlier: ast.Module, cell: ast.Module, namespace: dict[str, Any], seed: int = 0) -> dict[str, float]:
    """Execute code in a namespace, which it changes, and return the last value of each inferred metric.

    The generators of random numbers are seeded before the earlier cells and before the cell, and restored afterwards.
    """
    with seeding.kept_states():
        seeding.seed_all(seed)
        run_code(earlier, namespace)
        seeding.seed_all(seed)
        plan = capture.plan(cell, learned([(earlier, ast.unparse(earlier))]))
        probe = plan.probe(namespace)
        probe.enter()
        try:
            with called_by_code(probe.hooks):
                result = run_code(plan.instrument(cell, HOOK), namespace)
        finally:
            probe.restore()
        return _last_values(probe.leave(result))


def _last_values(facts: Facts) -> dict[str, float]:
    numbers = {each.key: each.value for each in facts.metrics if isinstance(each.value, int | float)}
    return {**numbers, **{each.key: each.values[-1] for each in facts.columns if each.values}}
