"""Recording what a run logs: everything in one exchange, however much it is, and the commit in a second one.

Each statement names the run by its id, so none has to wait for the row number of the run. What the first exchange
answers decides whether the transaction is committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags as reserved
from nbtrack.stores import blocks
from nbtrack.stores.postgres import postgres_points
from nbtrack.stores.sql import block_storage, deliveries, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.stores.interface import Delivery, Pairs
    from nbtrack.stores.postgres.session import Session, Statement

_STATE = "SELECT stage FROM runs WHERE run_id = ?"
_PARAMS = """
    INSERT INTO params SELECT r.id, given.key, given.value
    FROM runs r, unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS given (key, value)
    WHERE r.run_id = ? ON CONFLICT DO NOTHING"""
_CHANGED = """
    SELECT given.key, p.value, given.value
    FROM runs r, params p, unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS given (key, value)
    WHERE r.run_id = ? AND p.run = r.id AND p.key = given.key AND p.value <> given.value LIMIT 1"""
_TAGS = """
    INSERT INTO tags SELECT r.id, given.key, given.value
    FROM runs r, unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS given (key, value)
    WHERE r.run_id = ? ON CONFLICT (run, key) DO UPDATE SET value = excluded.value"""
_GIVEN_POINTS = (
    "unnest(CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]), CAST(? AS DOUBLE PRECISION[]))"
    " WITH ORDINALITY AS given (key, step, timestamp, value, place)"
)
_POINTS = f"""
    INSERT INTO points (run, key, step, timestamp, value)
    SELECT r.id, given.key, given.step, given.timestamp, given.value FROM runs r, {_GIVEN_POINTS}
    WHERE r.run_id = ? ORDER BY given.place"""
_WRITE_LATEST = f"""
    INSERT INTO latest_metrics SELECT r.id, given.key, given.value, given.step, given.timestamp
    FROM runs r, {_GIVEN_POINTS} WHERE r.run_id = ? ON CONFLICT (run, key) DO UPDATE
    SET value = excluded.value, step = excluded.step, timestamp = excluded.timestamp WHERE """
_TAKE_ROWS = """
    DELETE FROM points p USING runs r WHERE r.run_id = ? AND p.run = r.id AND p.key = ANY(CAST(? AS TEXT[]))
    RETURNING p.key, p.id, p.step, p.timestamp, p.value"""
_BLOCKS = """
    INSERT INTO blocks (run, key, count, data) SELECT r.id, given.key, given.count, given.data
    FROM runs r, unnest(CAST(? AS TEXT[]), CAST(? AS INTEGER[]), CAST(? AS BYTEA[])) WITH ORDINALITY
    AS given (key, count, data, place) WHERE r.run_id = ? ORDER BY given.place"""
_OLD = """
    FROM runs r JOIN latest_metrics l ON l.run = r.id
    JOIN unnest(CAST(? AS TEXT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]))
        AS given (key, first_step, first_timestamp, last_step, last_timestamp) ON given.key = l.key"""
_IS_OLD = "r.run_id = ? AND (given.first_step, given.first_timestamp) <= (l.step, l.timestamp)"
_REPEATED_ROWS = f"""
    SELECT p.key, p.step, p.timestamp, p.value {_OLD} JOIN points p ON p.run = l.run AND p.key = l.key
    AND (p.step, p.timestamp) >= (given.first_step, given.first_timestamp)
    AND (p.step, p.timestamp) <= (given.last_step, given.last_timestamp) WHERE {_IS_OLD}"""
_REPEATED_BLOCKS = f"SELECT b.key, b.data {_OLD} JOIN blocks b ON b.run = l.run AND b.key = l.key WHERE {_IS_OLD}"

PointRow = tuple[str, int, int, int, float]
"""A selected point: metric, number of its row, step, timestamp and value."""
Identity = tuple[str, int, int, float | None]


class Content(NamedTuple):
    """What a call records: points by metric, parameters and tags."""

    columns: Mapping[str, blocks.Points]
    params: Pairs = ()
    tags: Pairs = ()


class Recording:
    """The recording of one call, in the transaction of a session that has locked the run."""

    def __init__(self, session: Session, run_id: str) -> None:
        self._session, self._run_id = session, run_id
        self._stage = session.execute(_STATE, (run_id,))
        self._greatest = False
        self._changed: Iterable[tuple[str, str, str]] = ()

    def deliver(self, content: Content, delivery: Delivery) -> None:
        """Record everything that a program has sent in a sequence.

        Raises
        ------
        CameBeforeError
            When it, or its beginning, is recorded already.
        """
        reached = self._session.execute(deliveries.REACHED, (delivery.queue,))
        self._session.execute(deliveries.ADVANCE, deliveries.advanced(delivery))
        self.record(content)
        deliveries.require_new(reached, delivery)

    def record(self, content: Content, *, once: bool = False) -> None:
        """Record everything; with `once` as `Store.log_batch` does.

        Raises
        ------
        NotFound, WrongState, Unchangeable
            When the run does not exist, is deleted, or has another value of a parameter.
        """
        self._greatest = once
        self._write_texts(content)
        columns = content.columns
        old = self._repeated(columns) if once and columns else ()
        long = [key for key, each in columns.items() if len(each.values) >= postgres_points.MIN_BLOCK_POINTS]
        taken = self._session.execute(_TAKE_ROWS, (self._run_id, long)) if long else ()
        if not old:
            self._write_rows({key: each for key, each in columns.items() if key not in long})
        self._check()
        if old:
            columns = without(columns, old)
            self._write_rows({key: each for key, each in columns.items() if key not in long})
        self._write_blocks({key: columns[key] for key in long if key in columns}, taken)

    def _write_texts(self, content: Content) -> None:
        if content.params:
            given = _arrays(content.params)
            self._session.execute(_PARAMS, (*given, self._run_id))
            self._changed = self._session.execute(_CHANGED, (*given, self._run_id))
        tags = dict(content.tags)
        if tags:
            self._session.execute(_TAGS, (list(tags), list(tags.values()), self._run_id))
        if tags.get(reserved.RUN_NAME):
            self._session.execute("UPDATE runs SET name = ? WHERE run_id = ?", (tags[reserved.RUN_NAME], self._run_id))

    def _check(self) -> None:
        """Receive the answers, and raise if the run does not accept the content."""
        (stage,) = runs.existing(self._run_id, self._stage)
        runs.require_active(self._run_id, stage)
        for key, was, value in self._changed:
            runs.refuse_change(self._run_id, key, was, value)

    def _repeated(self, columns: Mapping[str, blocks.Points]) -> Sequence[Statement]:
        """Select what the run has of metrics whose points are not all after the latest one."""
        moments = {key: [*zip(each.steps, each.timestamps, strict=True)] for key, each in columns.items()}
        ends = [(*min(each), *max(each)) for each in moments.values()]
        given = (list(moments), *(list(each) for each in zip(*ends, strict=True)), self._run_id)
        return self._session.execute(_REPEATED_ROWS, given), self._session.execute(_REPEATED_BLOCKS, given)

    def _write_rows(self, columns: Mapping[str, blocks.Points]) -> None:
        if columns:
            self._session.execute(_POINTS, (*_points(columns), self._run_id))
            self._write_latest(columns)

    def _write_latest(self, columns: Mapping[str, blocks.Points]) -> None:
        found = [block_storage.latest_point(each, greatest=self._greatest) for each in columns.values()]
        rule = block_storage.GREATEST_IS_LATEST if self._greatest else block_storage.LATER_IS_LATEST
        given = [step for _, step, _ in found], [moment for *_, moment in found], [value for value, *_ in found]
        self._session.execute(_WRITE_LATEST + rule, (list(columns), *given, self._run_id))

    def _write_blocks(self, columns: Mapping[str, blocks.Points], taken: Iterable[PointRow]) -> None:
        """Write long columns as blocks, after the rows of their metrics, which become part of them."""
        earlier = rows_by_key(taken)
        parts = [
            (key, part)
            for key in {**earlier, **columns}
            for part in block_storage.block_sized_parts(
                blocks.Points(*blocks.concatenate([earlier.get(key, blocks.empty()), columns.get(key, blocks.empty())]))
            )
        ]
        insert_blocks(self._session, self._run_id, parts)
        if columns:
            self._write_latest(columns)


def insert_blocks(session: Session, run_id: str, parts: Sequence[tuple[str, blocks.Points]]) -> None:
    """Insert blocks after those that the run has."""
    if parts:
        packed = [blocks.pack(*part) for _, part in parts]
        counts = [len(part.values) for _, part in parts]
        session.execute(_BLOCKS, ([key for key, _ in parts], counts, packed, run_id))


def rows_by_key(found: Iterable[PointRow]) -> dict[str, blocks.Points]:
    """Return rows of points as columns, in the order of their numbers."""
    columns: dict[str, blocks.Points] = {}
    for key, _, step, timestamp, value in sorted(found, key=lambda row: row[1]):
        points = columns.setdefault(key, blocks.empty())
        points.steps.append(step)
        points.timestamps.append(timestamp)
        points.values.append(value)
    return columns


def _arrays(pairs: Pairs) -> tuple[list[str], list[str]]:
    return [key for key, _ in pairs], [value for _, value in pairs]


def _points(columns: Mapping[str, blocks.Points]) -> tuple[list[str], list[int], list[int], list[float]]:
    """Return columns as arrays of equal length: keys, steps, timestamps and values."""
    return (
        [key for key, each in columns.items() for _ in each.values],
        [step for each in columns.values() for step in each.steps],
        [timestamp for each in columns.values() for timestamp in each.timestamps],
        [value for each in columns.values() for value in each.values],
    )


def without(
    columns: Mapping[str, blocks.Points], old: Sequence[Iterable[tuple[Any, ...]]]
) -> Mapping[str, blocks.Points]:
    """Return columns without the points that were selected, each once."""
    rows, packed = (list(each) for each in old)
    if not rows and not packed and all(len(set(each.steps)) == len(each.steps) for each in columns.values()):
        return columns
    seen = {_identity(*row) for row in rows}
    for key, data in packed:
        for step, timestamp, value in zip(*blocks.unpack(data), strict=True):
            seen.add(_identity(key, int(step), int(timestamp), float(value)))
    found: dict[str, blocks.Points] = {}
    for key, each in columns.items():
        for step, timestamp, value in zip(*each, strict=True):
            mark = _identity(key, step, timestamp, value)
            if mark not in seen:
                seen.add(mark)
                points = found.setdefault(key, blocks.empty())
                points.steps.append(step)
                points.timestamps.append(timestamp)
                points.values.append(value)
    return found


def _identity(key: str, step: int, timestamp: int, value: float) -> Identity:
    """Return a key that is equal for identical points; NaN, which is not equal to itself, becomes None."""
    return key, step, timestamp, None if value != value else value  # noqa: PLR0124 - tests for NaN
