"""The code of a swept cell: its parameters, and the code with other values of them."""

from __future__ import annotations

import ast
import json
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.capture import NotebookHistory, plan
from nbtrack.capture.analysis import syntax
from nbtrack.capture.analysis.constant_folding import Missing
from nbtrack.capture.runtime import value_reading
from nbtrack.errors import InvalidValue
from nbtrack.presentation import formatting
from nbtrack.statistics.seeds import is_seed
from nbtrack.sweeps import earlier_slice
from nbtrack.sweeps.parameter_sites import Site, sites_of
from nbtrack.sweeps.trials import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.capture import Plan
    from nbtrack.capture.analysis.constant_folding import Value

OWN = -1
"""The number of the swept cell itself, among the numbers of the earlier ones."""
MOST_LISTED = 20


class Parameter(NamedTuple):
    """A parameter that a sweep changes."""

    key: str
    """What it is recorded as."""
    cell: int
    """The number of the earlier cell that gives it its value, or `OWN`."""
    sites: tuple[Site, ...]
    """None if only its name is known, which is then set before the cells that read it."""
    skip: frozenset[str]
    """Other keys that would record the same value."""


class TrialCode(NamedTuple):
    """The code of one trial."""

    tree: ast.Module
    earlier: dict[int, ast.Module]
    """Cells to run before, in their order, by their numbers."""
    entry: dict[str, Value]
    """Names to set before all of them."""


class SweptCode:
    """The code of a cell that is swept over, in the notebook that it stands in.

    `namespace` has the names of the notebook, `names` those of the parameters that are swept over. With `seeded`, a
    name of the cell that is a seed (``seed = 0``) has the seed of each trial.

    Raises
    ------
    InvalidValue
        When the cell has no such parameter, listing those that it has, or awaits something.
    """

    def __init__(
        self,
        tree: ast.Module,
        history: NotebookHistory,
        namespace: Mapping[str, Any],
        names: Iterable[str],
        *,
        seeded: bool = False,
    ) -> None:
        if any(isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) for node in syntax.own_nodes(tree)):
            raise InvalidValue("A cell with await can't be swept: move the await to an earlier cell")
        self.tree, self.history, self._namespace = tree, history, namespace
        self.plan: Plan = plan(tree, history)
        self.parameters = {name: self._found(name) for name in names}
        self._seed = self._own_seed() if seeded else None
        changed = {one.cell for one in self.parameters.values() if one.sites} - {OWN}
        entry = {one.key for one in self.parameters.values() if not one.sites}
        self.again = (
            earlier_slice.to_run_again(history.cells, self.plan.reads, changed, entry) if changed or entry else []
        )
        """The numbers of the earlier cells that each trial runs again."""

    @property
    def title(self) -> str:
        """What to call the run of the sweep: ``Ridge · alpha × depth``, after what is trained and what is varied."""
        parts = (self.plan.title(), " × ".join(self.parameters))
        return formatting.short(" · ".join(part for part in parts if part), LONGEST_NAME)

    @property
    def shared_reads(self) -> frozenset[str]:
        """The names that every trial reads from the notebook unchanged."""
        made = {name for number in self.again for name in self.history.cells.all[number].graph.exit}
        return self.history.read_through(self.plan.reads) - made - {one.key for one in self.parameters.values()}

    @cached_property
    def digest(self) -> str:
        """What identifies the code that the trials run, whatever values it is run with."""
        trees = [self.tree, *(self.history.cells.all[number].tree for number in self.again)]
        text = "\n".join(ast.dump(each) for each in trees)
        return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()

    def identity(self, values: Mapping[str, Value], seed: int) -> str:
        """Return what identifies a trial among all trials of this code."""
        keyed = sorted((self.parameters[name].key, repr(value)) for name, value in values.items())
        return blake2b(json.dumps([self.digest, keyed, seed]).encode(), digest_size=8).hexdigest()

    def with_values(self, values: Mapping[str, Value], seed: int = 0) -> TrialCode:
        """Return the code with other values of its parameters, by the names that they were asked for by."""
        replaced: dict[int, dict[int, Value]] = {}
        if self._seed is not None:
            replaced[OWN] = {id(site.node): seed for site in self._seed.sites}
        entry = {}
        for name, value in values.items():
            one = self.parameters[name]
            for site in one.sites:
                replaced.setdefault(one.cell, {})[id(site.node)] = _alike(value, site.value)
            if not one.sites:
                entry[one.key] = value
        earlier = {n: _replaced(self.history.cells.all[n].tree, replaced.get(n, {})) for n in self.again}
        return TrialCode(_replaced(self.tree, replaced.get(OWN, {})), earlier, entry)

    def fixed_seeds(self) -> list[str]:
        """Return the parameters of the cell that seed something and that the sweep leaves as they are."""
        changed = {one.key for one in self.parameters.values()} | (
            {self._seed.key} if self._seed is not None else set()
        )
        return [key for key in self._seeds() if key not in changed]

    def _seeds(self) -> list[str]:
        # A number that is called seeds says how many there are.
        seeds = (each for each in self._own if is_seed(each.key) and not each.key.endswith("seeds"))
        return list(dict.fromkeys(each.key for each in seeds if type(each.value) is int))

    def _own_seed(self) -> Parameter | None:
        """Return the name of the cell that is a seed, unless it is swept over itself."""
        swept = {one.key for one in self.parameters.values()}
        names = [key for key in self._seeds() if key.isidentifier() and key not in swept]
        return self._found(names[0]) if names else None

    # --- which parameters there are

    def _found(self, name: str) -> Parameter:
        for cell, sites in self._by_cell():
            matching = _matching(name, sites)
            if matching:
                return _parameter(name, cell, matching)
        if name in self.plan.reads and self._is_setting(name):
            return Parameter(name, OWN, (), frozenset({name}))
        raise InvalidValue(f"This cell has no parameter {name!r}; it has {self._listed()}")

    def _is_setting(self, name: str) -> bool:
        return name in self._namespace and not isinstance(value_reading.setting(self._namespace[name]), Missing)

    def _by_cell(self) -> Iterator[tuple[int, list[Site]]]:
        """Yield the sites of the cell, then those of the earlier cells that its names come from, the latest first."""
        yield OWN, self._own
        yield from self._earlier

    @cached_property
    def _own(self) -> list[Site]:
        return sites_of(self.tree, self.history.follow(self.tree), self._namespace)

    @cached_property
    def _earlier(self) -> list[tuple[int, list[Site]]]:
        cells = self.history.cells
        numbers = sorted(cells.trail(self.plan.reads).cells, reverse=True)
        return [(each, sites_of(cells.all[each].tree, cells.all[each].graph, self._namespace)) for each in numbers]

    def _listed(self) -> str:
        sites = [site for _, found in self._by_cell() for site in found if site.listed]
        keys = list(dict.fromkeys(site.key for site in sites))
        more = f" and {len(keys) - MOST_LISTED} more" if len(keys) > MOST_LISTED else ""
        return (", ".join(keys[:MOST_LISTED]) + more) if keys else "none: no name in it is bound to a constant"


def history_with(history: NotebookHistory, trees: Mapping[int, ast.Module]) -> NotebookHistory:
    """Return what is known of a notebook in which some cells, by their numbers, have other code."""
    return (
        learned((trees.get(n, cell.tree), cell.source) for n, cell in enumerate(history.cells.all))
        if trees
        else history
    )


def learned(cells: Iterable[tuple[ast.Module, str]]) -> NotebookHistory:
    """Return what is known of a notebook in which these cells were executed, each given with its source."""
    history = NotebookHistory()
    for tree, source in cells:
        history.learn(tree, source)
    return history


def _matching(name: str, sites: Iterable[Site]) -> list[Site]:
    """Return the sites that a name means: by their key, by another one, or by the end of it."""
    sites = list(sites)
    exact = [site for site in sites if site.key == name]
    alias = [site for site in sites if name in site.aliases]
    return exact or alias or [site for site in sites if any(key.endswith(f".{name}") for key in site.keys)]


def _parameter(name: str, cell: int, sites: list[Site]) -> Parameter:
    keys = list(dict.fromkeys(site.key for site in sites))
    if len(keys) > 1:
        raise InvalidValue(f"{name!r} is ambiguous: write {' or '.join(keys)}")
    by_alias = name in sites[0].aliases
    values = {(type(site.value), repr(site.value)) for site in sites}
    if len(values) > 1 and "." in keys[0] and not by_alias:
        owners = list(dict.fromkeys(alias for site in sites for alias in site.aliases))
        hint = f"write {' or '.join(owners)}" if owners else "give each a name of its own first, such as units = 64"
        raise InvalidValue(f"{keys[0]} stands in the cell {len(sites)} times with different values: {hint}")
    aliases = frozenset(key for site in sites for key in site.keys)
    # Where only the name of the object tells calls apart, that is what the value is recorded under.
    return Parameter(name if by_alias and len(values) > 1 else keys[0], cell, tuple(sites), aliases)


def _alike(value: Value, before: Value) -> Value:
    """Return a value of the type that the code has: a list if that is a list."""
    return list(value) if isinstance(before, list) and isinstance(value, tuple) else value


def _replaced(tree: ast.Module, values: Mapping[int, Value]) -> ast.Module:
    return _Replacement(values).applied(tree) if values else tree


class _Replacement:
    """Puts constants into a copy of a tree in place of expressions, which are known by their identity."""

    def __init__(self, values: Mapping[int, Value]) -> None:
        self._values = values

    def applied(self, tree: ast.Module) -> ast.Module:
        """Return the copy."""
        return ast.Module([self._copied(each) for each in tree.body], [])

    def _copied(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._copied(each) for each in node]
        if not isinstance(node, ast.AST):
            return node
        if id(node) in self._values:
            return literal(self._values[id(node)], node)
        copied = syntax.copy_tree(node) if not node._fields else type(node)()
        for field in node._fields:
            if hasattr(node, field):
                setattr(copied, field, self._copied(getattr(node, field)))
        return ast.copy_location(copied, node)


def literal(value: Value, place: ast.AST) -> ast.expr:
    """Return a value as code, at the place of another node."""
    # The repr of an infinite number is not a literal.
    text = repr(value).replace("inf", "1e999") if not isinstance(value, str) else repr(value)
    made = ast.parse(text, mode="eval").body
    for node in ast.walk(made):
        if isinstance(node, ast.expr):
            ast.copy_location(node, place)
    return made
