"""Where artifacts are: a server opens what is below the destination that its owner has set, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from nbtrack import locate, validation
from nbtrack.artifact_storage.artifact_repository import ArtifactFolder, clean
from nbtrack.artifact_storage.cloud_repository import SCHEMES
from nbtrack.endpoints.service import Service, answers
from nbtrack.errors import InvalidValue, Refused, Unsupported
from nbtrack.validation import MlflowLimits
from nbtrack.wire import endpoint_table, records

if TYPE_CHECKING:
    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.endpoints.service import Service
    from nbtrack.wire.values import Json


SCHEME = "mlflow-artifacts"


def allowed_location(service: Service, location: str) -> str:
    """Check the artifact location that a client requests, and return it; a relative path becomes an absolute one.

    Clients reach a location that is not below the server's own destination themselves, as with MLflow's server. This
    server only records it.

    Raises
    ------
    InvalidValue
        When it is not a URI for artifacts, or one that clients cannot reach.
    """
    validation.artifact_location(location)
    kind, most = locate.scheme(location), MlflowLimits.ARTIFACT_LOCATION
    if len(location) > most:
        msg = f"'artifact_location' exceeds the maximum length of {most} characters: it has {len(location)}"
        raise InvalidValue(msg)
    if "#" in location or ";" in location or ".." in location.split("/") or kind not in {"", "file", SCHEME, *SCHEMES}:
        msg = f"{location[:200]!r} can't be a location for artifacts: name a folder, or an address of cloud storage"
        raise InvalidValue(msg)
    if kind == SCHEME:
        path_below(service, location)
    clean(location.rpartition(":")[2].lstrip("/"))
    return location if kind else str(Path(location).absolute())


def path_below(service: Service, uri: str) -> str:
    """Return the path from the server's destination to an artifact URI; `Refused` when it is not below it."""
    parts = urlsplit(uri)
    if parts.scheme == SCHEME:
        return clean(unquote(parts.path).lstrip("/"))
    root = service.destination and locate.resolve(service.destination).rstrip("/")
    there = locate.resolve(uri) if parts.scheme in {"", "file"} else uri
    if not root or not f"{there}/".startswith(f"{root}/"):
        msg = f"This server does not open {uri[:200]!r}, which is not below its own artifact root: open it from Python"
        raise Refused(msg, "INVALID_PARAMETER_VALUE")
    return clean(there[len(root) :].lstrip("/"))


def is_served(service: Service, uri: str) -> bool:
    """Return whether the server opens an artifact URI."""
    try:
        path_below(service, uri)
    except (InvalidValue, Refused):
        return False
    return True


def repository(service: Service) -> ArtifactRepository:
    """Return the repository of all artifacts of the server; `Unsupported` when it serves no artifacts."""
    if service.destination is None:
        msg = "this server does not serve artifacts"
        raise Unsupported(msg, "TEMPORARILY_UNAVAILABLE")
    return locate.repository(service.destination, served=True)


def artifact_root(service: Service, run_id: str) -> tuple[str, str]:
    """Return the artifact URI of a run, and the path to it below the server's destination."""
    uri = service.store.get_run(run_id).info.artifact_uri
    return uri, path_below(service, uri)


def artifacts_of(service: Service, run_id: str) -> ArtifactFolder:
    """Return the artifacts of a run as a folder."""
    if service.artifacts is not None:
        return service.artifacts(run_id)
    return ArtifactFolder(repository(service), artifact_root(service, run_id)[1])


@answers(endpoint_table.LIST_ARTIFACTS)
def listing(service: Service, run_id: str, path: str, page_token: str | None) -> Json:
    """Return the contents of a folder of a run's artifacts, with paths from their root."""
    uri, folder = artifact_root(service, run_id)
    files = [records.write_file(each) for each in ArtifactFolder(repository(service), folder).list(path)]
    return {"root_uri": uri, **({"files": files} if files else {})}
