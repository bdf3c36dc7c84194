"""The colour of a run: the same in every table, chart and figure."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_PALETTE = Path(__file__).parent.parent / "web" / "palette.json"


@cache
def _colours() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(_PALETTE.read_text())
    return found


def nth_colour(number: int, *, dark: bool = False) -> str:
    """Return the nth colour, for something that is not a run."""
    palette = _colours()["dark" if dark else "light"]
    return palette[number % len(palette)]


def run_colour(run_id: str, *, dark: bool = False) -> str:
    """Return the colour of a run as ``#rrggbb``, chosen by the last digit of its id."""
    palette = _colours()["dark" if dark else "light"]
    digit = run_id[-1:]
    return palette[int(digit, 16) % len(palette) if digit in "0123456789abcdefABCDEF" and digit else 0]
