"""``nbtrack.pytorch``: models of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.models import pytorch_export, saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "pytorch", "mlflow.pytorch"


PICKLE, SAFETENSORS = "pickle", "safetensors"
_FORMATS = (PICKLE, pytorch_export.FORMAT, SAFETENSORS)


def save_model(
    pytorch_model: Any,
    path: str | Path,
    serialization_format: str | None = None,
    *,
    export_model: bool = False,
    **options: Unpack[Options],
) -> Model:
    """Save a module into a new folder.

    Parameters
    ----------
    pytorch_model : torch.nn.Module
        The module, which may be scripted.
    path : str or Path
        The folder.
    serialization_format : str
        ``pickle``; ``pt2``: the graph of the module in evaluation mode, which needs an `input_example` of more than one
        row and is loaded without the class; both are loaded by MLflow. Or ``safetensors``: the weights alone, which run
        no code and are loaded into a module that you make (package safetensors).
    export_model : bool
        The same as ``serialization_format="pt2"``.
    **options
        What `nbtrack.models.saving.Options` lists.
    """
    form = pytorch_export.FORMAT if export_model else serialization_format or PICKLE
    write = _writer(pytorch_model, form, options.get("input_example"))
    options["input_example"] = _as_array(options.get("input_example"))
    return saving.save(path, write, options)


def log_model(
    pytorch_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    serialization_format: str | None = None,
    export_model: bool = False,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a module to the active run; see `save_model`."""
    form = pytorch_export.FORMAT if export_model else serialization_format or PICKLE
    write = _writer(pytorch_model, form, options.get("input_example"))
    options["input_example"] = _as_array(options.get("input_example"))
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def _as_array(example: Any) -> Any:
    """Return a tensor as an array; several tensors can't be an example of a function."""
    if hasattr(example, "detach"):
        return example.detach().cpu().numpy()
    several = isinstance(example, list | tuple) and any(hasattr(each, "detach") for each in example)
    return None if several else example


def load_model(
    model_uri: str | Path,
    dst_path: str | None = None,
    *,
    trust: bool = False,
    map_location: Any = None,
    module: Any = None,
) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Parameters
    ----------
    model_uri : str or Path
        Where the model is.
    dst_path : str, optional
        The folder to download it to.
    trust : bool
        Whether to load an untrusted pickle.
    map_location : optional
        The device to load it to, as for ``torch.load``.
    module : torch.nn.Module, optional
        What the weights of a model in safetensors are loaded into.

    Raises
    ------
    NotFound
        When there is no such model.
    Refused
        For an untrusted pickle, unless `trust` is true.
    InvalidValue
        When a model in safetensors has no `module`, or one that the weights do not fit.
    Unsupported
        When PyTorch or safetensors is not installed.
    """
    found = opened(model_uri, FLAVOR, dst_path, trust=trust)
    if found.fields.get("serialization_format") == SAFETENSORS:
        return _load_weights(found, module, map_location)
    return _load(found, map_location)


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the module, and its prediction as `nbtrack.pyfunc` calls it: on the CPU, in evaluation mode."""
    fields = {**model.model.flavor(FLAVOR), **model.fields}
    loaded = _load(model._replace(fields=fields), "cpu")
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
        found = module(torch.from_numpy(data.to_numpy(np.float32, copy=True) if is_frame else data.copy()), **params)
    if not isinstance(found, torch.Tensor):
        raise InvalidValue(f"The module must return one tensor, not {type(found).__name__}")
    return pd.DataFrame(found.numpy(), index=data.index) if is_frame else found.numpy()


_PICKLE_MODULE = "mlflow.pytorch.pickle_module"
"""The module that MLflow unpickles with; cloudpickle itself can't."""
_DATA, _FILE, _WEIGHTS = "data", "model.pth", "model.safetensors"


def _writer(model: Any, form: str, example: Any) -> Callable[[Path], Written]:
    if form not in {PICKLE, pytorch_export.FORMAT, SAFETENSORS}:
        raise InvalidValue(
            f"serialization_format must be {PICKLE}, {pytorch_export.FORMAT} or {SAFETENSORS}, not {form!r}"
        )

    def write(folder: Path) -> Written:
        import torch

        if not isinstance(model, torch.nn.Module):
            raise InvalidValue(f"{type(model).__name__} is not a module of PyTorch")
        data = folder / _DATA
        data.mkdir()
        own = {"model_data": _DATA, "pytorch_version": str(torch.__version__), "code": None}
        if form == SAFETENSORS:
            _safetensors().save_model(model, str(data / _WEIGHTS))
            return saving.Written({FLAVOR: {**own, "serialization_format": form}}, packages=["torch", "safetensors"])
        if form == pytorch_export.FORMAT:
            pytorch_export.export(model, example, data / pytorch_export.FILE)
            if len(pytorch_export.inputs_of(example)) > 1:
                return saving.Written({FLAVOR: own}, packages=["torch"])
        else:
            _pickle(model, data)
        loader = saving.pyfunc_fields(LOADER, data=_DATA, pickle_module_name=_PICKLE_MODULE)
        return saving.Written({FLAVOR: own, PYFUNC: loader}, packages=["torch", "cloudpickle"])

    return write


def _pickle(model: Any, data: Path) -> None:
    import cloudpickle
    import torch

    (data / "pickle_module_info.txt").write_text(_PICKLE_MODULE)
    if isinstance(model, torch.jit.ScriptModule):
        torch.jit.save(model, str(data / _FILE))
    else:
        torch.save(model, data / _FILE, pickle_module=cloudpickle)


def _safetensors() -> Any:
    try:
        import safetensors.torch
    except ImportError as error:
        raise Unsupported("The format safetensors needs the package safetensors: pip install safetensors") from error
    return safetensors.torch


def _load_weights(model: Opened, module: Any, map_location: Any) -> Any:
    """Load the weights of a model into a module, and return the module."""
    if module is None:
        raise InvalidValue(f"The model {model.uri} has weights only: pass a module, as in load_model(…, module=Net())")
    file = model.file("model_data", _DATA) / _WEIGHTS
    device = "cpu" if map_location is None else str(map_location)
    model.read("The weights", FLAVOR, lambda: _safetensors().load_model(module, str(file), device=device))
    return module


def _load(model: Opened, map_location: Any) -> Any:
    folder = model.file("model_data", _DATA)
    file = folder / _FILE if (folder / _FILE).exists() else folder / pytorch_export.FILE
    # An exported model may also contain pickles and compiled code.
    model.require_trust("The model")
    return model.read("The model", FLAVOR, lambda: _read(file, map_location))


def _read(file: Path, map_location: Any) -> Any:
    import torch

    if file.name == pytorch_export.FILE:
        return torch.export.load(str(file)).module()
    try:
        found = torch.load(file, map_location=map_location, weights_only=False)
    except RuntimeError:
        found = torch.jit.load(str(file), map_location=map_location)
    found.eval()
    return found
