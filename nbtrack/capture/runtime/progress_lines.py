"""Reads the lines in which boosting libraries print how each round went: ``[10]  valid-rmse:0.25``.

XGBoost writes ``valid-rmse:0.25``, LightGBM ``valid's rmse: 0.25``, both separated by tabs.
"""

from __future__ import annotations

import re

from nbtrack.capture.runtime.series_reading import MOST_CURVES, MOST_POINTS

_LONGEST = 10_000_000
"""Characters of text, of which the last are read."""
_REPEATED = re.compile(r"best iteration(?: is)?:\s*\n\[.*", re.IGNORECASE)
"""A round that is printed once more, as the best one."""
_LINE = re.compile(r"^\[(\d{1,9})\]\s+(\S.*)$", re.MULTILINE)
_PART = re.compile(r"([\w.]+)(?:-|'s )([\w.@-]+): ?([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)")


def read(text: str) -> dict[str, dict[int, float]]:
    """Return the values of each round, by key (``valid.rmse``); if there were several trainings, those of the last."""
    found: dict[str, dict[int, float]] = {}
    for count, line in enumerate(_LINE.finditer(_REPEATED.sub("", text[-_LONGEST:]))):
        parts = [_PART.fullmatch(part.strip()) for part in line[2].split("\t")]
        step = int(line[1])
        if count == MOST_POINTS or not all(parts):
            continue
        for part in parts[:MOST_CURVES]:
            if part is not None:
                _add(found.setdefault(f"{part[1]}.{part[2]}", {}), step, float(part[3]))
    return found


def _add(points: dict[int, float], step: int, value: float) -> None:
    """Add a point; a step that is not greater than the last begins the next training."""
    if points and step <= next(reversed(points)):
        points.clear()
    points[step] = value
