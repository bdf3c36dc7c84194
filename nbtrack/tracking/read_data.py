"""The data that a tracked cell reads: frames, arrays and tensors in the variables that it reads, and files.

A sample of the data is copied before the cell runs, and whole columns are hashed if that is fast. After the
cell, columns that were too long for that are hashed within a share of the time that the cell took, unless their samples
have changed meanwhile. Everything else is done between the cells: profiles, files, and immutable data.
"""

from __future__ import annotations

import os
import time
from itertools import islice
from typing import TYPE_CHECKING

from nbtrack.datasets import data_columns, file_fingerprint, fingerprint
from nbtrack.entities import DatasetInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbtrack.datasets.file_fingerprint import FileState
    from nbtrack.datasets.fingerprint import Fingerprint
    from nbtrack.entities import Dataset
    from nbtrack.tracking.client import MlflowClient

AT_ENTRY = 0.008
"""Most seconds by which hashing whole columns delays a cell, unless its last execution took long."""
SHARE = 0.04
"""Hashing may take this share of the time that a cell takes."""
MOST_COLUMNS, MOST_FILES = 150, 16
"""Columns of all data together, in the order of their names."""
DEEPEST, MOST_VALUES = 5, 500
"""How deeply nested containers are searched, and how many values in total."""
MOST_ENTRIES = 16
"""Entries of a dict, list or tuple that are searched."""
BESIDE = 0.5
"""Seconds that hashing between cells may always take; none if the program waits for it."""


class ReadData:
    """What one execution of a cell has read.

    Parameters
    ----------
    names : iterable of str
        The names that the cell reads from before itself.
    namespace : mapping
        Their values.
    last : float
        The seconds that the last execution of the cell took; 0 if there was none.
    at_once : bool
        Whether whole columns are hashed before the cell runs, and not only after it.
    """

    def __init__(
        self, names: Iterable[str], namespace: Mapping[str, object], last: float = 0, *, at_once: bool = True
    ) -> None:
        self._names, self._namespace = frozenset(names), namespace
        self._began, self._began_ns = time.monotonic(), time.time_ns()
        self._known = list(_fingerprints(names, namespace))
        self._files: list[FileState] = []
        self._allowed = BESIDE
        left = max(AT_ENTRY, SHARE * last) if at_once else 0.0
        for each in self._known:
            left = left if each.is_fixed else each.hash_within(left)
            each.release()

    def end(self, paths: Iterable[str], *, beside: float = BESIDE) -> None:
        """Record that the cell has ended, and which paths it has read.

        `inputs` may then hash for a share of the time that the cell took, or for `beside` seconds if that is more.
        """
        left = SHARE * (time.monotonic() - self._began)
        self._allowed = max(beside, left)
        states = (file_fingerprint.state_of(os.path.abspath(each)) for each in dict.fromkeys(paths))  # noqa: PTH100 - Path.absolute does not resolve ".."
        # Files that the cell itself has written are not inputs.
        self._files = [each for each in states if each is not None and each.changed < self._began_ns][:MOST_FILES]
        held = dict(islice(_values(self._names, self._namespace), MOST_VALUES))
        for each in self._known:
            each.resume(held.get(each.name))
            if not each.is_fixed:
                left = each.hash_unchanged_within(left)
                each.release()

    def store(self, client: MlflowClient, run_id: str) -> None:
        """Record what was read as inputs of a run."""
        inputs = self.inputs()
        if inputs:
            client.log_inputs(run_id, inputs)

    def inputs(self) -> list[DatasetInput]:
        """Return what was read as inputs of runs."""
        return [DatasetInput(each) for each in self._datasets()]

    def _datasets(self) -> Iterator[Dataset]:
        left = self._allowed
        for known in self._known:
            left = known.hash_unchanged_within(left) if known.is_fixed else left
            known.release()
            yield known.dataset()
        for state in self._files:
            yield file_fingerprint.dataset_of_file(state, self._allowed)


def _fingerprints(names: Iterable[str], namespace: Mapping[str, object]) -> Iterator[Fingerprint]:
    """Yield the fingerprints of the data that names hold, each object once."""
    seen: set[int] = set()
    left = MOST_COLUMNS
    for name, value in islice(_values(names, namespace), MOST_VALUES):
        known = _taken(name, value) if id(value) not in seen and left > 0 else None
        if known is not None:
            seen.add(id(value))
            left -= known.width
            yield known


def _taken(name: str, value: object) -> Fingerprint | None:
    try:
        return fingerprint.take(name, value)
    except Exception:  # noqa: BLE001 # classes derived from arrays, frames and tensors may raise anything
        return None


def _values(names: Iterable[str], namespace: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the values of names, and the entries of dicts, lists, tuples, datasets and loaders among them."""
    for name in sorted(names):
        yield from _within(name, namespace.get(name), DEEPEST)


def _within(name: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    yield name, value
    if depth:
        for place, each in _entries(value):
            yield from _within(f"{name}{place}", each, depth - 1)


def _entries(value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        held = list(dict.items(value))[:MOST_ENTRIES]
        return [(f".{key}", each) for key, each in held if type(key) is str]
    if type(value) is list or type(value) is tuple:
        return [(f"[{place}]", each) for place, each in enumerate(value[:MOST_ENTRIES])]
    return [(f".{key}", each) for key, each in data_columns.members(value).items()]
