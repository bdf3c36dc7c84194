"""From samples to a table of medians and ratios: as JSON, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rounds import PEERS
from rows import ROWS
from workload import middle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rounds import Outcome
    from rows import Row


BRIEF = (
    "log_metric.p50",
    "end_to_end",
    "short_run",
    "first_metric",
    "search",
    "history",
    "writers.16",
)
"""The rows that the README has."""
BEGIN, END = "<!-- benchmarks -->\n", "<!-- end of benchmarks -->\n"


def judged(row: Row, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return a row as JSON: medians, the multiple of nbtrack's that each other took, the bars, and the samples."""
    samples = {name: each.samples[row.measure] for name, each in outcomes.items() if row.measure in each.samples}
    medians = {name: max(each) if row.worst else middle(each) for name, each in samples.items()}
    ours = medians.get("nbtrack")
    bars = [{"text": each.text(row.unit), "limit": each.limit(medians), "met": each.met(medians)} for each in row.bars]
    known = [each["met"] for each in bars if each["met"] is not None]
    return {
        "name": row.name,
        "what": row.what,
        "unit": row.unit,
        "medians": medians,
        "times_nbtrack": {name: each / ours for name, each in medians.items() if ours and name != "nbtrack"},
        "bars": bars,
        "met": all(known) if known else None,
        "missing": {name: each.missing for name, each in outcomes.items() if each.missing},
        "errors": {name: each.error for name, each in outcomes.items() if each.error},
        "samples": samples,
    }


def table(measured: Mapping[str, Mapping[str, Outcome]]) -> list[dict[str, Any]]:
    """Return the rows of the subjects that were measured."""
    return [judged(row, measured[row.subject]) for row in ROWS if row.subject in measured]


def amount(value: float, unit: str = "") -> str:
    """Return a number with three digits that matter, and its unit."""
    if 0 < value < 0.1:
        return f"{value:.1g} {unit}".strip()
    digits = 0 if value == int(value) or value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def _others(row: Mapping[str, Any], *, peers: bool) -> str:
    parts = []
    for name, value in row["medians"].items():
        if name != "nbtrack" and (name in PEERS) == peers:
            times = row["times_nbtrack"].get(name)
            parts.append(f"{name} {amount(value, row['unit'])}" + (f" ({amount(times)} ×)" if times else ""))
    return "; ".join(parts)


def _ours(row: Mapping[str, Any]) -> str:
    if "nbtrack" in row["medians"]:
        return amount(row["medians"]["nbtrack"], row["unit"])
    return row["missing"].get("nbtrack") or "failed"


def markdown(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of the table; in brackets stands the multiple of nbtrack's."""
    yield "| what | bar | nbtrack | met | limits, and × nbtrack | peers, and × nbtrack |"
    yield "|---|---|---|---|---|---|"
    words = {True: "yes", False: "**no**", None: ""}
    for row in rows:
        bar = ", ".join(each["text"] for each in row["bars"])
        cells = (row["what"], bar, _ours(row), words[row["met"]], _others(row, peers=False), _others(row, peers=True))
        yield f"| {' | '.join(cells)} |"
    for row in rows:
        for name, error in row["errors"].items():
            yield f"\n{row['name']}: {name} failed: {error.strip().splitlines()[-1]}"


def brief(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of a table for readers: nbtrack, the first of what limits it, and its peers."""
    yield f"| | nbtrack | what limits it | {' | '.join(PEERS)} |"
    yield "|---|---|---|" + "---|" * len(PEERS)
    for row in rows:
        if row["name"] not in BRIEF:
            continue
        limit = next((name for name in row["medians"] if name not in {"nbtrack", *PEERS}), None)
        beside = [f"{limit} {amount(row['medians'][limit], row['unit'])}" if limit else ""]
        beside += [amount(row["medians"][peer], row["unit"]) if peer in row["medians"] else "" for peer in PEERS]
        yield f"| {row['what']} | **{_ours(row)}** | {' | '.join(beside)} |"


def insert(path: Path, lines: list[str]) -> None:
    """Put lines between the marks of a file."""
    before, _, rest = path.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(before + BEGIN + "".join(f"{line}\n" for line in lines) + END + after)
