"""Saves a model as a folder, and logs such a folder to a run: what all flavors have in common."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from nbtrack import tags
from nbtrack.errors import AlreadyExists, InvalidValue, Unsupported, warn
from nbtrack.models import code_paths, input_example, requirements, run_model
from nbtrack.models.model_file import PYFUNC, Model
from nbtrack.models.signature import infer_signature
from nbtrack.tracking.lifecycle import get_or_start_run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbtrack.models.signature import ModelSignature
    from nbtrack.tracking.client import MlflowClient

_ENVIRONMENT = {"conda": "conda.yaml", "virtualenv": "python_env.yaml"}


class Options(TypedDict, total=False):
    """The options of every flavor."""

    signature: ModelSignature | None
    """By default inferred from the example and the prediction for it."""
    input_example: Any
    pip_requirements: str | Sequence[str] | None
    """By default those that the model needs; a text is the path of a requirements file."""
    extra_pip_requirements: str | Sequence[str] | None
    code_paths: Sequence[str] | None
    """Files and folders with code that the model imports; they are importable when it is loaded."""
    metadata: dict[str, Any] | None
    conda_env: Any
    mlflow_model: Model | None


class LogOptions(Options, total=False):
    """The further options of logging a model."""

    params: Mapping[str, Any] | None
    """Parameters of the logged model, beside those of its run."""
    tags: Mapping[str, Any] | None
    """Tags of the logged model."""
    model_type: str | None
    step: int
    """The metrics of the run at this step measure the model; by default 0."""
    await_registration_for: int | None
    """Accepted for compatibility: there is no registry to wait for."""


class Written(NamedTuple):
    """What a flavor wrote into the folder of a model."""

    flavors: Mapping[str, Mapping[str, Any]]
    pickles: Sequence[Path] = ()
    packages: Sequence[str] = ()
    """Distributions that the model always needs."""


class ModelInfo(NamedTuple):
    """A model that was logged."""

    model_uri: str
    run_id: str
    artifact_path: str
    """The URI of its files, as in MLflow 3."""
    model_id: str
    model_uuid: str
    flavors: Mapping[str, Mapping[str, Any]]
    signature: ModelSignature | None
    saved_input_example_info: Mapping[str, Any] | None
    utc_time_created: str
    metadata: Mapping[str, Any] | None
    name: str
    """The name of the model: its artifact path in the run."""


def pyfunc_fields(loader: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of the flavor ``python_function``, which loads a model by MLflow's module `loader`."""
    import platform

    return {"loader_module": loader, "python_version": platform.python_version(), "env": _ENVIRONMENT, **fields}


def save(path: str | Path, write: Callable[[Path], Written], options: Options) -> Model:
    """Save a model into a new folder, and return its description.

    Raises
    ------
    AlreadyExists
        When the folder exists and is not empty.
    InvalidValue
        When an option is invalid; no folder is left then.
    """
    _require_known(options, Options)
    folder = Path(path)
    if folder.exists() and any(folder.iterdir()):
        raise AlreadyExists(f"The folder {folder} is not empty: choose another one for the model")
    existed = folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _filled(folder, write, options)
    except BaseException:
        shutil.rmtree(folder)
        if existed:
            folder.mkdir()
        raise


def _filled(folder: Path, write: Callable[[Path], Written], options: Options) -> Model:
    if options.get("conda_env") is not None:
        raise Unsupported("Conda environments are not supported: pass pip_requirements")
    code_paths.copy(folder, options.get("code_paths") or ())
    written = write(folder)
    model = options.get("mlflow_model") or Model()
    model.metadata = options.get("metadata", model.metadata)
    has_code = (folder / code_paths.FOLDER).is_dir()
    for name, fields in written.flavors.items():
        model.add_flavor(name, **{**fields, **({"code": code_paths.FOLDER} if has_code else {})})
    example = options.get("input_example")
    if example is not None:
        model.saved_input_example_info = input_example.save(example, folder)
    found = requirements.inferred(written.pickles, written.packages)
    wanted = requirements.chosen(options.get("pip_requirements"), options.get("extra_pip_requirements"), found)
    requirements.write(folder, wanted)
    model.signature = options.get("signature")
    model.save(folder)
    if model.signature is None and example is not None and PYFUNC in model.flavors:
        model.signature = _signature_of(folder, model, example)
    model.model_size_bytes = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
    model.save(folder)
    return model


def _signature_of(folder: Path, model: Model, example: Any) -> ModelSignature | None:
    """Return the signature of a saved model from its example; None if the model fails for it.

    The parameters of the example are declared first, since only declared parameters reach the model.
    """
    from nbtrack.models.python_function import load_model

    data, params = input_example.parts(example)
    try:
        if params:
            model.signature = infer_signature(data, params=params)
            model.save(folder)
        output = load_model(str(folder), trust=True).predict(data, params)
        return infer_signature(data, output, params)
    except Exception as error:  # noqa: BLE001 # the user's model may raise any error
        warn(f"The signature of the model is unknown: for its example it raises {type(error).__name__}: {error}")
        return None


def log(
    artifact_path: str | None, name: str | None, write: Callable[[Path], Written], options: LogOptions, others: Any
) -> ModelInfo:
    """Save a model, and log its folder to the active run, starting one if there is none.

    The run lists its models in the tag ``mlflow.log-model.history``; where the store keeps logged models, there is
    one, and the metrics of the run at the same step measure it. `others` are MLflow's arguments that have no effect
    here unless they have a value. Raise `InvalidValue` for an invalid name or an unknown option, and `Unsupported`
    for a model registry.
    """
    _require_known(options, LogOptions)
    given = sorted(key for key, value in others.items() if value)
    if given:
        raise Unsupported(f"Models are logged to runs only, without {', '.join(given)}")
    path = name or artifact_path or "model"
    if not isinstance(path, str) or path.startswith("/") or ".." in path.split("/"):
        raise InvalidValue(f"{path!r} can't be the name of a model")
    run = get_or_start_run()
    options["mlflow_model"] = model = Model(artifact_path=path, run_id=run.info.run_id)
    with tempfile.TemporaryDirectory(prefix="nbtrack-model-") as temporary:
        save(temporary, write, _saved(options))
        with run_model.logged(run, path, options) as created:
            run.client.log_artifacts(run.info.run_id, temporary, path)
    model_id = created or f"m-{model.model_uuid}"
    _remember(run.client, run.info.run_id, model, model_id)
    return ModelInfo(
        f"runs:/{run.info.run_id}/{path}",
        run.info.run_id,
        f"{run.info.artifact_uri.rstrip('/')}/{path}",
        model_id,
        model.model_uuid,
        model.flavors,
        model.signature,
        model.saved_input_example_info,
        model.utc_time_created,
        model.metadata,
        path,
    )


def _saved(options: LogOptions) -> Options:
    """Return the options that belong to the folder of a model."""
    return {name: value for name, value in options.items() if name in Options.__annotations__}  # type: ignore[return-value] # the keys are those of `Options`


def _require_known(options: Mapping[str, Any], kind: Any) -> None:
    known = kind.__annotations__
    unknown = sorted(options.keys() - known.keys())
    if unknown:
        raise InvalidValue(f"A model has no option {unknown[0]!r}; it has {', '.join(sorted(known))}")


def _remember(client: MlflowClient, run_id: str, model: Model, model_id: str) -> None:
    """Add a model to those of its run, replacing one with the same path."""
    try:
        history = json.loads(client.get_run(run_id).data.tags.get(tags.LOGGED_MODELS, "[]"))
    except ValueError:
        history = []
    described = {**model.to_dict(), "model_id": model_id}
    kept = [each for each in history if each.get("artifact_path") != model.artifact_path]
    client.set_tag(run_id, tags.LOGGED_MODELS, json.dumps([*kept, described]))
