"""What runs in a worker: one trial, with the names of the notebook as they were when the sweep began."""

from __future__ import annotations

import contextlib
import io
import pickle
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import locate, process, redaction
from nbtrack.errors import NbtrackError
from nbtrack.sweeps import earlier_attempts, trial_execution
from nbtrack.sweeps.swept_code import learned
from nbtrack.tracking import search, tracking_uri
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping

    from nbtrack.capture import NotebookHistory
    from nbtrack.sweeps.trials import Outcome


class Notebook(NamedTuple):
    """What a trial needs of the notebook, as it is sent to workers."""

    names: dict[str, Any]
    anchor: Callable[[], None]
    """A function of the notebook: the names that it sees, here, are those of the trial."""
    cells: tuple[tuple[ast.Module, str], ...]
    """The executed cells, each with its source."""
    folder: str
    """The working directory of the notebook."""


def ready() -> bool:
    """Return at once; calling this makes the worker import this module."""
    return True


def kept(notebook: bytes) -> bytes:
    """Return a packed notebook; the cluster copies it to the workers that need it."""
    return notebook


class WorkerState:
    """The state of a worker: one trial runs at a time, since output and seeds are those of the process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loaded: tuple[object, bytes] | None = None
        self.history: tuple[object, NotebookHistory] | None = None


def reaches(place: str, experiment_id: str, created: int | None) -> bool:
    """Return whether a worker has the store with this experiment, created at that time (ms, UTC)."""
    if locate.is_local(place) and not locate.exists(place):
        return False
    try:
        return MlflowClient(place).get_experiment(experiment_id).creation_time == created
    except NbtrackError:
        return False


def run(notebook: bytes | str, task: bytes, place: str) -> Outcome:
    """Run a trial, unless an earlier attempt has finished it.

    Parameters
    ----------
    notebook : bytes or str
        The pickled `Notebook`, or the path of a file with it.
    task : bytes
        The pickled `TrialTask`.
    place : str
        The tracking URI by which this worker reaches the store of the notebook.
    """
    shop = process.state(WorkerState)
    with shop.lock:
        known: Notebook = pickle.loads(_content(shop, notebook))  # noqa: S301 # from the notebook that runs the sweep
        trial: trial_execution.TrialTask = pickle.loads(task)  # noqa: S301 # from the notebook that runs the sweep
        tracking_uri.set_tracking_uri(place)
        if known.folder not in sys.path:
            # Modules beside the notebook are there on this machine.
            sys.path.append(known.folder)
        done = earlier_attempts.outcome(MlflowClient(), trial.recorded)
        if done is not None:
            return done
        history = _history(shop, notebook, known)
        try:
            return trial_execution.execute(trial, history, _namespace(known), WorkerOutput())
        finally:
            search.flush()


def _content(shop: WorkerState, notebook: bytes | str) -> bytes:
    if isinstance(notebook, bytes):
        return notebook
    if shop.loaded is None or shop.loaded[0] != notebook:
        shop.loaded = notebook, Path(notebook).read_bytes()
    return shop.loaded[1]


def _history(shop: WorkerState, notebook: bytes | str, known: Notebook) -> NotebookHistory:
    if shop.history is None or shop.history[0] != notebook:
        shop.history = notebook, learned(known.cells)
    return shop.history[1]


def _namespace(known: Notebook) -> dict[str, Any]:
    """Return the names of the trial: those that the functions of the notebook see."""
    names: dict[str, Any] = known.anchor.__globals__
    names.update(known.names)
    names.setdefault("__name__", "__main__")
    names.setdefault("display", print)
    return names


class WorkerOutput:
    """Takes what a trial prints; see `nbtrack.sweeps.trial_execution.Output`."""

    def __init__(self) -> None:
        self._texts = {"stdout": io.StringIO(), "stderr": io.StringIO()}
        self._taking = contextlib.ExitStack()

    def begin(self) -> None:
        """Capture what is printed from now on."""
        self._taking.enter_context(contextlib.redirect_stdout(self._texts["stdout"]))
        self._taking.enter_context(contextlib.redirect_stderr(self._texts["stderr"]))

    def end(self, result: object) -> Mapping[str, bytes]:
        """Stop, and return what was printed as files."""
        if result is not None and result is not ...:
            print(repr(result))
        self._taking.close()
        texts = {name: redaction.redact_text(each.getvalue()) for name, each in self._texts.items()}
        return {f"outputs/{name}.txt": text.encode("utf-8", "replace") for name, text in texts.items() if text}
