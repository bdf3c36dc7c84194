"""The run that `init` has started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import process, tags
from nbtrack.entities import Run as StoredRun
from nbtrack.entities import ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, Unsupported
from nbtrack.query import Comparison, Query
from nbtrack.tracking import context, experiments, lifecycle
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment
from nbtrack.wandb.logged_run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

ID = "wandb.id"
"""The tag with the id that a program gives a run."""
_MODES = frozenset((None, "online", "offline", "shared"))
_RESUMED = frozenset((True, "allow", "must", "auto"))


class CurrentRun:
    """The run of this process, None before `init` and after `Run.finish`."""

    def __init__(self) -> None:
        self.run: Run | None = None


def init(
    project: str | None = None,
    name: str | None = None,
    config: Any = None,
    *,
    tags: Sequence[str] | None = None,
    notes: str | None = None,
    group: str | None = None,
    job_type: str | None = None,
    id: str | None = None,
    resume: bool | str | None = None,
    reinit: bool | str | None = None,
    mode: str | None = None,
    entity: str | None = None,
) -> Run:
    """Start a run, which is the active run of nbtrack as well.

    Parameters
    ----------
    project : str, optional
        The experiment, by name; by default the current one.
    name : str, optional
        By default two words and a number.
    config : mapping or namespace, optional
        The parameters.
    tags, notes, group, job_type
        The description of the run.
    id : str, optional
        The program's own id of the run, by which it can be resumed.
    resume : bool or {"allow", "must", "never"}, optional
        Whether to continue the run that has this `id`, or to raise an error.
    reinit : bool or {"return_previous", "finish_previous"}, optional
        What to do with a run that has not ended: by default it is finished in a notebook and returned elsewhere.
    mode : {"online", "offline"}, optional
        Both are the same: runs go to the store of nbtrack.
    entity : str, optional
        The team; kept as a tag.

    Raises
    ------
    Unsupported
        For the mode "disabled".
    NotFound
        When the run to resume does not exist.
    AlreadyExists
        With ``resume="never"``, when there is a run with the `id`.
    """
    if mode not in _MODES:
        raise Unsupported(f"nbtrack.wandb has no mode {mode!r}: every run is recorded, in the store of nbtrack")
    state = process.state(CurrentRun)
    if state.run is not None and not state.run.ended:
        if reinit not in {True, "finish_previous"} and not (reinit is None and context.in_notebook()):
            return state.run
        state.run.finish()
    home = _experiment_id(project)
    known = None if id is None else _known(home, id, resume)
    described = _tags(tags, notes, group, job_type) | ({} if entity is None else {"wandb.entity": entity})
    if id is not None:
        described[ID] = id
    active = lifecycle.start_run(
        run_id=None if known is None else known.info.run_id,
        experiment_id=None if known else home,
        run_name=None if known else name,
        tags=described,
    )
    state.run = Run(active, project, _last_step(known))
    state.run.config.update(config)
    return state.run


def _experiment_id(project: str | None) -> str:
    client = MlflowClient()
    if project is None:
        return experiments.current_experiment_id(client)
    if not isinstance(project, str):
        raise InvalidValue(f"The project must be text, not {type(project).__name__}")
    return get_or_create_experiment(client, project).experiment_id


def _known(home: str, identity: str, resume: bool | str | None) -> StoredRun | None:
    """Return the run to continue, None for a new one."""
    named = Query(Comparison("tag", ID, "=", identity))
    found = MlflowClient().store.search_runs([home], named, ViewType.ACTIVE_ONLY, 1)
    if resume == "never" and found:
        raise AlreadyExists(f"A run with the id {identity!r} already exists: name another id, or resume='allow'")
    if resume == "must" and not found:
        raise NotFound(f"Run {identity!r} not found: no run of the project has this id, so it cannot be resumed")
    return found[0] if found and resume in _RESUMED else None


def _last_step(run: StoredRun | None) -> int:
    """Return the step before the first one that is logged next."""
    return max((each.step for each in run.data.latest), default=-1) if run is not None else -1


def _tags(given: Sequence[str] | None, notes: str | None, group: str | None, job_type: str | None) -> dict[str, str]:
    names = [given] if isinstance(given, str) else given or ()
    found = {"wandb.tags": ", ".join(names), "wandb.group": group, "wandb.job_type": job_type, tags.NOTE: notes}
    return {key: value for key, value in found.items() if value}
