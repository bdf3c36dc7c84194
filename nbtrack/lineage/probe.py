"""The run-time half of a plan: it reads values while and after the cell runs, and never raises into it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from nbtrack.lineage import reading, values
from nbtrack.lineage.facts import Facts, Point
from nbtrack.lineage.series import Series
from nbtrack.lineage.sites import Bound, Branch, End, Mark, Show, Site, Tap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.lineage.plan import Plan

_NO_RESULT = ...


class Probe:
    """Reads what a plan asks for.

    `enter` before the cell, the hook (the probe itself) while it runs, `leave` after it; `drain`
    may be called at any time and from any thread.
    """

    __slots__ = (
        "_actions",
        "_entered",
        "_plan",
        "_points",
        "_problems",
        "_redact",
        "_series",
        "bound",
        "branches",
        "namespace",
        "shown",
    )

    def __init__(
        self,
        plan: Plan,
        namespace: Mapping[str, Any],
        *,
        clock: Callable[[], int],
        redact: Callable[[str, object], object] | None,
    ) -> None:
        self._plan = plan
        self.namespace = namespace
        self._redact = redact
        self._points: deque[tuple[str, int, int, float]] = deque()
        self._problems: dict[str, None] = {}
        self.branches: set[int] = set()
        self.bound: dict[str, bool] = {}
        """For names that may end up with a result or without one: which of the two it was."""
        self.shown: dict[int, object] = {}
        self._entered: reading.Entry | None = None
        self._series = Series(plan.sites.slots, plan.sites.tracks(), namespace, clock, self._points, self._problems)
        self._actions = [self._action(site) for site in plan.sites.sites]

    def _action(self, site: Site) -> Callable[..., None]:
        """Return what a call of the hook at a site does."""
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

    def _judge(self, site: Bound) -> Callable[[], None]:
        bound, name, result = self.bound, site.name, site.result

        def judge() -> None:
            bound[name] = result

        return judge

    def _shower(self, display: int) -> Callable[[object], None]:
        def show(value: object) -> None:
            self.shown[display] = values.metric(value)

        return show

    def _brancher(self, site: Branch) -> Callable[..., None]:
        def enter_branch(*_value: object) -> None:
            self.branches.add(site.branch)

        return enter_branch

    def enter(self) -> None:
        """Read what the cell takes from earlier cells, before its code runs."""
        try:
            self._entered = reading.enter(self._plan, self.namespace, self._problems)
            self._series.enter()
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._problems[f"{type(error).__name__} on entry"] = None

    def __call__(self, site: int, *value: Any) -> Any:
        """Look at a site of the cell; return the value that was given, if one was."""
        try:
            if value:
                self._actions[site](value[0])
            else:
                self._actions[site]()
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._problems[f"{type(error).__name__} at site {site}"] = None
        return value[0] if value else None

    def drain(self) -> list[Point]:
        """Return the points gathered since the last call; safe in any thread."""
        drained: list[Point] = []
        try:
            while True:
                drained.append(Point(*self._points.popleft()))
        except IndexError:
            return drained

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
            entry = self._entered or reading.Entry({}, {}, frozenset(), frozenset())
            end = reading.End(
                self._plan,
                self.namespace,
                entry,
                self._series,
                self.branches,
                self.bound,
                self.shown,
                result,
                failed=failed,
            )
            params, metrics = reading.leave(end, self._redact, self._problems)
        except Exception as error:  # noqa: BLE001 # nothing of ours may break the user's cell
            self._problems[f"{type(error).__name__} at the end"] = None
            params, metrics = [], []
        return Facts(params, metrics, self.drain(), frozenset(self._series.steps), list(self._problems))
