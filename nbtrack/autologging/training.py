"""Logging of one training: chooses its run, and ensures that errors while logging never break it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import process, tags
from nbtrack.entities import Metric
from nbtrack.errors import warn
from nbtrack.tracking import active_runs, lifecycle
from nbtrack.tracking.client import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.autologging.options import Options
    from nbtrack.tracking.active_runs import ActiveRun
    from nbtrack.tracking.client import MlflowClient


class Autologging:
    """What is switched on in this process, and whether a training is being logged."""

    def __init__(self) -> None:
        self.options: dict[str, Options] = {}
        self.running = False
        """Whether a training is being logged: what it calls, and what other threads train then, belongs to it."""


class Target(NamedTuple):
    """The run that something is logged to."""

    client: MlflowClient
    run_id: str


def attempt(silent: bool, log: Callable[..., Any], *arguments: Any) -> None:
    """Call a function that logs; its failure is a warning unless `silent`, and the user's code continues."""
    try:
        log(*arguments)
    except Exception as error:  # noqa: BLE001 # an error while logging must never break the user's code
        if not silent:
            warn(f"Autologging could not log everything: {type(error).__name__}: {error}")


class Training:
    """A training that is logged to a run."""

    def __init__(self, run: ActiveRun, options: Options, *, of_cell: bool = False) -> None:
        self.options, self.of_cell = options, of_cell
        self.client, self.run_id = run.client, run.info.run_id
        self.model_id: str | None = None
        """The logged model of the training, when there is one."""

    @property
    def target(self) -> Target:
        """The run."""
        return Target(self.client, self.run_id)

    def params(self, values: Mapping[str, Any]) -> None:
        """Log parameters; those that the run already has keep their values."""
        known = self.client.get_run(self.run_id).data.params
        new = [(key, str(value)) for key, value in values.items() if key not in known]
        if new:
            self.client.log_batch(self.run_id, params=new)

    def metrics(self, values: Mapping[str, float], step: int = 0) -> None:
        """Log metrics at a step."""
        moment = now()
        self.client.log_batch(self.run_id, [Metric(key, float(value), moment, step) for key, value in values.items()])

    def tags(self, values: Mapping[str, str]) -> None:
        """Set tags."""
        self.client.log_batch(self.run_id, tags=list(values.items()))

    def attempt(self, log: Callable[..., Any], *arguments: Any) -> None:
        """Call a function that logs; its failure is a warning, and the training continues."""
        attempt(self.options.silent, log, *arguments)


@contextmanager
def training(library: str) -> Iterator[Training | None]:
    """Log a training to the active run, to that of the executing cell, or to one of its own, which ends with it.

    None when the library is switched off, or when the training is part of another one.
    """
    state = process.state(Autologging)
    options = state.options.get(library)
    if options is None or state.running or (options.exclusive and active_runs.current_scope() is not None):
        yield None
        return
    state.running = True
    try:
        scope = active_runs.current_scope()
        existing = scope.run if scope is not None else active_runs.implicit_run()
        if existing is not None:
            yield _begun(library, Training(existing, options, of_cell=scope is None or scope.implicit))
            return
        with lifecycle.start_run() as run:
            yield _begun(library, Training(run, options))
    finally:
        state.running = False


@contextmanager
def within() -> Iterator[None]:
    """Switch autologging off for what the block trains or measures."""
    state = process.state(Autologging)
    before, state.running = state.running, True
    try:
        yield
    finally:
        state.running = before


def _begun(library: str, job: Training) -> Training:
    job.attempt(job.tags, {tags.AUTOLOGGING: library, **(job.options.extra_tags or {})})
    return job
