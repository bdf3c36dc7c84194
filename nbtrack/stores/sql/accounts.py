"""The users of a server, and what they changed; tokens are only stored as hashes."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.stores.sql import rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.stores.sql.database import Database

ROLES = ("read", "write", "admin")
"""Each role includes those before it: read, change and log, and permanently delete."""
LONGEST_NAME = 100


class User(NamedTuple):
    """A user; times in ms since the epoch (UTC)."""

    name: str
    role: str
    created: int
    revoked: int | None
    """The time from which the token is refused."""


class AuditEntry(NamedTuple):
    """What a user did in a short time: requests to one endpoint about one run or experiment, with one status."""

    moment: int
    """The time of the first of the requests, in ms since the epoch (UTC)."""
    user: str
    endpoint: str
    subject: str
    """The id of the run or experiment, if the request named one."""
    status: int
    requests: int
    """The number of requests."""


class Accounts:
    """The users in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: str) -> str:
        """Add a user, or give one whose token was revoked a new token, and return the token.

        Raises
        ------
        InvalidValue
            When the name or the role is invalid.
        AlreadyExists
            When a user with this name has a token.
        """
        if not name.isprintable() or not 0 < len(name) <= LONGEST_NAME or role not in ROLES:
            roles = ", ".join(ROLES)
            msg = f"A user has a name of 1 to {LONGEST_NAME} printable characters and one of the roles {roles}"
            raise InvalidValue(msg)
        token = secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            added = rows.first_row(
                connection,
                "INSERT INTO users (name, role, token, created) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " role = excluded.role, token = excluded.token, created = excluded.created, revoked = NULL"
                " WHERE users.revoked IS NOT NULL RETURNING name",
                (name, role, _digest(token), _now()),
            )
        if added is None:
            msg = f"User {name!r} has a token already: revoke it first, to create another one"
            raise AlreadyExists(msg)
        return token

    def all(self) -> list[User]:
        """Return all users by name, including those whose token was revoked."""
        with self._database.reading(points=False) as connection:
            return [User(*row) for row in connection.execute(f"{_USER} ORDER BY name")]

    def find(self, token: str) -> User | None:
        """Return the user of a token, unless it was revoked."""
        with self._database.reading(points=False) as connection:
            row = rows.first_row(connection, f"{_USER} WHERE token = ? AND revoked IS NULL", (_digest(token),))
        return User(*row) if row else None

    def revoke(self, name: str) -> None:
        """Revoke the token of a user; `NotFound` if no user with this name has one."""
        with self._database.writing() as connection:
            sql = "UPDATE users SET revoked = ? WHERE name = ? AND revoked IS NULL RETURNING name"
            if rows.first_row(connection, sql, (_now(), name)) is None:
                msg = f"No user {name!r} has a token"
                raise NotFound(msg)

    def record(self, entries: Iterable[AuditEntry]) -> None:
        """Record what users did."""
        with self._database.writing() as connection:
            for each in entries:
                connection.execute(
                    "INSERT INTO audit (moment, user_name, endpoint, subject, status, requests)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    each,
                )

    def audit_log(self, limit: int) -> list[AuditEntry]:
        """Return the latest entries, the newest first."""
        sql = "SELECT moment, user_name, endpoint, subject, status, requests FROM audit ORDER BY id DESC LIMIT ?"
        with self._database.reading(points=False) as connection:
            return [AuditEntry(*row) for row in connection.execute(sql, (limit,))]


_USER = "SELECT name, role, created, revoked FROM users"


def _digest(token: str) -> str:
    """Return the hash of a token; since the token is random, it needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> int:
    return time.time_ns() // 1_000_000
