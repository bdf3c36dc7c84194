"""What the figures of `scale.py` have to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Bar(NamedTuple):
    """A limit, by itself or as a multiple of another figure."""

    measure: str
    limit: float
    of: str | None = None
    is_minimum: bool = False

    def __str__(self) -> str:
        """Return the bar as the table shows it."""
        sign = "≥" if self.is_minimum else "≤"
        return f"{sign} {self.limit:g}" + (f" × {self.of}" if self.of else "")

    def is_reached(self, found: Mapping[str, float]) -> bool | None:
        """Return whether the figures of a size reach it; None where one of them was not measured."""
        names = [self.measure, *([self.of] if self.of else [])]
        if any(each not in found for each in names):
            return None
        limit = self.limit * (found[self.of] if self.of else 1)
        return found[self.measure] >= limit if self.is_minimum else found[self.measure] <= limit


BARS = (
    Bar("newest, first 100", 30),
    Bar("filtered and ordered, first 100", 30),
    Bar("filtered and ordered, page 50", 30),
    Bar("run of 50 values", 3, "run of 50 values, by hand"),
    Bar("run of 50 values, round trips", 8),
    Bar("10,000 runs to pandas", 2, "10,000 runs to pandas, by hand"),
    Bar("64 clients, runs/s", 0.7, "64 clients, runs/s, pgbench", is_minimum=True),
    Bar("64 clients, points/s", 0.7, "64 clients, points/s, pgbench", is_minimum=True),
    Bar("64 clients, runs/s", 5, "64 clients, runs/s, MLflow", is_minimum=True),
    Bar("64 clients, points/s", 5, "64 clients, points/s, MLflow", is_minimum=True),
    Bar("until a point can be read, slowest", 1_000),
    Bar("memory of a server, MB", 80),
)


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """Return the figures of each size as a Markdown table, with the bars beside them; ✗ where one is not reached."""
    names = list(found)
    lines = [
        "| measure | " + " | ".join(f"{name} runs" for name in names) + " | bar |",
        "|---|" + "---:|" * len(names) + "---|",
    ]
    for measure in {each: None for figures in found.values() for each in figures}:
        bars = [each for each in BARS if each.measure == measure and _is_measured(each, found)]
        cells = [_cell(figures, measure, bars) for figures in found.values()]
        lines.append(f"| {measure} | {' | '.join(cells)} | {', '.join(map(str, bars))} |")
    return "\n".join(lines)


def _is_measured(bar: Bar, found: Mapping[str, Mapping[str, float]]) -> bool:
    return any(bar.is_reached(figures) is not None for figures in found.values())


def _cell(figures: Mapping[str, float], measure: str, bars: list[Bar]) -> str:
    if measure not in figures:
        return ""
    missed = any(each.is_reached(figures) is False for each in bars)
    return f"{figures[measure]:,.1f}" + (" ✗" if missed else "")
