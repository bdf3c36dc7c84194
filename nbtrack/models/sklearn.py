"""``nbtrack.sklearn``: models of scikit-learn, and of compatible libraries."""

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

FLAVOR, LOADER = "sklearn", "mlflow.sklearn"
SERIALIZATION_FORMAT_CLOUDPICKLE = "cloudpickle"
SERIALIZATION_FORMAT_PICKLE = "pickle"
SERIALIZATION_FORMAT_SKOPS = skops_files.FORMAT
_FORMATS = (SERIALIZATION_FORMAT_CLOUDPICKLE, SERIALIZATION_FORMAT_PICKLE, SERIALIZATION_FORMAT_SKOPS)


def save_model(
    sk_model: Any,
    path: str | Path,
    serialization_format: str | None = None,
    pyfunc_predict_fn: str = "predict",
    skops_trusted_types: Sequence[str] | None = None,
    **options: Unpack[Options],
) -> Model:
    """Save an estimator into a new folder.

    Parameters
    ----------
    sk_model : estimator
        Anything that can be pickled and has the method `pyfunc_predict_fn`.
    path : str or Path
        The folder.
    serialization_format : str, optional
        ``cloudpickle``, the default; ``pickle``; or ``skops``, which runs no code when it is loaded (package skops).
    pyfunc_predict_fn : str
        The method that `nbtrack.pyfunc` predicts with, such as ``predict_proba``.
    skops_trusted_types : list of str, optional
        Types that loading trusts in addition to those of skops.
    **options
        What `nbtrack.models.saving.Options` lists: ``signature``, ``input_example``, ``pip_requirements`` and others.
    """
    write = _writer(sk_model, serialization_format, pyfunc_predict_fn, skops_trusted_types)
    return saving.save(path, write, options)


def log_model(
    sk_model: Any,
    artifact_path: str | None = None,
    *,
    name: str | None = None,
    serialization_format: str | None = None,
    pyfunc_predict_fn: str = "predict",
    skops_trusted_types: Sequence[str] | None = None,
    registered_model_name: str | None = None,
    **options: Unpack[LogOptions],
) -> ModelInfo:
    """Log an estimator to the active run; see `save_model`."""
    write = _writer(sk_model, serialization_format, pyfunc_predict_fn, skops_trusted_types)
    return saving.log(artifact_path, name, write, options, {"registered_model_name": registered_model_name})


def load_model(model_uri: str | Path, dst_path: str | None = None, *, trust: bool = False) -> Any:
    """Return the estimator of a model: a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raises
    ------
    NotFound
        When there is no such model, or a file of it is missing.
    Refused
        When it is an untrusted pickle, unless `trust` is true.
    Unsupported
        When a library that it needs is not installed.
    """
    return _load(opened(model_uri, FLAVOR, dst_path, trust=trust), "pickled_model")


def predictor(model: Opened) -> tuple[Any, Callable[[Any, dict[str, Any]], Any]]:
    """Return the estimator, and its prediction as `nbtrack.pyfunc` calls it."""
    fields = {**model.model.flavors.get(FLAVOR, {}), **model.fields}
    estimator = _load(model._replace(fields=fields), "model_path")
    method = getattr(estimator, str(model.fields.get("predict_fn", "predict")))
    return estimator, lambda data, params: method(data, **params)


def _writer(model: Any, asked: str | None, predict: str, trusted: Sequence[str] | None) -> Callable[[Path], Written]:
    form = asked or SERIALIZATION_FORMAT_CLOUDPICKLE
    if form not in _FORMATS:
        raise InvalidValue(f"serialization_format must be one of {', '.join(_FORMATS)}, not {form!r}")

    def write(folder: Path) -> Written:
        import sklearn

        name = "model.skops" if form == SERIALIZATION_FORMAT_SKOPS else "model.pkl"
        (folder / name).write_bytes(_bytes(model, form))
        own = {
            "pickled_model": name,
            "sklearn_version": sklearn.__version__,
            "serialization_format": form,
            "code": None,
            "skops_trusted_types": None if trusted is None else list(trusted),
        }
        flavors = {FLAVOR: own}
        if hasattr(model, predict):
            flavors[PYFUNC] = saving.pyfunc_fields(LOADER, model_path=name, predict_fn=predict)
        pickles = [] if form == SERIALIZATION_FORMAT_SKOPS else [folder / name]
        return saving.Written(
            flavors, pickles, ["scikit-learn", "skops" if form == SERIALIZATION_FORMAT_SKOPS else "cloudpickle"]
        )

    return write


def _bytes(model: Any, form: str) -> bytes:
    if form == SERIALIZATION_FORMAT_SKOPS:
        return skops_files.skopsed(model)
    return pickle.dumps(model) if form == SERIALIZATION_FORMAT_PICKLE else cloudpickled(model)


def _load(model: Opened, field: str) -> Any:
    file = model.file(field)
    if model.fields.get("serialization_format") == SERIALIZATION_FORMAT_SKOPS:
        return model.read("The model", FLAVOR, lambda: skops_files.loaded(model, file))
    model.require_trust("The model")
    return model.read("The model", FLAVOR, lambda: unpickled(file))
