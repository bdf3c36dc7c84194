"""Fingerprints of files that a program reads."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import entities
from nbtrack.datasets.fingerprint import MOST_BYTES
from nbtrack.datasets.source import to_source
from nbtrack.tags import DATA_FINGERPRINT
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from typing import BinaryIO

PIECE = 1 << 20
PIECES = 64
"""Pieces of a file too large to be read completely: evenly spread, including the last one."""
PER_BYTE = 1e-9
"""Seconds that reading and hashing a byte takes."""


class FileState(NamedTuple):
    """A file at one moment."""

    path: str
    size: int
    """In bytes."""
    changed: int
    """The time of the last modification, in ns since the epoch."""


def state_of(path: str) -> FileState | None:
    """Return the state of a file, or None where there is no regular file."""
    import stat

    try:
        found = os.stat(path)  # noqa: PTH116 - one call for type, size and time
    except (OSError, ValueError):
        return None
    return FileState(path, found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def dataset_of_file(state: FileState, seconds: float) -> entities.Dataset:
    """Return the fingerprint of a file as a run stores it; without a digest where it has changed or can't be read.

    Parameters
    ----------
    state : FileState
        The file as it was when the program read it.
    seconds : float
        How long reading it may take; of a larger file, and of those above 4 GB, a sample is read.
    """
    digests = _digests(state, seconds)
    columns = [{"name": "", "type": "bytes", **digests}] if digests else []
    found: dict[str, Any] = {"kind": "file", "shape": [state.size], "whole": "digest" in digests, "columns": columns}
    source = to_source(state.path)
    return entities.Dataset(
        os.path.basename(state.path)[: MlflowLimits.DATASET_NAME],  # noqa: PTH119 - the path is text
        digests.get("digest") or f"sample-{digests.get('sample', 'unread')}",
        source.source_type,
        source.to_json(),
        None,
        json.dumps({"num_bytes": state.size, DATA_FINGERPRINT: found}),
    )


def _digests(state: FileState, seconds: float) -> dict[str, str]:
    """Return the digest of the whole, if there is time for it, and of a sample; none if the file has changed."""
    is_small = state.size <= PIECES * PIECE
    whole = is_small or state.size <= min(MOST_BYTES, seconds / PER_BYTE)
    try:
        with open(state.path, "rb") as file:  # noqa: PTH123 - the path is text
            sample = _digest(file, state.size, whole=is_small)
            digest = _digest(file, state.size, whole=True) if whole and not is_small else sample
    except OSError:
        return {}
    if state_of(state.path) != state:
        return {}
    return {"sample": sample, **({"digest": digest} if whole else {})}


def _digest(file: BinaryIO, size: int, *, whole: bool) -> str:
    import xxhash

    found = xxhash.xxh3_64(size.to_bytes(8, "little"))
    starts = range(0, size, PIECE) if whole else [(size - PIECE) * each // (PIECES - 1) for each in range(PIECES)]
    for start in starts:
        file.seek(start)
        found.update(file.read(PIECE))
    return found.hexdigest()
