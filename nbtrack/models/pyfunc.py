"""``nbtrack.pyfunc``: any model as a function of data, and functions and classes of your own as models."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from nbtrack import artifacts as artifact_access
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.models import python_function, saving
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import cloudpickled
from nbtrack.models.python_function import (
    LOADER,
    FunctionPythonModel,
    PyFuncModel,
    PythonModel,
    PythonModelContext,
    load_model,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

__all__ = ["Model", "PyFuncModel", "PythonModel", "PythonModelContext", "load_model", "log_model", "save_model"]

_PICKLE, _ARTIFACTS = "python_model.pkl", "artifacts"


def save_model(
    path: str | Path,
    python_model: Any = None,
    artifacts: Mapping[str, str] | None = None,
    model_config: Mapping[str, Any] | None = None,
    loader_module: str | None = None,
    data_path: str | None = None,
    **options: Unpack[Options],
) -> Model:
    """Save a model of your own into a new folder.

    Parameters
    ----------
    path : str or Path
        The folder.
    python_model : PythonModel or function
        A function takes the data, and ``params`` if it has a second argument.
    artifacts : mapping, optional
        Files and folders, by name: local paths or the URIs of artifacts; they are copied into the model.
    model_config : mapping, optional
        What the model gets as ``context.model_config``.
    loader_module, data_path : str, optional
        In place of `python_model`: a module in ``code_paths`` whose function ``_load_pyfunc(path)`` returns an object
        with ``predict``, and the file or folder that it is given.
    **options
        What `nbtrack.models.saving.Options` lists: ``signature``, ``input_example``, ``pip_requirements`` and others.
    """
    return saving.save(path, _writer(python_model, artifacts, model_config, loader_module, data_path), options)


def log_model(
    artifact_path: str | None = None,
    python_model: Any = None,
    artifacts: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    model_config: Mapping[str, Any] | None = None,
    loader_module: str | None = None,
    data_path: str | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model of your own to the active run; see `save_model`."""
    write = _writer(python_model, artifacts, model_config, loader_module, data_path)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def _writer(
    python_model: Any,
    files: Mapping[str, str] | None,
    config: Mapping[str, Any] | None,
    loader_module: str | None,
    data_path: str | None,
) -> Callable[[Path], Written]:
    if (python_model is None) == (loader_module is None):
        raise InvalidValue("Give python_model, or loader_module")
    if python_model is not None and not isinstance(python_model, PythonModel) and not callable(python_model):
        raise InvalidValue(f"python_model must be a PythonModel or a function, not {type(python_model).__name__}")

    def write_loader(folder: Path) -> Written:
        fields: dict[str, Any] = {}
        if data_path is not None:
            _copy(data_path, folder / "data")
            fields["data"] = "data"
        return saving.Written({PYFUNC: saving.pyfunc_fields(str(loader_module), **fields)})

    def write(folder: Path) -> Written:
        wrapped = python_model if isinstance(python_model, PythonModel) else FunctionPythonModel(python_model)
        (folder / _PICKLE).write_bytes(cloudpickled(wrapped, python_function))
        kept = {name: _kept_artifact(folder, name, uri) for name, uri in (files or {}).items()}
        fields = {"python_model": _PICKLE, "artifacts": kept, "model_config": dict(config or {}), "code": None}
        version = metadata.version("cloudpickle")
        own = saving.pyfunc_fields(LOADER, cloudpickle_version=version, **{k: v for k, v in fields.items() if v})
        return saving.Written({PYFUNC: own}, [folder / _PICKLE], ["cloudpickle"])

    return write if loader_module is None else write_loader


def _kept_artifact(folder: Path, name: str, uri: str) -> dict[str, str]:
    source = Path(artifact_access.download_artifacts(artifact_uri=uri) if ":/" in uri else uri)
    target = folder / _ARTIFACTS / source.name
    if target.exists():
        target = folder / _ARTIFACTS / name / source.name
    _copy(str(source), target)
    return {"path": str(target.relative_to(folder)), "uri": uri}


def _copy(source: str, target: Path) -> None:
    path = Path(source)
    if not path.exists():
        raise NotFound(f"The file {source} of the model does not exist")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copy2(path, target)
