"""Searching runs in PostgreSQL: a page comes with all of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.stores.postgres import postgres_runs
from nbtrack.stores.sql.run_search import RunSearch

if TYPE_CHECKING:
    from nbtrack.entities import Run
    from nbtrack.query.sql import Fragment
    from nbtrack.stores.postgres.session import Session


class PostgresSearch(RunSearch):
    """See `RunSearch`."""

    _connection: Session

    def _runs(self, statement: Fragment) -> list[tuple[Run, tuple[Any, ...]]]:
        """Return the runs of a page, which come in one answer with what they have logged."""
        return postgres_runs.of_page(self._connection, self._roots, statement)
