"""What a sweep prints, and records on its own run: the number of trials, their seeds, the best one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nbtrack.presentation import formatting
from nbtrack.sweeps import best
from nbtrack.tracking import param_conflicts
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from nbtrack.sweeps.namespace_copy import NamespaceCopies
    from nbtrack.sweeps.ranking import Ranking
    from nbtrack.sweeps.sweep import Ended
    from nbtrack.sweeps.sweep_options import SweepOptions
    from nbtrack.sweeps.swept_code import SweptCode
    from nbtrack.tracking import MlflowClient
    from nbtrack.tracking.captured_run import CapturedRun

MOST_ERRORS = 3


def say(text: str) -> None:
    """Print one line below the cell."""
    print(text)


def begin(code: SweptCode, asked: SweepOptions, total: int) -> None:
    """Print what is going to run."""
    keys = ", ".join(one.key for one in code.parameters.values())
    say(f"{formatting.counted(total, 'trial')} of {keys}, each in its own copy of the notebook's names")
    if code.again:
        cells = formatting.counted(len(code.again), "earlier cell")
        say(f"Each trial first runs {cells} again, where {keys} is set or used.")
    for name in code.fixed_seeds() if len(asked.seeds) > 1 else ():
        say(f"The cell fixes {name}: what it seeds is the same with each of the {len(asked.seeds)} seeds.")


def uncopied(copies: NamespaceCopies) -> None:
    """Print what the trials share with the notebook."""
    large = copies.shared.names
    if copies.uncopied:
        say(f"Shared by all trials, since it can't be copied: {', '.join(copies.uncopied)}")
    if large:
        say(f"Shared by all trials, since it is large: {', '.join(large)}; a trial that changes it is named here.")


def end(ended: Ended, ranking: Ranking, client: MlflowClient) -> None:
    """Print the outcomes of the trials, and the best one."""
    counts = Counter(_status(one.status) for one in ended.outcomes)
    parts = [f"{number} {status}" for status, number in counts.most_common()]
    missing = ended.total - len(ended.outcomes)
    more = f"; {missing} did not run, since {ended.reason}" if missing > 0 and ended.reason else ""
    reused = f"; {ended.reused} were there already" if ended.reused else ""
    repeated = f"; {ended.repeated} interrupted ones ran again" if ended.repeated else ""
    say(f"{formatting.counted(len(ended.outcomes), 'trial')}: {', '.join(parts) or 'none'}{reused}{repeated}{more}")
    seeded = sorted({name for one in ended.outcomes for name in one.seeded})
    if seeded:
        say(f"Each trial was seeded ({', '.join(seeded)}); its seed is the parameter seed.")
    for one in [one for one in ended.outcomes if one.error and one.status == "FAILED"][:MOST_ERRORS]:
        say(f"Failed: {client.get_run(one.run_id).info.run_name}: {formatting.short(one.error, 160)}")
    _say_best(ended, ranking, client)


def _say_best(ended: Ended, ranking: Ranking, client: MlflowClient) -> None:
    if ended.best is not None and ranking.metric is not None:
        values = best.values_of(client.get_run(ended.best.outcome.run_id))
        won = ", ".join(f"{key} = {value}" for key, value in values.items())
        mean = f" on average over {ended.best.seeds} seeds" if ended.best.seeds > 1 else ""
        side = "highest" if ranking.goal == "max" else "lowest"
        say(f"Best: {won}, with the {side} {ranking.metric}, {formatting.number(ended.best.mean)}{mean}.")
        say("%track best writes these values into a new cell.")
    elif ended.outcomes:
        known = sorted({key for one in ended.outcomes for key in one.metrics})
        wanted = (
            f"No trial that finished has the metric {ranking.metric}"
            if ranking.metric
            else "No trial has a metric: name one with --goal"
        )
        say(f"{wanted}{'; there are ' + ', '.join(known) if known else ''}.")


def _status(status: str) -> str:
    return "stopped" if status == "KILLED" else status.lower()


def record(run: CapturedRun, ended: Ended, ranking: Ranking) -> None:
    """Record the best trial on the run of the sweep."""
    if ended.best is None or ranking.metric is None:
        return
    with error_boundary("the best trial was not recorded on the run of the sweep"):
        won = run.client.get_run(ended.best.outcome.run_id)
        about = best.about(run.client.get_run(run.run_id))
        params = {f"best.{key}": won.data.params[key] for key in about.parameters if key in won.data.params}
        run.client.log_metric(run.run_id, f"best.{ranking.metric}", ended.best.mean)
        param_conflicts.log_params(run.client, run.run_id, params)
