"""`track`: each call of a function is a run, its arguments are parameters, and the numbers it returns are metrics."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from typing import TYPE_CHECKING, Any, TypeVar, overload

from nbtrack import redaction
from nbtrack.capture.analysis.constant_folding import Missing
from nbtrack.capture.runtime import value_reading
from nbtrack.tracking import active_runs, lifecycle, param_conflicts
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from nbtrack.tracking.active_runs import ActiveRun

    Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def track(function: Function) -> Function: ...
@overload
def track(
    *, name: str | None = None, experiment: str | None = None, tags: Mapping[str, Any] | None = None
) -> Callable[[Function], Function]: ...
def track(
    function: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    experiment: str | None = None,
    tags: Mapping[str, Any] | None = None,
) -> Any:
    """Make each call of a function a run: ``@nbtrack.track``, or ``@nbtrack.track(name="fit")``.

    Arguments that are numbers, texts, or containers of such, are its parameters, those left at their default too; the
    numbers it returns, alone, in a dictionary, a dataclass or a tuple, are its metrics. Inside another run it is that
    run's child. An exception makes it FAILED, and goes on to the caller.

    Parameters
    ----------
    function : callable
        What to track; it may be asynchronous.
    name : str, optional
        What to call the runs; by default as the function.
    experiment : str, optional
        Where they go, created on demand.
    tags : mapping, optional
        Tags of each run.
    """
    if function is None:
        return functools.partial(track, name=name, experiment=experiment, tags=tags)
    call = _Tracked(function, name or function.__name__, experiment, dict(tags or {}))
    return functools.wraps(function)(call.awaiting if inspect.iscoroutinefunction(function) else call.plain)


class _Tracked:
    """A function, and how its runs are to be."""

    def __init__(
        self, function: Callable[..., Any], name: str, experiment: str | None, tags: Mapping[str, Any]
    ) -> None:
        self._function, self._name, self._experiment, self._tags = function, name, experiment, tags
        self._signature = inspect.signature(function)
        self._returned = _names_returned(function)

    @property
    def plain(self) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            with self._run(given, named) as run:
                result = self._function(*given, **named)
                self._log(run, result)
                return result

        return call

    @property
    def awaiting(self) -> Callable[..., Any]:
        async def call(*given: Any, **named: Any) -> Any:
            with self._run(given, named) as run:
                result = await self._function(*given, **named)
                self._log(run, result)
                return result

        return call

    def _run(self, given: tuple[Any, ...], named: dict[str, Any]) -> ActiveRun:
        bound = self._signature.bind(*given, **named)
        bound.apply_defaults()
        inside = active_runs.current_scope()
        run = lifecycle.start_run(
            run_name=self._name,
            experiment_id=None
            if inside is not None and not self._experiment
            else resolve_experiment_id(self._experiment),
            nested=inside is not None,
            tags=dict(self._tags),
        )
        param_conflicts.log_params(run.client, run.info.run_id, dict(_params(bound.arguments)))
        return run

    def _log(self, run: ActiveRun, result: Any) -> None:
        for key, value in _metrics(self._function.__name__, self._returned, result):
            run.client.log_metric(run.info.run_id, key, value)


def _params(arguments: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in arguments.items():
        known = value_reading.setting(value)
        if not isinstance(known, Missing):
            yield name, redaction.redact_value(name, known)
            continue
        for key, content in (value_reading.settings(value, ()) or {}).items():
            yield f"{name}.{key}", redaction.redact_value(key, content)


def _metrics(name: str, returned: tuple[str, ...], result: Any) -> Iterator[tuple[str, float]]:
    """Yield the numbers in a result, by the names that they have there."""
    found = value_reading.metric(result)
    if isinstance(found, dict):
        yield from found.items()
    elif found is not None:
        yield name, found
    elif type(result) is tuple:
        names = returned if len(returned) == len(result) else [f"{name}.{place}" for place in range(len(result))]
        for key, each in zip(names, result, strict=True):
            number = value_reading.number(each)
            if number is not None:
                yield key, number
    else:
        for key, each in (value_reading.settings(result, (type(result),)) or {}).items():
            number = value_reading.number(each)
            if number is not None:
                yield key, number


def _names_returned(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names in the last ``return a, b`` of a function; none where its source is not there."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ()
    returned = [each.value for each in ast.walk(tree) if isinstance(each, ast.Return)]
    tuples = [each.elts for each in returned if isinstance(each, ast.Tuple)]
    names = [each.id for each in tuples[-1] if isinstance(each, ast.Name)] if tuples else []
    return tuple(names) if tuples and len(names) == len(tuples[-1]) else ()
