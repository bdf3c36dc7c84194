"""The parent of a run, and the runs that are nested in it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.errors import NbtrackError
from nbtrack.presentation.sections import Runs, link_to
from nbtrack.query import Comparison, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.entities import Run
    from nbtrack.stores.interface import Store

MOST = 50
"""Most nested runs that are named."""


def sections_of(store: Store, run: Run) -> Iterator[Runs]:
    """Yield the parent of a run, and the runs that are nested in it, as far as there are any."""
    parent = run.data.tags.get(reserved.PARENT_RUN)
    if parent:
        with suppress(NbtrackError):
            yield Runs("parent run", (link_to(store.get_run(parent)),), 1)
    nested = _nested(store, run)
    if nested:
        yield Runs("nested runs", tuple(map(link_to, nested[:MOST])), len(nested))


def _nested(store: Store, run: Run) -> list[Run]:
    """Return the runs that are nested in a run, the first ones first; none when the store can't search for them."""
    query = Query(Comparison("tag", reserved.PARENT_RUN, "=", run.info.run_id))
    try:
        return list(store.search_runs([run.info.experiment_id], query, ViewType.ACTIVE_ONLY, MOST + 1))[::-1]
    except NbtrackError:
        return []
