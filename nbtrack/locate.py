"""From a URI to its store or artifact repository: the only module that knows every backend."""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from nbtrack import process, settings
from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.stores import recognition

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    from nbtrack.artifact_storage.artifact_repository import ArtifactRepository
    from nbtrack.stores.interface import Store
    from nbtrack.stores.sql import SqlStore
    from nbtrack.stores.sql.accounts import Accounts
    from nbtrack.wire.http import Address, HttpTransport

SERVERS = frozenset({"http", "https"})
"""The schemes of tracking servers."""
PROXIED = "mlflow-artifacts"
"""The scheme of artifacts that a tracking server stores."""

POSTGRES = frozenset(("postgresql", "postgres"))
"""The schemes of stores in PostgreSQL."""
_DATABASES = frozenset((".db", ".sqlite", ".sqlite3"))
"""Suffixes of files that a path may name in place of a URI."""


class OpenStores:
    """The stores and connections to servers that this process has opened."""

    def __init__(self) -> None:
        self.stores: dict[tuple[str, str], Store] = {}
        """By tracking URI and artifact root."""
        self.transports: dict[str, tuple[Address, HttpTransport]] = {}
        """By the server's address."""
        self.full_uris: dict[str, str] = {}
        """URIs with their passwords, by their displayed form."""

    @cached_property
    def temporary(self) -> TemporaryDirectory[str]:
        """The folder that stands for a store in memory; it is removed with the process."""
        from tempfile import TemporaryDirectory

        return TemporaryDirectory(prefix="nbtrack-memory-")

    def close(self) -> None:
        """Close everything."""
        with ExitStack() as closing:
            if "temporary" in vars(self):
                closing.callback(self.temporary.cleanup)
            for _, transport in self.transports.values():
                closing.callback(transport.close)
            for store in self.stores.values():
                closing.callback(store.close)


def resolve(uri: str | Path) -> str:
    """Return a URI that does not depend on the working directory, with the password that `without_password` hid."""
    given = str(uri)
    text = _transport(given).uri if scheme(given) in SERVERS else process.state(OpenStores).full_uris.get(given, given)
    kind = scheme(text)
    if not kind:
        path = Path(text).expanduser().absolute()
        return f"sqlite:///{path}" if path.suffix in _DATABASES and path.is_file() else str(path)
    if kind.partition("+")[0] == "sqlite":
        return _sqlite(text)
    return str(Path(_file_path(text)).absolute()) if kind == "file" else text


def _sqlite(uri: str) -> str:
    """Return the absolute URI of a SQLite file, or its folder if the file is named ``nbtrack.db``.

    For ``sqlite:///:memory:`` that is a temporary folder.
    """
    path = uri.partition("://")[2].removeprefix("/")
    if path == ":memory:":
        return process.state(OpenStores).temporary.name
    if not path:
        msg = f"{uri!r} names no file; use a URI such as sqlite:///runs.db or sqlite:////data/runs.db"
        raise InvalidValue(msg)
    file = Path(path).absolute()
    return str(file.parent) if file.name == "nbtrack.db" else f"sqlite:///{file}"


def scheme(uri: str) -> str:
    """Return the scheme of a URI; empty for a path, even with a drive letter."""
    found, colon, _ = uri.partition(":")
    named = colon and len(found) > 1 and found[0].isalpha() and found.replace("+", "a").replace("-", "a").isalnum()
    return found.lower() if named else ""


def is_local(place: str) -> bool:
    """Return whether a resolved URI names a store in files of this machine."""
    return scheme(place) in {"", "sqlite"}


def exists(place: str) -> bool:
    """Return whether a local store is there; nothing is opened or created."""
    file = database_file(place)
    return file.is_file() or recognition.is_mlflow_layout(file)


def database_file(place: str) -> Path:
    """Return the database of a local store, from its resolved URI; the file may not exist."""
    from nbtrack.stores.sqlite.sqlite_store import FILE

    return Path(place.removeprefix("sqlite:///")) if scheme(place) else Path(place) / FILE


def state_folder() -> Path:
    """Return the folder for state that belongs to a user rather than to a store; it may not exist yet."""
    return Path(settings.current().state_folder or Path.home() / ".local" / "state" / "nbtrack")


def without_password(uri: str) -> str:
    """Return a URI to display: without its password, which this process remembers."""
    if scheme(uri) in SERVERS:
        return _transport(uri).uri
    found = re.sub(r"(://[^/?#]*?:)[^/?#]*@|([?&]password=)[^&]*", _masked, uri)
    if found != uri:
        process.state(OpenStores).full_uris[found] = uri
    return found


def _masked(found: re.Match[str]) -> str:
    return f"{found[1]}***@" if found[1] else f"{found[2]}***"


def _transport(uri: str) -> HttpTransport:
    """Return the transport to a server, with the credentials that were last given for it."""
    from nbtrack.wire import http

    opened, address = process.state(OpenStores), http.parse(uri)
    known = opened.transports.get(address.uri)
    if known is None or (address.user and address != known[0]):
        for key in [each for each in opened.stores if each[0] == address.uri]:
            del opened.stores[key]
        known = opened.transports[address.uri] = address, http.HttpTransport(address, settings.current())
    return known[1]


def _file_path(uri: str) -> str:
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"}:
        msg = f"{uri!r} names the machine {parts.netloc!r}; a file: URI has three slashes, as in file:///data/mlruns"
        raise InvalidValue(msg)
    return unquote(parts.path)


def store(uri: str | Path, artifacts: str | Path | None = None) -> Store:
    """Return the store behind a tracking URI, the same object for the same store.

    Parameters
    ----------
    uri : str or Path
        A directory, a ``file:`` URI, ``sqlite:///path/to.db`` or ``postgresql://user:password@host/database``.
    artifacts : str or Path, optional
        Where artifacts go unless an experiment says otherwise; by default `default_artifact_root`.

    Raises
    ------
    InvalidValue
        When the scheme is unknown, or the path is a file.
    Unsupported
        When the package for the scheme is not installed.
    """
    place = resolve(uri)
    key = (place, default_artifact_root(place) if artifacts is None else resolve(artifacts))
    stores = process.state(OpenStores).stores
    if key not in stores:
        stores[key] = _open(*key)
    return stores[key]


def default_artifact_root(place: str) -> str:
    """Return the default artifact root of a store: next to a local one, otherwise ``./mlruns``."""
    kind = scheme(place)
    if not kind:
        return place
    return str(Path(place.removeprefix("sqlite:///")).with_name("mlruns") if kind == "sqlite" else resolve("mlruns"))


_ACCEPTED = "accepted are a directory, and URIs that begin with file:, sqlite:///, postgresql://, http:// or https://"


def _open(place: str, artifacts: str) -> Store:
    kind = scheme(place).partition("+")[0]
    if kind in SERVERS:
        return _remote(place)
    if kind in POSTGRES and "://" in place:
        return _postgres(place, artifacts)
    if kind == "sqlite":
        return _embedded(place, Path(place.removeprefix("sqlite:///")), artifacts)
    if kind:
        msg = f"the tracking URI {without_password(place)!r} has the scheme {kind!r}; {_ACCEPTED}"
        raise InvalidValue(msg)
    folder = Path(place)
    if folder.exists() and not folder.is_dir():
        msg = f"the tracking URI {place!r} is a file; {_ACCEPTED}"
        raise InvalidValue(msg)
    from nbtrack.stores.sqlite.sqlite_store import FILE

    return _embedded(place, folder / FILE, artifacts)


def _embedded(place: str, file: Path, artifacts: str) -> Store:
    from nbtrack.stores.sqlite.sqlite_store import FILE, SqliteStore

    if recognition.is_unmarked_database(file):
        from nbtrack.stores.mlflow_sql import MlflowSqlStore, is_mlflow_database

        if is_mlflow_database(file):
            return MlflowSqlStore(place, file)
    if recognition.is_mlflow_layout(file):
        if file.name == FILE:
            from nbtrack.stores.mlflow_files import MlflowFileStore

            return MlflowFileStore(place, file.parent)
        msg = (
            f"{file.parent} holds experiments in MLflow's file layout, to which nbtrack never writes: choose"
            f" another folder than that of {file}"
        )
        raise Unsupported(msg)
    return SqliteStore(place, file, artifacts, durable=settings.current().durability == "full")


def _postgres(place: str, artifacts: str) -> Store:
    try:
        from nbtrack.stores.postgres import PostgresStore
    except ImportError as error:
        msg = "A store in PostgreSQL needs psycopg: pip install 'nbtrack[postgres]'"
        raise Unsupported(msg) from error
    return PostgresStore(place, artifacts)


def _remote(place: str) -> Store:
    import hashlib
    from io import BytesIO

    from nbtrack.stores.rest import RestStore
    from nbtrack.stores.write_queue import WriteQueue

    chosen, transport = settings.current(), _transport(place)
    folder = state_folder() / hashlib.blake2b(place.encode(), digest_size=8).hexdigest()

    def keep(run_id: str, path: str, content: bytes) -> None:
        root = RestStore(transport).get_run(run_id).info.artifact_uri
        repository(root, place).put(BytesIO(content), path)

    sending = RestStore(transport.without_retries(), keep)
    return WriteQueue(transport, sending, folder, chosen.flush_seconds, keep)


def database_store(uri: str | Path) -> SqlStore:
    """Return a store whose database this process opens itself.

    Raises
    ------
    Unsupported
        When the store is on a server.
    """
    from nbtrack.stores.sql import SqlStore

    found = store(uri)
    if not isinstance(found, SqlStore):
        msg = f"{without_password(str(uri))} is a server, which can't do this: name the database of the server itself"
        raise Unsupported(msg)
    return found


def accounts(uri: str | Path) -> Accounts:
    """Return the accounts of the users of servers of a store.

    Raises
    ------
    Unsupported
        When the store is on a server, or belongs to MLflow.
    """
    from nbtrack.stores.sql import SqlStore

    found = store(uri)
    known = found.accounts if isinstance(found, SqlStore) else None
    if known is None:
        msg = f"{without_password(str(uri))} keeps no users: name the database of the server itself"
        raise Unsupported(msg)
    return known


def repository(uri: str, tracking_uri: str | None = None, *, served: bool = False) -> ArtifactRepository:
    """Return the repository behind an artifact URI.

    Parameters
    ----------
    uri : str
        Where the artifacts are.
    tracking_uri : str, optional
        The store of the run, through whose server ``mlflow-artifacts:`` URIs are accessed.
    served : bool
        Whether a server shares the folder, in which case symbolic links in it are not followed.

    Raises
    ------
    InvalidValue
        When the scheme is unknown, or an ``mlflow-artifacts:`` URI is used without a server.
    """
    place = resolve(uri)
    kind = scheme(place)
    if kind == PROXIED:
        return _proxied(uri, tracking_uri or "")
    if kind:
        from nbtrack.artifact_storage import cloud_repository

        if kind in cloud_repository.SCHEMES:
            return cloud_repository.CloudRepository(uri)
        msg = (
            f"Cannot reach artifacts at {uri!r}; accepted are a directory, a file: URI, {PROXIED}: behind a"
            " tracking server, and s3://, gs:// and abfss://"
        )
        raise InvalidValue(msg)
    if served:
        from nbtrack.artifact_storage.shared_folder import SharedFolder

        return SharedFolder(Path(place))
    from nbtrack.artifact_storage.local_repository import LocalRepository

    return LocalRepository(Path(place))


def _proxied(uri: str, tracking_uri: str) -> ArtifactRepository:
    """Return a repository on the server that the URI names, by default the tracking server."""
    from urllib.parse import unquote, urlsplit

    from nbtrack.artifact_storage.proxy_repository import ProxyRepository

    if scheme(tracking_uri) not in SERVERS:
        msg = f"Artifacts at {uri!r} are stored by a tracking server: call set_tracking_uri() with its address"
        raise InvalidValue(msg)
    parts = urlsplit(uri)
    if parts.netloc:
        transport = _named_server(f"{scheme(tracking_uri)}://{parts.netloc}", tracking_uri)
    else:
        transport = _transport(tracking_uri)
    return ProxyRepository(uri, transport, unquote(parts.path).lstrip("/"))


def _named_server(server: str, tracking_uri: str) -> HttpTransport:
    """Return a transport to a server named in a URI; only the store's own server gets the credentials."""
    from urllib.parse import urlsplit

    from nbtrack.wire import http

    parsed = http.parse(server)
    if urlsplit(parsed.uri).netloc == urlsplit(without_password(tracking_uri)).netloc:
        return _transport(tracking_uri)
    without_credentials = settings.current()._replace(
        tracking_username=None, tracking_password=None, tracking_token=None, client_cert_path=None
    )
    return http.HttpTransport(http.Address(parsed.uri), without_credentials)
