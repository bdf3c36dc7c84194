"""State of PyTorch's as artifacts: dictionaries of tensors, and the checkpoints of autologging."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import artifacts, tags
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.models.location import require_trust
from nbtrack.tracking import lifecycle
from nbtrack.tracking.client import MlflowClient

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "state_dict.pth"


def save_state_dict(state_dict: Mapping[str, Any], path: str | Path, **kwargs: Any) -> None:
    """Save a state, such as ``module.state_dict()``, into a folder; `kwargs` are those of ``torch.save``.

    Raise `InvalidValue` for what is no dictionary.
    """
    import torch

    if not isinstance(state_dict, dict):
        raise InvalidValue(f"state_dict must be a dictionary, not {type(state_dict).__name__}")
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(state_dict, folder / FILE, **kwargs)


def log_state_dict(state_dict: Mapping[str, Any], artifact_path: str, **kwargs: Any) -> None:
    """Log a state to the active run, starting one if there is none, as a folder; see `save_state_dict`."""
    with tempfile.TemporaryDirectory() as folder:
        save_state_dict(state_dict, folder, **kwargs)
        run = lifecycle.get_or_start_run()
        run.client.log_artifacts(run.info.run_id, folder, artifact_path)


def load_state_dict(state_dict_uri: str, **kwargs: Any) -> Any:
    """Return the state in a folder: a local path, ``runs:/…`` or the URI of an artifact.

    `kwargs` are those of ``torch.load``; ``weights_only=False`` can run code and is allowed only for your own state.
    Raise `NotFound` if there is no state, and `Refused` if it belongs to another user and could run code.
    """
    import torch

    folder = Path(artifacts.download_artifacts(artifact_uri=str(state_dict_uri)))
    if not (folder / FILE).is_file():
        raise NotFound(f"{state_dict_uri} has no {FILE}")
    if not kwargs.setdefault("weights_only", True):
        require_trust(str(state_dict_uri), folder, "The state")
    return torch.load(folder / FILE, **kwargs)


def load_checkpoint(
    model_class: Any,
    run_id: str | None = None,
    epoch: int | None = None,
    global_step: int | None = None,
    kwargs: Mapping[str, Any] | None = None,
) -> Any:
    """Return a module of Lightning as a checkpoint of autologging has it.

    Parameters
    ----------
    model_class : type
        The class of the module.
    run_id : str, optional
        The run of the training; by default the active one.
    epoch, global_step : int, optional
        Which one, where each is kept; by default the last.
    kwargs : mapping, optional
        Arguments of ``model_class.load_from_checkpoint``; ``weights_only=False`` as for `load_state_dict`.

    Raises
    ------
    NotFound
        When there is no such run, or no such checkpoint.
    InvalidValue
        When no run is named or active, or both an epoch and a step are given.
    """
    if epoch is not None and global_step is not None:
        raise InvalidValue("Only one of epoch and global_step can be given")
    active = lifecycle.active_run()
    run_id = run_id or (active.info.run_id if active else None)
    if run_id is None:
        raise InvalidValue("There is no active run: pass the run_id of the training")
    client = MlflowClient()
    latest = client.get_run(run_id).data.tags.get(tags.LATEST_CHECKPOINT)
    if latest is None:
        raise NotFound(f"Run {run_id} has no checkpoint")
    path = _path(latest, epoch, global_step)
    file = Path(client.download_artifacts(run_id, path))
    arguments = {"weights_only": True, **(kwargs or {})}
    if not arguments["weights_only"]:
        require_trust(f"runs:/{run_id}/{path.rpartition('/')[0]}", file, "The checkpoint")
    return model_class.load_from_checkpoint(file, **arguments)


def _path(latest: str, epoch: int | None, global_step: int | None) -> str:
    """Return where a checkpoint is, from where the last one is."""
    name = latest.rpartition("/")[2]
    if epoch is not None:
        return f"checkpoints/epoch_{epoch}/{name}"
    return latest if global_step is None else f"checkpoints/global_step_{global_step}/{name}"
