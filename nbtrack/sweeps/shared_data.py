"""Data that is too large to be copied for each trial: trials share it, and changes in place are detected."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import xxhash

LARGE = 32_000_000
"""Arrays and frames of at least this many bytes are shared by the trials."""
_FRAMES = frozenset({"DataFrame", "Series"})


def size(thing: object) -> int:
    """Return how many bytes the data of an array, a tensor or a frame takes; 0 for anything else."""
    kind: Any = type(thing)
    module, data = kind.__module__.partition(".")[0], _any(thing)
    try:
        if module == "numpy" and kind.__name__ == "ndarray":
            return int(data.nbytes)
        if module == "torch" and hasattr(data, "element_size"):
            return int(data.element_size() * data.nelement())
        if module == "pandas" and kind.__name__ in _FRAMES:
            used = data.memory_usage(deep=False)
            return int(used.sum() if kind.__name__ == "DataFrame" else used)
    except Exception:  # noqa: BLE001 # a subclass may do anything; it is copied then
        return 0
    return 0


def _any(thing: object) -> Any:
    return thing


def fingerprint(thing: object) -> str:
    """Return a digest of the content of an array, a tensor on the CPU, or a frame, of all of its bytes."""
    digest = xxhash.xxh3_128()
    for part in _parts(_any(thing)):
        digest.update(part)
    return digest.hexdigest()


def _parts(thing: Any) -> Any:
    kind = type(thing)
    if kind.__module__.startswith("torch"):
        yield from _parts(thing.detach().cpu().numpy())
    elif kind.__name__ == "DataFrame":
        for number in range(thing.shape[1]):
            yield from _parts(thing.iloc[:, number])
    elif kind.__name__ == "Series":
        values = thing.to_numpy()
        yield from _parts(
            values if values.dtype != object else sys.modules["pandas"].util.hash_array(values.astype(str))
        )
    else:
        numpy = sys.modules["numpy"]
        yield repr((thing.shape, str(thing.dtype))).encode()
        yield numpy.ascontiguousarray(thing).view(numpy.uint8).reshape(-1).data if thing.dtype != object else b""


class Watched(NamedTuple):
    """Shared data, by the name that the notebook has for it, and its content when the sweep began."""

    name: str
    thing: object
    digest: str


class SharedData:
    """The data that the trials of a sweep share."""

    def __init__(self) -> None:
        self._watched: list[Watched] = []

    def add(self, name: str, thing: object) -> None:
        """Watch data from now on."""
        self._watched.append(Watched(name, thing, fingerprint(thing)))

    @property
    def names(self) -> list[str]:
        """The names that the notebook has for the data."""
        return [one.name for one in self._watched]

    def changed(self) -> list[str]:
        """Return the names of the data that were changed in place since the last call."""
        found = []
        for place, one in enumerate(self._watched):
            digest = fingerprint(one.thing)
            if digest != one.digest:
                found.append(one.name)
                self._watched[place] = one._replace(digest=digest)
        return found
