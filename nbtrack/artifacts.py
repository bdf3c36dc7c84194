"""``nbtrack.artifacts``: reading the artifacts of any run, by run id or URI."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from nbtrack import locate, validation
from nbtrack.errors import InvalidValue
from nbtrack.tracking.artifact_client import fetch
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.pending_artifacts import pending
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image as PillowImage

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.entities import FileInfo

__all__ = ["download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text"]


@validation.typed
def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | Path | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> str:
    """Return the local path of an artifact file or folder.

    Parameters
    ----------
    artifact_uri : str, optional
        ``runs:/<run id>/<path>``, or the URI of the artifact in its store.
    run_id, artifact_path : str, optional
        The run, and the path below the root of its artifacts; instead of `artifact_uri`.
    dst_path : str or Path, optional
        The folder to copy it to; without one, an artifact on this machine is not copied.
    tracking_uri : str, optional
        The store of the run; by default that of the current tracking URI.
    registry_uri : str, optional
        Accepted for compatibility; nbtrack has no model registry.

    Raises
    ------
    NotFound
        When the run or the artifact does not exist.
    """
    repository, path = _locate(artifact_uri, run_id, artifact_path, tracking_uri)
    return fetch(repository, path, dst_path)


@validation.typed
def list_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
) -> list[FileInfo]:
    """Return the entries of a folder of artifacts."""
    repository, path = _locate(artifact_uri, run_id, artifact_path, tracking_uri)
    return repository.list(path)


@validation.typed
def load_text(artifact_uri: str) -> str:
    """Return the contents of a text artifact."""
    from nbtrack.media import text_from_bytes

    return text_from_bytes(_bytes(artifact_uri))


@validation.typed
def load_dict(artifact_uri: str) -> Any:
    """Return the contents of a JSON or YAML artifact."""
    from nbtrack.media import dict_from_bytes

    return dict_from_bytes(_bytes(artifact_uri), PurePosixPath(artifact_uri).suffix.lower() or ".json")


@validation.typed
def load_image(artifact_uri: str) -> PillowImage:
    """Return an image artifact as a Pillow image; raise `InvalidValue` for one that is too large for the memory."""
    from nbtrack.media import image_from_bytes

    return image_from_bytes(_bytes(artifact_uri))


def _bytes(artifact_uri: str) -> bytes:
    repository, path = _locate(artifact_uri, None, None, None)
    with repository.open(path) as file:
        return file.read()


def _locate(
    artifact_uri: str | None, run_id: str | None, artifact_path: str | None, tracking_uri: str | None
) -> tuple[ArtifactRepository, str]:
    if (artifact_uri is None) == (run_id is None):
        raise InvalidValue("Pass either artifact_uri or run_id")
    if artifact_uri is not None and artifact_uri.startswith("runs:/"):
        run_id, _, artifact_path = artifact_uri.removeprefix("runs:/").strip("/").partition("/")
    if run_id is not None:
        client = MlflowClient(tracking_uri)
        pending().write(run_id)
        root = client.get_run(run_id).info.artifact_uri
        return locate.repository(root, client.tracking_uri), artifact_path or ""
    folder, _, name = str(artifact_uri).rstrip("/").rpartition("/")
    return locate.repository(folder or "/", tracking_uri or get_tracking_uri()), name
