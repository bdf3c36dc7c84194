"""Numbers, times and texts formatted for reading."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

STATUS_SIGNS = {
    "RUNNING": "◌",
    "SCHEDULED": "◌",
    "RECORDED": "✓",
    "FINISHED": "✓",
    "FAILED": "✕",
    "KILLED": "■",
    "INTERRUPTED": "■",
}
ALERT_SIGNS = {"info": "ℹ", "warning": "⚠", "error": "⛔"}
DIGITS = 5
"""Significant digits of a single metric value."""
CHOSEN_DIGITS = 12
"""A parameter with more significant digits than this was computed, not typed."""
_DECIMAL = re.compile(r"-?(\d*\.\d+)(e[-+]?\d+)?")


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 run``, ``1,000 runs``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def number(value: float | None) -> str:
    """Return a metric value in a few significant digits; ``–`` when there is none."""
    if value is None:
        return "–"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace(",", "\u202f") if abs(value) >= 1e5 else str(int(value))
    shown = f"{value:.{DIGITS}g}"
    return shown.replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


def parameter(text: str) -> str:
    """Return a parameter for a cell: a number is rounded if it has digits that only arithmetic gives.

    Examples
    --------
    >>> [parameter(each) for each in ("0.000977", "0.30000000000000004", "0.0031622776601683794", "adam")]
    ['0.000977', '0.3', '0.00316228', 'adam']
    """
    found = _DECIMAL.fullmatch(text)
    if found is None or _significant(found[1]) <= CHOSEN_DIGITS:
        return text
    value = float(text)
    shown = f"{value:.{CHOSEN_DIGITS}g}"
    if _significant(shown.partition("e")[0]) <= CHOSEN_DIGITS - 4:
        return shown
    whole = found[1].partition(".")[0].lstrip("0")
    return f"{value:.{max(6, 0 if found[2] else len(whole))}g}"


def _significant(digits: str) -> int:
    return len(digits.replace(".", "").replace("-", "").strip("0"))


def change(before: float, after: float) -> str:
    """Return a difference with its sign; empty when there is none."""
    if not (math.isfinite(before) and math.isfinite(after)) or after == before:
        return ""
    difference = after - before
    return f"{'+' if difference > 0 else '−'}{abs(difference):.2g}"


def duration(milliseconds: float | None) -> str:
    """Return a duration such as ``12.4 s`` or ``2 h 05 min``."""
    if milliseconds is None:
        return "–"
    seconds = max(0.0, milliseconds / 1000)
    if seconds < 1:
        return f"{milliseconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours:02d} h"


def moment(milliseconds: int) -> str:
    """Return a time in UTC, to the second."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def short(text: str, most: int = 60) -> str:
    """Return text in one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def byte_size(size: float) -> str:
    """Return a size such as ``512 B`` or ``12.3 kB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
