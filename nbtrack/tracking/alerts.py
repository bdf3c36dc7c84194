"""Alerts of runs, and the rules by which the points of an experiment's runs raise them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import process, validation
from nbtrack.alerting import rule as rules
from nbtrack.alerting.alert import MOST_ALERTS, new_alert
from nbtrack.errors import NotFound, warn
from nbtrack.stores.run_lookup import find_run
from nbtrack.tracking import active_runs, alert_watch
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id
from nbtrack.tracking.lifecycle import get_or_start_run

if TYPE_CHECKING:
    from nbtrack.entities import Run


class RaisedAlerts:
    """How many alerts this process has raised, by run."""

    def __init__(self) -> None:
        self.by_run: dict[str, int] = {}


@validation.typed
def alert(title: str, text: str = "", level: str = "info", run: Run | str | None = None) -> None:
    """Raise an alert, which is stored with a run and shown on its card, in the table and on its page.

    Secrets in it are replaced by ``***``. A run stores at most `MOST_ALERTS` alerts; a warning says so once.

    Parameters
    ----------
    title : str
        What happened, in one line of at most 200 characters.
    text : str, optional
        Details, at most 2,000 characters.
    level : {"info", "warning", "error"}
        The severity.
    run : Run or str, optional
        The run, its id, or its name; by default the active run, which is started if there is none.

    Raises
    ------
    InvalidValue
        When the title is empty or the level is unknown.
    NotFound
        When there is no such run.
    """
    from nbtrack import redaction

    raised = new_alert(redaction.redact_text(title), redaction.redact_text(text), level)
    client, run_id = _target(run)
    count = process.state(RaisedAlerts).by_run
    count[run_id] = count.get(run_id, 0) + 1
    if count[run_id] <= MOST_ALERTS:
        alert_watch.keep(client, run_id, raised)
    elif count[run_id] == MOST_ALERTS + 1:
        warn(f"Run {run_id} has {MOST_ALERTS} alerts: further ones are not stored")


def _target(run: Run | str | None) -> tuple[MlflowClient, str]:
    if run is None:
        active = get_or_start_run()
        return active.client, active.info.run_id
    client = MlflowClient()
    return client, find_run(client.store, run).info.run_id


@validation.typed
def alert_rule(rule: str, level: str | None = None, *, stop: bool = False) -> None:
    """Raise an alert in runs of the current experiment when a rule holds.

    The rule is stored with the experiment. It is checked several times a second for the running runs of this process
    and for the runs that any process starts from now on. It raises one alert per run; a rule about silence raises
    another one after new points. An nbtrack server also checks the points that other clients log, such as MLflow's.

    Parameters
    ----------
    rule : str
        One of ``"loss is nan"``, ``"acc > 0.95"`` (also ``>=``, ``<``, ``<=``), ``"val_loss plateaus for 10"`` (points
        without a better one, by the metric's goal, or by its name) and ``"no point for 10m"`` (also ``s``, ``h``).
        A metric with spaces in its name is put in backticks.
    level : {"info", "warning", "error"}, optional
        By default ``error`` for NaN, ``warning`` for a plateau or a silence, and ``info`` for a value.
    stop : bool
        Whether the run of a tracked cell is asked to stop as well; see `nbtrack.stop`.

    Raises
    ------
    FilterError
        When the rule is not understood; the message names the column.
    """
    made = rules.new_rule(rule, level, stop=stop)
    client = MlflowClient()
    experiment_id = current_experiment_id(client)
    client.set_experiment_tag(experiment_id, *rules.to_tag(made))
    _follow(client, experiment_id)


def alert_rules() -> list[rules.Rule]:
    """Return the alert rules of the current experiment."""
    client = MlflowClient()
    return rules.from_tags(client.get_experiment(current_experiment_id(client)).tags)


@validation.typed
def clear_alert_rules(rule: str | None = None) -> list[rules.Rule]:
    """Remove an alert rule of the current experiment, by default all of them, and return what was removed.

    Raises
    ------
    NotFound
        When the experiment has no such rule; the message lists those that it has.
    """
    client = MlflowClient()
    experiment_id = current_experiment_id(client)
    known = rules.from_tags(client.get_experiment(experiment_id).tags)
    wanted = None if rule is None else " ".join(rule.split())
    chosen = [each for each in known if wanted in {None, each.text}]
    if wanted is not None and not chosen:
        there = ", ".join(repr(each.text) for each in known) or "none"
        raise NotFound(f"The experiment has no alert rule {wanted!r}; it has {there}")
    for each in chosen:
        client.delete_experiment_tag(experiment_id, each.tag)
    _follow(client, experiment_id)
    return chosen


def _follow(client: MlflowClient, experiment_id: str) -> None:
    """Apply the current rules of an experiment to its running runs."""
    alert_watch.reload(client, experiment_id)
    active_runs.renew_appenders()
