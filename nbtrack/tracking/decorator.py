"""`track`: each call of a function is a run; its arguments are parameters, the numbers it returns are metrics."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from nbtrack import redaction
from nbtrack.capture import Fact, Facts
from nbtrack.capture.analysis.constant_folding import Missing
from nbtrack.capture.runtime import value_reading
from nbtrack.tracking import active_runs, lifecycle, param_conflicts
from nbtrack.tracking.active_runs import ActiveRun, status_after
from nbtrack.tracking.captured_execution import CapturedExecution
from nbtrack.tracking.captured_run import CapturedRun, CaptureOptions
from nbtrack.tracking.experiments import resolve_experiment_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from nbtrack.entities import Run

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

    Arguments that are numbers, strings, or containers of them are parameters, defaults included. The numbers that the
    function returns, alone or in a dictionary, a dataclass or a tuple, are metrics, unless the function logged a metric
    of that name itself. Inside another run it is a child of that run. An exception makes the run FAILED and reaches the
    caller.

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
    given = tuple((key, str(value)) for key, value in (tags or {}).items())
    call = _Tracked(function, CaptureOptions(name or function.__name__, experiment=experiment, tags=given))
    return functools.wraps(function)(call.awaiting if inspect.iscoroutinefunction(function) else call.plain)


class _Tracked:
    """A function, and what is asked for its runs."""

    def __init__(self, function: Callable[..., Any], options: CaptureOptions) -> None:
        self._function, self._options = function, options
        self._signature = inspect.signature(function)
        self._returned = _names_returned(function)

    @property
    def plain(self) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            with self._captured(given, named) as captured:
                captured.result = self._function(*given, **named)
                return captured.result

        return call

    @property
    def awaiting(self) -> Callable[..., Any]:
        async def call(*given: Any, **named: Any) -> Any:
            with self._captured(given, named) as captured:
                captured.result = await self._function(*given, **named)
                return captured.result

        return call

    def _captured(self, given: tuple[Any, ...], named: dict[str, Any]) -> _CapturedCall:
        bound = self._signature.bind(*given, **named)
        bound.apply_defaults()
        return _CapturedCall(self._options, bound.arguments, self._function.__name__, self._returned)


class _CallRun(CapturedRun):
    """The run of a call: a child of the run that is active, and active itself until the call ends."""

    subject = "this call"

    def _created(self) -> Run:
        options, parent = self._options, active_runs.current_scope()
        return lifecycle.start_run(
            run_name=options.name,
            experiment_id=None
            if parent is not None and not options.experiment
            else resolve_experiment_id(options.experiment),
            nested=parent is not None,
            tags=dict(options.tags),
        )

    def enter(self) -> ActiveRun | None:
        return ActiveRun(self.run, self.client) if self.open() and self.run is not None else None

    def _watched(self) -> Callable[[], None]:
        """Watch nothing, so that logging costs no more than elsewhere: `log` reads which metrics the run has."""
        return lambda: None

    def log(self, facts: Facts) -> None:
        self._explicit.update(self.client.get_run(self.run_id).data.metrics)
        super().log(facts)

    def close(self, error: BaseException | None, redact: Callable[[str], str]) -> None:
        active_runs.end(self.run_id, status_after(error), error)


class _CapturedCall:
    """One call: the observation of its arguments and its result, and its captured execution as a block."""

    def __init__(
        self, options: CaptureOptions, arguments: Mapping[str, Any], name: str, returned: tuple[str, ...]
    ) -> None:
        self.result: Any = None
        self._arguments, self._name, self._returned = arguments, name, returned
        self._execution = CapturedExecution(_CallRun(options))

    def __enter__(self) -> Self:
        if self._execution.open() is not None:
            self._execution.observe(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._execution.leave()
        if error is None:
            self._execution.settle(self.result)
        self._execution.close(error, redaction.redact_text)

    def begin(self) -> None:
        """Record the arguments."""
        run = self._execution.run
        param_conflicts.log_params(run.client, run.run_id, dict(_params(self._arguments)))

    def end(self, result: Any, *, failed: bool) -> Facts:
        """Return the numbers in the result; they were named by the user's code, so they have no rule."""
        metrics = [Fact(key, value, "", 1) for key, value in _metrics(self._name, self._returned, result)]
        return Facts([], metrics, [], frozenset(), [])


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
