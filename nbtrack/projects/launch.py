"""Runs a project: creates the run, then starts the command of an entry point, which logs into it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack import tags
from nbtrack.entities import SourceType
from nbtrack.errors import InvalidValue, Unsupported, WrongState
from nbtrack.projects import command, environment, project_file, source
from nbtrack.projects.submitted_run import SubmittedRun
from nbtrack.tracking import context, lifecycle
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.experiments import current_experiment_id
from nbtrack.tracking.tracking_uri import get_tracking_uri

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbtrack.projects.source import Source


def run(  # noqa: PLR0917 - MLflow's signature
    uri: str | Path,
    entry_point: str = "main",
    version: str | None = None,
    parameters: Mapping[str, Any] | None = None,
    docker_args: Mapping[str, Any] | None = None,
    experiment_name: str | None = None,
    experiment_id: str | None = None,
    backend: str = "local",
    backend_config: Any = None,
    storage_dir: str | Path | None = None,
    synchronous: bool = True,
    run_id: str | None = None,
    run_name: str | None = None,
    env_manager: str | None = None,
    build_image: bool = False,
    docker_auth: Any = None,
) -> SubmittedRun:
    """Run an entry point of a project; it logs into one new run.

    Parameters
    ----------
    uri : str or Path
        A local folder, or the address of a git repository; ``#dir`` at the end names a folder in it.
    entry_point : str
        The name of an entry point in ``MLproject``, or of a Python script, shell script or notebook.
    version : str, optional
        A commit, branch or tag of a git repository.
    parameters : mapping, optional
        The parameters by name; one that the entry point does not declare becomes the option ``--name value``.
    experiment_name, experiment_id : str, optional
        The experiment; it takes precedence over ``MLFLOW_EXPERIMENT_ID`` and `set_experiment`.
    storage_dir : str or Path, optional
        The folder for clones and downloaded parameters; by default a temporary one.
    synchronous : bool
        Whether to wait for the end; otherwise the result has the status, and can wait and cancel.
    run_id : str, optional
        An existing run to log into.
    run_name : str, optional
        The name of the run.
    env_manager : str, optional
        ``local`` for the current environment, or ``virtualenv`` for one made from ``python_env.yaml`` or
        ``requirements.txt``, by uv where that is installed; ``uv`` insists on it. By default ``virtualenv`` if the
        project has a ``python_env``.
    docker_args, backend, backend_config, build_image, docker_auth
        MLflow's, for Docker, Databricks and Kubernetes, which nbtrack does not run.

    Raises
    ------
    NotFound
        When the project, version, entry point or a file does not exist.
    InvalidValue
        When ``MLproject`` is invalid, or a parameter is missing or of the wrong type.
    Unsupported
        When the project or the arguments ask for conda, docker or another backend.
    WrongState
        When the command of a synchronous run fails; its run has the status FAILED.
    """
    if backend != "local" or docker_args or build_image or docker_auth or backend_config:
        raise Unsupported("Projects run on this machine: omit backend, backend_config and the docker arguments")
    if experiment_name is not None and experiment_id is not None:
        raise InvalidValue("Give experiment_name or experiment_id, not both")
    storage = Path(tempfile.mkdtemp(prefix="nbtrack-project-", dir=storage_dir))
    client = MlflowClient()
    try:
        prepared = _prepared(str(uri), entry_point, version, parameters or {}, storage, env_manager)
        if run_id is None:
            home = _experiment(client, experiment_name, experiment_id)
            run_id = _created(client, home, run_name, prepared.tags)
        else:
            client.log_batch(run_id, tags=list(prepared.tags.items()))
        submitted = _started(client, run_id, prepared, storage)
    except BaseException:
        shutil.rmtree(storage, ignore_errors=True)
        raise
    if synchronous:
        _require_success(submitted, entry_point)
    else:
        threading.Thread(target=submitted.wait, name="nbtrack-project", daemon=True).start()
    return submitted


def _require_success(submitted: SubmittedRun, entry_point: str) -> None:
    if not submitted.wait():
        code = submitted.command_proc.returncode
        raise WrongState(f"Entry point {entry_point!r} ended with exit code {code}: run {submitted.run_id} has failed")


class _Prepared(NamedTuple):
    """Everything that a run needs, after validation."""

    folder: Path
    command: str
    parameters: Mapping[str, str]
    variables: Mapping[str, str]
    tags: Mapping[str, str]


def _prepared(
    uri: str, name: str, version: str | None, given: Mapping[str, Any], storage: Path, env_manager: str | None
) -> _Prepared:
    found = source.fetched(uri, version, storage)
    project = project_file.read(found.folder)
    point = project.entry_point(name)
    values = command.values(point, given, project.folder, storage)
    line = command.line(point, values)
    manager = environment.manager_for(project, env_manager)
    return _Prepared(project.folder, line, values, environment.variables(project, manager), _tags(found, name, manager))


def _tags(found: Source, entry_point: str, manager: str) -> dict[str, str]:
    """Return the tags that describe what a run executes, by MLflow's names."""
    given = {
        tags.SOURCE_NAME: found.uri,
        tags.SOURCE_TYPE: str(SourceType.PROJECT),
        tags.PROJECT_ENTRY_POINT: entry_point,
        tags.PROJECT_ENVIRONMENT: manager,
        tags.PROJECT_BACKEND: "local",
        tags.GIT_COMMIT: found.version,
        tags.GIT_REPO: found.repository,
    }
    return {key: value for key, value in given.items() if value is not None}


def _experiment(client: MlflowClient, name: str | None, identity: str | None) -> str:
    """Return the id of the experiment; one that is named is created if needed."""
    if identity is not None:
        return client.get_experiment(str(identity)).experiment_id
    if name is None:
        return current_experiment_id(client)
    found = client.get_experiment_by_name(name)
    return found.experiment_id if found is not None else client.create_experiment(name)


def _created(client: MlflowClient, experiment_id: str, run_name: str | None, given: Mapping[str, str]) -> str:
    """Create the run, as a child of the active run if there is one."""
    parent = lifecycle.active_run()
    own = {tags.USER: context.user(), tags.OWNER: context.owner(), **given}
    if parent is not None:
        own[tags.PARENT_RUN] = parent.info.run_id
    return client.create_run(experiment_id, tags=own, run_name=run_name).info.run_id


def _started(client: MlflowClient, run_id: str, prepared: _Prepared, storage: Path) -> SubmittedRun:
    client.log_batch(run_id, params=list(prepared.parameters.items()))
    inherited = {key: value for key, value in os.environ.items() if key != "MLFLOW_EXPERIMENT_NAME"}
    own = {
        "MLFLOW_RUN_ID": run_id,
        "MLFLOW_TRACKING_URI": get_tracking_uri(),
        "MLFLOW_EXPERIMENT_ID": client.get_run(run_id).info.experiment_id,
        "NBTRACK_AS_MLFLOW": os.environ.get("NBTRACK_AS_MLFLOW", "1"),
    }
    process = subprocess.Popen(  # noqa: S603 - a project is a command that the user asked to run
        ["/bin/bash", "-c", prepared.command],
        cwd=prepared.folder,
        env={**inherited, **prepared.variables, **own},
        start_new_session=True,
    )
    return SubmittedRun(run_id, client, process, lambda: shutil.rmtree(storage, ignore_errors=True))
