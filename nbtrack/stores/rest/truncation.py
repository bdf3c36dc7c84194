"""Texts that MLflow would cut: kept whole as artifacts, and said."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from nbtrack.errors import InvalidValue
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbtrack.stores.rest.api_variant import Keep, Pairs

FOLDER = "nbtrack"


class Truncation:
    """Replaces what is too long by its beginning and the name of the artifact that holds all of it.

    Parameters
    ----------
    keep : callable, optional
        Files an artifact; without one, what is too long is refused.
    say : callable
        Tells the user.
    """

    def __init__(self, keep: Keep | None, say: Callable[[str], object]) -> None:
        self._keep, self._say = keep, say

    def params(self, run_id: str, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return parameters that MLflow keeps as they are."""
        return [(key, self._fitting(run_id, "params", key, value, MlflowLimits.PARAM_VALUE)) for key, value in pairs]

    def tags(self, run_id: str, pairs: Iterable[tuple[str, str]]) -> Pairs:
        """Return tags that MLflow keeps as they are."""
        return [(key, self._fitting(run_id, "tags", key, value, MlflowLimits.TAG_VALUE)) for key, value in pairs]

    def _fitting(self, run_id: str, kind: str, key: str, value: str, most: int) -> str:
        if len(value) <= most:
            return value
        if self._keep is None:
            msg = f"{key!r} has {len(value):,} characters, and an MLflow server keeps {most:,}: log it with log_text"
            raise InvalidValue(msg)
        digest = hashlib.blake2b(key.encode(), digest_size=6).hexdigest()
        path = f"{FOLDER}/{kind}/{digest}.txt"
        self._keep(run_id, path, value.encode())
        self._say(f"{key!r} has {len(value):,} characters, and an MLflow server keeps {most:,}: all of it is in {path}")
        note = f"… ({len(value):,} characters, all of them in {path})"
        return value[: most - len(note)] + note
