"""Errors of PostgreSQL as ours; their messages contain no passwords, SQL or driver messages."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from nbtrack.errors import DamagedStore, InvalidValue, NbtrackError, StorageFailed, Unreachable
from nbtrack.stores import read_deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK_SECONDS = 30
"""How long a writer waits for another one."""
STATEMENT_SECONDS = 300

_STATES: tuple[tuple[str, type[NbtrackError], str], ...] = (
    ("53300", Unreachable, "the server has too many connections: close some programs, or raise max_connections"),
    ("53100", StorageFailed, "the disk of the server is full"),
    ("53", StorageFailed, "the server is out of memory or of another resource"),
    ("54000", InvalidValue, "a key is too long for PostgreSQL: about 2,400 bytes are safe"),
    ("55P03", StorageFailed, f"another program has locked what this call needs for {LOCK_SECONDS} s"),
    ("57014", StorageFailed, f"the server took longer than {STATEMENT_SECONDS} s, or the call was cancelled"),
    ("40", StorageFailed, "another program changed the same rows at the same time; nothing was saved: try again"),
    ("25006", StorageFailed, "it is read-only: a replica, or configured as read-only"),
    ("42501", StorageFailed, "the user lacks permission for its tables, or to create them in this schema"),
    ("42P01", DamagedStore, "a table is missing: restore it from a backup"),
    ("3F000", StorageFailed, "the schema of its search path does not exist: create it"),
    ("28", Unreachable, "authentication failed: check user and password"),
    ("3D000", Unreachable, "the database does not exist: create it"),
    ("57P", Unreachable, "the server is shutting down or starting; try again"),
)
_REFUSALS = (
    (r"password|authentication|pg_hba|role", "authentication failed: check user and password"),
    (r"database .* does not exist", "the database does not exist: create it"),
    (r"too many clients|connection slots", "the server has too many connections: raise max_connections"),
    (r"could not translate|resolve", "host not found"),
    (r"SSL|certificate", "cannot establish an encrypted connection: check sslmode in the URI"),
    (r"timeout|timed out", "it does not answer"),
    (r"refused|No such file", "connection refused: no server is listening"),
    (r"starting up|shutting down", "the server is shutting down or starting; try again"),
)
"""Failed connections have no SQLSTATE, only a message."""
_LOST = "the connection was lost, and nothing was saved: try again"


@contextmanager
def translated_errors(place: str) -> Iterator[None]:
    """Translate errors of psycopg into ours."""
    try:
        yield
    except psycopg.Error as error:
        raise _translated(error, place) from error


def is_connection_lost(error: psycopg.Error) -> bool:
    """Return whether the connection broke, rather than the server refusing a statement."""
    return error.sqlstate is None or error.sqlstate.startswith("57P")


def unknown_outcome(place: str) -> Unreachable:
    """Return the error for a commit that was not acknowledged."""
    return Unreachable(
        f"The connection to the store at {place} was lost during a commit, which may have succeeded: check before you"
        " repeat the call"
    )


def _translated(error: psycopg.Error, place: str) -> NbtrackError:
    state = error.sqlstate
    if state == "57014" and read_deadline.has_passed():
        return InvalidValue(read_deadline.MESSAGE)
    if state is not None:
        kind, reason = next(
            ((kind, text) for code, kind, text in _STATES if state.startswith(code)),
            (StorageFailed, f"the server refused a statement (SQLSTATE {state})"),
        )
        return kind(f"Cannot use the store at {place}: {reason}")
    if isinstance(error, psycopg.DataError) and "NUL" in str(error):
        return InvalidValue("PostgreSQL stores no text that contains a NUL character")
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StorageFailed(f"Cannot use the store at {place}: {type(error).__name__} in the driver")
    reason = next((text for words, text in _REFUSALS if re.search(words, str(error))), _LOST)
    return Unreachable(f"Cannot reach the store at {place}: {reason}")
