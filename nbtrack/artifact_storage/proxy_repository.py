"""Artifacts that a tracking server stores: ``mlflow-artifacts:`` URIs."""

from __future__ import annotations

import io
import mimetypes
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from nbtrack.artifact_storage.artifact_repository import clean, join, open_stream
from nbtrack.errors import NotFound, Refused, Unreachable
from nbtrack.wire import error_codec, records, values
from nbtrack.wire.http import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from nbtrack.entities import FileInfo
    from nbtrack.wire.http import Response, Transport

PREFIX = "/api/2.0/mlflow-artifacts/artifacts"
PIECE = 1 << 20


class ProxyRepository:
    """A folder of artifacts on a server; `root` is its path below the server's artifact root."""

    def __init__(self, uri: str, transport: Transport, root: str) -> None:
        self.uri, self._transport, self._root = uri, transport, clean(root)

    def put(self, source: BinaryIO, path: str, *, synced: bool = True) -> None:
        """See `ArtifactRepository.put`; the file appears when the server has received all of it."""
        start = source.tell() if source.seekable() else None
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        headers = [("Content-Type", kind)]
        if start is not None:
            headers.append(("Content-Length", str(source.seek(0, io.SEEK_END) - start)))
        self._send("PUT", self._place(path), headers, _reader(source, start), repeatable=start is not None).close()

    def sync(self, paths: Iterable[str]) -> None:
        """See `ArtifactRepository.sync`; the server does that in `put`."""

    def open(self, path: str) -> BinaryIO:
        """See `ArtifactRepository.open`; the file is streamed."""
        answer = self._send("GET", self._place(path))
        return open_stream(answer.iter_bytes(), answer.close)

    def list(self, path: str = "") -> list[FileInfo]:
        """See `ArtifactRepository.list`."""
        answer = self._send("GET", PREFIX, query=[("path", join(self._root, path))])
        try:
            found = values.parse_json(answer.read())["files"] if answer.status == 200 else []
        except (ValueError, TypeError):
            msg = f"{self._transport.uri} does not respond with a list of artifacts"
            raise Unreachable(msg) from None
        except KeyError:
            return []
        infos = [records.read_file(each) for each in found]
        return sorted(each._replace(path=join(path, each.path.rpartition("/")[2])) for each in infos)

    def delete(self, path: str) -> None:
        """See `ArtifactRepository.delete`."""
        cleaned = clean(path)
        if not cleaned:
            msg = "The root of a run's artifacts cannot be deleted: name a file or folder in it"
            raise Refused(msg, "INVALID_PARAMETER_VALUE")
        if all(each.path != cleaned for each in self.list(cleaned.rpartition("/")[0])):
            msg = f"Artifact {path!r} not found in {self.uri}"
            raise NotFound(msg)
        self._send("DELETE", self._place(path)).close()

    def local(self, path: str = "") -> Path | None:
        """See `ArtifactRepository.local`."""
        return None

    def _place(self, path: str) -> str:
        return f"{PREFIX}/{quote(join(self._root, path))}"

    def _send(
        self,
        method: str,
        place: str,
        headers: Sequence[tuple[str, str]] = (),
        content: Callable[[], Iterator[bytes]] | None = None,
        query: Sequence[tuple[str, str]] = (),
        *,
        repeatable: bool = True,
    ) -> Response:
        answer = self._transport.send(Request(method, place, query, content, headers, repeatable))
        if answer.status in {200, 204}:
            return answer
        text = answer.read().decode(errors="replace")
        try:
            record = values.parse_json(text)
        except ValueError:
            record = None
        raise error_codec.read_error(answer.status, record, text)


def _reader(source: BinaryIO, start: int | None) -> Callable[[], Iterator[bytes]]:
    """Return a function that yields a file from its current position, each time it is called if it is seekable."""

    def read() -> Iterator[bytes]:
        if start is not None:
            source.seek(start)
        while piece := source.read(PIECE):
            yield piece

    return read
