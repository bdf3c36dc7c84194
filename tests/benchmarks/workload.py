"""What every workload is: set up once, measured many times, taken down once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class NotThere(Exception):
    """What is to be measured does not exist yet."""


class Workload:
    """One contender's way to do what a subject measures.

    Parameters
    ----------
    folder : Path
        An empty folder of its own; those of the other contenders stand beside it.
    size : dict
        How much to do, as the subject declares it.
    """

    def __init__(self, folder: Path, size: dict[str, int]) -> None:
        self.folder, self.size = folder, size

    def set_up(self) -> None:
        """Prepare what is not measured."""

    def once(self) -> dict[str, float]:
        """Do it once and return a sample of each measure."""
        raise NotImplementedError

    def tear_down(self) -> None:
        """Let go of everything."""


def percentiles(nanoseconds: list[int]) -> dict[str, float]:
    """Return the middle, the 99th percentile and the longest of some calls, in µs."""
    ordered = sorted(nanoseconds)
    return {
        "p50": ordered[len(ordered) // 2] / 1000,
        "p99": ordered[len(ordered) * 99 // 100] / 1000,
        "longest": ordered[-1] / 1000,
    }


def middle(numbers: list[float]) -> float:
    """Return the median."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
