"""The card under a tracked cell: its content, and the same as one line of text; `card_markup` paints it."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.alerting import alert
from nbtrack.presentation import metric_goals, passed_over
from nbtrack.presentation.formatting import ALERT_SIGNS, STATUS_SIGNS, change, duration, number, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from nbtrack.alerting.alert import Alert
    from nbtrack.capture.facts import PassedOver
    from nbtrack.entities import KeySummary, Run

INTERRUPTED = "INTERRUPTED"
"""The status that a card shows for a run whose process died, until the user resumes, keeps or discards it."""
RECORDED = "RECORDED"
"""The status that a card shows for a run that continues after the cell, whose results are recorded."""
RETURNED_SERIES = "K5b"
"""The code of the rule of `nbtrack.capture` that records what a call returned as a whole."""
MOST_CHANGED = 240
"""Characters of what changed since the last run."""
MOST_ITEMS = 24
"""Most parameters, and most metrics, on one card."""
MOST_OF_PARAMETER = 40
"""Characters of a parameter on a live card."""
MOST_OF_NOTE = 200
"""Characters of the note on a card."""
MOST_ALERTS = 5
"""Most alerts on one card: the latest ones."""


class Rows(NamedTuple):
    """The settings and results of each iteration of a sweep."""

    columns: Sequence[str]
    cells: Sequence[Sequence[object]]
    """For each iteration, the values of its columns."""


class CardMetric(NamedTuple):
    """One metric on the card: its value, the value in the last run, the best of all earlier runs, and its curve."""

    key: str
    value: float
    before: float | None
    record: float | None
    curve: tuple[float, ...]
    lower: bool
    """Whether lower values are better."""

    @property
    def best(self) -> bool:
        """Whether it is better than in all earlier runs, if there are any."""
        if self.record is None:
            return False
        return self.value < self.record if self.lower else self.value > self.record

    @property
    def better(self) -> bool | None:
        """Whether the change is an improvement, or None without a change."""
        if self.before is None or self.before == self.value:
            return None
        return (self.value < self.before) == self.lower

    @property
    def change(self) -> str:
        """The change against the last run with its direction, such as ``▲ +0.1``; empty without a change."""
        difference = "" if self.before is None else change(self.before, self.value)
        return f"{'▲' if difference.startswith('+') else '▼'} {difference}" if difference else ""

    @property
    def verdict(self) -> str:
        """``better`` or ``worse``."""
        return "better" if self.better else "worse"


class Card(NamedTuple):
    """The content of a card."""

    run_id: str
    name: str
    status: str
    duration: int
    params: tuple[tuple[str, str, str | None], ...]
    """Key, value, and the value in the last run where it differs."""
    metrics: tuple[CardMetric, ...]
    repeated: bool
    """Whether there is a last run of this cell to compare with."""
    error: str | None = None
    links: tuple[str, ...] = ()
    """What a live page can open below the card."""
    passed_over: tuple[PassedOver, ...] = ()
    """Values that looked like results but were not recorded."""
    rows: Rows | None = None
    """The first iterations of a sweep."""
    not_kept: str = ""
    """What the cell displayed but the run does not contain."""
    is_empty: bool = False
    """Whether nothing was recorded for a cell that finished."""
    note: str = ""
    changed: str = ""
    """What changed since the last run of the cell, in one line."""
    tags: tuple[tuple[str, str], ...] = ()
    """The user's own tags, which are shown everywhere."""
    baseline: str = ""
    """The name of the run that values are compared with, if that is not the last run of the cell."""
    alerts: tuple[Alert, ...] = ()


def card(
    run: Run,
    curves: Mapping[str, Sequence[float]],
    last: Run | None,
    known: Mapping[str, KeySummary],
    error: str | None,
    goals: Mapping[str, str] = metric_goals.NO_GOALS,
    rows: Rows | None = None,
    baseline: str = "",
) -> Card:
    """Return the card of a run.

    Parameters
    ----------
    run : Run
        The run that has just ended.
    curves : mapping
        Key to the values to draw, for metrics with a history.
    last : Run, optional
        What it is compared with: the baseline, or the run of the same cell before this one.
    known : mapping
        Key to the lowest and highest value of earlier runs of this cell.
    error : str, optional
        The exception that ended it, in one line.
    goals : mapping, optional
        Key to ``max`` or ``min``, if the user has set the better direction.
    rows : Rows, optional
        The rows of a sweep.
    baseline : str, optional
        The name of the baseline, if `last` is the baseline.
    """
    before = last.data if last is not None else None
    averaged = _averaged(run, curves)
    metrics = tuple(
        _read(
            key,
            value,
            before.metrics.get(key) if before is not None else None,
            known.get(key),
            curves.get(averaged.get(key, key), ()),
            lower=metric_goals.lower_is_better(key, goals),
        )
        for key, value in run.data.metrics.items()
        if key not in averaged.values()
    )
    end = run.info.end_time if run.info.end_time is not None else time.time_ns() // 1_000_000
    was_interrupted = run.data.tags.get(reserved.INTERRUPTED) == reserved.PENDING
    return Card(
        run.info.run_id,
        run.info.run_name,
        INTERRUPTED if was_interrupted else run.info.status,
        max(0, end - run.info.start_time),
        differing(run, last),
        metrics,
        last is not None,
        error,
        tuple(_links(run, curves, last)),
        tuple(passed_over.of_run(run)),
        rows,
        run.data.tags.get(reserved.NOT_KEPT, ""),
        run.info.status == "FINISHED" and not run.data.params and not run.data.metrics and rows is None,
        run.data.tags.get(reserved.NOTE, ""),
        run.data.tags.get(reserved.CHANGED, ""),
        tuple((key, value) for key, value in run.data.tags.items() if not key.startswith(reserved.HIDDEN_PREFIXES)),
        baseline,
        tuple(alert.from_tags(run.data.tags)),
    )


def _averaged(run: Run, curves: Mapping[str, Sequence[float]]) -> dict[str, str]:
    """Return the keys of means, each with the key of its series: ``scores.mean`` with ``scores``.

    Of a series that a call returned as a whole, such as the scores of a cross validation, the card shows the mean with
    the curve, under the name that the cell gives it, since the score of the last fold is meaningless by itself.
    """
    rules = {key: rule for key, (rule, _) in json.loads(run.data.tags.get(reserved.INFERRED, "{}")).items()}
    single = {key: value for key, value in run.data.metrics.items() if key in rules and key not in curves}
    found = {}
    for key in (key for key in curves if rules.get(key) == RETURNED_SERIES):
        named = [f"{key}.mean", *(name for name, value in single.items() if _is_mean(value, curves[key]))]
        known = next((name for name in named if name in single), None)
        if known is not None:
            found[known] = key
    return found


def _is_mean(value: float, curve: Sequence[float]) -> bool:
    """Return whether a value is the mean of a curve whose values are not all equal."""
    return len(set(curve)) > 1 and math.isclose(value, sum(curve) / len(curve))


def differing(run: Run, last: Run | None) -> tuple[tuple[str, str, str | None], ...]:
    """Return the parameters that differ from the last run, with their values in it; all of them without a last run."""
    before = last.data.params if last is not None else {}
    return tuple(
        (key, value, before.get(key))
        for key, value in run.data.params.items()
        if last is None or before.get(key) != value
    )


def _links(run: Run, curves: Mapping[str, Sequence[float]], last: Run | None) -> Iterator[str]:
    if curves:
        yield "chart"
    if last is not None:
        yield "compare"
    yield "code"
    if run.data.tags.get(reserved.INFERRED, "{}") != "{}":
        yield "values"


def _read(
    key: str, value: float, before: float | None, seen: KeySummary | None, curve: Sequence[float], *, lower: bool
) -> CardMetric:
    record = None if seen is None else seen.low if lower else seen.high
    return CardMetric(key, value, before, record if isinstance(record, float) else None, tuple(curve), lower)


def text(said: Card) -> str:
    """Return the card as one line for a terminal, and below it what changed since the last run, if anything did."""
    metrics = " ".join(_as_text(each) for each in said.metrics[:8])
    parts = [said.name, STATUS_SIGNS.get(said.status, "?"), said.status, duration(said.duration)]
    against = f"  against {said.baseline}" if said.baseline else ""
    alerts = [f"{ALERT_SIGNS[each.level]} {each.title}" for each in said.alerts[-MOST_ALERTS:]]
    more = [*([f"{metrics}{against}"] if metrics else []), *([said.error] if said.error else []), *alerts]
    changed = f"\n  changed since last run: {short(said.changed, MOST_CHANGED)}" if said.changed else ""
    return "  ".join([" ".join(parts), *more]) + changed


def _as_text(metric: CardMetric) -> str:
    change = f" ({metric.change}, {metric.verdict})" if metric.change else ""
    return f"{metric.key}={number(metric.value)}{change}"


def as_json(said: Card) -> dict[str, Any]:
    """Return what a live card shows; times are in ms, and a curve has None where a value is not finite."""
    return {
        "status": said.status,
        "name": said.name,
        "duration": said.duration,
        "error": said.error,
        "note": short(said.note, MOST_OF_NOTE),
        "tags": [[short(key, 40), short(value, 40)] for key, value in said.tags[:MOST_ITEMS]],
        "params": [list(each) for each in live_params(said.params)],
        "metrics": [
            {"key": each.key, "value": number(each.value), "curve": [_plain(value) for value in each.curve]}
            for each in said.metrics[:MOST_ITEMS]
        ],
        "alerts": live_alerts(said.alerts),
    }


def live_alerts(found: Sequence[Alert]) -> list[list[str]]:
    """Return the latest alerts of a live card: level, title and text."""
    return [[each.level, each.title, short(each.text, 200)] for each in found[-MOST_ALERTS:]]


def live_params(found: Sequence[tuple[str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    """Return the parameters of a live card: key, value, and the value in the last run where it differs."""
    return [
        (short(key, 40), short(value, MOST_OF_PARAMETER), None if old is None else short(old, MOST_OF_PARAMETER))
        for key, value, old in found[:MOST_ITEMS]
    ]


def _plain(value: float) -> float | None:
    return value if value - value == 0 else None
