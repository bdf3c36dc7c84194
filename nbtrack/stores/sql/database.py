"""What `SqlStore` needs of a database, and of the way in which points are stored in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from nbtrack.entities import History, Metric
    from nbtrack.query.sql import Dialect


class Connection(Protocol):
    """Runs SQL in the transaction that is open."""

    def execute(self, sql: str, values: Sequence[object] = ...) -> Iterable[tuple[Any, ...]]:
        """Run a statement with ``?`` placeholders, and return its rows."""
        ...


class Database(Protocol):
    """Opens transactions; everything inside one sees the same snapshot."""

    @property
    def dialect(self) -> Dialect:
        """What is particular about its SQL."""
        ...

    def reading(self, *, points: bool = True) -> AbstractContextManager[Connection]:
        """Open a transaction that only reads; without `points` what it says of metrics may lag behind."""
        ...

    def writing(self, run_id: str | None = None) -> AbstractContextManager[Connection]:
        """Open a transaction that may write: all of it is kept, or none when an exception leaves it.

        Nobody else writes meanwhile to the run that is named, or, when none is, makes or names anything.
        """
        ...

    def close(self) -> None:
        """Close every connection of this process."""
        ...


class PointStorage(Protocol):
    """How the points of metrics are kept, beside the latest of each."""

    def append(self, connection: Connection, row: int, metrics: Sequence[Metric]) -> None:
        """Add points in the order given, and keep the latest of each key."""
        ...

    def history(self, connection: Connection, row: int, key: str) -> History:
        """Return every point of a metric."""
        ...

    def drop(self, connection: Connection, row: int, key: str) -> None:
        """Remove every point of a metric."""
        ...
