"""Up to where the sequences of batches that programs send over a network are recorded; see `Delivery`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.stores.interface import Delivery
    from nbtrack.stores.sql.database import Connection

DAYS = 90
"""How long the position of a sequence is kept after its last batch."""
REACHED = "SELECT position FROM deliveries WHERE queue = ?"
ADVANCE = (
    "INSERT INTO deliveries VALUES (?, ?, ?)"
    " ON CONFLICT (queue) DO UPDATE SET position = excluded.position, moment = excluded.moment"
)


class CameBeforeError(Exception):
    """A batch, or its beginning, was recorded before; nothing of it may be recorded again.

    Parameters
    ----------
    reached : int
        The position up to which the sequence is recorded.
    """

    def __init__(self, reached: int) -> None:
        super().__init__(reached)
        self.reached = reached


def advance(connection: Connection, delivery: Delivery) -> None:
    """Record that a sequence is recorded up to the end of a batch.

    Raises
    ------
    CameBeforeError
        When it is, or when the beginning of the batch is.
    """
    require_new(connection.execute(REACHED, (delivery.queue,)), delivery)
    connection.execute(ADVANCE, advanced(delivery))


def require_new(found: Iterable[tuple[int]], delivery: Delivery) -> None:
    """Raise `CameBeforeError` if the selected position is after the start of a batch."""
    row = next(iter(found), None)
    if row is not None and row[0] > delivery.start:
        raise CameBeforeError(min(row[0], delivery.end))


def advanced(delivery: Delivery) -> tuple[str, int, int]:
    """Return the values for `ADVANCE`."""
    return delivery.queue, delivery.end, time.time_ns() // 1_000_000


def forget_old(connection: Connection) -> None:
    """Delete the positions of sequences without recent batches."""
    oldest = time.time_ns() // 1_000_000 - DAYS * 86_400_000
    rows.first_row(connection, "DELETE FROM deliveries WHERE moment < ? RETURNING queue", (oldest,))
