"""What the import linter does not see: circles of imports for types only, state in modules, a guide that is out of date."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "nbtrack").rglob("*.py"))
    if "web" not in path.relative_to(ROOT).parts
}
TREES = {name: ast.parse(path.read_text()) for name, path in FILES.items()}
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*|__all__")
CONTAINERS = ("list", "dict", "set", "defaultdict", "deque", "WeakSet", "WeakKeyDictionary", "WeakValueDictionary")
CONTAINERS += ("Condition", "ContextVar", "Event", "Lock", "RLock", "local")


def imported(name, tree):
    """Return the modules of nbtrack that a module imports, wherever in it, for types or not."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{each.name}" for each in node.names}
            found |= {each if each in FILES else node.module for each in members}
    return {each for each in found if each in FILES and each != name}


def test_no_modules_import_each_other_in_a_circle():
    graph = {name: imported(name, tree) for name, tree in TREES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"an import circle: {' -> '.join(error.args[1])}")


def state(tree):
    """Yield the lines and names of variables of a module that hold what changes."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        names = [each.id for each in targets if isinstance(each, ast.Name)]
        called = value.func if isinstance(value, ast.Call) else None
        maker = getattr(called, "attr", getattr(called, "id", None))
        if isinstance(value, ast.List | ast.Dict | ast.Set) or maker in CONTAINERS:
            yield from ((node.lineno, name) for name in names if not CONSTANT.fullmatch(name))
    yield from ((node.lineno, "global") for node in ast.walk(tree) if isinstance(node, ast.Global))


def test_only_the_process_context_holds_state():
    found = [f"{name}:{line} {what}" for name, tree in TREES.items() for line, what in state(tree)]
    assert [each for each in found if not each.startswith("nbtrack.process:")] == []


def test_the_guide_for_contributors_names_files_that_exist():
    guide = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
    named = re.findall(r"`([\w/.]+(?:\.py|\.ts|/))`", guide)
    assert len(named) > 40
    assert [each for each in named if not any((ROOT / top / each).exists() for top in ("", "nbtrack"))] == []
