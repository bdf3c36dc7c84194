"""Connections that are reused by any thread, but only in the process that opened them."""

from __future__ import annotations

import os
import selectors
import weakref
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    Raw = psycopg.Connection[Any]

_MOST_IDLE = 8
_PATIENCE = 5.0
"""Seconds that the end of the last transaction of a connection may take before the connection counts as broken."""


class Pool:
    """Connections that are each used for one transaction at a time."""

    def __init__(self, connect: Callable[[], Raw]) -> None:
        self.fresh = connect
        """Opens a new connection."""
        self._process = os.getpid()
        self._idle: list[Raw] = []
        self._inherited: list[Raw] = []
        weakref.finalize(self, _close, self._process, self._idle)

    def take(self) -> Raw:
        """Return a connection outside a transaction; those that the server has closed are discarded."""
        while idle := self._taken():
            if _is_usable(idle):
                return idle
            idle.close()
        return self.fresh()

    def _taken(self) -> Raw | None:
        if self._process != os.getpid():
            self._forget()
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _forget(self) -> None:
        """Leave inherited connections open in a forked child; the parent continues to use them."""
        self._inherited += self._idle
        self._process, self._idle = os.getpid(), []
        weakref.finalize(self, _close, self._process, self._idle)

    def give(self, connection: Raw) -> None:
        """Keep a connection for reuse, or close it if there are enough."""
        if len(self._idle) < _MOST_IDLE and self._process == os.getpid():
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close idle connections."""
        while idle := self._taken():
            idle.close()


def _is_usable(connection: Raw) -> bool:
    """Receive the answer to the end of the last transaction; return whether the connection is still open."""
    try:
        return _has_ended(connection) and _is_open(connection)
    except psycopg.OperationalError:
        return False


def _has_ended(connection: Raw) -> bool:
    link = connection.pgconn
    while True:
        while link.is_busy():
            if not _is_readable(connection, _PATIENCE):
                return False
            link.consume_input()
        if link.get_result() is None:
            return link.transaction_status == psycopg.pq.TransactionStatus.IDLE


def _is_open(connection: Raw) -> bool:
    """Read what the server has sent unasked, which may be that it closes the connection."""
    while _is_readable(connection, 0):
        connection.pgconn.consume_input()
    return True


def _is_readable(connection: Raw, seconds: float) -> bool:
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection.pgconn.socket, selectors.EVENT_READ)
        return bool(waiting.select(seconds))


def _close(process: int, idle: list[Raw]) -> None:
    if process == os.getpid():
        for each in idle:
            each.close()
