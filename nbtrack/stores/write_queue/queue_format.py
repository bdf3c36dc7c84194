"""The calls in a write queue as JSON, and several of them as batches that a server accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import Metric
from nbtrack.validation import MlflowLimits
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.entities import DatasetInput
    from nbtrack.stores.rest import RestStore
    from nbtrack.wire.values import Json


class Batch(NamedTuple):
    """The content of one request: items of one run, each with its kind, and the queue offset after the last."""

    run_id: str
    items: list[tuple[str, Any]]
    end: int

    def halves(self) -> tuple[Batch, Batch]:
        """Return two batches that have the same effect when sent one after the other."""
        middle = len(self.items) // 2
        return self._replace(items=self.items[:middle]), self._replace(items=self.items[middle:])

    def send(self, store: RestStore) -> None:
        """Send it to a server."""
        if not self.items:
            return
        kind, first = self.items[0]
        if kind == "end":
            store.update_run(self.run_id, status=first[0], end_time=first[1])
        elif kind == "inputs":
            store.log_inputs(self.run_id, values.INPUTS.read("inputs", first))
        else:
            of: dict[str, list[Any]] = {"metrics": [], "params": [], "tags": []}
            for kind, item in self.items:
                of[kind].append(item)
            params, tags = dict(of["params"]), dict(of["tags"])
            store.log_batch(
                self.run_id, [Metric(*each) for each in of["metrics"]], list(params.items()), list(tags.items())
            )

    def to_json(self) -> Json:
        """Return it in the form of a queued call."""
        written: Json = {"run_id": self.run_id}
        for kind, item in self.items:
            if kind in {"end", "inputs"}:
                written[kind] = item
            else:
                written.setdefault(kind, []).append(item)
        return written


def batches(calls: Iterable[tuple[Json, int]]) -> Iterator[Batch]:
    """Yield queued calls as batches: consecutive calls of one run together, up to the limits of a request."""
    batch = Batch("", [], 0)
    for call, end in calls:
        for item in _items(call):
            run_id = str(call["run_id"])
            if batch.items and (batch.run_id != run_id or not _fits(batch.items, item[0])):
                yield batch
                batch = Batch(run_id, [], batch.end)
            batch.items.append(item)
            batch = batch._replace(run_id=run_id)
        batch = batch._replace(end=end)
    if batch.end:
        yield batch


def _items(call: Json) -> Iterator[tuple[str, Any]]:
    for kind in ("metrics", "params", "tags"):
        for each in call.get(kind, ()):
            yield kind, each
    for kind in ("inputs", "end"):
        if kind in call:
            yield kind, call[kind]


def _fits(items: Sequence[tuple[str, Any]], kind: str) -> bool:
    if kind in {"end", "inputs"} or items[0][0] in {"end", "inputs"} or len(items) >= MlflowLimits.ENTITIES_PER_BATCH:
        return False
    return kind == "metrics" or sum(each == kind for each, _ in items) < MlflowLimits.PARAMS_PER_BATCH


def encode_batch(
    run_id: str, metrics: Sequence[Metric], params: Sequence[tuple[str, str]], tags: Sequence[tuple[str, str]]
) -> bytes:
    """Return a call of `Store.log_batch` as JSON."""
    return _encode(run_id, metrics=metrics, params=params, tags=tags)


def encode_inputs(run_id: str, inputs: Iterable[DatasetInput]) -> bytes:
    """Return a call of `Store.log_inputs` as JSON."""
    return _encode(run_id, inputs=values.INPUTS.write(inputs))


def encode_end(run_id: str, status: str, end_time: int | None) -> bytes:
    """Return the end of a run as JSON."""
    return _encode(run_id, end=(status, end_time))


def encode_point_start(run_id: str, key: str) -> str:
    """Return the beginning of the JSON of one point; ``VALUE,TIMESTAMP,STEP]]}`` has to follow."""
    return f'{{"run_id":{json.dumps(run_id)},"metrics":[[{json.dumps(key)},'


def _encode(run_id: str, **content: object) -> bytes:
    given = {name: each for name, each in content.items() if each}
    return json.dumps({"run_id": run_id, **given}, separators=(",", ":")).encode()
