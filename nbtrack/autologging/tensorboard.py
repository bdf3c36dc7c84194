"""Autologging of TensorBoard writers, those of PyTorch and of tensorboardX: scalars become metrics.

A writer logs to the active run, to that of the executing cell, or to a run of its own, which ends when it is closed.
After the run that it logged to has ended, what it writes outside of runs is not logged.
Scalars from training that is logged by another library's autologging are skipped.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from nbtrack import process, tags
from nbtrack.autologging import call_arguments
from nbtrack.autologging.patching import when_imported, wrap
from nbtrack.autologging.training import Autologging, Target, attempt, within
from nbtrack.entities import Metric
from nbtrack.errors import warn
from nbtrack.tracking import active_runs
from nbtrack.tracking.client import MlflowClient, now
from nbtrack.tracking.experiments import current_experiment_id
from nbtrack.validation import metric_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.autologging.options import Options

LIBRARY = "pytorch"
MODULES = ("torch.utils.tensorboard.writer", "tensorboardX.writer")


class Writers:
    """The runs that were started for writers, by the identity of the writer."""

    def __init__(self) -> None:
        self.runs: dict[int, Target] = {}
        self.used: weakref.WeakSet[Any] = weakref.WeakSet()
        """Writers that have logged to a run."""
        self.late: weakref.WeakSet[Any] = weakref.WeakSet()
        """Writers that wrote after their runs had ended."""

    def warn_once(self, writer: Any) -> None:
        """Warn that a writer is no longer logged."""
        if writer not in self.late:
            self.late.add(writer)
            warn("The run of a SummaryWriter has ended: what it writes outside of runs is no longer logged")

    def end(self, writer: int) -> None:
        """End the run that was started for a writer, if there is one."""
        target = self.runs.pop(writer, None)
        if target is not None:
            target.client.set_terminated(target.run_id)

    def close(self) -> None:
        """End all."""
        for each in list(self.runs):
            self.end(each)


def install() -> None:
    """Log what writers write from now on."""
    for module in MODULES:
        when_imported(LIBRARY, module, partial(_wrap, module))


def _wrap(module: str) -> None:
    from importlib import import_module

    kind = import_module(module).SummaryWriter
    wrappers = {"add_scalar": _scalar, "add_scalars": _scalars, "add_hparams": _hparams, "close": _closed}
    for name, wrapper in wrappers.items():
        wrap(LIBRARY, kind, name, wrapper)


def _scalar(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with _logged(original, args, kwargs, _log_scalar):
        return original(*args, **kwargs)


def _scalars(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with _logged(original, args, kwargs, _log_scalars):
        return original(*args, **kwargs)


def _hparams(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    with _logged(original, args, kwargs, _log_hparams):
        return original(*args, **kwargs)


def _closed(original: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result = original(*args, **kwargs)
    attempt(False, process.state(Writers).end, id(args[0]))
    return result


@contextmanager
def _logged(
    original: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    log: Callable[[Target, Options, Mapping[str, Any]], None],
) -> Iterator[None]:
    """Log a call of a writer, unless it is part of another call or of training."""
    state = process.state(Autologging)
    options = state.options.get(LIBRARY)
    if options is None or state.running or (options.exclusive and active_runs.current_scope() is not None):
        yield
        return
    with within():
        yield
    attempt(options.silent, _log, log, options, original, args, kwargs)


def _log(
    log: Callable[[Target, Options, Mapping[str, Any]], None],
    options: Options,
    original: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    given = call_arguments.named(original, args, kwargs)
    target = _target(given["self"], options)
    if target is not None:
        log(target, options, given)
    elif not options.silent:
        process.state(Writers).warn_once(given["self"])


def _target(writer: Any, options: Options) -> Target | None:
    """Return the run that a writer logs to; None after it has ended."""
    writers, scope = process.state(Writers), active_runs.current_scope()
    run = scope.run if scope is not None else active_runs.implicit_run()
    if run is not None:
        writers.used.add(writer)
        return Target(run.client, run.info.run_id)
    if writer not in writers.used:
        _begin_run(writer, writers, options)
    return writers.runs.get(id(writer))


def _begin_run(writer: Any, writers: Writers, options: Options) -> None:
    client = MlflowClient()
    written = {tags.AUTOLOGGING: LIBRARY, **(options.extra_tags or {})}
    run_id = client.create_run(current_experiment_id(), tags=written).info.run_id
    writers.runs[id(writer)] = Target(client, run_id)
    writers.used.add(writer)
    weakref.finalize(writer, writers.end, id(writer))


def _log_scalar(target: Target, options: Options, given: Mapping[str, Any]) -> None:
    _log_values(target, options, given, {given["tag"]: given["scalar_value"]})


def _log_scalars(target: Target, options: Options, given: Mapping[str, Any]) -> None:
    values = {f"{given['main_tag']}/{tag}": value for tag, value in given["tag_scalar_dict"].items()}
    _log_values(target, options, given, values)


def _log_values(target: Target, options: Options, given: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Log values at the step of a call, if that step is to be logged."""
    step, seconds = int(given.get("global_step") or 0), given.get("walltime")
    if step % (options.log_every_n_step or 1) == 0:
        moment = now() if seconds is None else int(seconds * 1000)
        points = [Metric(key, metric_value(key, value), moment, step) for key, value in values.items()]
        target.client.log_batch(target.run_id, points)


def _log_hparams(target: Target, options: Options, given: Mapping[str, Any]) -> None:
    known = target.client.get_run(target.run_id).data.params
    params = [(str(key), value) for key, value in given["hparam_dict"].items() if str(key) not in known]
    moment = now()
    points = [Metric(key, metric_value(key, value), moment, 0) for key, value in given["metric_dict"].items()]
    target.client.log_batch(target.run_id, points, params)
