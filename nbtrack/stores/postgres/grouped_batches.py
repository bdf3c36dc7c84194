"""Writing what several runs log in one transaction; see `grouped_writes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.errors import InvalidValue
from nbtrack.stores.postgres import postgres_batch, postgres_points
from nbtrack.stores.postgres.postgres_batch import Content
from nbtrack.stores.sql import block_storage, deliveries
from nbtrack.stores.write_calls import ALONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.stores import blocks
    from nbtrack.stores.interface import Delivery
    from nbtrack.stores.postgres.session import Session
    from nbtrack.stores.write_calls import Alone, LogBatch

_CHANGED = """
    WITH r AS MATERIALIZED (SELECT id, run_id FROM runs WHERE run_id = ANY(CAST(? AS TEXT[])))
    SELECT r.run_id FROM unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS given (run_id, key, value)
    JOIN r ON r.run_id = given.run_id JOIN params p ON p.run = r.id AND p.key = given.key
    WHERE p.value <> given.value"""
_OLD = """
    WITH r AS MATERIALIZED (SELECT id, run_id FROM runs WHERE run_id = ANY(CAST(? AS TEXT[])))
    SELECT given.run_id, given.key, p.step, p.timestamp, p.value,
        EXISTS (SELECT 1 FROM blocks b WHERE b.run = l.run AND b.key = l.key)
    FROM unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]),
        CAST(? AS DOUBLE PRECISION[])) AS given (run_id, key, step, timestamp, value)
    JOIN r ON r.run_id = given.run_id JOIN latest_metrics l ON l.run = r.id AND l.key = given.key
    LEFT JOIN points p ON p.run = l.run AND p.key = l.key AND p.step = given.step AND p.timestamp = given.timestamp
        AND p.value = given.value
    WHERE (given.step, given.timestamp) <= (l.step, l.timestamp)"""
"""Points that are not the latest, which a run may have already; whether some of the metric are in blocks."""
_REACHED = "SELECT queue, position FROM deliveries WHERE queue = ANY(CAST(? AS TEXT[]))"

_PARAMS = """
    INSERT INTO params SELECT * FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]))
    ON CONFLICT DO NOTHING"""
_TAGS = """
    INSERT INTO tags SELECT * FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]))
    ON CONFLICT (run, key) DO UPDATE SET value = excluded.value"""
_NAMES = """
    UPDATE runs r SET name = given.name FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[])) AS given (id, name)
    WHERE r.id = given.id"""
_POINTS = """
    INSERT INTO points (run, key, step, timestamp, value) SELECT run, key, step, timestamp, value
    FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]),
        CAST(? AS DOUBLE PRECISION[])) WITH ORDINALITY AS given (run, key, step, timestamp, value, place)
    ORDER BY place"""
_LATEST = """
    INSERT INTO latest_metrics SELECT * FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[]),
        CAST(? AS DOUBLE PRECISION[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]))
    ON CONFLICT (run, key) DO UPDATE
    SET value = excluded.value, step = excluded.step, timestamp = excluded.timestamp WHERE """
_ADVANCE = """
    INSERT INTO deliveries SELECT * FROM unnest(CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]))
    ON CONFLICT (queue) DO UPDATE SET position = excluded.position, moment = excluded.moment"""


class Batch:
    """What a run logs at once, and once it is written how far its sequence is recorded."""

    def __init__(self, call: LogBatch) -> None:
        self.run_id, self.delivery = call.run_id, call.delivery
        self.content = Content(block_storage.columns_by_key(call.metrics), call.params, call.tags)
        self.end = call.delivery.end if call.delivery else None
        self.result: int | Alone | None = ALONE

    @property
    def is_plain(self) -> bool:
        """Whether all points become rows, and each parameter is given once."""
        content = self.content
        is_short = all(len(each.values) < postgres_points.MIN_BLOCK_POINTS for each in content.columns.values())
        return is_short and len(dict(content.params)) == len(content.params)


class Batches:
    """The batches of a transaction that has locked their runs."""

    def __init__(self, session: Session, batches: Sequence[Batch]) -> None:
        self._session, self._batches = session, batches
        self._repeated: dict[str, list[tuple[Any, ...]]] = {}
        params = [(each.run_id, *pair) for each in batches for pair in each.content.params]
        runs = [(each.run_id,) for each in batches if each.content.params]
        self._changed: Iterable[tuple[str]] = self._send(_CHANGED, params, runs)
        repeatable = [each for each in batches if not each.delivery]
        points = [(each.run_id, *point) for each in repeatable for point in _points(each.content.columns)]
        self._old: Iterable[tuple[Any, ...]] = self._send(_OLD, points, [(each.run_id,) for each in repeatable])
        queues = [(each.delivery.queue,) for each in batches if each.delivery]
        self._reached: Iterable[tuple[str, int]] = self._send(_REACHED, queues)

    def _send(
        self, sql: str, given: Sequence[tuple[Any, ...]], more: Sequence[tuple[Any, ...]] = ()
    ) -> Iterable[tuple[Any, ...]]:
        """Execute a statement for some rows, if there are any."""
        return self._session.execute(sql, [*columns(more), *columns(given)]) if given else ()

    def write(self, numbers: Mapping[str, int]) -> list[Batch]:
        """Write those that the runs accept, unless earlier points of their metrics are in blocks; return these."""
        refused = {run_id for (run_id,) in self._changed}
        for run_id, *row, has_blocks in self._old:
            refused |= {run_id} if has_blocks else set()
            self._repeated.setdefault(run_id, []).append(tuple(row))
        reached = dict(self._reached)
        accepted = [
            each
            for each in self._batches
            if each.run_id in numbers and each.run_id not in refused and not _has_come(each.delivery, reached)
        ]
        self._write_texts(numbers, accepted)
        self._write_points(numbers, [each for each in accepted if each.delivery], once=False)
        self._write_points(numbers, [each for each in accepted if not each.delivery], once=True)
        self._send(_ADVANCE, sorted(deliveries.advanced(each.delivery) for each in accepted if each.delivery))
        return accepted

    def _write_texts(self, numbers: Mapping[str, int], batches: Sequence[Batch]) -> None:
        self._send(_PARAMS, [(numbers[each.run_id], *pair) for each in batches for pair in each.content.params])
        tags = [(numbers[each.run_id], *pair) for each in batches for pair in dict(each.content.tags).items()]
        self._send(_TAGS, tags)
        self._send(_NAMES, [(run, value) for run, key, value in tags if key == reserved.RUN_NAME and value])

    def _write_points(self, numbers: Mapping[str, int], batches: Sequence[Batch], *, once: bool) -> None:
        found = [
            (numbers[each.run_id], key, points)
            for each in batches
            for key, points in (self._distinct(each) if once else each.content.columns).items()
        ]
        self._send(_POINTS, [(run, *point) for run, key, points in found for point in _points({key: points})])
        rule = block_storage.GREATEST_IS_LATEST if once else block_storage.LATER_IS_LATEST
        latest = [(run, key, *block_storage.latest_point(points, greatest=once)) for run, key, points in found]
        self._send(_LATEST + rule, latest)

    def _distinct(self, batch: Batch) -> Mapping[str, blocks.Points]:
        """Return the points of a batch that its run does not have, each once."""
        return postgres_batch.without(batch.content.columns, (self._repeated.get(batch.run_id, ()), ()))


def columns(given: Sequence[tuple[Any, ...]]) -> list[str]:
    """Return rows as columns, each as an array in PostgreSQL's notation, which psycopg makes slowly."""
    return [_array(each) for each in zip(*given, strict=True)]


def _array(values: Sequence[str | float | None]) -> str:
    """Return texts or numbers as an array; NUL, which no text may contain, separates texts meanwhile."""
    if not isinstance(next((each for each in values if each is not None), None), str):
        return f"{{{','.join(['NULL' if each is None else repr(each) for each in values])}}}"
    if None in values:
        return f"{{{','.join(['NULL' if each is None else _quoted([each]) for each in values])}}}"
    return f"{{{_quoted(values)}}}"


def _quoted(texts: Sequence[Any]) -> str:
    joined = "\0".join(texts)
    if joined.count("\0") >= len(texts):
        msg = "a text contains a NUL character"
        raise InvalidValue(msg)
    return '"' + joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","') + '"'


def _has_come(delivery: Delivery | None, reached: Mapping[str, int]) -> bool:
    return delivery is not None and reached.get(delivery.queue, 0) > delivery.start


def _points(given: Mapping[str, blocks.Points]) -> Iterator[tuple[str, int, int, float]]:
    """Yield key, step, timestamp and value of each point."""
    for key, points in given.items():
        for point in zip(*points, strict=True):
            yield key, *point
