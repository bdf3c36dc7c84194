"""`track`: each call of a function is a run; its arguments are parameters, the numbers it returns are metrics."""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar, overload

from nbtrack import redaction
from nbtrack.capture import Fact, Facts
from nbtrack.capture.analysis.constant_folding import Missing
from nbtrack.capture.runtime import value_reading
from nbtrack.tracking import active_runs, function_plan, lifecycle, param_conflicts
from nbtrack.tracking.active_runs import ActiveRun, status_after
from nbtrack.tracking.capture_options import CaptureOptions
from nbtrack.tracking.captured_execution import CapturedExecution, ProbeObservation
from nbtrack.tracking.captured_run import CapturedRun
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.experiments import resolve_experiment_id
from nbtrack.tracking.read_data import ReadData

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from types import TracebackType

    from nbtrack.entities import Run
    from nbtrack.tracking.function_plan import FunctionPlan

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
    of that name itself. Loops in a function at the top level of a module or a cell give curves, as in a cell. Inside
    another run it is a child of that run. Frames, arrays and tensors among the arguments are data sets of the run. An
    exception makes the run FAILED and reaches the caller.

    Parameters
    ----------
    function : callable
        What to track; it may be asynchronous.
    name : str, optional
        The name of the runs; by default that of the function.
    experiment : str, optional
        Their experiment, created on demand.
    tags : mapping, optional
        Tags of each run.
    """
    if function is None:
        return functools.partial(track, name=name, experiment=experiment, tags=tags)
    given = tuple((key, str(value)) for key, value in (tags or {}).items())
    call = _Tracked(function, CaptureOptions(name or function.__name__, experiment=experiment, tags=given))
    return functools.wraps(function)(call.awaiting if inspect.iscoroutinefunction(function) else call.plain)


class _Tracked:
    """A function, and the options of its runs."""

    def __init__(self, function: Callable[..., Any], options: CaptureOptions) -> None:
        self._function, self._options = function, options
        self._signature = inspect.signature(function)
        self._returned = _names_returned(function)
        self._plan: FunctionPlan | None = None
        self._is_planned = False

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
        if not self._is_planned and isinstance(self._function, FunctionType):
            with error_boundary("the loops of this function are not followed"):
                self._plan = function_plan.of_function(self._function, track.__name__)
        self._is_planned = True
        observed = _Call(bound.arguments, self._function.__name__, self._returned)
        return _CapturedCall(self._options, observed, self._plan)


class _CallRun(CapturedRun):
    """The run of a call: a child of the active run, and active itself until the call ends."""

    subject = "this call"

    def __init__(self, options: CaptureOptions, *, gives_curves: bool) -> None:
        self._gives_curves = gives_curves
        super().__init__(options)

    def _created(self, metrics: Iterable[str]) -> Run:  # named by its options only
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
        """Watch nothing without curves, so that logging is not slower than elsewhere: `log` reads the run's metrics."""
        return super()._watched() if self._gives_curves else lambda: None

    def log(self, facts: Facts) -> None:
        if not self._gives_curves:
            self._explicit.update(self.client.get_run(self.run_id).data.metrics)
            self._was_changed = True
        super().log(facts)

    def close(self, error: BaseException | None, redact: Callable[[str], str]) -> None:
        active_runs.end(self.run_id, status_after(error), error)


class _Call(NamedTuple):
    """The arguments of a call, and the names of its function and of the values that it returns."""

    arguments: Mapping[str, Any]
    name: str
    returned: tuple[str, ...]


class _CapturedCall:
    """One call: the observation of its arguments, loops and result, and its captured execution as a block."""

    def __init__(self, options: CaptureOptions, call: _Call, plan: FunctionPlan | None) -> None:
        self.result: Any = None
        self._call, self._plan = call, plan
        self._loops: ProbeObservation | None = None
        self._read: ReadData | None = None
        self._execution = CapturedExecution(_CallRun(options, gives_curves=plan is not None))

    def __enter__(self) -> Self:
        if self._execution.open() is not None:
            self._execution.observe(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._execution.leave()
            self._execution.settle(self.result, failed=error is not None)
            self._store_read()
        finally:
            self._execution.close(error, redaction.redact_text)

    def begin(self) -> None:
        """Record the arguments, and start following the loops."""
        run = self._execution.run
        param_conflicts.log_params(run.client, run.run_id, dict(_params(self._call.arguments)))
        with error_boundary("the data of this call was not recorded"):
            self._read = ReadData(self._call.arguments, self._call.arguments, at_once=False)
        if self._plan is not None:
            with error_boundary("the loops of this call are not followed"):
                self._loops = ProbeObservation(self._plan.probe(), run)
                self._loops.begin()

    def _store_read(self) -> None:
        if self._read is not None:
            with error_boundary("the data of this call was not recorded"):
                self._read.end((), beside=0)
                self._read.store(self._execution.run.client, self._execution.run.run_id)

    def stop(self) -> None:
        """Stop following the loops."""
        if self._loops is not None:
            self._loops.stop()

    def end(self, result: Any, *, failed: bool) -> Facts:
        """Return the curves of the loops, and the numbers in the result; the user's code names these, not a rule."""
        found = self._loops.end(..., failed=failed) if self._loops is not None else Facts([], [], [], frozenset(), [])
        call, known = self._call, {each.key for each in found.metrics}
        returned = [Fact(key, value, "", 1) for key, value in _metrics(call.name, call.returned, result)]
        if known.intersection(call.returned):
            known.add(call.name)
        return found._replace(metrics=[*found.metrics, *(each for each in returned if each.key not in known)])


def _params(arguments: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, value in arguments.items():
        known = value_reading.setting(value)
        if not isinstance(known, Missing):
            yield name, redaction.redact_value(name, known)
            continue
        for key, content in (value_reading.settings(value, ()) or {}).items():
            yield f"{name}.{key}", redaction.redact_value(key, content)


def _metrics(name: str, returned: tuple[str, ...], result: Any) -> Iterator[tuple[str, float]]:
    """Yield the numbers in a result, by their names in it."""
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
    """Return the names in the last ``return a, b`` or ``return a`` of a function; none without its source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return ()
    returned = [each.value for each in ast.walk(tree) if isinstance(each, ast.Return)]
    parts = [each.elts if isinstance(each, ast.Tuple) else [each] for each in returned if each is not None]
    names = [each.id for each in parts[-1] if isinstance(each, ast.Name)] if parts else []
    return tuple(names) if parts and len(names) == len(parts[-1]) else ()
