"""The corpus holds the bars of the contract, and tracking changes nothing about any of its cells."""

from __future__ import annotations

import types
import warnings

import numpy as np
import pandas as pd
import pytest
from bench import Cell, load, report, run

CELLS = load()
PRECISION, RECALL = 0.97, 0.92


@pytest.fixture(autouse=True)
def _calm():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_corpus_is_large():
    assert len(CELLS) >= 80
    assert len({cell.name for cell in CELLS}) == len(CELLS)


def test_score(capsys):
    total = report(CELLS)
    with capsys.disabled():
        print("\n" + capsys.readouterr().out)
    for what, score in total.items():
        assert score.precision >= PRECISION, what
        assert score.recall >= RECALL, what


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_cell_is_left_as_it_was(cell: Cell):
    bare, tracked = run(cell, tracked=False), run(cell, tracked=True)
    assert tracked.facts.problems == []
    assert tracked.error == bare.error
    assert _timeless(tracked.output) == _timeless(bare.output) or _reads_a_clock(cell)
    assert list(tracked.names) == list(bare.names)
    assert tracked.state == bare.state
    if not _reads_a_clock(cell):
        assert _alike(tracked.result, bare.result)
        for name in bare.names.keys() - {"__builtins__", "__warningregistry__"}:
            assert _alike(tracked.names[name], bare.names[name]), name


def _reads_a_clock(cell: Cell) -> bool:
    return any(word in cell.code for word in ("time.", "Timer", "perf_counter", "tick()"))


def _timeless(output: str) -> list[str]:
    return [line for line in output.splitlines() if " at 0x" not in line]


def _alike(one, other, depth=4) -> bool:
    """Compare the results of two runs, as far as their types say how."""
    if type(one).__name__ != type(other).__name__:
        return False
    if isinstance(one, int | str | bytes | type(None) | complex):
        return one == other
    if isinstance(one, float | np.ndarray | np.generic):
        return np.shape(one) == np.shape(other) and _same_numbers(one, other)
    if isinstance(one, pd.DataFrame | pd.Series):
        return one.equals(other)
    if isinstance(one, types.FunctionType | types.ModuleType | type):
        return one.__name__ == other.__name__
    return not depth or _alike_inside(one, other, depth - 1)


def _same_numbers(one, other) -> bool:
    if getattr(one, "dtype", None) is np.dtype(object):
        return True
    return bool(np.array_equal(one, other)) or bool(np.allclose(one, other, equal_nan=True))


def _alike_inside(one, other, depth) -> bool:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(_alike(a, b, depth) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        steady = [key for key in one if "time" not in str(key)]
        return list(map(str, one)) == list(map(str, other)) and all(_alike(one[k], other[k], depth) for k in steady)
    return True
