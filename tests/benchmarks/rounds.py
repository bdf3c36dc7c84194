"""Lets the contenders of a subject take turns, round by round, so that a drift of the machine hits all alike."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).resolve().parent
SUBJECTS = (
    "one_point",
    "one_watched_point",
    "one_batch",
    "synced_point",
    "end_to_end",
    "short_run",
    "first_metric",
    "many_runs",
    "history",
    "bytes_on_disk",
    "writers",
)
PEERS = ("trackio", "mlflow")


class Outcome(NamedTuple):
    """What a contender gave: samples of each measure, or why there are none."""

    samples: dict[str, list[float]]
    missing: str = ""
    error: str = ""


class Driver:
    """A process that runs one workload.

    Parameters
    ----------
    python : str
        The interpreter.
    subject, contender : str
        Which workload.
    folder : Path
        Where it keeps things; made here.
    size : dict
        How much to do.
    """

    def __init__(self, python: str, subject: str, contender: str, folder: Path, size: dict[str, int]) -> None:
        self.rounds, self.outcome = size["rounds"], Outcome({})
        folder.mkdir(parents=True)
        self._said = folder.parent / f"{folder.name}.log"
        with self._said.open("wb") as log:
            self._process = subprocess.Popen(
                [python, HERE / "driver.py", subject, contender, folder, json.dumps(size)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                text=True,
                env=_environment(),
            )

    def __enter__(self) -> Self:
        """Wait for nothing: the process starts meanwhile."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.communicate()

    @property
    def well(self) -> bool:
        """Whether everything has gone well so far."""
        return not (self.outcome.missing or self.outcome.error)

    def do(self, word: str) -> None:
        """Have a word of the workload done, and keep what comes of it."""
        if not self.well:
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        except (BrokenPipeError, ValueError):
            answer = {"error": f"the process ended: {self._said.read_text(errors='replace')[-2000:]}"}
        for measure, sample in answer.pop("samples", {}).items():
            self.outcome.samples.setdefault(measure, []).append(sample)
        self.outcome = self.outcome._replace(**answer)


def _environment() -> dict[str, str]:
    """Return our environment without settings of any tracker, and with nothing sent anywhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "TRACKIO_"))}
    return {**kept, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "HF_HUB_OFFLINE": "1"}


def measured(subject: str, folder: Path, peers: str | None, *, quick: bool) -> dict[str, Outcome]:
    """Measure a subject; `peers` is the interpreter that has them, if any."""
    module = import_module(f"workloads.{subject}")
    chosen = [each for each in module.CONTENDERS if peers or each not in PEERS]
    with ExitStack() as stack:
        drivers = {}
        for number, contender in enumerate(chosen):
            size = _size(module, contender, quick=quick)
            python = str(peers) if contender in PEERS else sys.executable
            place = folder / subject / (contender if contender.isalnum() else f"raw{number}")
            drivers[contender] = stack.enter_context(Driver(python, subject, contender, place, size))
            drivers[contender].do("set_up")
        for number in range(max(each.rounds for each in drivers.values())):
            _round(number, drivers.values())
        for driver in drivers.values():
            driver.do("tear_down")
    return {contender: driver.outcome for contender, driver in drivers.items()}


def _size(module: Any, contender: str, *, quick: bool) -> dict[str, int]:
    size: dict[str, int] = module.SIZES["quick" if quick else "full"]
    return {name: min(amount, module.LESS.get(contender, {}).get(name, amount)) for name, amount in size.items()}


def _round(number: int, drivers: Iterable[Driver]) -> None:
    for driver in drivers:
        if number < driver.rounds:
            driver.do("once")
