"""Every cell of the corpus gives what its labels say, and tracking changes nothing about it."""

from __future__ import annotations

import warnings

import pytest
from cell_runner import Cell, expected, found_in, load, run
from observations import assert_left_as_it_was, observe_plain_and_tracked

CELLS = load()
KNOWN_GAPS = {"walrus-in-comprehension": {"metrics missed": ["qv"]}}
"""Where the rules fall short of the labels today; a cell that gets better fails until its entry is deleted."""


@pytest.fixture(autouse=True)
def _calm():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_cell_gives_what_its_labels_say(cell: Cell):
    """Labels are what the author of a cell would have logged; what is not found yet is a known gap."""
    ran = run(cell, tracked=True)
    facts = ran.facts
    wanted, found = expected(cell), found_in(cell, facts)
    gaps = {
        f"{what} {how}": sorted(map(str, keys))
        for what in wanted
        for how, keys in (("extra", found[what] - wanted[what]), ("missed", wanted[what] - found[what]))
        if keys
    }
    assert gaps == KNOWN_GAPS.get(cell.name, {})
    assert not facts.problems
    assert set(map(str, ran.early)) <= set(map(str, facts.params))


def test_known_gaps_are_of_cells_that_there_are():
    assert KNOWN_GAPS.keys() <= {cell.name for cell in CELLS}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    return observe_plain_and_tracked("corpus", tmp_path_factory.mktemp("seen"))


def test_every_cell_became_a_run(seen):
    assert (seen["bare"]["runs"], seen["tracked"]["runs"]) == (0, len(CELLS))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.name)
def test_cell_is_left_as_it_was(cell: Cell, seen):
    assert_left_as_it_was(cell, seen)
