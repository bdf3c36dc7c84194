"""``nbtrack.statsmodels``: models of statsmodels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from nbtrack.errors import InvalidValue
from nbtrack.models import saving
from nbtrack.models.loading import Opened, opened
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.pickles import unpickled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbtrack.models.saving import LogOptions, ModelInfo, Options, Written

FLAVOR, LOADER = "statsmodels", "mlflow.statsmodels"


def save_model(
    statsmodels_model: Any, path: str | Path, remove_data: bool = False, **options: Unpack[Options]
) -> Model:
    """Save the results of a fitted model into a new folder, with `nbtrack.models.saving.Options`.

    `remove_data` leaves out the data of the fit.
    """
    return saving.save(path, _writer(statsmodels_model, remove_data), options)


def log_model(
    statsmodels_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    remove_data: bool = False,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log the results of a fitted model to the active run; see `save_model`."""
    write = _writer(statsmodels_model, remove_data)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str | Path, dst_path: str | None = None, *, trust: bool = False) -> Any:
    """Return the model at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raise `NotFound` when there is none, `Refused` for an untrusted pickle unless `trust` is true, and
    `Unsupported` when statsmodels is not installed.
    """
    return _load(opened(model_uri, FLAVOR, dst_path, trust=trust))


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the results, and their prediction as `nbtrack.pyfunc` calls it."""
    loaded = _load(model._replace(fields={**model.model.flavor(FLAVOR), **model.fields}))
    return loaded, lambda data, params: _predicted(loaded, data, params)


def _predicted(results: Any, data: Any, params: dict[str, Any]) -> Any:
    """Return predictions; models of time series take a frame of one row with ``start`` and ``end``."""
    from statsmodels.tsa.base.tsa_model import TimeSeriesModel

    if not isinstance(results.model, TimeSeriesModel):
        return results.predict(data, **params)
    if getattr(data, "shape", (0,))[0] != 1 or not {"start", "end"} <= set(data.columns):
        raise InvalidValue("A model of a time series takes a data frame of one row with the columns start and end")
    return results.predict(start=data["start"].iloc[0], end=data["end"].iloc[0], **params)


def _writer(model: Any, remove_data: bool) -> Callable[[Path], Written]:
    if not hasattr(model, "save") or not hasattr(model, "predict"):
        raise InvalidValue(f"{type(model).__name__} is not the result of a fitted model of statsmodels")

    def write(folder: Path) -> Written:
        import statsmodels

        name = "model.statsmodels"
        model.save(str(folder / name), remove_data=remove_data)
        own = {"statsmodels_version": statsmodels.__version__, "data": name, "code": None}
        flavors = {FLAVOR: own, PYFUNC: saving.pyfunc_fields(LOADER, data=name)}
        return saving.Written(flavors, [folder / name], ["statsmodels"])

    return write


def _load(model: Opened) -> Any:
    file = model.file("data")
    model.require_trust("The model")
    return model.read("The model", FLAVOR, lambda: unpickled(file))
