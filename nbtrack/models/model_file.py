"""``MLmodel``: the file that says what a model folder holds, in MLflow's format.

https://mlflow.org/docs/latest/ml/model/#storage-format
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.models import input_example
from nbtrack.models.signature import ModelSignature

NAME = "MLmodel"
PYFUNC = "python_function"
FORMAT = "3.17.2"
"""The version of MLflow whose format is written."""


def newer_version(written_by: Any, parts: int = 2) -> str:
    """Return the end of an error message for a model written by a newer version of MLflow, else ``""``.

    Versions are compared by their first `parts`: major, minor.
    """
    version = [int(part) if part.isdecimal() else 0 for part in str(written_by or FORMAT).split(".")]
    if version[:parts] <= [int(part) for part in FORMAT.split(".")][:parts]:
        return ""
    return f"; it was written by MLflow {written_by}, which is newer than the version that nbtrack supports ({FORMAT})"


class Model:
    """The description of a model: its flavors, signature and example, and the run that logged it."""

    def __init__(
        self,
        artifact_path: str | None = None,
        run_id: str | None = None,
        flavors: dict[str, dict[str, Any]] | None = None,
        signature: ModelSignature | None = None,
        metadata: dict[str, Any] | None = None,
        **others: Any,
    ) -> None:
        self.artifact_path, self.run_id, self.metadata = artifact_path, run_id, metadata
        self.flavors = flavors or {}
        self.signature = signature
        self.saved_input_example_info: dict[str, Any] | None = others.pop("saved_input_example_info", None)
        self.model_uuid: str = others.pop("model_uuid", None) or secrets.token_hex(16)
        self.model_id: str | None = others.pop("model_id", None)
        self.utc_time_created: str = str(
            others.pop("utc_time_created", None) or dt.datetime.now(dt.UTC).replace(tzinfo=None)
        )
        self.model_size_bytes: int | None = others.pop("model_size_bytes", None)
        self.mlflow_version: str | None = others.pop("mlflow_version", FORMAT)
        self._others = others
        self.model_uri: str | None = None

    def add_flavor(self, name: str, **fields: Any) -> Model:
        """Add a flavor: a way to load the model."""
        self.flavors[name] = fields
        return self

    def get_input_schema(self) -> Any:
        """Return the schema of the inputs, or None."""
        return None if self.signature is None else self.signature.inputs

    def get_output_schema(self) -> Any:
        """Return the schema of the outputs, or None."""
        return None if self.signature is None else self.signature.outputs

    def get_params_schema(self) -> Any:
        """Return the parameters of predictions, or None."""
        return None if self.signature is None else self.signature.params

    def load_input_example(self, path: str | Path) -> Any:
        """Return the example of the input of a model in a folder, or None; parameters of a prediction are left out."""
        if self.saved_input_example_info is None:
            return None
        return input_example.parts(input_example.load(self.saved_input_example_info, Path(path)))[0]

    def to_dict(self) -> dict[str, Any]:
        """Return the contents of ``MLmodel``."""
        found = {
            **self._others,
            "artifact_path": self.artifact_path,
            "flavors": self.flavors,
            "metadata": self.metadata,
            "mlflow_version": self.mlflow_version,
            "model_id": self.model_id,
            "model_size_bytes": self.model_size_bytes,
            "model_uuid": self.model_uuid,
            "run_id": self.run_id,
            "saved_input_example_info": self.saved_input_example_info,
            "signature": None if self.signature is None else self.signature.to_dict(),
            "utc_time_created": self.utc_time_created,
        }
        return {key: value for key, value in sorted(found.items()) if value is not None}

    def save(self, folder: Path) -> None:
        """Write ``MLmodel`` into a folder, as JSON, which is YAML as well."""
        (folder / NAME).write_text(json.dumps(self.to_dict(), indent=2, ensure_ascii=False) + "\n")

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> Model:
        """Return a model from the contents of ``MLmodel``; raise `InvalidValue` when they are invalid."""
        if not isinstance(given, dict) or not isinstance(given.get("flavors"), dict):
            raise InvalidValue(f"{NAME} must be a mapping with flavors")
        fields = dict(given)
        signature = fields.pop("signature", None)
        return cls(signature=ModelSignature.from_dict(signature) if signature else None, **fields)

    @classmethod
    def load(cls, path: str | Path) -> Model:
        """Return the description of a model in a local folder, or at a URI.

        Raises
        ------
        NotFound
            When there is no ``MLmodel``.
        InvalidValue
            When it can't be read.
        """
        from nbtrack.models.location import local_folder

        folder = local_folder(str(path))
        file = folder if folder.name == NAME and folder.is_file() else folder / NAME
        if not file.is_file():
            raise NotFound(f"There is no model in {path}: it has no file {NAME}")
        from nbtrack.media import dict_from_bytes

        content: Any = None
        try:
            try:
                content = json.loads(file.read_bytes())
            except ValueError:
                content = dict_from_bytes(file.read_bytes(), ".yaml")
            return cls.from_dict(content)
        except (InvalidValue, TypeError) as error:
            newer = newer_version(content.get("mlflow_version")) if isinstance(content, dict) else ""
            raise InvalidValue(f"{file} {'is not understood' if newer else 'is damaged'}: {error}{newer}") from error

    def flavor(self, name: str) -> dict[str, Any]:
        """Return the fields of a flavor; raise `Unsupported` when the model does not have it."""
        if name not in self.flavors:
            found = ", ".join(sorted(self.flavors)) or "none"
            raise Unsupported(f"The model has no flavor {name!r}; it has {found}{newer_version(self.mlflow_version)}")
        return self.flavors[name]
