"""What becomes of the runs of a process that died: whoever reads next ends them.

A run carries its owner in a tag. When that process is gone, nobody will end the run, so it is KILLED at the last
sign of life that it gave. Of a process on another host that can't be told; its runs are left as they are, and their
heartbeat says how long they have been silent. A process of this host's name but of another boot was here before the
machine was started anew, or is at another machine of that name, behind a server: it is gone when it is silent too.
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
    """Tells when it is time to look for runs whose process died."""

    def __init__(self) -> None:
        self._looked = -_SECONDS_BETWEEN_CHECKS

    def due(self) -> bool:
        """Whether nobody has looked for a while; then the caller does."""
        moment = time.monotonic()
        late = moment - self._looked >= _SECONDS_BETWEEN_CHECKS
        if late:
            self._looked = moment
        return late


def find(connection: Connection, *, shared: bool = False) -> list[int]:
    """Return the row numbers of RUNNING runs whose owner is gone.

    In a store that is `shared` by machines, another one may bear this one's name: there only a process of this very
    boot can be known to be gone.
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
    """End runs as KILLED, at their last sign of life, unless somebody else did; their points are in the database."""
    for row in runs:
        ended = connection.execute(
            "UPDATE runs SET status = 'KILLED', end_time = ? WHERE id = ? AND status = 'RUNNING' RETURNING id",
            (_last_sign(connection, row), row),
        )
        if rows.first_row(ended) is not None:
            connection.execute(
                "INSERT INTO tags VALUES (?, ?, 'pending') ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
                (row, tags.INTERRUPTED),
            )


def _last_sign(connection: Connection, row: int) -> int:
    """Return when a run was last known to go on, in ms since the epoch UTC."""
    found = rows.first_row(
        connection.execute(
            "SELECT start_time, (SELECT MAX(timestamp) FROM latest_metrics WHERE run = r.id),"
            " (SELECT value FROM tags WHERE run = r.id AND key = ?) FROM runs r WHERE id = ?",
            (tags.HEARTBEAT, row),
        )
    )
    signs = (int(each) for each in found or () if str(each).isdecimal())
    return min(max(signs, default=0), time.time_ns() // 1_000_000)


def send_heartbeat(connection: Connection, run_ids: Iterable[str]) -> None:
    """Note that this process lives, on those of some runs that go on and belong to it."""
    moment, owner = str(time.time_ns() // 1_000_000), process_identity.current().to_json()
    for run_id in run_ids:
        connection.execute(
            "INSERT INTO tags SELECT r.id, ?, ? FROM runs r JOIN tags t ON t.run = r.id AND t.key = ? AND t.value = ?"
            " WHERE r.run_id = ? AND r.status = 'RUNNING'"
            " ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
            (tags.HEARTBEAT, moment, tags.OWNER, owner, run_id),
        )
