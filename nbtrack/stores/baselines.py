"""The runs that others are compared with: the baseline of an experiment, and those of single cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import tags as reserved
from nbtrack.entities import ViewType
from nbtrack.errors import InvalidValue
from nbtrack.query import Comparison, Query
from nbtrack.stores.run_lookup import previous

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.stores.interface import Store

SCOPES = ("experiment", "cell")
"""What a run can be the baseline of."""
MOST = 200
"""The most baselines that are read of some experiments: one for each cell and one for each experiment."""


class Baselines:
    """The baselines of some experiments, read once.

    Parameters
    ----------
    store : Store
        Where the runs are.
    experiment_ids : sequence of str
        The experiments.
    """

    def __init__(self, store: Store, experiment_ids: Sequence[str]) -> None:
        tagged = Query(Comparison("tag", reserved.BASELINE, "LIKE", "%"))
        found = store.search_runs(experiment_ids, tagged, ViewType.ACTIVE_ONLY, MOST) if experiment_ids else []
        self.runs = [each for each in found if each.data.tags[reserved.BASELINE] in SCOPES]
        self._known = {_place(each, each.data.tags[reserved.BASELINE]): each for each in reversed(self.runs)}

    def of(self, run: Run) -> Run | None:
        """Return what a run is compared with: the baseline of its cell, else that of its experiment, if another run."""
        found = self._known.get(_place(run, "cell")) or self._known.get(_place(run, "experiment"))
        return None if found is None or found.info.run_id == run.info.run_id else found

    def shared_by(self, runs: Sequence[Run]) -> Run | None:
        """Return the baseline of some runs, if all that have one have the same."""
        found = {each.info.run_id: each for run in runs if (each := self.of(run)) is not None}
        return next(iter(found.values())) if len(found) == 1 else None


def _place(run: Run, scope: str) -> tuple[str, str | None]:
    """Return what a run with that tag is the baseline of; a run without a cell is not that of a cell."""
    cell = run.data.tags.get(reserved.CELL)
    return run.info.experiment_id, (cell or run.info.run_id) if scope == "cell" else None


def baseline_of(store: Store, run: Run) -> Run | None:
    """Return the run that a run is compared with, if one was chosen for its cell or experiment."""
    return Baselines(store, [run.info.experiment_id]).of(run)


def compared_with(store: Store, run: Run) -> Run | None:
    """Return the run that a run is compared with: its baseline, else the one of the same cell before it, if any."""
    return baseline_of(store, run) or previous(store, run)


def set_baseline(store: Store, run: Run, scope: str) -> None:
    """Make a run the baseline of its experiment or cell, in place of another one.

    Raises
    ------
    InvalidValue
        When `scope` is not one of `SCOPES`, or the run has no cell to be the baseline of.
    """
    if scope not in SCOPES:
        msg = f"a run can be the baseline of its {' or '.join(SCOPES)}, not of {scope[:40]!r}"
        raise InvalidValue(msg)
    if scope == "cell" and reserved.CELL not in run.data.tags:
        msg = f"Run {run.info.run_name!r} has no cell: make it the baseline of its experiment"
        raise InvalidValue(msg)
    for each in Baselines(store, [run.info.experiment_id]).runs:
        is_replaced = _place(each, each.data.tags[reserved.BASELINE]) == _place(run, scope)
        if is_replaced and each.info.run_id != run.info.run_id:
            store.delete_tag(each.info.run_id, reserved.BASELINE)
    store.log_batch(run.info.run_id, tags=[(reserved.BASELINE, scope)])


def clear_baseline(store: Store, run: Run) -> None:
    """Stop using a run as a baseline."""
    if reserved.BASELINE in run.data.tags:
        store.delete_tag(run.info.run_id, reserved.BASELINE)
