"""Runs with 30 parameters and 20 metrics each, made in PostgreSQL by COPY."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PARAMS, METRICS = 30, 20
_TABLES = {
    "runs": "id, run_id, experiment, name, user_id, status, start_time, end_time",
    "params": "run, key, value",
    "tags": "run, key, value",
    "latest_metrics": "run, key, value, step, timestamp",
}


def _rows(table: str, numbers: range) -> Iterator[str]:
    """Yield the rows of some runs for COPY."""
    chance = random.Random(numbers.start)
    for number in numbers:
        if table == "runs":
            yield f"{number}\t{number:032x}\t0\trun {number}\tada\tFINISHED\t{number * 1000}\t{number * 1000 + 9}\n"
        elif table == "params":
            given = [str(number), str(number % 10), *(str(chance.randrange(100)) for _ in range(PARAMS - 2))]
            yield "".join(f"{number}\tp{key}\t{value}\n" for key, value in enumerate(given))
        elif table == "tags":
            yield f"{number}\tmlflow.runName\trun {number}\n{number}\tmlflow.user\tada\n"
        else:
            yield "".join(f"{number}\tm{key}\t{chance.random()}\t1\t{number * 1000}\n" for key in range(METRICS))


def fill(uri: str, first: int, last: int) -> None:
    """Make runs."""
    with psycopg.connect(uri) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, columns in _TABLES.items():
            with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for each in _rows(table, range(first, last)):
                    copy.write(each)
        connection.execute("SELECT setval(pg_get_serial_sequence('runs', 'id'), %s)", (last,))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
