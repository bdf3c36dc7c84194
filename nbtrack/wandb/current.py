"""The run that `init` has started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import process, tags
from nbtrack.entities import Run as StoredRun
from nbtrack.entities import ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, Unsupported
from nbtrack.query import Comparison, Query
from nbtrack.settings import current as configured
from nbtrack.tracking import context, experiments, lifecycle
from nbtrack.tracking.client import MlflowClient, get_or_create_experiment
from nbtrack.wandb.disabled_run import DisabledRun
from nbtrack.wandb.logged_run import ENTITY, GROUP, JOB_TYPE, TAGS, Run
from nbtrack.wandb.values import as_dict, configuration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ID = "wandb.id"
"""The tag with the id that a program gives a run."""
_MODES = frozenset((None, "online", "offline", "shared", "disabled", "dryrun"))
_WITHOUT_EFFECT = frozenset(("dir", "save_code", "force", "anonymous", "allow_val_change"))
_UNSUPPORTED = {
    "sync_tensorboard": "mlflow.autolog() logs what writers of TensorBoard write",
    "tensorboard": "mlflow.autolog() logs what writers of TensorBoard write",
    "monitor_gym": "log videos with wandb.save(path)",
    "fork_from": "runs are not forked",
    "resume_from": "runs are resumed at their last step",
}
"""Arguments that nbtrack has nothing for, and what there is instead."""
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
    config_include_keys: list[str] | None = None,
    config_exclude_keys: list[str] | None = None,
    settings: Any = None,
    **others: object,
) -> Run:
    """Start a run, which is the active run of nbtrack as well.

    Parameters
    ----------
    project : str, optional
        The experiment, by name; by default what ``WANDB_PROJECT`` says, or the current one.
    name : str, optional
        By default two words and a number.
    config : mapping, namespace, or path of a YAML or JSON file, optional
        The parameters.
    tags, notes, group, job_type
        What describes the run.
    id : str, optional
        What the program calls the run, to resume it by.
    resume : bool or {"allow", "must", "never", "auto"}, optional
        Whether to go on with the run that has this `id`, or to refuse to.
    reinit : bool or {"return_previous", "finish_previous"}, optional
        What becomes of a run that has not ended: in a notebook it is finished by default, elsewhere returned.
    mode : {"online", "offline", "disabled"}, optional
        The first two are the same: runs go to the store of nbtrack. "disabled" records nothing. By default what
        ``WANDB_MODE`` says.
    entity : str, optional
        The team; kept as a tag.
    config_include_keys, config_exclude_keys : list of str, optional
        The entries of `config` to take, or not to take.
    settings : Settings or dict, optional
        Its ``mode`` counts if `mode` is not given.
    others
        Further arguments of W&B that concern its service: dir, save_code, force, anonymous, allow_val_change. They are
        without effect.

    Raises
    ------
    Unsupported
        For a mode or an argument that nbtrack has nothing for, such as `sync_tensorboard`.
    NotFound
        When the run to resume does not exist.
    AlreadyExists
        With ``resume="never"``, when there is a run with the `id`.
    """
    _check(others)
    mode = mode or as_dict(settings).get("mode") or configured().wandb_mode
    if mode not in _MODES:
        raise Unsupported(f"nbtrack.wandb has no mode {mode!r}: it has online, offline and disabled")
    state = process.state(CurrentRun)
    if state.run is not None and not state.run.ended:
        if reinit not in {True, "finish_previous"} and not (reinit is None and context.in_notebook()):
            return state.run
        state.run.finish()
    if mode == "disabled":
        state.run = DisabledRun(project)
    else:
        described = _tags(tags, notes, group, job_type, entity, id)
        state.run = _started(project, name, described, id, resume)
    state.run.config.update(configuration(config, config_include_keys, config_exclude_keys))
    return state.run


def _check(others: Mapping[str, object]) -> None:
    for key, value in others.items():
        if key not in _WITHOUT_EFFECT and not (key in _UNSUPPORTED and not value):
            hint = f": {_UNSUPPORTED[key]}" if key in _UNSUPPORTED else ""
            raise Unsupported(f"wandb.init() of nbtrack has no argument {key!r}{hint}")


def _started(
    project: str | None, name: str | None, described: dict[str, str], identity: str | None, resume: bool | str | None
) -> Run:
    home = _experiment_id(project)
    known = None if identity is None else _known(home, identity, resume)
    active = lifecycle.start_run(
        run_id=None if known is None else known.info.run_id,
        experiment_id=None if known else home,
        run_name=None if known else name,
        tags=described,
    )
    return Run(active, project, known)


def _experiment_id(project: str | None) -> str:
    client = MlflowClient()
    project = project or configured().wandb_project
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


def _tags(
    given: Sequence[str] | None,
    notes: str | None,
    group: str | None,
    job_type: str | None,
    entity: str | None,
    identity: str | None,
) -> dict[str, str]:
    names = [given] if isinstance(given, str) else given or ()
    found = {TAGS: ", ".join(names), GROUP: group, JOB_TYPE: job_type, tags.NOTE: notes, ENTITY: entity, ID: identity}
    return {key: value for key, value in found.items() if value}
