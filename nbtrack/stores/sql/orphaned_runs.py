"""Runs of a process that died: the next process that reads the store ends them.

A tag of the run names its owner. When that process is dead, the run is KILLED as of its last heartbeat or point.
Whether a process on another host is alive is not known here: its runs are unchanged, and their heartbeat shows how long
they have been silent. A process with this host's name but from another boot ran before this machine was restarted, or
runs on another machine of the same name behind a server: it counts as dead only when it is silent as well.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nbtrack import tags
from nbtrack.stores import process_identity
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.stores.sql.database import Connection

_SECONDS_BETWEEN_CHECKS = 1.0


class OrphanCheckTimer:
    """Limits how often runs are checked for dead processes."""

    def __init__(self) -> None:
        self._looked = -_SECONDS_BETWEEN_CHECKS

    def due(self) -> bool:
        """Return whether a check is due; then the caller makes it."""
        moment = time.monotonic()
        late = moment - self._looked >= _SECONDS_BETWEEN_CHECKS
        if late:
            self._looked = moment
        return late


def find(connection: Connection, *, shared: bool = False) -> list[int]:
    """Return the row numbers of RUNNING runs whose owner is dead.

    In a store that is `shared` between machines, another one may have the same host name, so only a process of the
    current boot can be known to be dead.
    """
    boot = process_identity.current().boot
    owned = connection.execute(
        "SELECT r.id, t.value FROM runs r JOIN tags t ON t.run = r.id AND t.key = ? WHERE r.status = 'RUNNING'",
        (tags.OWNER,),
    )
    known: dict[object, process_identity.ProcessIdentity | None] = {}
    found = []
    for row, text in list(owned):
        if text not in known:
            owner = process_identity.from_json(str(text))
            known[text] = owner if owner is not None and owner.is_gone else None
        gone, number = known[text], int(str(row))
        if gone and (gone.boot == boot or (not shared and _is_silent(connection, number))):
            found.append(number)
    return found


def _is_silent(connection: Connection, row: int) -> bool:
    return time.time_ns() // 1_000_000 - _last_sign(connection, row) > tags.HEARTBEAT_TIMEOUT_MS


def end(connection: Connection, runs: Iterable[int]) -> None:
    """End running runs as KILLED at their last heartbeat or point; their points must be in the database."""
    for row in runs:
        ended = rows.first_row(
            connection,
            "UPDATE runs SET status = 'KILLED', end_time = ? WHERE id = ? AND status = 'RUNNING' RETURNING id",
            (_last_sign(connection, row), row),
        )
        if ended is not None:
            connection.execute(
                "INSERT INTO tags VALUES (?, ?, 'pending') ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
                (row, tags.INTERRUPTED),
            )


def _last_sign(connection: Connection, row: int) -> int:
    """Return the time of the last heartbeat or point of a run, in ms since the epoch (UTC)."""
    found = rows.first_row(
        connection,
        "SELECT start_time, (SELECT MAX(timestamp) FROM latest_metrics WHERE run = r.id),"
        " (SELECT value FROM tags WHERE run = r.id AND key = ?) FROM runs r WHERE id = ?",
        (tags.HEARTBEAT, row),
    )
    signs = (int(each) for each in found or () if str(each).isdecimal())
    return min(max(signs, default=0), time.time_ns() // 1_000_000)


def send_heartbeat(connection: Connection, run_ids: Iterable[str]) -> None:
    """Record that this process is alive on those of some runs that are RUNNING and belong to it."""
    moment, owner = str(time.time_ns() // 1_000_000), process_identity.current().to_json()
    for run_id in run_ids:
        connection.execute(
            "INSERT INTO tags SELECT r.id, ?, ? FROM runs r JOIN tags t ON t.run = r.id AND t.key = ? AND t.value = ?"
            " WHERE r.run_id = ? AND r.status = 'RUNNING'"
            " ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
            (tags.HEARTBEAT, moment, tags.OWNER, owner, run_id),
        )
