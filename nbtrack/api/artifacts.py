"""The endpoints that look at the artifacts of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.api import places
from nbtrack.api.service import Service, answers
from nbtrack.files.within import Within
from nbtrack.wire import endpoints, records

if TYPE_CHECKING:
    from nbtrack.wire.values import Json


def root(service: Service, run_id: str) -> tuple[str, str]:
    """Return the artifact URI of a run, and the path to it below the server's destination."""
    uri = service.store.get_run(run_id).info.artifact_uri
    return uri, places.below(service, uri)


def within(service: Service, run_id: str) -> Within:
    """Return the artifacts of a run as a folder to look into."""
    return Within(places.repository(service), root(service, run_id)[1])


@answers(endpoints.LIST_ARTIFACTS)
def listing(service: Service, run_id: str, path: str, page_token: str | None) -> Json:
    """Return what is in a folder of a run's artifacts, with paths from their root."""
    uri, folder = root(service, run_id)
    files = [records.write_file(each) for each in Within(places.repository(service), folder).list(path)]
    return {"root_uri": uri, **({"files": files} if files else {})}
