"""The description of a saved model at a URI, and setting its signature later."""

from __future__ import annotations

import tempfile
from pathlib import Path

from nbtrack import artifacts
from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.models.location import resolved
from nbtrack.models.model_file import NAME, Model
from nbtrack.models.saving import ModelInfo
from nbtrack.models.signature import ModelSignature
from nbtrack.tracking.client import MlflowClient


def get_model_info(model_uri: str | Path) -> ModelInfo:
    """Return the content of ``MLmodel`` at a local path, ``runs:/…``, ``models:/m-…`` or the URI of an artifact.

    Raise `NotFound` when there is no model.
    """
    model, uri = Model.load(model_uri), resolved(str(model_uri))
    return ModelInfo(
        model_uri=str(model_uri),
        run_id=model.run_id or "",
        artifact_path=uri,
        model_id=model.model_id or f"m-{model.model_uuid}",
        model_uuid=model.model_uuid,
        flavors=model.flavors,
        signature=model.signature,
        saved_input_example_info=model.saved_input_example_info,
        utc_time_created=model.utc_time_created,
        metadata=model.metadata,
        name=model.artifact_path or "",
    )


def set_signature(model_uri: str | Path, signature: ModelSignature) -> None:
    """Replace the signature of a model in a local folder, or of one that a run has logged.

    Raises
    ------
    InvalidValue
        When `signature` is not a signature.
    NotFound
        When there is no model.
    Unsupported
        For a model that is neither in a local folder nor in a run.
    """
    if not isinstance(signature, ModelSignature):
        raise InvalidValue(f"signature must be a ModelSignature, not {type(signature).__name__}: see infer_signature")
    uri = resolved(str(model_uri))
    if uri.startswith("runs:/"):
        _set_in_run(uri, signature)
    elif Path(uri).is_dir():
        model = Model.load(uri)
        model.signature = signature
        model.save(Path(uri))
    else:
        raise Unsupported(f"Only models in local folders and runs can get a signature, not {model_uri}")


def _set_in_run(uri: str, signature: ModelSignature) -> None:
    run_id, _, path = uri.removeprefix("runs:/").partition("/")
    with tempfile.TemporaryDirectory() as folder:
        artifacts.download_artifacts(f"{uri.rstrip('/')}/{NAME}", dst_path=folder)
        model = Model.load(folder)
        model.signature = signature
        model.save(Path(folder))
        MlflowClient().log_artifact(run_id, Path(folder) / NAME, path)
