"""The endpoints of metric histories, which are sorted once, cached between pages and written straight to JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import process
from nbtrack.endpoints.recent_results import RecentResults
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records
from nbtrack.wire.values import EncodedJson, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbtrack.endpoints.service import Service
    from nbtrack.entities import History
    from nbtrack.wire.values import Json


def _limited(what: str, given: int, most: int) -> int:
    if not 1 <= given <= most:
        msg = f"Invalid value {given} for parameter {what!r} supplied: it is from 1 to {most}"
        raise InvalidValue(msg)
    return given


def _check_bulk(run_ids: Sequence[str], metric_key: str) -> None:
    """Raise `InvalidValue`, with MLflow's messages, for a request of several histories."""
    request, most = "GetMetricHistoryBulk request", MlflowLimits.SAMPLED_RUNS
    if not run_ids:
        msg = f"{request} must specify at least one run_id."
        raise InvalidValue(msg)
    if len(run_ids) > most:
        msg = f"{request} cannot specify more than {most} run_ids. Received {len(run_ids)} run_ids."
        raise InvalidValue(msg)
    if not metric_key:
        msg = f"{request} must specify a metric_key."
        raise InvalidValue(msg)


def _check_sample(run_ids: Sequence[str], metric_key: str, steps: tuple[int | None, int | None], limit: int) -> None:
    """Raise `InvalidValue`, with MLflow's messages, for a request of samples."""
    start, end = steps
    for name, value in (("run_ids", run_ids), ("metric_key", metric_key)):
        if not value:
            msg = f"Missing value for required parameter {name!r}."
            raise InvalidValue(msg)
    if len(run_ids) > MlflowLimits.SAMPLED_RUNS:
        msg = f"GetMetricHistoryBulkInterval request must specify at most {MlflowLimits.SAMPLED_RUNS} run_ids."
        raise InvalidValue(f"{msg} Received {len(run_ids)} run_ids.")
    if not 1 <= limit <= MlflowLimits.SAMPLED_POINTS:
        msg = f"max_results must be between 1 and {MlflowLimits.SAMPLED_POINTS}, not {limit}"
        raise InvalidValue(msg)
    if (start is None) != (end is None):
        msg = "If either start step or end step are specified, both must be specified."
        raise InvalidValue(msg)
    if start is not None and end is not None and start > end:
        msg = f"end_step must be greater than start_step. Found start_step={start} and end_step={end}."
        raise InvalidValue(msg)


@answers(endpoint_table.HISTORY)
def history(
    service: Service, run_id: str, metric_key: str, max_results: int | None, page_token: str | None
) -> Json | EncodedJson:
    """Return a page of a history, or all of it when no page size is given."""
    start = _offset(service.seal.opened(page_token, (run_id, metric_key)))
    size = None if max_results is None else _limited("max_results", max_results, MlflowLimits.POINTS_PER_PAGE)
    found = curve(service, run_id, metric_key)
    if found is None or start >= found.length:
        return {}
    end = found.length if size is None else start + size
    token = service.seal.seal(str(end), (run_id, metric_key)) if end < found.length else None
    return points_answer([written(found.cut(slice(start, end)), metric_key)], token)


def _offset(place: str | None) -> int:
    return int(place) if place else 0


@answers(endpoint_table.HISTORIES)
def histories(service: Service, run_id: Sequence[str], metric_key: str, max_results: int) -> EncodedJson:
    """Return the histories of several runs, one after the other."""
    _check_bulk(run_id, metric_key)
    room, parts = _limited("max_results", max_results, MlflowLimits.POINTS_PER_PAGE), []
    for each in sorted(set(run_id)):
        found = curve(service, each, metric_key)
        if found is not None and room:
            parts.append(written(found.cut(slice(room)), metric_key, each))
            room -= min(room, found.length)
    return points_answer(parts)


@answers(endpoint_table.SAMPLED_HISTORIES)
def sampled(
    service: Service,
    run_ids: Sequence[str],
    metric_key: str,
    start_step: int | None,
    end_step: int | None,
    max_results: int,
) -> Json | EncodedJson:
    """Return the points of runs at up to so many steps of a range, which are the same for all of them.

    They are evenly spaced among the steps that any of the runs has; the first and the last step of each are added.
    """
    _check_sample(run_ids, metric_key, (start_step, end_step), max_results)
    curves: dict[str, Curve] = {}
    for run_id in dict.fromkeys(run_ids):
        found = curve(service, run_id, metric_key)
        if found is not None:
            chosen = by_step(found)
            if start_step is not None and end_step is not None:
                chosen = between(chosen, start_step, end_step)
            if chosen.length:
                curves[run_id] = chosen
    steps = _sampled_steps(list(curves.values()), max_results)
    parts = [written(_at_steps(each, steps), metric_key, run_id) for run_id, each in curves.items()]
    return points_answer(parts) if parts else {}


def _sampled_steps(curves: Sequence[Curve], limit: int) -> Any:
    """Return up to `limit` of the steps of some curves, and the first and the last step of each."""
    import numpy as np

    if not curves:
        return np.empty(0, np.int64)
    steps = np.unique(np.concatenate([each.steps for each in curves]))
    if len(steps) <= limit:
        return steps
    places = np.round(np.arange(limit) * (len(steps) / limit)).astype(np.int64)
    ends = [each.steps[place] for each in curves for place in (0, -1)]
    return np.union1d(steps[np.minimum(places, len(steps) - 1)], ends)


def _at_steps(found: Curve, steps: Any) -> Curve:
    """Return the points of a curve at some steps, of a step with very many points only the first ones."""
    import numpy as np

    return found.cut(np.isin(found.steps, steps)).cut(slice(MlflowLimits.POINTS_PER_PAGE))


@answers(endpoint_table.WHOLE_HISTORY)
def whole_history(service: Service, run_id: str, metric_key: str) -> Json:
    """Return a complete history as columns, in logged order."""
    return records.write_history(service.store.metric_history(run_id, metric_key))


MOST_KEPT = 4_000_000
"""Points in the cache, 24 bytes each."""
WORTH_KEEPING = 25_000


class Curve(NamedTuple):
    """Points of one metric of one run, as numpy columns of equal length."""

    steps: Any
    timestamps: Any
    values: Any

    def cut(self, chosen: Any) -> Curve:
        """Return some of the points, chosen as numpy does."""
        return Curve(self.steps[chosen], self.timestamps[chosen], self.values[chosen])

    @property
    def length(self) -> int:
        """How many points there are."""
        return len(self.values)


class _RecentCurves(RecentResults[Curve]):
    def __init__(self) -> None:
        super().__init__(MOST_KEPT, lambda curve: curve.length)


def curve(service: Service, run_id: str, key: str) -> Curve | None:
    """Return a history by timestamp, step and value; None when there is no such run or metric."""
    name, mark = (service.store.uri, run_id, key), service.store.mark()
    recent = process.state(_RecentCurves)
    known = recent.get(name, mark)
    if known is not None:
        return known
    try:
        history = service.store.metric_history(run_id, key)
    except NotFound:
        return None
    found = _sorted(history)
    if found.length > WORTH_KEEPING:
        recent.put(name, mark, found)
    return found if found.length else None


def _sorted(history: History) -> Curve:
    import numpy as np

    found = Curve(*(np.asarray(each) for each in (history.steps, history.timestamps, history.values)))
    steps, timestamps = found.steps, found.timestamps
    later = timestamps[1:] > timestamps[:-1]
    if not (later | ((timestamps[1:] == timestamps[:-1]) & (steps[1:] > steps[:-1]))).all():
        found = found.cut(np.lexsort((found.values, steps, timestamps)))
    return found


def by_step(found: Curve) -> Curve:
    """Return a curve by step, and by timestamp where steps are equal."""
    import numpy as np

    return found.cut(np.lexsort((found.values, found.timestamps, found.steps)))


def between(found: Curve, start: int, end: int) -> Curve:
    """Return the points whose steps are from `start` to `end`."""
    return found.cut((found.steps >= start) & (found.steps <= end))


def evenly(found: Curve, limit: int) -> Curve:
    """Return up to `limit` points, the first and the last among them."""
    if found.length <= limit:
        return found
    if limit == 1:
        return found.cut(slice(-1, None))
    last = found.length - 1
    return found.cut([each * last // (limit - 1) for each in range(limit)])


def written(found: Curve, key: str, run_id: str | None = None) -> str:
    """Return the points as JSON objects with commas between them."""
    import numpy as np

    whose = f',"run_id":{json.dumps(run_id)}' if run_id is not None else ""
    spoken: Iterable[Any] = found.values.tolist()
    if not np.isfinite(found.values).all():
        spoken = (json.dumps(number(each)) for each in spoken)
    head = f'{{"key":{json.dumps(key)},"value":'
    return ",".join(
        f'{head}{value},"timestamp":{timestamp},"step":{step}{whose}}}'
        for value, timestamp, step in zip(spoken, found.timestamps.tolist(), found.steps.tolist(), strict=True)
    )


def points_answer(points: Iterable[str], token: str | None = None) -> EncodedJson:
    """Return the JSON of a response with points, and the token of the next page."""
    following = f',"next_page_token":{json.dumps(token)}' if token else ""
    return EncodedJson(f'{{"metrics":[{",".join(each for each in points if each)}]{following}}}'.encode())
