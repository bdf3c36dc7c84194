"""The calls in a write queue as JSON, and several of them as batches that a server accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.entities import Metric
from nbtrack.stores.interface import Delivery
from nbtrack.validation import MlflowLimits
from nbtrack.wire import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nbtrack.entities import DatasetInput
    from nbtrack.stores.rest import RestStore
    from nbtrack.stores.write_queue.queue_file import QueueFile
    from nbtrack.wire.values import Json


class Item(NamedTuple):
    """A part of a call, and its offset in the queue: greater than those before it, that of the last is its end."""

    kind: str
    value: Any
    end: int


class Batch(NamedTuple):
    """The content of one request: items of one run, and the queue offsets before the first and after the last."""

    run_id: str
    items: list[Item]
    start: int
    end: int
    once: bool = False
    """Whether points that the run has already are left out."""

    def halves(self) -> tuple[Batch, Batch]:
        """Return two batches that have the same effect when sent one after the other."""
        middle = len(self.items) // 2
        between = self.items[middle - 1].end
        return (
            self._replace(items=self.items[:middle], end=between),
            self._replace(items=self.items[middle:], start=between),
        )

    def after(self, offset: int) -> Batch:
        """Return the part after an offset."""
        return self._replace(items=[each for each in self.items if each.end > offset], start=offset)

    def send(self, store: RestStore, file: QueueFile) -> None:
        """Send it to a server, which recognises what it has received before by its position in the file."""
        if not self.items:
            return
        kind, first, _ = self.items[0]
        if kind == "end":
            store.update_run(self.run_id, status=first[0], end_time=first[1])
        elif kind == "inputs":
            store.log_inputs(self.run_id, values.INPUTS.read("inputs", first))
        else:
            self._send_logged(store, file)

    def _send_logged(self, store: RestStore, file: QueueFile) -> None:
        of: dict[str, list[Any]] = {"metrics": [], "params": [], "tags": []}
        for kind, item, _ in self.items:
            of[kind].append(item)
        params, tags = list(dict(of["params"]).items()), list(dict(of["tags"]).items())
        metrics = [Metric(*each) for each in of["metrics"]]
        if self.once or not file.name:
            store.log_batch(self.run_id, metrics, params, tags, once=True)
            return
        delivery = Delivery(file.name, file.position(self.start), file.position(self.end))
        reached = store.deliver(self.run_id, delivery, metrics, params, tags)
        if reached < delivery.end:
            self.after(self.end - (delivery.end - reached)).send(store, file)

    def to_json(self) -> Json:
        """Return it in the form of a queued call."""
        written: Json = {"run_id": self.run_id}
        for kind, item, _ in self.items:
            if kind in {"end", "inputs"}:
                written[kind] = item
            else:
                written.setdefault(kind, []).append(item)
        return written


def batches(file: QueueFile) -> Iterator[Batch]:
    """Yield the calls in a file as batches: consecutive calls of one run together, up to the limits of a request."""
    start = file.acknowledged
    batch = Batch("", [], start, start)
    for call, end in file.calls():
        run_id, once = str(call.get("run_id")), bool(call.get("once"))
        for item in _items(call, batch.end, end):
            if batch.items and ((batch.run_id, batch.once) != (run_id, once) or not _fits(batch.items, item.kind)):
                yield batch
                batch = Batch(run_id, [], batch.end, batch.end, once)
            batch.items.append(item)
            batch = batch._replace(run_id=run_id, end=item.end, once=once)
        batch = batch._replace(end=end)
    if batch.end > start:
        yield batch


def _items(call: Json, start: int, end: int) -> Iterator[Item]:
    """Yield the items of a call, with offsets between its own: each item has more bytes than one."""
    parts = [(kind, each) for kind in ("metrics", "params", "tags") for each in call.get(kind, ())]
    parts += [(kind, call[kind]) for kind in ("inputs", "end") if kind in call]
    for number, (kind, value) in enumerate(parts, 1):
        yield Item(kind, value, end if number == len(parts) else start + number)


def _fits(items: Sequence[Item], kind: str) -> bool:
    if kind in {"end", "inputs"} or items[0].kind in {"end", "inputs"}:
        return False
    if len(items) >= MlflowLimits.ENTITIES_PER_BATCH:
        return False
    return kind == "metrics" or sum(each.kind == kind for each in items) < MlflowLimits.PARAMS_PER_BATCH


def encode_batch(
    run_id: str,
    metrics: Sequence[Metric],
    params: Sequence[tuple[str, str]],
    tags: Sequence[tuple[str, str]],
    *,
    once: bool = False,
) -> bytes:
    """Return a call of `Store.log_batch` as JSON."""
    return _encode(run_id, metrics=metrics, params=params, tags=tags, once=once)


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
