"""The tools that read a store; the docstring of each is its description for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.summaries import budget, comparisons, curves, run_files, runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbtrack.summaries.run_source import RunSource


class ReadTools:
    """The tools that read a store."""

    def __init__(self, source: RunSource) -> None:
        self._source = source

    def all(self) -> list[Callable[..., dict[str, Any]]]:
        """Return the tools."""
        return [
            self.experiments,
            self.search_runs,
            self.run,
            self.curve,
            self.diff,
            self.compare,
            self.code,
            self.outputs,
            self.artifact_text,
        ]

    def experiments(self, filter: str = "", tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """List experiments, the newest first; filter such as: name LIKE 'fraud%'."""
        return runs.experiments(self._source, filter, tokens)

    def search_runs(
        self,
        filter: str = "",
        experiment: str | None = None,
        order_by: list[str] | None = None,
        columns: list[str] | None = None,
        limit: int = 20,
        offset: int = 0,
        tokens: int = budget.DEFAULT,
    ) -> dict[str, Any]:
        """Find runs, as a table.

        filter: MLflow's grammar, such as: metrics.acc > 0.9 and params.model = 'svm' and status = 'RUNNING'.
        experiment: its id or name; all by default. order_by: such as ["metrics.acc DESC"]; the newest first by default.
        columns: such as ["params.lr", "metrics.acc"]; by default the parameters that differ, and metrics.
        """
        return runs.search(
            self._source,
            filter,
            experiment=experiment,
            order_by=order_by or (),
            columns=columns or (),
            limit=limit,
            offset=offset,
            tokens=tokens,
        )

    def run(self, run: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """Show a run, by id or name: status, error, note, latest metrics, parameters, tags, datasets, files."""
        return runs.run(self._source, run, tokens)

    def curve(
        self,
        runs: list[str],
        metrics: list[str] | None = None,
        points: int = curves.POINTS,
        tokens: int = budget.DEFAULT,
    ) -> dict[str, Any]:
        """Show curves of metrics: their ends, extremes, trend, plateaus and NaN, and thinned [step, value] pairs.

        runs: ids or names. metrics: all by default. points: about how many of each curve.
        """
        return curves.curves(self._source, runs, metrics or (), points=points, tokens=tokens)

    def diff(self, before: str, after: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """Show what changed from one run to another: parameters, code, data, packages, git, seeds, metrics."""
        return comparisons.diff(self._source, before, after, tokens)

    def compare(
        self,
        runs: list[str] | None = None,
        filter: str = "",
        experiment: str | None = None,
        by: list[str] | None = None,
        metric: str | None = None,
        tokens: int = budget.DEFAULT,
    ) -> dict[str, Any]:
        """Compare groups of runs over their seeds: means, confident differences from the best, verdicts.

        runs: ids or names; or a filter, within an experiment or all. by: parameters or tags to group by, such as
        ["params.model"]; by default everything but the seed. metric: by default the one with a goal.
        """
        return comparisons.compare(
            self._source,
            runs or (),
            filter=filter,
            experiment=experiment,
            by=by or (),
            metric=metric,
            tokens=tokens,
        )

    def code(self, run: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """Show the code of a run's cell, and of the earlier cells that it depends on."""
        return run_files.code(self._source, run, tokens)

    def outputs(self, run: str, tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """Show what a run's cell printed and displayed as text, and name its other outputs."""
        return run_files.outputs(self._source, run, tokens)

    def artifact_text(self, run: str, path: str, offset: int = 0, tokens: int = budget.DEFAULT) -> dict[str, Any]:
        """Read a text file among a run's artifacts, from a byte offset; the tool `run` lists the files."""
        return run_files.artifact_text(self._source, run, path, offset, tokens)
