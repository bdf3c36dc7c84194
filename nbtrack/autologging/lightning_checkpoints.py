"""The checkpoints of a training of Lightning, as artifacts by MLflow's names."""

from __future__ import annotations

import json
import math
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from nbtrack.autologging.training import Training

LATEST_CHECKPOINT = "mlflow.latest_checkpoint_artifact"
"""The tag for the path of the last checkpoint."""
_SECONDS = 1.0
"""Seconds that the best checkpoint so far waits for a better one before it is uploaded."""


class Checkpoint(NamedTuple):
    """A checkpoint that is saved, and its place in the artifacts."""

    path: Path
    folder: str
    prefix: str
    metrics: dict[str, Any]


class Checkpoints:
    """Saves the state of the training, if it is the best so far or all are requested.

    Every best state is saved at once, but it is uploaded once a second at most: early epochs improve all the time.
    What is then pending is uploaded by `finish`.
    """

    def __init__(self, job: Training) -> None:
        self._job, self._options = job, job.options
        self._folder = tempfile.TemporaryDirectory(prefix="nbtrack-checkpoint-")
        self._best: float | None = None
        self._waiting: Checkpoint | None = None
        self._uploaded = float("-inf")

    def save(self, trainer: Any) -> None:
        """Save the state after an epoch."""
        metrics = {key: float(value) for key, value in trainer.callback_metrics.items()}
        best_only, weights = self._options.checkpoint_save_best_only, self._options.checkpoint_save_weights_only
        if not best_only or self._is_best(metrics):
            described = {**metrics, "epoch": trainer.current_epoch, "global_step": trainer.global_step}
            prefix = "latest_" if best_only else ""
            path = Path(self._folder.name) / f"{prefix}checkpoint{'.weights' if weights else ''}.pth"
            trainer.save_checkpoint(path, weights_only=weights)
            folder = "checkpoints" if best_only else f"checkpoints/epoch_{trainer.current_epoch}"
            self._waiting = Checkpoint(path, folder, prefix, described)
        if not best_only or time.monotonic() - self._uploaded >= _SECONDS:
            self._upload()

    def finish(self) -> None:
        """Upload what is pending; nothing is saved after that."""
        self._upload()
        self._folder.cleanup()

    def _upload(self) -> None:
        if self._waiting is None:
            return
        (path, folder, prefix, metrics), self._waiting = self._waiting, None
        client, run_id = self._job.client, self._job.run_id
        client.log_text(run_id, json.dumps(metrics), f"{folder}/{prefix}checkpoint_metrics.json")
        client.log_artifact(run_id, path, folder)
        self._job.tags({LATEST_CHECKPOINT: f"{folder}/{path.name}"})
        self._uploaded = time.monotonic()

    def _is_best(self, metrics: dict[str, float]) -> bool:
        found = metrics.get(self._options.checkpoint_monitor)
        if found is None or math.isnan(found):
            return False
        lower = self._options.checkpoint_mode == "min"
        is_best = self._best is None or (found < self._best if lower else found > self._best)
        self._best = found if is_best else self._best
        return is_best
