"""``nbtrack.lightgbm``: models of LightGBM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue
from nbtrack.models import saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import cloudpickled, unpickled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "lightgbm", "mlflow.lightgbm"


def save_model(lgb_model: Any, path: str | Path, **options: Unpack[Options]) -> Model:
    """Save a booster or scikit-learn estimator of LightGBM into a new folder, with `nbtrack.models.saving.Options`."""
    return saving.save(path, _writer(lgb_model), options)


def log_model(
    lgb_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a booster or scikit-learn estimator of LightGBM to the active run; see `save_model`."""
    write = _writer(lgb_model)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str, dst_path: str | None = None, *, trust: bool = False) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raise `NotFound` when there is none, `Refused` for an untrusted pickle unless `trust` is true, and
    `Unsupported` when LightGBM is not installed.
    """
    return _load(opened(model_uri, FLAVOR, dst_path, trust=trust))


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the model, and its prediction as `nbtrack.pyfunc` calls it."""
    loaded = _load(model._replace(fields={**model.model.flavor(FLAVOR), **model.fields}))
    return loaded, lambda data, params: loaded.predict(data, **params)


BOOSTER = "lightgbm.basic.Booster"


def _writer(model: Any) -> Callable[[Path], Written]:
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    if not kind.startswith("lightgbm."):
        raise InvalidValue(f"{type(model).__name__} is not a model of LightGBM")

    def write(folder: Path) -> Written:
        """Write a booster as LightGBM's text, which runs no code when it is loaded, and other models as pickles."""
        import lightgbm

        name = "model.lgb" if kind == BOOSTER else "model.pkl"
        if kind == BOOSTER:
            model.save_model(str(folder / name))
        else:
            (folder / name).write_bytes(cloudpickled(model))
        own = {
            "lgb_version": lightgbm.__version__,
            "data": name,
            "model_class": kind,
            "code": None,
            "serialization_format": None if kind == BOOSTER else "cloudpickle",
        }
        pickles = [] if kind == BOOSTER else [folder / name]
        flavors = {FLAVOR: own, PYFUNC: saving.pyfunc_fields(LOADER, data=name)}
        return saving.Written(flavors, pickles, ["lightgbm", *([] if kind == BOOSTER else ["cloudpickle"])])

    return write


def _load(model: Opened) -> Any:
    file = model.file("data")
    if model.fields.get("model_class", BOOSTER) != BOOSTER:
        model.require_trust("The model")
        return model.read("The model", "lgb", lambda: unpickled(file))

    def read() -> Any:
        import lightgbm

        return lightgbm.Booster(model_file=str(file))

    return model.read("The model", "lgb", read)
