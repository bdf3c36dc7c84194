"""From a URI to the store or repository behind it: the only place that knows every backend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import settings
from nbtrack.errors import InvalidValue, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbtrack.files.base import Repository
    from nbtrack.stores.base import Store
    from nbtrack.wire.address import Address
    from nbtrack.wire.http import Link

SERVERS = frozenset({"http", "https"})
"""The schemes of tracking servers."""

_stores: dict[tuple[str, str | None], Store] = {}
_links: dict[str, tuple[Address, Link]] = {}


def resolved(uri: str | Path) -> str:
    """Return a URI that means the same from every working directory."""
    text = shown(str(uri))
    kind = scheme(text)
    if not kind:
        return str(Path(text).expanduser().absolute())
    return str(Path(_file_path(text)).absolute()) if kind == "file" else text


def scheme(uri: str) -> str:
    """Return the scheme of a URI; of a path, also one with a drive, there is none."""
    found, colon, _ = uri.partition(":")
    named = colon and len(found) > 1 and found[0].isalpha() and found.replace("+", "a").replace("-", "a").isalnum()
    return found.lower() if named else ""


def shown(uri: str) -> str:
    """Return a URI as it may be shown: without credentials, which this process remembers for that server."""
    return _link(uri).uri if scheme(uri) in SERVERS else uri


def _link(uri: str) -> Link:
    """Return what leads to a server, with the credentials that were last given for it."""
    from nbtrack.wire import address, http

    parsed = address.parsed(uri)
    known = _links.get(parsed.uri)
    if known is None or (parsed.user and parsed != known[0]):
        for place in [each for each in _stores if each[0] == parsed.uri]:
            del _stores[place]
        known = _links[parsed.uri] = parsed, http.Link(parsed, settings.current())
    return known[1]


def _file_path(uri: str) -> str:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"}:
        msg = f"{uri!r} names the machine {parts.netloc!r}; a file: URI has three slashes, as in file:///data/mlruns"
        raise InvalidValue(msg)
    return unquote(parts.path)


def store(uri: str | Path, artifacts: str | None = None) -> Store:
    """Return the store behind a tracking URI, the same object for the same place.

    Parameters
    ----------
    uri : str or Path
        The tracking URI.
    artifacts : str, optional
        How the store calls the root of its artifacts, where that is not its own folder.

    Raises
    ------
    InvalidValue
        When the scheme is none that is known, or the path is a file.
    """
    place = resolved(uri)
    if (place, artifacts) not in _stores:
        _stores[place, artifacts] = _opened(place, artifacts)
    return _stores[place, artifacts]


def _opened(place: str, artifacts: str | None = None) -> Store:
    if scheme(place) in SERVERS:
        return _remote(place)
    if scheme(place):
        msg = (
            f"the tracking URI {place!r} has the scheme {scheme(place)!r}; accepted are a directory, a file: URI and"
            " the address of a server (http, https)"
        )
        raise InvalidValue(msg)
    folder = Path(place)
    if folder.exists() and not folder.is_dir():
        msg = f"the tracking URI {place!r} is a file; accepted are a directory, a file: URI and the address of a server"
        raise InvalidValue(msg)
    from nbtrack.stores.embedded import EmbeddedStore

    return EmbeddedStore(place, folder, artifacts, durable=settings.current().durability == "full")


def home(place: str) -> str:
    """Return where artifacts are kept that belong to the store at a place."""
    return place if not scheme(place) else resolved("mlruns")


def _remote(place: str) -> Store:
    import hashlib

    from nbtrack.stores.recorder import Recorder
    from nbtrack.stores.rest import RestStore

    chosen, link = settings.current(), _link(place)
    state = Path(chosen.state_folder or Path.home() / ".local" / "state" / "nbtrack")
    folder = state / hashlib.blake2b(place.encode(), digest_size=8).hexdigest()
    return Recorder(RestStore(link), RestStore(link.impatient()), folder, chosen.flush_seconds)


def findings(uri: str | Path) -> Iterator[str]:
    """Yield what there is to say about the store behind a tracking URI; what is wrong begins with ``DAMAGED``."""
    place = resolved(uri)
    if scheme(place):
        return
    from nbtrack.stores import checkup, embedded

    yield from checkup.findings(Path(place) / embedded.FILE, Path(place) / embedded.JOURNALS)


def backed_up(uri: str | Path, target: Path) -> int:
    """Write the database of a store in a folder to a file, and return how many bytes it has.

    Raises
    ------
    Unsupported
        When the store is no folder of this machine.
    AlreadyExists
        When the file is there already.
    """
    from nbtrack.stores.embedded import EmbeddedStore

    found = store(uri)
    if not isinstance(found, EmbeddedStore):
        msg = f"the store at {found.uri} is backed up with the tools of its database, such as pg_dump"
        raise Unsupported(msg)
    return found.back_up(target)


def repository(uri: str) -> Repository:
    """Return the repository behind an artifact URI.

    Raises
    ------
    InvalidValue
        When the scheme is none that is known.
    """
    place = resolved(uri)
    if scheme(place):
        msg = f"artifacts at {uri!r} can't be reached; accepted are a directory and a file: URI"
        raise InvalidValue(msg)
    from nbtrack.files.local import LocalRepository

    return LocalRepository(Path(place))
