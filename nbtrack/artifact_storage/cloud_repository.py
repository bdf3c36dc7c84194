"""Artifacts in an object store: S3, Google Cloud Storage, Azure; through obstore, the extra ``cloud``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from nbtrack import settings
from nbtrack.artifact_storage.artifact_repository import clean, open_stream
from nbtrack.entities import FileInfo
from nbtrack.errors import InvalidValue, NbtrackError, NotFound, Refused, StorageFailed, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SCHEMES = frozenset({"s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss", "wasb", "wasbs"})
AT_ONCE = 3
"""Parts that are uploaded concurrently."""
PART = 8 << 20
"""Size in bytes of the parts of a large file, and of the read-ahead buffer."""


class CloudRepository:
    """A prefix in a bucket.

    Credentials and regions come from the usual environment variables of the provider, such as
    ``AWS_ACCESS_KEY_ID``, ``GOOGLE_APPLICATION_CREDENTIALS`` and ``AZURE_STORAGE_ACCOUNT_KEY``.

    Parameters
    ----------
    uri : str
        Such as ``s3://bucket/prefix``.

    Raises
    ------
    Unsupported
        When obstore is not installed.
    InvalidValue
        When the URI or the credentials are invalid.
    """

    def __init__(self, uri: str) -> None:
        self.uri, self._store = uri, _opened(uri)

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """See `ArtifactRepository.put`; large files are uploaded in parts, and appear when they are complete."""
        import obstore

        with self._explained(path):
            obstore.put(
                self._store, _file(path), iter(lambda: source.read(PART), b""), chunk_size=PART, max_concurrency=AT_ONCE
            )

    def sync(self, paths: Iterable[str]) -> None:
        """See `ArtifactRepository.sync`; object stores do that in `put`."""

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`; the file is streamed."""
        import obstore

        with self._explained(path):
            found = obstore.get(self._store, _file(path))
        return open_stream(self._chunks(found, path), lambda: None)

    def _chunks(self, found: Any, path: str) -> Iterator[bytes]:
        with self._explained(path):
            for piece in found.stream(PART):
                yield bytes(piece)

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        import obstore

        folder = clean(path)
        with self._explained(path):
            found = obstore.list_with_delimiter(self._store, folder or None)
        files = [FileInfo(each["path"], is_dir=False, file_size=each["size"]) for each in found["objects"]]
        folders = [FileInfo(each.rstrip("/"), is_dir=True) for each in found["common_prefixes"]]
        return sorted(each for each in [*files, *folders] if each.path != folder)

    def delete(self, path: str) -> None:
        """See `ArtifactRepository.delete`."""
        import obstore

        target = clean(path)
        if not target:
            msg = "The root of a run's artifacts cannot be deleted: name a file or folder in it"
            raise Refused(msg, "INVALID_PARAMETER_VALUE")
        with self._explained(path):
            below = [each["path"] for part in obstore.list(self._store, target) for each in part]
            if not below:
                obstore.head(self._store, target)
                below = [target]
            for each in below:
                obstore.delete(self._store, each)

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`."""
        return None

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        from obstore import exceptions

        try:
            yield
        except NbtrackError:
            raise
        except (FileNotFoundError, exceptions.NotFoundError) as error:
            msg = f"Artifact {path!r} not found in {self.uri}"
            raise NotFound(msg) from error
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
            msg = f"{self.uri} refuses access to {path!r}: check the credentials in the environment"
            raise Refused(msg) from error
        except (exceptions.BaseError, OSError) as error:
            msg = f"Cannot use {self.uri}: {str(error).splitlines()[0][:300]}"
            raise StorageFailed(msg) from error


def _file(path: str) -> str:
    found = clean(path)
    if not found:
        msg = "An artifact needs a name below the root of its run"
        raise InvalidValue(msg)
    return found


def _opened(uri: str) -> Any:
    try:
        from obstore import exceptions
        from obstore.store import from_url
    except ImportError:
        msg = f"artifacts at {uri!r} need obstore: pip install 'nbtrack[cloud]'"
        raise Unsupported(msg) from None
    scheme = urlsplit(uri).scheme.lower()
    chosen: Any = _of_s3() if scheme in {"s3", "s3a"} else {}
    try:
        return from_url(_understood(uri, scheme), **chosen)
    except (exceptions.BaseError, ValueError) as error:
        msg = f"Cannot reach artifacts at {uri!r}: {str(error).splitlines()[0][:300]}"
        raise InvalidValue(msg) from None


def _understood(uri: str, scheme: str) -> str:
    """Return a URI in the form that obstore expects: ``wasbs`` is an older scheme of Azure."""
    return uri.replace("wasb", "abfs", 1).replace(".blob.", ".dfs.", 1) if scheme in {"wasb", "wasbs"} else uri


def _of_s3() -> dict[str, Any]:
    """Return the options for an S3 service other than Amazon's, from the settings."""
    chosen = settings.current()
    options: dict[str, Any] = {}
    given: dict[str, Any] = {}
    if chosen.s3_endpoint:
        given["endpoint"] = chosen.s3_endpoint
        options["allow_http"] = chosen.s3_endpoint.startswith("http://")
    if chosen.s3_insecure_tls:
        options["allow_invalid_certificates"] = True
    return {**given, **({"client_options": options} if options else {})}
