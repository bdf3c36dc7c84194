"""The functions of Weights & Biases for runs of nbtrack: nothing leaves the machine, and there is no account.

::

    from nbtrack import wandb

    with wandb.init(project="digits", config={"lr": 0.1}) as run:
        for step in range(100):
            wandb.log({"loss": loss, "examples": wandb.Image(picture)})

After ``nbtrack.install_alias("wandb")``, ``import wandb`` gives this module to programs that are not changed.

=================================  ================================================================
W&B                                nbtrack
=================================  ================================================================
project                            experiment
config                             parameters, those of nested mappings as ``outer.inner``
log                                metrics, at the step that W&B would give them; media as artifacts,
                                   arrays as histograms, lists as JSON
summary                            the latest values of the metrics, and what the program sets
define_metric                      the steps of metrics, and their goals (`nbtrack.goal`)
save, alert                        artifacts, and `nbtrack.alert`
mode="disabled"                    nothing is recorded; ``WANDB_MODE`` and ``WANDB_PROJECT`` count as well
tags, group, job type, notes       the tags ``wandb.tags``, ``wandb.group``, ``wandb.job_type``; note
=================================  ================================================================
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from nbtrack import process
from nbtrack.errors import WrongState
from nbtrack.wandb.current import CurrentRun, init
from nbtrack.wandb.logged_run import Run
from nbtrack.wandb.media import Histogram, Image, Table

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "Histogram",
    "Image",
    "Run",
    "Settings",
    "Table",
    "alert",
    "define_metric",
    "finish",
    "init",
    "log",
    "login",
    "save",
]

_OF_THE_RUN = ("config", "summary")


def log(data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
    """Log values to the current run; see `Run.log`."""
    _current().log(data, step, commit)


def define_metric(name: str, step_metric: str | None = None, **more: Any) -> None:
    """Define a metric of the current run; see `Run.define_metric`."""
    _current().define_metric(name, step_metric, **more)


def save(glob_str: str | os.PathLike[str], base_path: str | os.PathLike[str] | None = None, **_: object) -> list[str]:
    """Log files as artifacts of the current run, at once, whatever the policy; see `Run.save`."""
    return _current().save(glob_str, base_path)


def alert(title: str, text: str = "", level: object = "INFO", **_: object) -> None:
    """Raise an alert in the current run; see `Run.alert`."""
    _current().alert(title, text, level)


class Settings(SimpleNamespace):
    """Settings of W&B by their names; only ``mode`` has an effect, see `init`."""


def finish(exit_code: int | None = None, quiet: bool | None = None) -> None:
    """End the current run, if there is one; see `Run.finish`."""
    found = process.state(CurrentRun).run
    if found is not None:
        found.finish(exit_code, quiet)


def login(*_: object, **__: object) -> bool:
    """Return True: there is no account, so programs that log in first continue."""
    return True


def _current() -> Run:
    found = process.state(CurrentRun).run
    if found is None:
        raise WrongState("There is no run: call wandb.init() first")
    return found


def __getattr__(name: str) -> Any:
    if name == "run":
        return process.state(CurrentRun).run
    if name in _OF_THE_RUN:
        return getattr(_current(), name)
    raise AttributeError(
        f"nbtrack.wandb has no {name!r}: it has {', '.join((*__all__, *_OF_THE_RUN))}. A program that needs more can"
        " use wandb itself with mode='offline', and `nbtrack import wandb` brings in its runs"
    )
