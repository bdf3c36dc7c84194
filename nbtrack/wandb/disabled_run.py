"""The run of the mode "disabled": programs go on, and nothing is recorded."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from nbtrack.wandb.logged_run import Run
from nbtrack.wandb.values import Config, Summary

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping


class DisabledRun(Run):
    """A run that keeps its configuration and what is put into its summary, for the program only."""

    disabled = True
    name = "disabled"
    id = "disabled"
    tags: Any = ()
    notes = group = job_type = entity = ""
    start_time = 0.0

    def __init__(self, project: str | None) -> None:
        self.project, self.resumed, self.ended = project, False, False
        self.starting_step = self._next = 0
        self.config = Config(None, self.id)
        self.summary = Summary(None, self.id, lambda: 0)

    @property
    def dir(self) -> str:
        """A temporary folder."""
        return tempfile.gettempdir()

    def log(self, data: Mapping[str, Any], step: int | None = None, commit: bool | None = None) -> None:
        """Record nothing."""
        self._advance(self._next if step is None else step, commit=step is None if commit is None else commit)

    def define_metric(self, name: str, *_: object, **__: object) -> None:
        """Record nothing."""

    def save(self, glob_str: str | os.PathLike[str], base_path: str | os.PathLike[str] | None = None) -> list[str]:
        """Record nothing."""
        return []

    def alert(self, title: str, text: str = "", level: object = "INFO") -> None:
        """Raise nothing."""

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run."""
        self.ended = True

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """End the run."""
        self.ended = True
