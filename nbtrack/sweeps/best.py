"""The winner of a sweep, and its values written into the code of the cell."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.errors import NotFound
from nbtrack.sweeps.parameter_sites import sites_of
from nbtrack.tracking.experiments import search_experiments

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.capture.analysis.constant_folding import Value
    from nbtrack.entities import Run
    from nbtrack.tracking.client import MlflowClient

_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)


class About(NamedTuple):
    """The description of a sweep that is stored with its run."""

    parameters: list[str]
    metric: str | None
    goal: str
    best: str | None
    """The id of the best trial's run."""
    again: int
    """How many earlier cells each trial ran again."""


def about(run: Run) -> About:
    """Return the description of the sweep of a run; raise `NotFound` if the run is not a sweep."""
    try:
        found = json.loads(run.data.tags[reserved.SWEEP])
        keys = [str(each) for each in found["parameters"]]
        return About(keys, found["metric"], str(found["goal"]), found["best"], int(found["again"]))
    except (KeyError, ValueError, TypeError):
        raise NotFound(f"Run {run.info.run_name} is not a sweep: run a cell with %%track --grid") from None


def sweep_of(client: MlflowClient, run: Run | None) -> Run:
    """Return the run of a sweep, given it or one of its trials; without either, the latest sweep.

    Raises
    ------
    NotFound
        When there is no sweep.
    """
    if run is not None and reserved.SWEEP not in run.data.tags and run.parent_id:
        run = client.get_run(run.parent_id)
    if run is None or reserved.SWEEP not in run.data.tags:
        everywhere = [each.experiment_id for each in search_experiments()]
        found = client.search_runs(everywhere, f"tags.`{reserved.SWEEP}` LIKE '%'", max_results=1)
        if run is not None or not found:
            raise NotFound("There is no sweep yet: run a cell with %%track --grid NAME=VALUE,VALUE")
        run = found[0]
    return run


def winner(client: MlflowClient, sweep: Run) -> Run:
    """Return the run of the best trial; raise `NotFound` if no trial has the metric that ranks them."""
    best = about(sweep).best
    if best is None:
        raise NotFound(
            f"Sweep {sweep.info.run_name} has no best trial: none that finished has the metric that ranks it"
        )
    return client.get_run(best)


def values_of(trial: Run) -> dict[str, Value]:
    """Return the values that a trial was run with."""
    try:
        found = json.loads(trial.data.tags[reserved.TRIAL_VALUES])
        return {str(key): ast.literal_eval(text) for key, text in found.items()}
    except (KeyError, ValueError, SyntaxError, AttributeError):
        raise NotFound(f"Run {trial.info.run_name} is not a trial: it has no values") from None


class Rewritten(NamedTuple):
    """The code of a cell with other values in it."""

    source: str
    elsewhere: dict[str, Value]
    """The parameters that earlier cells set."""


def rewritten(source: str, values: Mapping[str, Value]) -> Rewritten:
    """Return the code of a cell with these values; everything else is unchanged, including the layout."""
    readable = _MAGIC.sub(r"\1pass", source)
    try:
        sites = sites_of(ast.parse(readable), None, {})
    except (SyntaxError, ValueError):
        return Rewritten(source, dict(values))
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    found = {key: [site for site in sites if key in site.keys] for key in values}
    places = [(site.node, _written(values[key], site.value)) for key, some in found.items() for site in some]
    for node, text in sorted(places, key=lambda one: (one[0].lineno, one[0].col_offset), reverse=True):
        _replace(lines, node, text)
    elsewhere = {key: values[key] for key, some in found.items() if not some}
    return Rewritten(b"".join(lines).decode(), elsewhere)


def _written(value: Value, before: Value) -> bytes:
    return repr(list(value) if isinstance(before, list) and isinstance(value, tuple) else value).encode()


def _replace(lines: list[bytes], node: ast.expr, text: bytes) -> None:
    """Replace an expression with text; positions are in bytes, as the parser counts them."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    rest = lines[last][node.end_col_offset or 0 :]
    lines[first : last + 1] = [lines[first][: node.col_offset] + text + rest, *([b""] * (last - first))]
