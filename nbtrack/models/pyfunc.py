"""``nbtrack.pyfunc``: any model as a function of data, and your own functions and classes as models."""

from __future__ import annotations

import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from nbtrack import artifacts as artifact_access
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.models import code_paths, from_code, python_function, saving
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import cloudpickled
from nbtrack.models.python_function import (
    CODE_LOADER,
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
    model_config: Mapping[str, Any] | str | Path | None = None,
    loader_module: str | None = None,
    data_path: str | None = None,
    infer_code_paths: bool = False,
    **options: Unpack[Options],
) -> Model:
    """Save a model of your own into a new folder.

    Parameters
    ----------
    path : str or Path
        The folder.
    python_model : PythonModel, function, or path
        A function takes the data, and ``params`` if it has a second argument. A path is that of a Python file that
        makes the model when it is loaded: see `nbtrack.models.from_code`.
    artifacts : mapping, optional
        Files and folders, by name: local paths or the URIs of artifacts; they are copied into the model.
    model_config : mapping or path, optional
        What the model gets as ``context.model_config``, and its code as `nbtrack.models.ModelConfig`; a path is that of
        a YAML file.
    loader_module, data_path : str, optional
        In place of `python_model`: a module in ``code_paths`` whose function ``_load_pyfunc(path)`` returns an object
        with ``predict``, and the file or folder that it is given.
    infer_code_paths : bool
        Whether to keep the modules below the working directory that the model imports, in place of ``code_paths``.
    **options
        What `nbtrack.models.saving.Options` lists: ``signature``, ``input_example``, ``pip_requirements`` and others.
    """
    _require_one_kind_of_code(infer_code_paths, options)
    write = _writer(python_model, artifacts, model_config, loader_module, data_path, infer_code_paths)
    return saving.save(path, write, options)


def log_model(
    artifact_path: str | None = None,
    python_model: Any = None,
    artifacts: Mapping[str, str] | None = None,
    *,
    name: str | None = None,
    model_config: Mapping[str, Any] | str | Path | None = None,
    loader_module: str | None = None,
    data_path: str | None = None,
    infer_code_paths: bool = False,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model of your own to the active run; see `save_model`."""
    _require_one_kind_of_code(infer_code_paths, options)
    write = _writer(python_model, artifacts, model_config, loader_module, data_path, infer_code_paths)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def _require_one_kind_of_code(infer: bool, options: Mapping[str, Any]) -> None:
    if infer and options.get("code_paths"):
        raise InvalidValue("Give code_paths, or infer_code_paths=True, not both")


def _writer(
    python_model: Any,
    files: Mapping[str, str] | None,
    config: Mapping[str, Any] | str | Path | None,
    loader_module: str | None,
    data_path: str | None,
    infer_code: bool,
) -> Callable[[Path], Written]:
    if (python_model is None) == (loader_module is None):
        raise InvalidValue("Give python_model, or loader_module")
    code, settings = from_code.source_of(python_model), from_code.configuration(config)
    if python_model is not None and code is None and not _can_predict(python_model):
        raise InvalidValue(f"python_model must be a PythonModel or a function, not {type(python_model).__name__}")

    def write_loader(folder: Path) -> Written:
        fields: dict[str, Any] = {}
        if data_path is not None:
            _copy(data_path, folder / "data")
            fields["data"] = "data"
        return saving.Written({PYFUNC: saving.pyfunc_fields(str(loader_module), **fields)})

    def write(folder: Path) -> Written:
        file, own = _pickled(folder, python_model) if code is None else _kept_code(folder, code, settings)
        kept = {name: _kept_artifact(folder, name, uri) for name, uri in (files or {}).items()}
        if infer_code:
            code_paths.copy_imported(folder, [file])
        fields = {**own, "artifacts": kept, "config": settings, "code": None}
        loader = LOADER if code is None else CODE_LOADER
        flavor = saving.pyfunc_fields(loader, **{name: value for name, value in fields.items() if value})
        return saving.Written({PYFUNC: flavor}, [file], ["cloudpickle"])

    return write if loader_module is None else write_loader


def _can_predict(model: Any) -> bool:
    return isinstance(model, PythonModel) or callable(model)


def _pickled(folder: Path, model: Any) -> tuple[Path, dict[str, Any]]:
    """Write the pickle of a model, and return it with the fields of the flavor that name it."""
    file = folder / _PICKLE
    file.write_bytes(
        cloudpickled(model if isinstance(model, PythonModel) else FunctionPythonModel(model), python_function)
    )
    return file, {"python_model": _PICKLE, "cloudpickle_version": metadata.version("cloudpickle")}


def _kept_code(folder: Path, code: Path, config: Mapping[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Copy the file of a model, which is run once to see that it sets one."""
    from_code.loaded(code, config)
    _copy(str(code), folder / code.name)
    return folder / code.name, {"model_code_path": code.name}


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
