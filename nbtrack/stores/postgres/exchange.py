"""One exchange with PostgreSQL: statements that are sent at once, and all of their results.

The pipeline of psycopg sends each statement by itself, for which this process and PostgreSQL have to wake each time.

`psycopg.adapt.Transformer` and the generators of `psycopg.Connection.wait` are no documented interface of psycopg, so
the versions of psycopg that are known to work are named in ``pyproject.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import psycopg
from psycopg import adapt
from psycopg.adapt import PyFormat
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.waiting import Ready, Wait

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from psycopg.abc import Transformer
    from psycopg.pq.abc import PGconn, PGresult


class Query(Protocol):
    """A statement with placeholders ``$1``, its values, and its rows once they are received."""

    sql: bytes
    values: tuple[object, ...]
    rows: list[tuple[Any, ...]] | None


def exchange(connection: psycopg.Connection[Any], parts: Sequence[Sequence[Query]]) -> None:
    """Send statements and receive their rows; an error in one part does not keep the next one from being executed.

    Raises
    ------
    psycopg.Error
        The first one.
    """
    link, transformer = connection.pgconn, adapt.Transformer(connection)
    link.enter_pipeline_mode()
    for part in parts:
        for each in part:
            _queue(link, transformer, each)
        link.pipeline_sync()
    results = connection.wait(_communicate(link, len(parts)))
    link.exit_pipeline_mode()
    _require_success(results, connection)
    for each, result in zip((each for part in parts for each in part), results, strict=True):
        each.rows = _rows(transformer, result)


def _queue(link: PGconn, transformer: Transformer, query: Query) -> None:
    values = transformer.dump_sequence(query.values, [PyFormat.AUTO] * len(query.values))
    link.send_query_params(query.sql, values, transformer.types, transformer.formats, Format.BINARY)


def _communicate(link: PGconn, syncs: int) -> Generator[Wait, Ready | int, list[PGresult]]:
    """Send what is queued, and receive results until all ends of parts have come; see `psycopg.Connection.wait`."""
    results: list[PGresult] = []
    is_unsent = link.flush() == 1
    while syncs:
        ready = yield Wait.RW if is_unsent else Wait.R
        if ready & Ready.R:
            link.consume_input()
            syncs -= _receive(link, results)
        if ready & Ready.W:
            is_unsent = link.flush() == 1
    return results


def _receive(link: PGconn, results: list[PGresult]) -> int:
    """Add the results that have come, and return how many ends of parts have."""
    syncs, was_end = 0, False
    while not link.is_busy():
        result = link.get_result()
        if result is None:
            if was_end:
                break
            was_end = True
            continue
        was_end = result.status == ExecStatus.PIPELINE_SYNC
        if was_end:
            syncs += 1
        else:
            results.append(result)
    return syncs


def _require_success(results: Sequence[PGresult], connection: psycopg.Connection[Any]) -> None:
    for each in results:
        if each.status == ExecStatus.FATAL_ERROR:
            if not each.error_field(DiagnosticField.SQLSTATE):
                raise psycopg.OperationalError(each.get_error_message())
            raise psycopg.errors.error_from_result(each, connection.info.encoding)


def _rows(transformer: Transformer, result: PGresult) -> list[tuple[Any, ...]]:
    if not result.nfields:
        return []
    transformer.set_pgresult(result)
    return transformer.load_rows(0, result.ntuples, tuple)
