"""Models from code: a Python file that creates the model when it is loaded, and passes it to `set_model`.

For example::

    # threshold.py
    import nbtrack
    from nbtrack.models import ModelConfig, set_model

    config = ModelConfig(development_config={"limit": 0.5})

    class Threshold(nbtrack.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return model_input > config.get("limit")

    set_model(Threshold())

``nbtrack.pyfunc.log_model(name="threshold", python_model="threshold.py", model_config={"limit": 0.7})`` keeps the file,
which people can read, unlike a pickle. The file may use ``import mlflow`` as well.
"""

from __future__ import annotations

import os
import sys
import threading
import uuid
from contextlib import contextmanager
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack import process
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.media import dict_from_bytes
from nbtrack.models.requirements import packages_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class LoadingCode:
    """The file of a model that is being loaded: the configuration it reads, and the model it has set."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.active = False
        self.config: Mapping[str, Any] = {}
        self.model: Any = None


def set_model(model: Any) -> None:
    """Set the model that the file creates; the last call counts.

    Parameters
    ----------
    model : PythonModel or function
        What is logged, and what loading the file returns.
    """
    if isinstance(model, str) or not (callable(model) or callable(getattr(model, "predict", None))):
        raise InvalidValue(f"set_model needs a PythonModel or a function, not {type(model).__name__}")
    process.state(LoadingCode).model = model
    # MLflow itself looks there when it loads the file.
    loading: Any = sys.modules.get("mlflow.models.model")
    if hasattr(loading, "__mlflow_model__"):
        loading.__mlflow_model__ = model


class ModelConfig:
    """The configuration of a model from code.

    In the file of a model that is logged or loaded it is the ``model_config`` of that; else the `development_config`, a
    dictionary or the path of a YAML file.

    Raises
    ------
    NotFound
        When there is neither, or no such file.
    """

    def __init__(self, *, development_config: Mapping[str, Any] | str | Path | None = None) -> None:
        given = _given_configuration()
        found = configuration(development_config if given is None else given)
        if not found:
            raise NotFound("The model needs a configuration: pass model_config to log_model or load_model")
        self._values = dict(found)

    def get(self, key: str) -> Any:
        """Return a value; raise `KeyError` when there is none of that name."""
        if key not in self._values:
            raise KeyError(f"The configuration of the model has no {key!r}; it has {', '.join(map(str, self._values))}")
        return self._values[key]

    def to_dict(self) -> dict[str, Any]:
        """Return all values."""
        return dict(self._values)


def configuration(given: Mapping[str, Any] | str | Path | None) -> dict[str, Any]:
    """Return a configuration, read from its YAML file if it is given as a path; without one, an empty one.

    Raise `NotFound` when there is no such file, and `InvalidValue` when it is not a mapping.
    """
    if isinstance(given, str | Path):
        path = Path(given)
        if not path.is_file():
            raise NotFound(f"The configuration {path} of the model does not exist")
        content = dict_from_bytes(path.read_bytes(), ".yaml")
        if not isinstance(content, dict):
            raise InvalidValue(f"The configuration {path} of the model must be a mapping")
        return content
    return dict(given or {})


def _given_configuration() -> Any:
    """Return the configuration of the model that nbtrack, or MLflow itself, is loading; None when none is loaded."""
    loading = process.state(LoadingCode)
    if loading.active:
        return loading.config
    of_mlflow = getattr(sys.modules.get("mlflow.models.model_config"), "__mlflow_model_config__", None)
    return of_mlflow if of_mlflow is None else of_mlflow or {}


def loaded(file: Path, config: Mapping[str, Any]) -> Any:
    """Run the file of a model, and return the model that it sets.

    Raises
    ------
    InvalidValue
        When it sets no model.
    """
    loading = process.state(LoadingCode)
    with loading.lock:
        before = loading.active, loading.config, loading.model
        loading.active, loading.config, loading.model = True, config, None
        try:
            with _mlflow_or_alias():
                _run_with_mlflow(file, config)
            found = loading.model
        finally:
            loading.active, loading.config, loading.model = before
    if found is None:
        raise InvalidValue(f"{file.name} sets no model: call nbtrack.models.set_model(model) in it")
    return found


def _run_with_mlflow(file: Path, config: Mapping[str, Any]) -> None:
    """Run a file; if it uses MLflow itself, pass the configuration to MLflow and take the model from there."""
    models = import_module("mlflow.models") if "mlflow" in packages_of(file) else None
    if models is None or not hasattr(models, "model_config"):
        _run(file)
        return
    models.model_config.__mlflow_model_config__ = dict(config) or ""
    models.model.__mlflow_model__ = None
    try:
        _run(file)
    finally:
        models.model_config.__mlflow_model_config__ = None
    loading = process.state(LoadingCode)
    loading.model = loading.model or models.model.__mlflow_model__


def _run(file: Path) -> None:
    name = f"model_code_{uuid.uuid4().hex}"
    spec = util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise InvalidValue(f"{file.name} is not a Python file")
    module = util.module_from_spec(spec)
    # Pickle and inspect look up the classes of the file there.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


@contextmanager
def _mlflow_or_alias() -> Iterator[None]:
    """Make ``import mlflow`` import nbtrack in the block, if MLflow itself is not installed."""
    from nbtrack.as_mlflow import install_alias, remove_alias

    if _is_installed("mlflow"):
        yield
        return
    install_alias()
    try:
        yield
    finally:
        remove_alias()


def _is_installed(name: str) -> bool:
    try:
        return sys.modules.get(name) is not None or util.find_spec(name) is not None
    except ImportError:
        return False


def source_of(python_model: Any) -> Path | None:
    """Return the file of a model that is given as a path, else None; raise `NotFound` when there is no such file."""
    if not isinstance(python_model, str | os.PathLike):
        return None
    file = Path(python_model)
    if not file.is_file():
        hint = f": did you mean {file}.py?" if file.with_name(f"{file.name}.py").is_file() else ""
        raise NotFound(f"The code {file} of the model does not exist{hint}")
    return file
