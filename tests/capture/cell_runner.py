"""Loads the corpus, runs a cell bare and tracked as IPython would, and compares what was found with its labels."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import inspect
import io
import itertools
import random
import runpy
import sys
import traceback
from pathlib import Path
from typing import NamedTuple

import fakes
import numpy as np

from nbtrack.capture import Facts, NotebookHistory, plan

CORPUS = Path(__file__).parent / "corpus"
HOOK = "_nbtrack_hook"


_NOTHING: dict = {}


class Cell(NamedTuple):
    """A labelled cell: what came before it, its code, and what the rules say of it."""

    name: str
    code: str
    setup: tuple[str, ...] = ()
    params: dict = _NOTHING
    metrics: tuple[str, ...] = ()
    curves: dict = _NOTHING
    options: dict = _NOTHING

    @property
    def all_metrics(self):
        return set(self.metrics) | set(self.curves)


def load(folder: Path = CORPUS) -> list[Cell]:
    """Return the cells of all files of a folder."""
    found = []
    for file in sorted(folder.glob("*.py")):
        for entry in runpy.run_path(str(file))["CELLS"]:
            setup = entry.pop("setup", ())
            found.append(Cell(setup=(setup,) if isinstance(setup, str) else tuple(setup), **entry))
    return found


class Ran(NamedTuple):
    """What became of a cell."""

    names: dict
    output: str
    result: object
    error: tuple | None
    state: tuple
    facts: Facts | None
    early: list
    """The parameters that were certain before the cell had ended."""


def run(cell: Cell, *, tracked: bool) -> Ran:
    """Run a cell after its setup, in a fresh namespace."""
    fakes.install()
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 # cells use the legacy state, so it is compared
    main = {"__name__": "__main__", "__builtins__": builtins}
    notebook, output = NotebookHistory(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        for code in cell.setup:
            tree = ast.parse(code)
            _execute(tree, main, "<setup>")
            notebook.learn(tree)
        output.truncate(0)
        output.seek(0)
        tree = ast.parse(cell.code)
        made = probe = None
        if tracked:
            made = plan(tree, notebook, **cell.options)
            clock = itertools.count(1_700_000_000_000)
            probe = made.probe(main, clock=lambda: next(clock), printed=output.getvalue)
            setattr(builtins, HOOK, probe.hooks)
            tree = made.instrument(tree, HOOK)
            probe.enter()
        result, error = _execute(tree, main, "<cell>")
        early = probe.early_params() if probe else []
        facts = probe.leave(result, failed=error is not None) if probe else None
    state = (random.getstate(), np.random.get_state()[1].tobytes())  # noqa: NPY002 # cells use the legacy state, so it is compared
    return Ran(main, output.getvalue(), result, error, state, facts, early)


def _execute(tree: ast.Module, main: dict, filename: str) -> tuple[object, tuple | None]:
    """Run a tree as IPython does; return the last expression's value, and the exception with its lines."""
    last = [tree.body[-1]] if tree.body and isinstance(tree.body[-1], ast.Expr) else []
    shown: list[object] = []
    before, sys.displayhook = sys.displayhook, shown.append
    try:
        _run(
            compile(
                ast.Module(tree.body[: -1 if last else None], []), filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            ),
            main,
        )
        if last:
            _run(compile(ast.Interactive(last), filename, "single", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), main)
    except Exception as error:
        lines = [
            (frame.filename, frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename != __file__
        ]
        return ..., (type(error), str(error), lines)
    finally:
        sys.displayhook = before
    return (shown[-1] if shown else None) if last else ..., None


def _run(code, main: dict) -> None:
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, main))
    else:
        exec(code, main)


class Seen(NamedTuple):
    """What was found in a cell, in the shortest form."""

    params: dict
    metrics: dict
    curves: dict
    ran: Ran

    def rule(self, key):
        """Return the rule that found a key."""
        facts = self.ran.facts
        return next(one.rule for one in (*facts.params, *facts.metrics) if one.key == key)


def see(code: str, *setup: str, **options) -> Seen:
    """Run a cell tracked and return what was found."""
    ran = run(Cell("seen", code, setup, options=options), tracked=True)
    assert ran.facts is not None
    assert len({one.key for one in ran.facts.params}) == len(ran.facts.params)
    assert len({one.key for one in ran.facts.metrics}) == len(ran.facts.metrics)
    curves = {one.key: list(zip(one.steps, one.values, strict=True)) for one in ran.facts.columns}
    params, metrics = ({one.key: one.value for one in part} for part in (ran.facts.params, ran.facts.metrics))
    return Seen(params, metrics, curves, ran)


def followed(source, call, **options):
    """Return the names of a notebook whose function is followed, the probe, and the code of the function before."""
    names, history = {}, NotebookHistory()
    tree = ast.parse(source)
    exec(compile(tree, "<setup>", "exec"), names)
    history.learn(tree)
    own = names["train"].__code__
    probe = plan(ast.parse(call), history).probe(names, **options)
    probe.enter()
    assert names["train"].__code__ is not own
    return names, probe, own


def found_in(cell: Cell, facts: Facts) -> dict[str, set]:
    """Return what was found in a cell, in the form of its labels."""
    curves = {(one.key, str(_as_expected(cell.curves.get(one.key, ()), one.steps))) for one in facts.columns}
    return {
        "params": {(one.key, str(one.value)) for one in facts.params},
        "metrics": {one.key for one in facts.metrics},
        "curves": curves,
    }


def _as_expected(wanted, seen: list[int]):
    """Return steps in the form of their label: the steps, their number, or None where data decide."""
    return None if wanted is None else len(seen) if isinstance(wanted, int) else seen


def expected(cell: Cell) -> dict[str, set]:
    """Return the labels of a cell as sets."""
    return {
        "params": {(key, str(value)) for key, value in cell.params.items()},
        "metrics": cell.all_metrics,
        "curves": {
            (key, str(list(steps) if steps is not None and not isinstance(steps, int) else steps))
            for key, steps in cell.curves.items()
        },
    }
