"""The endpoints of metric histories."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

from nbtrack.api.service import Service, answers
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.wire import endpoints, records, values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.entities import Metric
    from nbtrack.wire.values import Json

MOST_POINTS = 25_000
MOST_RUNS = 100
MOST_SAMPLED = 2_500


def _sorted(service: Service, run_id: str, key: str) -> list[Metric]:
    """Return a history in the order that MLflow's wire has."""
    try:
        points = service.store.metric_history(run_id, key).points()
    except NotFound:
        return []
    return sorted(points, key=lambda point: (point.timestamp, point.step, point.value))


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
def history(service: Service, run_id: str, metric_key: str, max_results: int | None, page_token: str | None) -> Json:
    """Return a page of a history, or all of it when no page size is given."""
    points, start = _sorted(service, run_id, metric_key), _offset(service.unseal(page_token))
    end = len(points) if max_results is None else start + _limited("max_results", max_results, MOST_POINTS)
    answer: Json = {"metrics": values.METRICS.write(points[start:end])} if points[start:end] else {}
    if end < len(points):
        place = base64.urlsafe_b64encode(json.dumps({"offset": end}).encode()).decode()
        answer["next_page_token"] = service.seal(place)
    return answer


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(json.loads(base64.urlsafe_b64decode(token.encode()))["offset"])
    except (ValueError, TypeError, KeyError, binascii.Error):
        msg = "Invalid page token, could not base64-decode"
        raise InvalidValue(msg) from None


@answers(endpoints.HISTORIES)
def histories(service: Service, run_id: Sequence[str], metric_key: str, max_results: int) -> Json:
    """Return the histories of several runs, one after the other."""
    _several(run_id)
    points = [
        {**point, "run_id": each}
        for each in sorted(set(run_id))
        for point in _written(_sorted(service, each, metric_key))
    ]
    return {"metrics": points[: _limited("max_results", max_results, MOST_POINTS)]}


@answers(endpoints.SAMPLED_HISTORIES)
def sampled(
    service: Service,
    run_ids: Sequence[str],
    metric_key: str,
    start_step: int | None,
    end_step: int | None,
    max_results: int,
) -> Json:
    """Return up to so many points of each run, evenly spaced among those of a range of steps."""
    _several(run_ids)
    limit = _limited("max_results", max_results, MOST_SAMPLED)
    if (start_step is None) != (end_step is None):
        msg = "start_step and end_step are given both or not at all"
        raise InvalidValue(msg)
    if start_step is not None and end_step is not None and start_step > end_step:
        msg = f"start_step is {start_step} and end_step {end_step}: the start comes first"
        raise InvalidValue(msg)
    found: list[Json] = []
    for run_id in dict.fromkeys(run_ids):
        points = sorted(_sorted(service, run_id, metric_key), key=lambda point: (point.step, point.timestamp))
        if start_step is not None and end_step is not None:
            points = [each for each in points if start_step <= each.step <= end_step]
        found += [{**point, "run_id": run_id} for point in _written(_evenly(points, limit))]
    return {"metrics": found} if found else {}


def _evenly(points: Sequence[Metric], limit: int) -> Sequence[Metric]:
    """Return up to `limit` points, the first and the last among them."""
    if len(points) <= limit:
        return points
    if limit == 1:
        return points[-1:]
    places = [each * (len(points) - 1) // (limit - 1) for each in range(limit)]
    return [points[each] for each in places]


def _written(points: Iterable[Metric]) -> list[Json]:
    return list(values.METRICS.write(points))


@answers(endpoints.WHOLE_HISTORY)
def whole_history(service: Service, run_id: str, metric_key: str) -> Json:
    """Return a whole history as columns, in logged order."""
    return records.write_history(service.store.metric_history(run_id, metric_key))
