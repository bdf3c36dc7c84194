"""Cells of the independent corpus: written and labelled before any rule ran on them.

An entry has, beyond what ``Cell`` has:

``optional``
    Patterns of keys that are neither wanted nor wrong, of one kind where one stands before (``curves:x``).
``aliases``
    For a wanted key the other names under which the same value is as good.
``values``
    For a metric an expression that computes its value from what the cell leaves behind; a name needs none.
``why``
    What the label would not tell by itself.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import NamedTuple

import numpy as np
from cell_runner import Cell

CORPUS = Path(__file__).parent / "independent_corpus"
BEYOND_CELL = ("optional", "aliases", "values", "why")


class LabelledCell(NamedTuple):
    """A cell, the file it is in, and what its labels leave open."""

    cell: Cell
    file: str
    optional: tuple[str, ...]
    aliases: dict[str, tuple[str, ...]]
    values: dict[str, str]

    @property
    def name(self) -> str:
        return self.cell.name

    def wanted(self, kind: str, names: dict) -> dict:
        """Return the wanted keys of a kind, with the value or the steps that they must have; ``...`` stands for any.

        ``names`` is the namespace that the cell leaves behind.
        """
        if kind == "metrics":
            return {key: self._value(key, names) for key in (*self.cell.metrics, *self.cell.curves)}
        return self.cell.params if kind == "params" else self.cell.curves

    def _value(self, key: str, names: dict) -> object:
        value = eval(self.values[key], names) if key in self.values else names.get(key)
        return value if isinstance(value, int | float | np.number) else ...


def load_labelled() -> list[LabelledCell]:
    """Return all cells, by file and place in it; `library_stand_ins` makes their libraries importable."""
    return [_labelled(file.stem, entry) for file in sorted(CORPUS.glob("*.py")) for entry in _entries(file)]


def _entries(file: Path) -> list[dict]:
    return runpy.run_path(str(file))["CELLS"]


def _labelled(file: str, entry: dict) -> LabelledCell:
    cell = {key: value for key, value in entry.items() if key not in BEYOND_CELL}
    cell["setup"] = tuple(cell.get("setup", ()))
    return LabelledCell(
        Cell(**cell), file, tuple(entry.get("optional", ())), entry.get("aliases", {}), entry.get("values", {})
    )
