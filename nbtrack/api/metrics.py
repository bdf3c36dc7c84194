"""The endpoints of metric histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.api import curves
from nbtrack.api.service import Service, answers
from nbtrack.errors import InvalidValue
from nbtrack.wire import endpoints, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.wire.values import Json, Written

MOST_POINTS = 25_000
MOST_RUNS = 100
MOST_SAMPLED = 2_500


def _limited(what: str, given: int, most: int) -> int:
    if not 1 <= given <= most:
        msg = f"Invalid value {given} for parameter {what!r}: it is from 1 to {most}"
        raise InvalidValue(msg)
    return given


def _several(run_ids: Sequence[str]) -> None:
    if not 1 <= len(run_ids) <= MOST_RUNS:
        msg = f"from 1 to {MOST_RUNS} runs can be asked for, not {len(run_ids)}"
        raise InvalidValue(msg)


@answers(endpoints.HISTORY)
def history(
    service: Service, run_id: str, metric_key: str, max_results: int | None, page_token: str | None
) -> Json | Written:
    """Return a page of a history, or all of it when no page size is given."""
    start = _offset(service.unseal(page_token, (run_id, metric_key)))
    size = None if max_results is None else _limited("max_results", max_results, MOST_POINTS)
    found = curves.curve(service, run_id, metric_key)
    if found is None or start >= found.length:
        return {}
    end = found.length if size is None else start + size
    token = service.seal(str(end), (run_id, metric_key)) if end < found.length else None
    return curves.answer([curves.written(found.cut(slice(start, end)), metric_key)], token)


def _offset(place: str | None) -> int:
    return int(place) if place else 0


@answers(endpoints.HISTORIES)
def histories(service: Service, run_id: Sequence[str], metric_key: str, max_results: int) -> Written:
    """Return the histories of several runs, one after the other."""
    _several(run_id)
    room, parts = _limited("max_results", max_results, MOST_POINTS), []
    for each in sorted(set(run_id)):
        found = curves.curve(service, each, metric_key)
        if found is not None and room:
            parts.append(curves.written(found.cut(slice(room)), metric_key, each))
            room -= min(room, found.length)
    return curves.answer(parts)


@answers(endpoints.SAMPLED_HISTORIES)
def sampled(
    service: Service,
    run_ids: Sequence[str],
    metric_key: str,
    start_step: int | None,
    end_step: int | None,
    max_results: int,
) -> Json | Written:
    """Return up to so many points of each run, evenly spaced among those of a range of steps."""
    _several(run_ids)
    limit = _limited("max_results", max_results, MOST_SAMPLED)
    if (start_step is None) != (end_step is None):
        msg = "start_step and end_step are given both or not at all"
        raise InvalidValue(msg)
    if start_step is not None and end_step is not None and start_step > end_step:
        msg = f"start_step is {start_step} and end_step {end_step}: the start comes first"
        raise InvalidValue(msg)
    parts = []
    for run_id in dict.fromkeys(run_ids):
        found = curves.curve(service, run_id, metric_key)
        if found is not None:
            chosen = curves.by_step(found)
            if start_step is not None and end_step is not None:
                chosen = curves.between(chosen, start_step, end_step)
            parts.append(curves.written(curves.evenly(chosen, limit), metric_key, run_id))
    return curves.answer(parts) if any(parts) else {}


@answers(endpoints.WHOLE_HISTORY)
def whole_history(service: Service, run_id: str, metric_key: str) -> Json:
    """Return a whole history as columns, in logged order."""
    return records.write_history(service.store.metric_history(run_id, metric_key))
