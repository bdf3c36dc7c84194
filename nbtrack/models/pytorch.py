"""``nbtrack.pytorch``: models of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue
from nbtrack.models import saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "pytorch", "mlflow.pytorch"


def save_model(pytorch_model: Any, path: str | Path, **options: Unpack[Options]) -> Model:
    """Save a module into a new folder, with `nbtrack.models.saving.Options`."""
    return saving.save(path, _writer(pytorch_model), options)


def log_model(
    pytorch_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a module to the active run; see `save_model`."""
    write = _writer(pytorch_model)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str, dst_path: str | None = None, *, trust: bool = False, map_location: Any = None) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raise `NotFound` when there is none, `Refused` for an untrusted pickle unless `trust` is true, and
    `Unsupported` when PyTorch is not installed.
    """
    return _load(opened(model_uri, FLAVOR, dst_path, trust=trust), map_location)


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the module, and its prediction as `nbtrack.pyfunc` calls it: on the CPU, in evaluation mode."""
    fields = {**model.model.flavor(FLAVOR), **model.fields}
    loaded = _load(model._replace(fields=fields), "cpu")
    loaded.eval()
    return loaded, lambda data, params: _predicted(loaded, data, params)


def _predicted(module: Any, data: Any, params: dict[str, Any]) -> Any:
    """Return what a module gives for a frame, as a frame of the same index; or for an array, as an array."""
    import numpy as np
    import pandas as pd
    import torch

    is_frame = isinstance(data, pd.DataFrame)
    if not is_frame and not isinstance(data, np.ndarray):
        raise InvalidValue(f"A module of PyTorch takes a data frame or an array, not {type(data).__name__}")
    with torch.no_grad():
        found = module(torch.from_numpy(data.to_numpy(dtype=np.float32) if is_frame else data), **params)
    if not isinstance(found, torch.Tensor):
        raise InvalidValue(f"The module must return one tensor, not {type(found).__name__}")
    return pd.DataFrame(found.numpy(), index=data.index) if is_frame else found.numpy()


_DATA, _FILE = "data", "model.pth"


def _writer(model: Any) -> Callable[[Path], Written]:
    def write(folder: Path) -> Written:
        import cloudpickle
        import torch

        if not isinstance(model, torch.nn.Module):
            raise InvalidValue(f"{type(model).__name__} is not a module of PyTorch")
        data = folder / _DATA
        data.mkdir()
        (data / "pickle_module_info.txt").write_text("cloudpickle")
        if isinstance(model, torch.jit.ScriptModule):
            torch.jit.save(model, str(data / _FILE))
        else:
            torch.save(model, data / _FILE, pickle_module=cloudpickle)
        own = {"model_data": _DATA, "pytorch_version": str(torch.__version__), "code": None}
        loader = saving.pyfunc_fields(LOADER, data=_DATA, pickle_module_name="cloudpickle")
        return saving.Written({FLAVOR: own, PYFUNC: loader}, packages=["torch", "cloudpickle"])

    return write


def _load(model: Opened, map_location: Any) -> Any:
    folder = model.file("model_data", _DATA)
    file = folder / _FILE if (folder / _FILE).exists() else folder / "model.pt2"
    if file.suffix != ".pt2":
        model.require_trust("The model")
    return model.read("The model", FLAVOR, lambda: _read(file, map_location))


def _read(file: Path, map_location: Any) -> Any:
    import torch

    if file.suffix == ".pt2":
        return torch.export.load(str(file)).module()
    try:
        return torch.load(file, map_location=map_location, weights_only=False)
    except RuntimeError:
        return torch.jit.load(str(file), map_location=map_location)
