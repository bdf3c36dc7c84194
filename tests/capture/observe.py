"""Runs a corpus in a shell of IPython and notes all that a user can see of each cell.

``python observe.py bare|tracked FILE corpus|independent_corpus`` writes one JSON object per cell. Bare cells have an empty comment where
tracked ones have ``%%track``, since IPython takes empty first lines off, and with them the numbers of the others.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import sys
import types
import warnings
from hashlib import blake2b
from pathlib import Path

os.environ.update(MPLBACKEND="agg", IPYTHONDIR=str(Path.cwd() / "ipython"))

import fakes
import library_stand_ins
import numpy as np
import pandas as pd
from cell_runner import load
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from labelled_cells import load_labelled
from traitlets.config import Config

import nbtrack

DEEPEST = 4
HISTORY = {"In", "_ih", "Out", "_oh", "_dh", "get_ipython", "exit", "quit", "open", "__warningregistry__"}
FIRST_LINE = re.compile(r"^ +1 .*\n", re.MULTILINE)
"""The line of ``%%track``, or in its place, where a traceback shows it."""
PASSING = re.compile(r"(?<=0x)[0-9a-f]+|(?<=<ipython-input-)[^>]+")
"""Addresses, and the hashes of cells."""


class Observer:
    """One shell, with the extension or without."""

    def __init__(self, *, tracked: bool) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        self.shell = InteractiveShell(config=config, colors="nocolor")
        self.tracked = tracked

    def observe(self, cell) -> dict:
        """Run a cell after its setup and return what is seen."""
        shell = self.shell
        fakes.install()
        gc.freeze()  # `reset` collects, which takes long with all that the imports left
        shell.reset(new_session=True)
        if self.tracked:
            shell.run_line_magic("load_ext", "nbtrack")
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002 # cells use the legacy state, so it is compared
        with capture_output():
            for code in cell.setup:
                assert shell.run_cell(code, store_history=True).success, cell.name
        sys.last_value = sys.last_traceback = None
        options = "".join(f" --{key} {value}" for key, value in cell.options.items() if isinstance(value, str))
        first = f"%%track --quiet{options}" if self.tracked else "#"
        code = cell.code.strip("\n")
        with capture_output() as shown:
            result = shell.run_cell(f"{first}\n{code}", store_history=True)
        seen = self._seen(result, shown)
        seen["names"] = {
            name: fingerprint(value)
            for name, value in shell.user_ns.items()
            if name not in HISTORY and name[:2] != "_i"
        }
        if self.tracked:
            shell.run_line_magic("unload_ext", "nbtrack")
        return seen

    def _seen(self, result, shown) -> dict:
        shell = self.shell
        error = result.error_in_exec or result.error_before_exec
        return {
            "stdout": comparable(shown.stdout),
            "stderr": comparable(shown.stderr),
            "outputs": [comparable(repr(sorted(one.data.items()))) for one in shown.outputs],
            "result": fingerprint(result.result),
            "count": shell.execution_count,
            "_": fingerprint(shell.user_ns.get("_")),
            "__": fingerprint(shell.user_ns.get("__")),
            "Out": {str(number): fingerprint(value) for number, value in shell.user_ns["Out"].items()},
            "random": digest(repr(random.getstate())),
            "numpy": digest(np.random.get_state()[1].tobytes()),  # noqa: NPY002 # cells use the legacy state, so it is compared
            "error": None if error is None else [type(error).__name__, str(error)],
            "frames": frames(sys.last_traceback) if error is not None else [],
            "context": error is not None and [type(error.__context__).__name__, type(error.__cause__).__name__],
        }


def frames(trace) -> list:
    """Return what a post-mortem debugger sees: each frame's code, line and names."""
    found = []
    while trace is not None:
        frame = trace.tb_frame
        where = "<cell>" if "ipython-input" in frame.f_code.co_filename else Path(frame.f_code.co_filename).name
        local = sorted(frame.f_locals) if frame.f_locals is not frame.f_globals else []
        found.append([where, frame.f_code.co_name, trace.tb_lineno, [one for one in local if not one.startswith("_")]])
        trace = trace.tb_next
    return found


def comparable(text: str) -> str:
    """Return text without what differs from one process, or one first line, to the next."""
    return PASSING.sub("", FIRST_LINE.sub("", text))


def digest(content) -> str:
    """Return a short hash of text or bytes."""
    return blake2b(content.encode() if isinstance(content, str) else content, digest_size=8).hexdigest()


def _passes(key: str) -> bool:
    """Tell whether an entry holds a time, or the identity of an object."""
    return "time" in key or key.endswith("_id")


def fingerprint(value, depth=DEEPEST):
    """Return what stands for a value when two runs are compared."""
    kind = type(value).__name__
    if value is None or isinstance(value, int | float | str | bytes | complex | np.generic):
        return [kind, repr(value)]
    if isinstance(value, np.ndarray):
        return [kind, str(value.dtype), value.shape, None if value.dtype == object else digest(value.tobytes())]
    if isinstance(value, pd.DataFrame | pd.Series):
        return [kind, digest(value.to_csv())]
    if isinstance(value, types.FunctionType | types.ModuleType | type):
        return [kind, value.__name__]
    if depth and isinstance(value, dict):
        return [kind, [[str(key), fingerprint(one, depth - 1)] for key, one in value.items() if not _passes(str(key))]]
    if depth and isinstance(value, list | tuple):
        return [kind, [fingerprint(one, depth - 1) for one in value]]
    if depth and hasattr(value, "__dict__"):
        return [kind, fingerprint(dict(vars(value)), depth - 1)]
    return [kind]


def cells_of(corpus: str) -> list:
    """Return the cells of a corpus by the name of its folder."""
    if corpus == "corpus":
        return load()
    library_stand_ins.install()
    return [one.cell for one in load_labelled()]


def main(how: str, file: str, corpus: str) -> None:
    """Observe every cell of a corpus."""
    warnings.simplefilter("ignore")
    observer = Observer(tracked=how == "tracked")
    with Path(file).open("w") as out:
        out.writelines(json.dumps([cell.name, observer.observe(cell)], default=str) + "\n" for cell in cells_of(corpus))
        runs = nbtrack.search_runs(output_format="list", search_all_experiments=True)
        out.write(json.dumps(["runs", len(runs)]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
