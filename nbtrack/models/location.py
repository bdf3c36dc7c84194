"""Where a model is: in a folder, in a run, or by its id; and whether its pickles may be opened."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import NamedTuple

from nbtrack import artifacts, settings, tags
from nbtrack.entities import Run, ViewType
from nbtrack.errors import InvalidValue, NotFound, Refused
from nbtrack.tracking.client import MlflowClient
from nbtrack.tracking.tracking_uri import get_tracking_uri

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_REMOTE = re.compile(r"(?!file:|sqlite:)[A-Za-z][A-Za-z0-9+.-]+:/")


class Logged(NamedTuple):
    """A model that a run has logged."""

    run: Run
    path: str
    """Its path below the artifacts of the run."""
    model_id: str


def local_folder(model_uri: str | Path, dst_path: str | None = None) -> Path:
    """Return the local folder of a model, downloaded if it is elsewhere.

    Parameters
    ----------
    model_uri : str or Path
        A local path, ``runs:/<run id>/<path>``, ``models:/<model id>``, or the URI of an artifact.
    dst_path : str, optional
        The folder to download to; by default a temporary one.

    Raises
    ------
    NotFound
        When there is no such model, run or folder.
    InvalidValue
        For the URI of a model registry, which nbtrack does not have.
    """
    uri = resolved(model_uri)
    if not _SCHEME.match(uri):
        path = Path(uri).expanduser()
        if not path.exists():
            raise NotFound(f"There is no model in {uri}")
        return path
    return Path(artifacts.download_artifacts(artifact_uri=uri, dst_path=dst_path))


def resolved(model_uri: str | Path) -> str:
    """Return the location of a model: for ``models:/<model id>`` the URI of its files, else the URI itself.

    Raise `NotFound` and `InvalidValue` as `local_folder`.
    """
    uri = str(model_uri)
    return _uri_of_id(uri.removeprefix("models:/").strip("/")) if uri.startswith("models:/") else uri


def _uri_of_id(name: str) -> str:
    if not name.startswith("m-"):
        raise InvalidValue(f"models:/{name} names a model of a registry, which nbtrack does not have: use models:/m-…")
    try:
        found = find(name)
    except NotFound:
        return _uri_of_logged(name)
    return f"runs:/{found.run.info.run_id}/{found.path}"


def _uri_of_logged(model_id: str) -> str:
    """Return where the files of a logged model are if they are stored apart from its run, as by MLflow 3."""
    uri = MlflowClient().get_logged_model(model_id).artifact_location
    if not uri:
        raise NotFound(f"The logged model {model_id} has no files")
    return uri


def find(model_id: str) -> Logged:
    """Return the model with an id, in any experiment; raise `NotFound` when no run has logged it."""
    if not re.fullmatch(r"m-[0-9a-zA-Z-]{1,64}", model_id):
        raise InvalidValue(f"{model_id!r} is not the id of a model: it begins with m-")
    client = MlflowClient()
    experiments = [each.experiment_id for each in client.search_experiments(ViewType.ALL, 50_000)]
    found = client.search_runs(experiments, f"tags.`{tags.LOGGED_MODELS}` LIKE '%{model_id}%'", ViewType.ALL, 1)
    for run in found:
        for each in logged_by(run):
            if each.model_id == model_id:
                return each
    raise NotFound(f"No run has logged a model with ID {model_id!r}")


def logged_by(run: Run) -> list[Logged]:
    """Return the models that a run has logged, in order; other content of its tag is left out."""
    try:
        history = json.loads(run.data.tags.get(tags.LOGGED_MODELS, "[]"))
        return [
            Logged(run, str(each["artifact_path"]), str(each.get("model_id") or each.get("model_uuid") or ""))
            for each in history
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def require_trust(uri: str, folder: Path, what: str) -> None:
    """Raise `Refused` if a model is an untrusted pickle.

    A model is trusted when its files belong to this user and came from this machine, or when the setting
    ``trust_models`` is on. `folder` may be a copy, which belongs to this user whosever the original is.
    """
    if settings.current().trust_models:
        return
    if any(map(_REMOTE.match, _origins(uri))) or not all(map(_is_own, {folder, local_folder(uri)})):
        raise Refused(
            f"{what} of {uri} can run any code when it is loaded, as pickles do, and it is not your own: if you"
            " trust the person who logged it, set NBTRACK_TRUST_MODELS=1, or pass trust=True"
        )


def _is_own(folder: Path) -> bool:
    """Return whether this user or root owns a folder and everything in it."""
    owners = {folder.stat().st_uid, *(each.stat().st_uid for each in folder.rglob("*"))}
    return owners <= {os.getuid(), 0}


def _origins(uri: str) -> list[str]:
    """Return where a model came from: for one of a run, its store and the location of its artifacts."""
    if uri.startswith("models:/"):
        uri = resolved(uri)
        if not uri.startswith("runs:/"):
            return [get_tracking_uri(), uri]
    if not uri.startswith("runs:/"):
        return [uri]
    run_id = uri.removeprefix("runs:/").partition("/")[0]
    return [get_tracking_uri(), MlflowClient().get_run(run_id).info.artifact_uri]
