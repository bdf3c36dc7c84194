"""A cache of recent run listings, so that a page of a table does not summarize all of its runs again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import process
from nbtrack.endpoints.recent_results import RecentResults
from nbtrack.endpoints.run_table import RunListing
from nbtrack.endpoints.table_query import TableQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.endpoints.service import Service


class _RecentListings(RecentResults[RunListing]):
    def __init__(self) -> None:
        super().__init__(8)


def listed(service: Service, query: Mapping[str, Any]) -> RunListing:
    """Return the runs that the query of a table finds."""
    recent, mark = process.state(_RecentListings), service.store.mark()
    key = (service.store.uri, repr(sorted(query.items())))
    listing = recent.get(key, mark)
    if listing is None:
        asked = dict(query)
        experiment_ids = asked.pop("experiment_ids")
        service.bounded(asked["filter"], [column for column, _ in asked["sort"]])
        listing = RunListing(service.store, experiment_ids or None)
        listing.load(TableQuery(**asked))
        recent.put(key, mark, listing)
    return listing
