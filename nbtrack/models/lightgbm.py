"""``nbtrack.lightgbm``: models of LightGBM."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue
from nbtrack.models import saving, skops_files
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import cloudpickled, unpickled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "lightgbm", "mlflow.lightgbm"
_FORMATS = ("cloudpickle", "pickle", skops_files.FORMAT)


def save_model(
    lgb_model: Any,
    path: str | Path,
    *,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Model:
    """Save a booster or scikit-learn estimator of LightGBM into a new folder.

    Parameters
    ----------
    lgb_model : lightgbm.Booster or lightgbm.LGBMModel
        The model. A booster is written as LightGBM's text, which runs no code when it is loaded.
    path : str or Path
        The folder.
    serialization_format : str, optional
        Of an estimator: ``cloudpickle``, the default; ``pickle``; or ``skops``, which runs no code when it is loaded
        (package skops).
    skops_trusted_types : list of str, optional
        Types beyond those of skops and LightGBM that loading trusts.
    **options
        What `nbtrack.models.saving.Options` lists.
    """
    return saving.save(path, _writer(lgb_model, serialization_format, skops_trusted_types), options)


def log_model(
    lgb_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    serialization_format: str | None = None,
    skops_trusted_types: Sequence[str] | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log a booster or scikit-learn estimator of LightGBM to the active run; see `save_model`."""
    write = _writer(lgb_model, serialization_format, skops_trusted_types)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str | Path, dst_path: str | None = None, *, trust: bool = False) -> Any:
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
_TRUSTED = frozenset(
    ("collections.OrderedDict", BOOSTER, "lightgbm.sklearn.LGBMClassifier", "lightgbm.sklearn.LGBMRegressor")
)


def _writer(model: Any, asked: str | None, trusted: Sequence[str] | None) -> Callable[[Path], Written]:
    form = asked or "cloudpickle"
    if form not in _FORMATS:
        raise InvalidValue(f"serialization_format must be one of {', '.join(_FORMATS)}, not {form!r}")
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    if not kind.startswith("lightgbm."):
        raise InvalidValue(f"{type(model).__name__} is not a model of LightGBM")

    return _booster_writer(model) if kind == BOOSTER else _estimator_writer(model, kind, form, trusted)


def _booster_writer(model: Any) -> Callable[[Path], Written]:
    def write(folder: Path) -> Written:
        model.save_model(str(folder / "model.lgb"))
        return saving.Written(_flavors("model.lgb", BOOSTER, serialization_format=None), packages=["lightgbm"])

    return write


def _estimator_writer(model: Any, kind: str, form: str, trusted: Sequence[str] | None) -> Callable[[Path], Written]:
    if form == skops_files.FORMAT:

        def write_skops(folder: Path) -> Written:
            (folder / "model.skops").write_bytes(skops_files.skopsed(model))
            types = sorted(_TRUSTED.union(trusted or ()))
            flavors = _flavors("model.skops", kind, serialization_format=form, skops_trusted_types=types)
            return saving.Written(flavors, packages=["lightgbm", "skops"])

        return write_skops

    def write(folder: Path) -> Written:
        file = folder / "model.pkl"
        file.write_bytes(pickle.dumps(model) if form == "pickle" else cloudpickled(model))
        flavors = _flavors(file.name, kind, serialization_format=form)
        return saving.Written(flavors, [file], ["lightgbm", "cloudpickle"])

    return write


def _flavors(name: str, kind: str, **of_format: Any) -> dict[str, dict[str, Any]]:
    import lightgbm

    own = {"lgb_version": lightgbm.__version__, "data": name, "model_class": kind, "code": None, **of_format}
    return {FLAVOR: own, PYFUNC: saving.pyfunc_fields(LOADER, data=name)}


def _load(model: Opened) -> Any:
    file = model.file("data")
    if model.fields.get("model_class", BOOSTER) == BOOSTER:
        return model.read("The model", "lgb", lambda: _booster(file))
    if model.fields.get("serialization_format") == skops_files.FORMAT:
        return model.read("The model", "lgb", lambda: skops_files.loaded(model, file, _TRUSTED))
    model.require_trust("The model")
    return model.read("The model", "lgb", lambda: unpickled(file))


def _booster(file: Path) -> Any:
    import lightgbm

    return lightgbm.Booster(model_file=str(file))
