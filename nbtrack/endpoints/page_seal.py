"""Signs page tokens, so that a server only accepts its own tokens, and only with the same search."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from nbtrack.errors import InvalidValue, NbtrackError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_BETWEEN_READS = 600.0
SECONDS_BETWEEN_SEARCHES = 1.0
"""The least seconds between two queries to the store for an unknown key."""


@runtime_checkable
class KeyStore(Protocol):
    """A store that keeps keys for the servers on it."""

    def page_keys(self) -> Mapping[int, bytes]:
        """Return the keys by their numbers; the greatest number is the newest."""
        ...


class PageSeal:
    """Signs with the newest key of a store, and accepts all of its keys.

    Parameters
    ----------
    secret : bytes
        The key for a store without keys.
    store : object, optional
        The store; one that is not a `KeyStore` has no keys.
    """

    def __init__(self, secret: bytes, store: object = None) -> None:
        self._keys: dict[int, bytes] = {0: secret}
        self._store = store if isinstance(store, KeyStore) else None
        self._read = -SECONDS_BETWEEN_READS
        self._lock = threading.Lock()

    def seal(self, token: str | None, search: object = None) -> str | None:
        """Sign a token for its search."""
        if not token:
            return token
        self._refresh(SECONDS_BETWEEN_READS)
        number = max(self._keys)
        return f"{number}.{_mark(self._keys[number], token, search)}.{token}"

    def opened(self, token: str | None, search: object = None) -> str | None:
        """Return a token without its signature.

        Raises
        ------
        InvalidValue
            When no server on this store has signed it for this search.
        """
        if not token:
            return None
        number, _, rest = token.partition(".")
        mark, _, inner = rest.partition(".")
        key = self._key(int(number)) if number.isdecimal() and len(number) < 10 else None
        if key is None or not hmac.compare_digest(mark.encode(), _mark(key, inner, search).encode()):
            msg = f"Invalid page token {token[:40]!r}: use the one that was returned with the previous page"
            raise InvalidValue(msg)
        return inner

    def _key(self, number: int) -> bytes | None:
        if number not in self._keys:
            self._refresh(SECONDS_BETWEEN_SEARCHES)
        return self._keys.get(number)

    def _refresh(self, seconds: float) -> None:
        """Read the keys of the store, unless that was done recently; a store that can't be read adds none."""
        with self._lock:
            if self._store is None or time.monotonic() - self._read < seconds:
                return
            self._read = time.monotonic()
            try:
                found = self._store.page_keys()
            except NbtrackError:
                return
            self._keys = {0: self._keys[0], **found}


def _mark(key: bytes, token: str, search: object) -> str:
    return hmac.new(key, repr((token, search)).encode(), hashlib.sha256).hexdigest()[:24]
