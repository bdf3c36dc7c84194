"""Finding a run by id or name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import Run, ViewType
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.query import Comparison, Query, parse
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from nbtrack.stores.interface import Store

MAX_LISTED = 10
"""The number of runs with the same name that an error lists."""


def find_run(store: Store, run: Run | str) -> Run:
    """Return the run with this id or name, or the run itself; a deleted run is only found by its id.

    Raises
    ------
    NotFound
        When no run has that id or name.
    InvalidValue
        When several runs have that name; the message lists their ids.
    """
    if isinstance(run, Run):
        return run
    try:
        return store.get_run(run)
    except NotFound:
        experiments = store.search_experiments(Query(), ViewType.ACTIVE_ONLY, MlflowLimits.RESULTS_PER_PAGE)
        named = Query(Comparison("attribute", "run_name", "=", run))
        ids = [each.experiment_id for each in experiments]
        found = store.search_runs(ids, named, ViewType.ACTIVE_ONLY, MAX_LISTED + 1)
    if not found:
        msg = f"Run {run!r} not found: no run has this id or name"
        raise NotFound(msg)
    if len(found) > 1:
        raise _ambiguous(run, found)
    return found[0]


def previous(store: Store, run: Run) -> Run | None:
    """Return the run of the same cell that came before a run, or None."""
    cell = run.data.tags.get(reserved.CELL, "")
    earlier = parse(f"tags.{reserved.CELL} = '{cell}' and attributes.start_time < {run.info.start_time}")
    found = store.search_runs([run.info.experiment_id], earlier, ViewType.ACTIVE_ONLY, 1) if cell else []
    return found[0] if found else None


def _ambiguous(name: str, found: list[Run]) -> InvalidValue:
    listed = [f"  {each.info.run_id}  started {_time(each.info.start_time)}" for each in found[:MAX_LISTED]]
    more = ["  and more"] if len(found) > MAX_LISTED else []
    return InvalidValue("\n".join([f"Several runs are named {name!r}; give the id of one of them:", *listed, *more]))


def _time(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
