"""What a run table lists: which runs, in which order and groups, and what each of its columns holds."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from nbtrack import tags as reserved
from nbtrack.api import looks
from nbtrack.api.looks import Look
from nbtrack.entities import Overview, ViewType
from nbtrack.query import Comparison, Query, parse
from nbtrack.views import arrange, goals, table, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Experiment, Run
    from nbtrack.stores.base import Store
    from nbtrack.views.arrange import Line

GROUPS = ("experiment", "cell", "parent")
"""What runs are grouped by, besides a parameter such as ``params.lr``."""
MOST_ARRANGED = 20_000
"""Runs that are grouped or nested at most."""
MOST_EXPERIMENTS = 10_000
MOST_RUNS = 1_000_000


def everywhere(store: Store) -> Sequence[Experiment]:
    """Return the experiments that are not deleted."""
    return store.search_experiments(Query(), ViewType.ACTIVE_ONLY, MOST_EXPERIMENTS)


def now() -> int:
    """Return the time in ms since the epoch UTC."""
    return time.time_ns() // 1_000_000


class Listing:
    """The runs of some experiments as a table shows them; nothing is read before `look`.

    Parameters
    ----------
    store : Store
        Where the runs are.
    experiment_ids : sequence of str, optional
        Where to look; by default everywhere.
    """

    def __init__(self, store: Store, experiment_ids: Sequence[str] | None = None) -> None:
        self.store, self.experiment_ids = store, experiment_ids
        self.experiments: Sequence[Experiment] = ()
        self.goals: dict[str, str] = {}
        self.query, self.shape, self.overview = Query(), table.Shape(0, table.FIXED, (), 0), Overview(0, {}, {}, {})
        self._where: list[str] = []
        self._look, self._lines, self._kept = Look(), list[arrange.Line](), dict[tuple[str, str, int], float]()

    @property
    def experiment(self) -> Experiment | None:
        """The experiment whose runs these are, when they are those of one that was asked for."""
        return self.experiments[0] if self.experiment_ids is not None and len(self.experiments) == 1 else None

    @property
    def total(self) -> int:
        """How many lines there are."""
        return len(self._lines) if self._look.group else self.shape.total

    def _experiments_now(self) -> Sequence[Experiment]:
        if self.experiment_ids is None:
            return everywhere(self.store)
        return [self.store.get_experiment(each) for each in self.experiment_ids]

    def look(self, look: Look) -> None:
        """Read the filter and ask the store what there is; `InvalidValue` leaves all as it was."""
        query = parse(look.filter, looks.orderings(looks.sorts(look.sort)))
        values = looks.readings(look.values)
        experiments = self._experiments_now()
        where = [each.experiment_id for each in experiments]
        overview = self.store.overview(where, query, ViewType.ACTIVE_ONLY)
        columns = looks.columns(look.columns, overview)
        self.experiments, self._where, self.goals = experiments, where, goals.among(experiments)
        self.query, self._look, self.overview = query, look._replace(columns=columns, values=values), overview
        self.shape = table.shape(overview, columns)
        self._lines = self._arranged() if look.group else []

    def lower_is_better(self, metric: str) -> bool:
        """Tell whether less of a metric is better."""
        return words.lower_is_better(metric, self.goals)

    def reading(self, metric: str) -> str:
        """Return which value of a metric is shown."""
        return self._look.values.get(f"metrics.{metric}", "last")

    def best(self, metric: str) -> float | None:
        """Return the best value of a metric that is shown by its last one; None where all runs have the same."""
        seen = self.overview.metrics[metric]
        found = seen.low if self.lower_is_better(metric) else seen.high
        if seen.low == seen.high or self.reading(metric) != "last":
            return None
        return found if isinstance(found, float) and math.isfinite(found) else None

    # rows

    def runs(self, offset: int, limit: int) -> list[Run]:
        """Return runs of some lines."""
        if self._look.group:
            return list(self.named([each.run_id for each in self._lines[offset : offset + limit] if each.run_id]))
        return list(self._found(self.query, limit, offset))

    def found(self, most: int) -> list[Run]:
        """Return the runs that the filter finds, at most so many, without groups."""
        return list(self._found(self.query, most))

    def rows(self, offset: int, limit: int, runs: Sequence[Run] | None = None) -> list[dict[str, Any]]:
        """Return lines as the front end draws them; `runs` are theirs, where they are at hand."""
        runs = self.runs(offset, limit) if runs is None else runs
        if not self._look.group:
            return [self.row(each) for each in runs]
        known = {each.info.run_id: each for each in runs}
        lines = self._lines[offset : offset + limit]
        return [self._line(each, known.get(each.run_id)) for each in lines]

    def row(self, run: Run) -> dict[str, Any]:
        """Return a run as the front end draws it."""
        return {"id": run.info.run_id, "v": table.row(run, self.shape.columns, self._readings(run), now=now())}

    def _line(self, line: Line, run: Run | None) -> dict[str, Any]:
        row = self.row(run) if run is not None else {"id": "", "v": []}
        told = {"label": line.label, "depth": line.depth, "key": line.key, "runs": line.runs, "closed": line.closed}
        return {**row, **{name: value for name, value in told.items() if value}}

    def _found(self, query: Query, limit: int, offset: int = 0) -> Sequence[Run]:
        return self.store.search_runs(self._where, query, ViewType.ACTIVE_ONLY, limit, offset=offset)

    def every(self) -> Sequence[Run]:
        """Return every run that the filter finds, in the order shown."""
        return self._found(self.query, MOST_RUNS)

    def named(self, run_ids: Sequence[str]) -> Sequence[Run]:
        """Return runs by their ids."""
        if not run_ids:
            return ()
        return self._found(Query(Comparison("attribute", "run_id", "IN", tuple(run_ids))), len(run_ids))

    def frame(self) -> Any:
        """Return every run that the filter finds, in the order shown, as a pandas frame."""
        from nbtrack.views.frames import columns_frame

        return columns_frame(self.store.run_columns(self._where, self.query, ViewType.ACTIVE_ONLY, MOST_RUNS))

    # groups

    def _arranged(self) -> list[Line]:
        kind, key = self._grouping()
        held = self.store.run_columns(
            self._where, self.query, ViewType.ACTIVE_ONLY, MOST_ARRANGED, {kind: [key]} if kind else {}
        )
        ids: list[str] = held.infos["run_id"]
        found = {
            ids[place]: str(value)
            for alike in (getattr(held, kind) if kind else ())
            for place, value in zip(alike.places, alike.columns[key], strict=True)
        }
        if self._look.group == "parent":
            return arrange.nested(ids, found, self._look.closed)
        labels = [found.get(each) for each in ids]
        if self._look.group == "experiment":
            names = {each.experiment_id: each.name for each in self.experiments}
            labels = [names.get(each, each) for each in held.infos["experiment_id"]]
        if self._look.group.startswith(("params.", "tags.")):
            labels = [f"{key} = {'–' if each is None else each}" for each in labels]
        return arrange.grouped(ids, labels, self._look.closed)

    def _grouping(self) -> tuple[str, str]:
        """Return where the store has what the runs are grouped by."""
        entity, _, key = self._look.group.partition(".")
        own = {"parent": ("tags", reserved.PARENT_RUN), "cell": ("tags", reserved.CELL), "experiment": ("", "")}
        return own.get(self._look.group) or (entity if entity in {"params", "tags"} else "params", key)

    # other values of a metric than the last

    def _readings(self, run: Run) -> dict[str, float]:
        asked = {column.removeprefix("metrics."): kind for column, kind in self._look.values.items() if kind != "last"}
        wanted = {key: kind for key, kind in asked.items() if key in run.data.metrics}
        steps = {each.key: each.timestamp for each in run.data.latest}
        return {key: self._extreme(run.info.run_id, key, kind, steps.get(key, 0)) for key, kind in wanted.items()}

    def _extreme(self, run_id: str, key: str, kind: str, latest: int) -> float:
        low = kind == "min" or (kind == "best" and self.lower_is_better(key))
        known = (run_id, f"{key}\n{low}", latest)
        if known not in self._kept:
            values = [each for each in self.store.metric_history(run_id, key).values if not math.isnan(each)]
            self._kept[known] = float((min if low else max)(values, default=math.nan))
        return self._kept[known]
