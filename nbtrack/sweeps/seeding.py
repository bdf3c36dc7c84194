"""The random generators of ``random``, ``numpy`` and ``torch``: seeded for a trial, and restored afterwards."""

from __future__ import annotations

import importlib
import random
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LIBRARIES = ("numpy", "torch")


def seed_all(seed: int, modules: Iterable[str] = ()) -> None:
    """Seed the generators; of numpy and torch those that are imported, or that are among `modules`."""
    random.seed(seed)
    for name in set(modules).intersection(LIBRARIES) - sys.modules.keys():
        with suppress(ImportError):
            importlib.import_module(name)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed % 2**32)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def seeded() -> tuple[str, ...]:
    """Return the modules whose generators `seed_all` seeds in this process."""
    return ("random", *(name for name in LIBRARIES if name in sys.modules))


@contextmanager
def kept_states() -> Iterator[None]:
    """Restore the states of the generators after the block."""
    restore = [*_states()]
    try:
        yield
    finally:
        for set_, state in restore:
            set_(state)


def _states() -> Iterator[tuple[Callable[[Any], Any], Any]]:
    yield random.setstate, random.getstate()
    if "numpy" in sys.modules:
        numpy = sys.modules["numpy"]
        yield numpy.random.set_state, numpy.random.get_state()
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        yield torch.set_rng_state, torch.get_rng_state()
