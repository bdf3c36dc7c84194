"""The users of a server and their permissions: tokens are looked up in the store, and changes are recorded."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import NbtrackError
from nbtrack.stores.sql.accounts import ROLES, AuditEntry
from nbtrack.wire.endpoint import NBTRACK_API
from nbtrack.wire.endpoint_table import TABLE

if TYPE_CHECKING:
    from starlette.types import Scope

    from nbtrack.stores.sql.accounts import Accounts, User

KNOWN_SECONDS = 5.0
"""Seconds that a token is cached, and so how long it takes at most until a revoked one is refused."""
MOST_KNOWN = 10_000
SECONDS_BETWEEN_RECORDS = 1.0
ACTOR = "nbtrack.actor"
"""The key of the user in the scope of a request."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_READING = frozenset(
    {
        "charts/export", "experiments/search", "experiments/search-datasets", "graphql", "logged-models/search",
        "metrics/curves", "runs/columns", "runs/comparison", "runs/comparison/export", "runs/export", "runs/overview",
        "runs/rows", "runs/rows/export", "runs/scatter", "runs/search", "runs/table", "runs/table/columns",
    }
)  # fmt: skip
"""Endpoints that change nothing although their method is POST."""
MCP_PATH = "/mcp"
"""Where clients of the MCP server connect, which checks roles for each tool."""
READS = frozenset(prefix + each.path for each in TABLE if each.path in _READING for prefix in each.prefixes) | {
    MCP_PATH
}
ADMINISTERS = frozenset({f"{NBTRACK_API}purge"})


class Actor:
    """Who sends a request, and what it is about."""

    def __init__(self, user: User) -> None:
        self.user, self.subject = user, ""


class _Known(NamedTuple):
    """The user of a token, and the `time.monotonic` until which that is valid."""

    user: User | None
    until: float


class Users:
    """The users who may use a server."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts
        self._known: dict[str, _Known] = {}
        self._entries: dict[tuple[str, str, str, int], list[int]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    async def find(self, token: str) -> User | None:
        """Return the user of a token."""
        known = self._known.get(token)
        if known is None or known.until < time.monotonic():
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            found = await asyncio.to_thread(self._accounts.find, token)
            known = self._known[token] = _Known(found, time.monotonic() + KNOWN_SECONDS)
        return known.user

    def note(self, actor: Actor, scope: Scope, status: int) -> None:
        """Record what a user did, within a second; requests that only read are not recorded."""
        if needed_role(scope) == ROLES[0]:
            return
        key = (actor.user.name, scope["path"][:500], actor.subject, status)
        with self._lock:
            self._entries.setdefault(key, [time.time_ns() // 1_000_000, 0])[1] += 1
            if self._thread is None:
                self._thread = threading.Timer(SECONDS_BETWEEN_RECORDS, self._record)
                self._thread.start()

    def _record(self) -> None:
        """Write what was noted; if the store can't be written, retry."""
        with self._lock:
            entries, self._entries, self._thread = self._entries, {}, None
        try:
            self._accounts.record([AuditEntry(moment, *key, count) for key, (moment, count) in entries.items()])
        except NbtrackError:
            with self._lock:
                self._entries = {**entries, **self._entries}
                self._thread = threading.Timer(SECONDS_BETWEEN_RECORDS, self._record)
                self._thread.daemon = True
                self._thread.start()


def needed_role(scope: Scope) -> str:
    """Return the role that a request needs at least."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if scope["method"] in _SAFE or path in READS:
        return "read"
    return "admin" if path in ADMINISTERS else "write"


def may(user: User, scope: Scope) -> bool:
    """Return whether a user may send a request."""
    return user.role in ROLES and ROLES.index(user.role) >= ROLES.index(needed_role(scope))
