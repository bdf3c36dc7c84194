"""The output of commands: tables, JSON and progress bars."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbtrack.presentation import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbtrack.entities import Experiment, FileInfo, Run

Item = TypeVar("Item")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_json(value: object) -> None:
    """Print JSON; NaN and infinities become text."""
    click.echo(json.dumps(_json_value(value), indent=2, ensure_ascii=False))


def json_line(value: object) -> str:
    """Return JSON in one line; NaN and infinities become text."""
    return json.dumps(_json_value(value), ensure_ascii=False)


def _json_value(value: object) -> object:
    if isinstance(value, dict):
        return {key: _json_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def print_table(titles: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    """Print a table with its titles."""
    cells = [[printable(each) for each in titles], *([printable(each) for each in line] for line in lines)]
    widths = [max(len(line[number]) for line in cells) for number in range(len(titles))]
    for line in cells:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def printable(value: object) -> str:
    """Return a value as one line without control characters."""
    text = "–" if value is None else formatting.number(value) if isinstance(value, float) else str(value)
    return "".join(each if each.isprintable() else " " for each in text)


def experiment(found: Experiment) -> dict[str, Any]:
    """Return an experiment as JSON."""
    return found._asdict()


def run(found: Run) -> dict[str, Any]:
    """Return a run as JSON: its info, data and inputs."""
    return {
        "info": found.info._asdict(),
        "data": {"metrics": found.data.metrics, "params": found.data.params, "tags": found.data.tags},
        "inputs": [
            {"dataset": each.dataset._asdict(), "tags": dict(each.tags)} for each in found.inputs.dataset_inputs
        ],
    }


def file(found: FileInfo) -> Mapping[str, object]:
    """Return an artifact as JSON."""
    return found._asdict()


def progress(items: Sequence[Item], label: str) -> Iterator[Item]:
    """Yield items with a progress bar on stderr, if that is a terminal and there are several items."""
    if len(items) < 2 or not sys.stderr.isatty():
        yield from items
        return
    with click.progressbar(items, label=label, file=sys.stderr) as bar:
        yield from bar
