"""The checkpoints of a training of Lightning, as artifacts by MLflow's names."""

from __future__ import annotations

import itertools
import json
import math
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nbtrack.autologging.training import Training

_SECONDS = 1.0
"""How long a checkpoint that is the best so far may wait for a better one, before it is uploaded."""


class Checkpoint(NamedTuple):
    """A checkpoint that is saved, and its place in the artifacts."""

    file: Path
    folder: str
    name: str
    metrics_name: str
    metrics: dict[str, Any]


class Checkpoints:
    """Saves the state of the training, if it is the best so far or all are requested.

    Every best state is saved at once, but it is uploaded once a second at most: early epochs improve all the time.
    What is then pending is uploaded by `finish`. Uploads run in a thread, one at a time; a training waits for one only
    where all states are requested and the one before is still being uploaded.
    """

    def __init__(self, job: Training, *, of_steps: bool = False) -> None:
        self._job, self._options, self._of_steps = job, job.options, of_steps
        self._folder = tempfile.TemporaryDirectory(prefix="nbtrack-checkpoint-")
        self._thread = ThreadPoolExecutor(1, "nbtrack-checkpoints")
        self._numbers = itertools.count()
        self._best: float | None = None
        self._waiting: Checkpoint | None = None
        self._upload: Future[None] | None = None
        self._upload_began = float("-inf")

    def save(self, trainer: Any) -> None:
        """Save the state after an epoch, or a step; what fails is a warning."""
        self._job.attempt(self._save, trainer)

    def finish(self) -> None:
        """Upload what is pending; nothing is saved after that."""
        self._begin_upload()
        self._thread.shutdown()
        self._folder.cleanup()

    def _save(self, trainer: Any) -> None:
        metrics = {key: float(value) for key, value in trainer.callback_metrics.items()}
        best_only = self._options.checkpoint_save_best_only
        if not best_only or self._is_best(metrics):
            metrics |= {"epoch": trainer.current_epoch, "global_step": trainer.global_step}
            self._waiting = self._saved(trainer, metrics)
        if not best_only or self._is_due():
            self._begin_upload()

    def _saved(self, trainer: Any, metrics: dict[str, Any]) -> Checkpoint:
        """Save the state, in place of one that still waits."""
        best_only, weights = self._options.checkpoint_save_best_only, self._options.checkpoint_save_weights_only
        file = self._waiting.file if self._waiting else Path(self._folder.name) / f"{next(self._numbers)}.pth"
        trainer.save_checkpoint(file, weights_only=weights)
        prefix = "latest_" if best_only else ""
        one = f"global_step_{trainer.global_step}" if self._of_steps else f"epoch_{trainer.current_epoch}"
        folder = "checkpoints" if best_only else f"checkpoints/{one}"
        name = f"{prefix}checkpoint{'.weights' if weights else ''}.pth"
        return Checkpoint(file, folder, name, f"{prefix}checkpoint_metrics.json", metrics)

    def _is_due(self) -> bool:
        idle = self._upload is None or self._upload.done()
        return idle and time.monotonic() - self._upload_began >= _SECONDS

    def _begin_upload(self) -> None:
        """Have what waits uploaded, after the upload before it."""
        if self._upload is not None:
            self._upload.result()
        if self._waiting is not None:
            self._upload = self._thread.submit(self._job.attempt, self._write, self._waiting)
            self._waiting, self._upload_began = None, time.monotonic()

    def _write(self, saved: Checkpoint) -> None:
        client, run_id = self._job.client, self._job.run_id
        client.log_text(run_id, json.dumps(saved.metrics), f"{saved.folder}/{saved.metrics_name}")
        with saved.file.open("rb") as stream:
            client.log_stream(run_id, stream, f"{saved.folder}/{saved.name}")
        saved.file.unlink()
        self._job.tags({tags.LATEST_CHECKPOINT: f"{saved.folder}/{saved.name}"})

    def _is_best(self, metrics: dict[str, float]) -> bool:
        found = metrics.get(self._options.checkpoint_monitor)
        if found is None or math.isnan(found):
            return False
        lower = self._options.checkpoint_mode == "min"
        is_best = self._best is None or (found < self._best if lower else found > self._best)
        self._best = found if is_best else self._best
        return is_best
