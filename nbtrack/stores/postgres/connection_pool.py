"""Connections that are reused by any thread, but only in the process that opened them."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    Raw = psycopg.Connection[Any]

_MOST_IDLE = 8


class Pool:
    """Connections that are each used for one transaction at a time."""

    def __init__(self, connect: Callable[[], Raw]) -> None:
        self._connect = connect
        self._process = os.getpid()
        self._idle: list[Raw] = []
        self._inherited: list[Raw] = []
        weakref.finalize(self, _close, self._process, self._idle)

    def begin(self, statement: bytes) -> Raw:
        """Return a connection on which a transaction has begun; those that the server has closed are discarded."""
        while idle := self._taken():
            try:
                idle.execute(statement)
            except psycopg.OperationalError:
                idle.close()
            else:
                return idle
        fresh = self._connect()
        try:
            fresh.execute(statement)
        except BaseException:
            fresh.close()
            raise
        return fresh

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

    def end(self, connection: Raw, statement: bytes) -> None:
        """End the transaction and keep the connection for reuse; close it if it fails."""
        try:
            connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < _MOST_IDLE and self._process == os.getpid():
            self._idle.append(connection)
        else:
            connection.close()

    def close(self) -> None:
        """Close idle connections."""
        while idle := self._taken():
            idle.close()


def _close(process: int, idle: list[Raw]) -> None:
    if process == os.getpid():
        for each in idle:
            each.close()
