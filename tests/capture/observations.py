"""Compares what two shells of IPython saw of the cells of a corpus, one with the extension and one without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cell_runner import Cell

HERE = Path(__file__).parent


def observe_plain_and_tracked(corpus: str, folder: Path) -> dict[str, dict]:
    """Return what each of the two shells saw of every cell, by the names of the cells."""
    started = {how: _observer(how, corpus, folder / how) for how in ("bare", "tracked")}
    found = {}
    for how, (process, file) in started.items():
        assert process.wait(timeout=600) == 0, how
        found[how] = dict(map(json.loads, file.read_text().splitlines()))
    return found


def _observer(how, corpus, folder):
    folder.mkdir()
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))}
    paths = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
    command = [sys.executable, str(HERE / "observe.py"), how, str(folder / "seen.jsonl"), corpus]
    env = {**clean, "PYTHONPATH": paths, "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(command, cwd=folder, env=env), folder / "seen.jsonl"


def assert_left_as_it_was(cell: Cell, seen: dict[str, dict]) -> None:
    """Assert that a cell did the same in both shells, and left the same names behind."""
    bare, tracked = seen["bare"][cell.name], seen["tracked"][cell.name]
    assert list(tracked["names"]) == list(bare["names"])
    if _reads_a_clock(cell):
        _forget_times(bare, tracked)
    assert tracked == bare


def _reads_a_clock(cell: Cell) -> bool:
    code = "\n".join((*cell.setup, cell.code))
    return any(word in code for word in ("time.", "Timer", "perf_counter", "tick()"))


def _forget_times(*observations):
    for one in observations:
        for key in ("names", "stdout", "outputs", "result", "_", "__", "Out"):
            one.pop(key)
