"""``nbtrack.keras``: models of Keras 3, with any of its backends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.models import saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "keras", "mlflow.keras"
_DATA, _NAME, _SUFFIX = "data", "model", ".keras"
_PACKAGES = {"tensorflow": "tensorflow", "torch": "torch", "jax": "jax"}
"""Distributions of the backends."""


def save_model(
    model: Any,
    path: str | Path,
    save_exported_model: bool = False,
    save_model_kwargs: Mapping[str, Any] | None = None,
    **options: Unpack[Options],
) -> Model:
    """Save a model into a new folder, in Keras's own format ``.keras``.

    Parameters
    ----------
    model : keras.Model
        The model, of Keras 3.
    path : str or Path
        The folder.
    save_exported_model : bool
        Must be false: exported models are TensorFlow's.
    save_model_kwargs : mapping, optional
        Arguments of ``model.save``.
    **options
        What `nbtrack.models.saving.Options` lists.
    """
    return saving.save(path, _writer(model, save_exported_model, save_model_kwargs), options)


def log_model(
    model: Any,
    artifact_path: str | None = None,
    save_exported_model: bool = False,
    *,
    name: str | None = None,
    save_model_kwargs: Mapping[str, Any] | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a model to the active run; see `save_model`."""
    write = _writer(model, save_exported_model, save_model_kwargs)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(
    model_uri: str | Path,
    dst_path: str | None = None,
    custom_objects: Mapping[str, Any] | None = None,
    load_model_kwargs: Mapping[str, Any] | None = None,
    *,
    trust: bool = False,
) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Parameters
    ----------
    model_uri : str or Path
        Where the model is.
    dst_path : str, optional
        The folder to download it to.
    custom_objects : mapping, optional
        Your own classes and functions that the model uses, by name.
    load_model_kwargs : mapping, optional
        Arguments of ``keras.saving.load_model``, such as ``safe_mode``: while it is true, Keras runs no code.
    trust : bool
        Whether to load a model that may run code and is not your own.

    Raises
    ------
    NotFound
        When there is no such model.
    Refused
        When it is not your own, unless `trust` is true.
    Unsupported
        When Keras is not installed, or the model was exported.
    """
    found = opened(model_uri, FLAVOR, dst_path, trust=trust)
    return _load(found, {**(load_model_kwargs or {}), "custom_objects": custom_objects})


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the model, and its prediction as `nbtrack.pyfunc` calls it."""
    fields = {**model.model.flavor(FLAVOR), **model.fields}
    loaded = _load(model._replace(fields=fields), {})
    return loaded, lambda data, _: _predicted(loaded, data)


def _predicted(model: Any, data: Any) -> Any:
    """Return what a model gives for a frame, as a frame of the same index; or for arrays, as an array."""
    import numpy as np
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return pd.DataFrame(model.predict(data.to_numpy(), verbose=0), index=data.index)
    if not isinstance(data, np.ndarray | list | tuple | dict):
        raise InvalidValue(f"A model of Keras takes a data frame or arrays, not {type(data).__name__}")
    return model.predict(data, verbose=0)


def _writer(model: Any, exported: bool, save_kwargs: Mapping[str, Any] | None) -> Callable[[Path], Written]:
    if exported:
        raise Unsupported("Exported models are TensorFlow's: omit save_exported_model")

    def write(folder: Path) -> Written:
        import keras

        if not isinstance(model, keras.Model):
            raise InvalidValue(f"{type(model).__name__} is not a model of Keras 3")
        data = folder / _DATA
        data.mkdir()
        (data / "keras_module.txt").write_text("keras")
        model.save(data / f"{_NAME}{_SUFFIX}", **(save_kwargs or {}))
        backend = keras.config.backend()
        own = {
            "data": _DATA,
            "keras_version": keras.__version__,
            "keras_backend": backend,
            "save_exported_model": False,
        }
        packages = ["keras", *([_PACKAGES[backend]] if backend in _PACKAGES else [])]
        return saving.Written({FLAVOR: own, PYFUNC: saving.pyfunc_fields(LOADER)}, packages=packages)

    return write


def _load(model: Opened, arguments: Mapping[str, Any]) -> Any:
    if model.fields.get("save_exported_model"):
        raise Unsupported(f"The model {model.uri} was exported for TensorFlow: load it with tf.saved_model.load")
    file = model.file("data", _DATA) / f"{_NAME}{_SUFFIX}"
    model.require_trust("The model")
    return model.read("The model", FLAVOR, lambda: _read(file, arguments))


def _read(file: Path, arguments: Mapping[str, Any]) -> Any:
    import keras

    return keras.saving.load_model(str(file), **{key: value for key, value in arguments.items() if value is not None})
