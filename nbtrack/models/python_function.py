"""Loads models of any flavor as functions of data."""

from __future__ import annotations

import inspect
import typing
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import Unsupported
from nbtrack.models import enforcement, from_code
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import unpickled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOADER, CODE_LOADER = "mlflow.pyfunc.model", "mlflow.pyfunc.loaders.code_model"
"""MLflow's modules that load the user's own models: pickles and files of code."""
_FLAVORS = {
    f"mlflow.{name}": f"nbtrack.models.{name}"
    for name in ("sklearn", "xgboost", "lightgbm", "pytorch", "statsmodels", "keras")
}


class PythonModel:
    """The base class of your own models: define `predict`, and `load_context` to load files."""

    def load_context(self, context: PythonModelContext) -> None:
        """Prepare the model, once, when it is loaded."""

    def predict(self, context: PythonModelContext, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Return the predictions for data; `context` may be left out of the signature."""
        raise NotImplementedError

    @property
    def predict_type_hints(self) -> SimpleNamespace:
        """The type hints of `predict`, by which MLflow converts data as well."""
        return hints_of(self.predict)


class PythonModelContext(NamedTuple):
    """What `predict` gets besides the data: local paths of the model's artifacts by name, and its configuration."""

    artifacts: Mapping[str, str]
    model_config: Mapping[str, Any]


class FunctionPythonModel(PythonModel):
    """A function as a model."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self.func = func

    def predict(self, context: Any, model_input: Any, params: dict[str, Any] | None = None) -> Any:
        """Call the function."""
        return _called(self.func, model_input, params)

    @property
    def predict_type_hints(self) -> SimpleNamespace:
        """The type hints of the function."""
        return hints_of(self.func)


def hints_of(function: Callable[..., Any]) -> SimpleNamespace:
    """Return the types of the data that a function takes, as `input`, and of its result, as `output`, or None."""
    try:
        hints = typing.get_type_hints(function)
        names = [each for each in inspect.signature(function).parameters if each != "context"]
    except (NameError, TypeError, ValueError, AttributeError):
        hints, names = {}, []
    return SimpleNamespace(input=hints.get(names[0]) if names else None, output=hints.get("return"))


class PyFuncModel:
    """A loaded model of any flavor."""

    def __init__(self, model: Model, unwrapped: Any, predict: Callable[[Any, dict[str, Any]], Any], uri: str) -> None:
        self._metadata, self._unwrapped, self._predict, self._uri = model, unwrapped, predict, uri

    @property
    def metadata(self) -> Model:
        """The description of the model."""
        return self._metadata

    @property
    def input_example(self) -> Any:
        """The example of the input, or None."""
        from nbtrack.models.location import local_folder

        return self._metadata.load_input_example(local_folder(self._uri))

    def predict(self, data: Any, params: dict[str, Any] | None = None) -> Any:
        """Return the predictions for data.

        Parameters
        ----------
        data : DataFrame, Series, array, dict, list or scalar
            It is checked against the signature, if the model has one.
        params : dict, optional
            Parameters of the prediction, by the names in the signature.

        Raises
        ------
        InvalidValue
            When the data do not fit the signature; the message names the column, tensor or parameter.
        """
        inputs = self._metadata.get_input_schema()
        checked = data if inputs is None else enforcement.enforce(data, inputs)
        return self._predict(checked, enforcement.enforce_params(params, self._metadata.get_params_schema()))

    def unwrap_python_model(self) -> Any:
        """Return the `PythonModel` or function itself; raise `Unsupported` for a model of a library."""
        if not isinstance(self._unwrapped, PythonModel):
            raise Unsupported("Only models that were logged as python_model can be unwrapped: see get_raw_model()")
        return self._unwrapped.func if isinstance(self._unwrapped, FunctionPythonModel) else self._unwrapped

    def get_raw_model(self) -> Any:
        """Return the object of the library."""
        return self._unwrapped

    def __repr__(self) -> str:
        loader = self._metadata.flavors[PYFUNC].get("loader_module")
        return f"PyFuncModel({self._uri!r}, loaded by {loader})"


def load_model(
    model_uri: str | Path,
    suppress_warnings: bool = False,
    dst_path: str | None = None,
    model_config: Mapping[str, Any] | str | Path | None = None,
    *,
    trust: bool = False,
) -> PyFuncModel:
    """Return a model of any flavor as a function of data.

    Parameters
    ----------
    model_uri : str or Path
        A local path, ``runs:/<run id>/<path>``, ``models:/<model id>`` or the URI of an artifact.
    dst_path : str, optional
        The folder to download it to.
    model_config : mapping or path, optional
        Entries in place of those that the model was saved with; a path is that of a YAML file.
    trust : bool
        Whether to load an untrusted pickle, or run untrusted code.

    Raises
    ------
    NotFound
        When there is no such model, or a file of it is missing.
    Refused
        When it is an untrusted pickle or untrusted code, unless `trust` is true.
    Unsupported
        When the model can't be loaded as a function, or needs a library that is not installed.
    """
    model = opened(model_uri, PYFUNC, dst_path, trust=trust)
    loader = str(model.fields.get("loader_module"))
    if loader in {LOADER, CODE_LOADER}:
        unwrapped, predict = _python_model(model, model_config)
    elif loader in _FLAVORS:
        unwrapped, predict = import_module(_FLAVORS[loader]).predictor(model)
    else:
        unwrapped, predict = _by_loader(model, loader)
    return PyFuncModel(model.model, unwrapped, predict, model.uri)


def _python_model(model: Opened, config: Mapping[str, Any] | str | Path | None) -> tuple[Any, Callable[..., Any]]:
    changed = {**(model.fields.get("config") or {}), **from_code.configuration(config)}
    found = _object(model, changed)
    named = {
        name: str(model._replace(fields=fields).file("path"))
        for name, fields in (model.fields.get("artifacts") or {}).items()
    }
    context = PythonModelContext(named, changed)
    wrapped = found if hasattr(found, "predict") else FunctionPythonModel(found)
    if hasattr(wrapped, "load_context"):
        wrapped.load_context(context)
    return wrapped, lambda data, params: _predicted(wrapped, context, data, params)


def _object(model: Opened, config: Mapping[str, Any]) -> Any:
    """Return the object of a pickle, or the model that the code sets."""
    if "model_code_path" in model.fields:
        code = Path(str(model.fields["model_code_path"])).name
        file = model._replace(fields={"model_code_path": code}).file("model_code_path")
        model.require_trust("The code")
        return model.read("The model", "python", lambda: from_code.loaded(file, config))
    file = model.file("python_model")
    model.require_trust("The model")
    return model.read("The model", "python", lambda: unpickled(file))


def _predicted(model: Any, context: PythonModelContext, data: Any, params: dict[str, Any]) -> Any:
    """Call `predict` with the arguments in its signature, and the data as a list if its type hint is one."""
    hints = getattr(model, "predict_type_hints", None) or hints_of(model.predict)
    if typing.get_origin(hints.input) is list:
        data = _as_list(data, hints.input)
    names = list(inspect.signature(model.predict).parameters)
    with_context = [context] if names and names[0] == "context" else []
    return _called(model.predict, *with_context, data, params)


def _as_list(data: Any, hint: Any) -> Any:
    """Return the rows of a frame as dictionaries or, for a list of something else, as the values of one column."""
    if not hasattr(data, "columns"):
        return data.tolist() if hasattr(data, "tolist") else data
    item = typing.get_args(hint)[0] if typing.get_args(hint) else None
    if len(data.columns) > 1 and (typing.get_origin(item) or item) is not str:
        return data.to_dict(orient="records")
    texts = data.select_dtypes(include=["object", "string"]) if item is str else data
    column = (texts if len(texts.columns) else data).iloc[:, 0]
    is_row = (typing.get_origin(item) or item) is dict and not isinstance(column.iloc[0] if len(column) else {}, dict)
    return data.to_dict(orient="records") if is_row else column.tolist()


def _called(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function without the last argument, the parameters, if it does not take it."""
    taken = inspect.signature(function).parameters.values()
    positional = [each for each in taken if each.kind in {each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD}]
    every = any(each.kind is each.VAR_POSITIONAL for each in taken)
    if any(each.name == "params" and each.kind is each.KEYWORD_ONLY for each in taken):
        return function(*arguments[:-1], params=arguments[-1])
    return function(*arguments) if every or len(positional) >= len(arguments) else function(*arguments[:-1])


def _by_loader(model: Opened, loader: str) -> tuple[Any, Callable[..., Any]]:
    if loader.startswith("mlflow."):
        raise Unsupported(
            f"Models of {loader} are not supported; flavors of this model: {', '.join(model.model.flavors)}"
        )
    model.require_trust("The loader")
    data = model.file("data") if model.fields.get("data") else model.folder
    unwrapped = model.read("The model", loader, lambda: _loaded_by(loader, data))
    return unwrapped, lambda given, params: _called(unwrapped.predict, given, params)


def _loaded_by(module: str, path: Path) -> Any:
    return import_module(module)._load_pyfunc(str(path))  # noqa: SLF001 - MLflow requires this name
