"""Which parameters are seeds, and the code of a run without seeds and parameters."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from nbtrack.statistics.code_units import as_python, lines_of_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SEED_NAMES = frozenset({"seed", "random_state", "random_seed", "rng", "rng_seed", "seeds"})
SEEDING_CALLS = frozenset(
    {"seed", "manual_seed", "manual_seed_all", "set_seed", "set_random_seed", "seed_everything", "default_rng"}
    | {"RandomState", "Random", "PRNGKey", "SeedSequence"}
)
"""Functions whose first argument is a seed: those of random, numpy, torch, keras, lightning, transformers and jax."""
_PARTS = re.compile(r"[./:]|__")


def is_seed(name: str) -> bool:
    """Return whether a parameter is a seed by its name.

    These are seeds: ``seed``, ``random_state``, ``random_seed``, ``rng`` and what ends with ``_seed``, whatever stands
    before it and a dot or slash, as in ``SVC.random_state`` or ``data/seed``.
    """
    last = _PARTS.split(name.lower())[-1]
    return last in SEED_NAMES or last.endswith("_seed")


def seeds_of(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that are seeds."""
    return {key: value for key, value in params.items() if is_seed(key)}


def settings_of(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters that are not seeds."""
    return {key: value for key, value in params.items() if not is_seed(key)}


SETTINGS = "settings"
"""What identifies the group of runs that differ only in their seeds."""


def group_of(params: Mapping[str, str], differing: Iterable[str]) -> str:
    """Return the settings that distinguish a run, from the parameters that differ: ``lr = 0.1, depth = 3``."""
    settings = (f"{key} = {params[key]}" for key in differing if key in params and not is_seed(key))
    return ", ".join(settings) or "all runs"


class _Blanked(ast.NodeTransformer):
    """Blanks constants that are seeds or parameters: assigned to such a name, passed as one, or passed to seed."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = frozenset(_PARTS.split(each)[-1] for each in names)

    def _is_known(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._names or is_seed(name))

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        for target in node.targets:
            node.value = self._assigned(target, node.value)
        return self.generic_visit(node)

    def _assigned(self, target: ast.expr, value: ast.expr) -> ast.expr:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            value.elts = list(map(self._assigned, target.elts, value.elts))
        return _blank(value) if isinstance(target, ast.Name) and self._is_known(target.id) else value

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self._assigned(node.target, node.value)
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        if self._is_known(node.arg):
            node.value = _blank(node.value)
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        for place, key in enumerate(node.keys):
            if isinstance(key, ast.Constant) and self._is_known(key.value):
                node.values[place] = _blank(node.values[place])
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = getattr(node.func, "attr", getattr(node.func, "id", None))
        if called in SEEDING_CALLS and node.args:
            node.args[0] = _blank(node.args[0])
        return self.generic_visit(node)


def _blank(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Constant(None), value) if isinstance(value, ast.Constant) else value


def code_without_values(source: str, params: Collection[str] = ()) -> str:
    """Return code by its meaning, without the constants that are seeds or parameters; other text is unchanged.

    Two cells that differ in comments, layout, seeds and the values of parameters alone give the same.
    """
    try:
        return ast.dump(_Blanked(params).visit(ast.parse(as_python(lines_of_cell(source)))))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
