"""The run-time half of a plan: it reads values while and after the cell runs, and never raises into it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from nbtrack.lineage import extent, reading, values
from nbtrack.lineage.facts import Fact, Facts
from nbtrack.lineage.halt import Halt
from nbtrack.lineage.series import Series
from nbtrack.lineage.sites import Bound, Branch, End, Mark, Show, Site, Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from nbtrack.lineage.columns import Points
    from nbtrack.lineage.plan import Plan

_NO_RESULT = ...
_NO_ENTRY = reading.Entry({}, {}, frozenset(), frozenset())


class Probe:
    """Reads what a plan asks for.

    `enter` before the cell, `hooks` while it runs, `leave` after it; `take` may be called at any time
    and from any thread.

    Attributes
    ----------
    hooks
        What the instrumented cell calls, by number: at a statement a hook returns whether the last of them
        has an error that the cell must raise, around an expression the value that it was given.
    halt
        Stops and pauses the loops that give curves, and those that log.
    """

    def __init__(
        self,
        plan: Plan,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int] | None,
        redact: Callable[[str, object], object] | None,
    ) -> None:
        self._plan = plan
        self.namespace = namespace
        self._redact = redact
        self._problems: dict[str, None] = {}
        self.branches: set[int] = set()
        self.bound: dict[str, bool] = {}
        """For names that may end up with a result or without one: which of the two it was."""
        self.shown: dict[int, object] = {}
        self.tables: set[int] = set()
        """The displays that showed a frame or a Series."""
        self._entered: reading.Entry | None = None
        self._interruption: BaseException | None = None
        self.halt = Halt()
        sites = plan.sites
        self._series = Series(
            sites.slots, sites.tracks(), namespace, _ticking(clock), self._problems, self._fault, self.halt
        )
        self.hooks: tuple[Callable[..., Any], ...] = (
            *(self._hook(site) for site in sites.sites),
            self._is_pending,
            self._pending,
        )

    # --- hooks

    def _hook(self, site: Site) -> Callable[..., Any]:
        """Return what is called at a site."""
        if isinstance(site, End):
            return self._series.ender(site)
        if isinstance(site, Mark):
            return self._series.marker(site.slots)
        if isinstance(site, Tap):
            return self._series.tapper(site.slots)
        if isinstance(site, Show):
            return self._shower(site.display)
        if isinstance(site, Bound):
            return self._judge(site)
        return self._brancher(site)

    def _judge(self, site: Bound) -> Callable[[], bool]:
        bound, name, result = self.bound, site.name, site.result

        def judge() -> bool:
            bound[name] = result
            return False

        return judge

    def _shower(self, display: int) -> Callable[[Any], Any]:
        def show(value: Any) -> Any:
            try:
                self.shown[display] = values.metric(value)
                self.tables.update([display] if values.is_table(value) else ())
            except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
                self._note(error, "in what the cell displays")
            return value

        return show

    def _brancher(self, site: Branch) -> Callable[..., Any]:
        branches, number = self.branches, site.branch

        def enter_branch(*value: Any) -> Any:
            branches.add(number)
            return value[0] if value else False

        return enter_branch

    def _fault(self, error: BaseException) -> bool:
        """Keep an error that came over a hook; tell whether the cell has to raise it."""
        if isinstance(error, Exception) and _innermost(error.__traceback__) == __package__:
            self._note(error, "while the cell ran")
            return False
        self._interruption = error.with_traceback(None)
        return True

    def _is_pending(self) -> bool:
        """Tell whether a hook was interrupted by an error that the cell has to raise."""
        return self._interruption is not None

    def _pending(self) -> BaseException:
        """Return the error that a hook was interrupted by."""
        error, self._interruption = self._interruption, None
        return error or KeyboardInterrupt()

    def _note(self, error: Exception, where: str) -> None:
        self._problems[f"{type(error).__name__} {where}"] = None

    def turns(self) -> int | None:
        """Return how many turns the first loop that gives curves, or else logs, will have; None if unknown."""
        loops = self._plan.sites.loops
        return extent.turns(loops[0], self.namespace) if loops else None

    def done(self) -> int | None:
        """Return how many turns of that loop have ended; None where the points of its curves tell, or there is none."""
        sites = self._plan.sites
        return self._series.ended(0) if sites.loops and not self._plan.curves else None

    @property
    def halts(self) -> bool:
        """Whether there is a loop that `halt` can stop and pause."""
        return any(isinstance(site, End) for site in self._plan.sites.sites)

    # --- the cell's beginning, its points, and its end

    def enter(self) -> None:
        """Read what the cell takes from earlier cells, before its code runs."""
        try:
            self._entered = reading.enter(self._plan, self.namespace, self._problems)
            self._series.enter()
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "on entry")

    def take(self) -> list[Points]:
        """Return the points gathered since the last call, one column each curve; safe in any thread."""
        return self._series.take()

    def settled(self) -> list[Fact]:
        """Return the parameters that are sure while the cell still runs; safe in any thread."""
        try:
            found = reading.settled(self._plan, self.namespace, self._entered or _NO_ENTRY)
            return reading.redacted(found, self._redact)
        except Exception:  # noqa: BLE001 # nothing of ours may break the user's cell; they are read again at its end
            return []

    def leave(self, result: Any = _NO_RESULT, failed: bool = False) -> Facts:  # part of the agreed face
        """Read the final values.

        Parameters
        ----------
        result
            The value of the cell's last expression; ``...`` when there is none.
        failed
            Whether the cell ended with an exception.

        Returns
        -------
        Facts
            What the cell gave.
        """
        try:
            entry = self._entered or _NO_ENTRY
            end = reading.End(
                self._plan,
                self.namespace,
                entry,
                self._series,
                self.branches,
                self.bound,
                self.shown,
                self.tables,
                result,
                failed=failed,
            )
            params, metrics = reading.leave(end, self._redact, self._problems)
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._note(error, "at the end")
            params, metrics = [], []
        return Facts(params, metrics, self.take(), self._series.curves, list(self._problems))


def _ticking(clock: Callable[[], int] | None) -> Callable[[], int]:
    """Return a clock of nanoseconds."""
    return time.time_ns if clock is None else lambda: clock() * 1_000_000


def _innermost(trace: TracebackType | None) -> str | None:
    """Return the package of the code that raised an error."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_globals.get("__package__")
