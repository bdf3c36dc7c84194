"""Run tables: a page of rows with all that stands above it, the columns to choose from, and the runs as a file."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING, Any

from nbtrack.api import looks
from nbtrack.api.listing import GROUPS, now
from nbtrack.views import table
from nbtrack.wire import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from nbtrack.api.listing import Listing
    from nbtrack.entities import Run
    from nbtrack.wire.values import Json

PAGE = 20
"""Rows of the first page: about a screen of them."""
MOST_ROWS = 600
"""Rows that are sent at once when they are asked for."""
EMPTY = "No runs yet. Put %%track above a cell and run it."
NOTHING = "No run matches this filter."


def page(
    listing: Listing, offset: int, limit: int, marks: Mapping[str, str], runs: Sequence[Run] | None = None
) -> Json:
    """Return rows, and what stands above them; `runs` are those of the rows, where they are at hand."""
    shape, marked, experiment = listing.shape, looks.marks(marks), listing.experiment
    return {
        "total": listing.total,
        "runs": shape.total,
        "offset": offset,
        "now": now(),
        "experiment": {"id": experiment.experiment_id, "name": experiment.name} if experiment is not None else None,
        "columns": [_column(listing, each, marked) for each in shape.columns],
        "constant": [list(each) for each in shape.constant],
        "more_columns": shape.more_columns,
        "rows": listing.rows(offset, limit, runs),
        "empty": None if shape.total else (NOTHING if listing.query.text else EMPTY),
    }


def _column(listing: Listing, column: table.Column, marks: Mapping[str, str]) -> dict[str, Any]:
    """Return a column as the front end knows it: a metric with its best value or which one it shows, its range."""
    told, key = column._asdict(), column.id.removeprefix("metrics.")
    seen = listing.overview.metrics.get(key)
    if seen is None or column.group != "metric":
        return told
    best = listing.best(key)
    if best is not None:
        told["best"] = best
    if listing.reading(key) != "last":
        told["reading"] = listing.reading(key)
    if column.id in marks:
        lower = listing.lower_is_better(key)
        told |= {"mark": marks[column.id], "low": seen.low, "high": seen.high, "lower": lower}
    return told


def columns(listing: Listing) -> Json:
    """Return all columns that may be chosen, and what runs may be grouped by."""
    return {"columns": [each._asdict() for each in table.every_column(listing.overview)], "groups": list(GROUPS)}


def csv(listing: Listing, run_ids: Sequence[str] = ()) -> bytes:
    """Return the runs of a listing as CSV, all or some of them."""
    written: str = _chosen(listing.frame(), run_ids).to_csv(index=False)
    return written.encode()


def json(listing: Listing, run_ids: Sequence[str] = ()) -> bytes:
    """Return the runs of a listing as a JSON list, all or some of them, each as MLflow's ``runs/get`` tells it."""
    runs = listing.named(run_ids) if run_ids else listing.every()
    return dumps([records.write_run(each) for each in runs], ensure_ascii=False, allow_nan=False).encode()


def _chosen(frame: pd.DataFrame, run_ids: Sequence[str]) -> pd.DataFrame:
    return frame[frame["run_id"].isin(list(run_ids))] if run_ids else frame
