"""``nbtrack.xgboost``: models of XGBoost."""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue
from nbtrack.models import saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "xgboost", "mlflow.xgboost"


def save_model(xgb_model: Any, path: str | Path, model_format: str = "ubj", **options: Unpack[Options]) -> Model:
    """Save a booster or scikit-learn estimator of XGBoost into a new folder, with `nbtrack.models.saving.Options`.

    `model_format` is ``ubj``, ``json`` or ``deprecated``: XGBoost's own formats, which run no code.
    """
    return saving.save(path, _writer(xgb_model, model_format), options)


def log_model(
    xgb_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    model_format: str = "ubj",
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a booster or scikit-learn estimator of XGBoost to the active run; see `save_model`."""
    write = _writer(xgb_model, model_format)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str | Path, dst_path: str | None = None, *, trust: bool = False) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raise `NotFound` when there is none, and `Unsupported` when XGBoost is not installed.
    """
    return _load(opened(model_uri, FLAVOR, dst_path, trust=trust))


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the model, and its prediction as `nbtrack.pyfunc` calls it."""
    loaded = _load(model._replace(fields={**model.model.flavor(FLAVOR), **model.fields}))
    return loaded, lambda data, params: loaded.predict(_input(loaded, data), **params)


def _input(model: Any, data: Any) -> Any:
    """Return data in the form that a booster takes; other models take it unchanged."""
    import xgboost

    return (
        xgboost.DMatrix(data) if isinstance(model, xgboost.Booster) and not isinstance(data, xgboost.DMatrix) else data
    )


def _writer(model: Any, form: str) -> Callable[[Path], Written]:
    if not hasattr(model, "save_model"):
        raise InvalidValue(f"{type(model).__name__} is not a model of XGBoost")

    def write(folder: Path) -> Written:
        import xgboost

        name = f"model.{form}"
        model.save_model(str(folder / name))
        own = {
            "xgb_version": xgboost.__version__,
            "data": name,
            "model_class": f"{type(model).__module__}.{type(model).__qualname__}",
            "model_format": form,
            "code": None,
        }
        packages = [each for each in ("xgboost", "xgboost-cpu") if _is_installed(each)]
        return saving.Written({FLAVOR: own, PYFUNC: saving.pyfunc_fields(LOADER, data=name)}, packages=packages)

    return write


def _is_installed(distribution: str) -> bool:
    return any(each == distribution for each in metadata.packages_distributions().get("xgboost", ()))


def _load(model: Opened) -> Any:
    file = model.file("data")
    module, _, name = str(model.fields.get("model_class", "xgboost.core.Booster")).rpartition(".")
    if module.partition(".")[0] != "xgboost":
        raise InvalidValue(f"The model {model.uri} is damaged: {module}.{name} is not a class of XGBoost")

    def read() -> Any:
        empty = getattr(import_module(module), name)()
        empty.load_model(str(file))
        return empty

    return model.read("The model", "xgb", read)
