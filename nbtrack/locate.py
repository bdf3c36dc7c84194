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

_stores: dict[str, Store] = {}
_POSTGRES = frozenset(("postgresql", "postgres"))


def resolved(uri: str | Path) -> str:
    """Return a URI that means the same from every working directory."""
    text = str(uri)
    kind = scheme(text)
    if not kind:
        return str(Path(text).expanduser().absolute())
    if kind.partition("+")[0] == "sqlite":
        return _sqlite(text)
    return str(Path(_file_path(text)).absolute()) if kind == "file" else text


def _sqlite(uri: str) -> str:
    """Return the URI of a SQLite file by its absolute path; the folder, where the file is one's usual database."""
    path = uri.partition("://")[2].removeprefix("/")
    if not path or path == ":memory:":
        msg = f"{uri!r} names no file; a SQLite URI looks like sqlite:///runs.db, or sqlite:////data/runs.db"
        raise InvalidValue(msg)
    file = Path(path).absolute()
    return str(file.parent) if file.name == "nbtrack.db" else f"sqlite:///{file}"


def scheme(uri: str) -> str:
    """Return the scheme of a URI; of a path, also one with a drive, there is none."""
    found, colon, _ = uri.partition(":")
    named = colon and len(found) > 1 and found[0].isalpha() and found.replace("+", "a").replace("-", "a").isalnum()
    return found.lower() if named else ""


def _file_path(uri: str) -> str:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"}:
        msg = f"{uri!r} names the machine {parts.netloc!r}; a file: URI has three slashes, as in file:///data/mlruns"
        raise InvalidValue(msg)
    return unquote(parts.path)


def store(uri: str | Path, artifacts: str | Path | None = None) -> Store:
    """Return the store behind a tracking URI, the same object for the same place.

    Parameters
    ----------
    uri : str or Path
        A directory, a ``file:`` URI, ``sqlite:///path/to.db`` or ``postgresql://user:password@host/database``.
    artifacts : str or Path, optional
        Where artifacts go unless an experiment says otherwise; by default beside a store of files, and in ``./mlruns``
        for one on a server. Who opens a place first decides.

    Raises
    ------
    InvalidValue
        When the scheme is none that is known, or the path is a file.
    Unsupported
        When what the scheme needs is not installed.
    """
    place = resolved(uri)
    if place not in _stores:
        _stores[place] = _opened(place, None if artifacts is None else resolved(artifacts))
    return _stores[place]


_ACCEPTED = "accepted are a directory, and URIs that begin with file:, sqlite:/// or postgresql://"


def _opened(place: str, artifacts: str | None = None) -> Store:
    kind = scheme(place).partition("+")[0]
    if kind in _POSTGRES:
        return _postgres(place, artifacts or resolved("mlruns"))
    if kind == "sqlite":
        file = Path(place.removeprefix("sqlite:///"))
        return _embedded(place, file, artifacts or str(file.with_name("mlruns")))
    if kind:
        msg = f"the tracking URI {place!r} has the scheme {kind!r}; {_ACCEPTED}"
        raise InvalidValue(msg)
    folder = Path(place)
    if folder.exists() and not folder.is_dir():
        msg = f"the tracking URI {place!r} is a file; {_ACCEPTED}"
        raise InvalidValue(msg)
    from nbtrack.stores.embedded import FILE

    return _embedded(place, folder / FILE, artifacts or place)


def _embedded(place: str, file: Path, artifacts: str) -> Store:
    from nbtrack.stores.embedded import EmbeddedStore

    return EmbeddedStore(place, file, artifacts, durable=settings.current().durability == "full")


def _postgres(place: str, artifacts: str) -> Store:
    try:
        from nbtrack.stores.postgres import PostgresStore
    except ImportError as error:
        msg = "a store in PostgreSQL needs psycopg: pip install 'nbtrack[postgres]'"
        raise Unsupported(msg) from error
    return PostgresStore(place, artifacts)


def findings(uri: str | Path) -> Iterator[str]:
    """Yield what there is to say about the store behind a tracking URI; what is wrong begins with ``DAMAGED``."""
    place = resolved(uri)
    from nbtrack.stores import checkup, embedded

    if scheme(place) not in {"", "sqlite"}:
        return
    file = Path(place.removeprefix("sqlite:///")) if scheme(place) else Path(place) / embedded.FILE
    yield from checkup.findings(file, embedded.journals(file))


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
