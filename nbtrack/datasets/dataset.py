"""The base class of datasets: name, digest, source, and their JSON."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from nbtrack import entities, validation
from nbtrack.datasets.source import Source, to_source
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dataset(ABC):
    """The description of a dataset; see `from_pandas` and `from_numpy`."""

    def __init__(self, source: object, name: str | None, digest: str | None) -> None:
        self._source = to_source(source)
        self._name = _short("name", "dataset" if name is None else name, validation.MlflowLimits.DATASET_NAME)
        self._digest = _short("digest", digest or self._computed_digest(), validation.MlflowLimits.DATASET_DIGEST)

    @property
    def name(self) -> str:
        """The name, by default ``dataset``."""
        return self._name

    @property
    def digest(self) -> str:
        """The given digest, or eight characters computed from the data."""
        return self._digest

    @property
    def source(self) -> Source:
        """The source of the data."""
        return self._source

    @property
    @abstractmethod
    def schema(self) -> Any:
        """The columns or arrays with their types; None without columns."""

    @property
    @abstractmethod
    def profile(self) -> dict[str, Any]:
        """The size of the data."""

    @abstractmethod
    def _computed_digest(self) -> str: ...

    @abstractmethod
    def _schema_json(self) -> str | None: ...

    def _profile_json(self) -> str:
        return json.dumps(self.profile)

    def to_dict(self) -> dict[str, Any]:
        """Return the description as a dictionary of strings."""
        return self.entity()._asdict()

    def to_json(self) -> str:
        """Return the description as JSON."""
        return json.dumps(self.to_dict())

    def entity(self, tags: Mapping[str, str] | None = None) -> entities.Dataset:
        """Return the description as an input of a run stores it; `tags` of the program replace a missing source."""
        source = self._source.with_tags(tags or {})
        return entities.Dataset(
            self._name, self._digest, source.source_type, source.to_json(), self._schema_json(), self._profile_json()
        )

    def _to_mlflow_entity(self) -> entities.Dataset:
        return self.entity()

    def __repr__(self) -> str:
        size = ", ".join(f"{name}={value}" for name, value in list(self.profile.items())[:2])
        return f"<{type(self).__name__} {self._name[:80]!r} {self._digest} {size[:200]}>"


def _short(what: str, given: object, longest: int) -> str:
    text = validation.key("dataset" if what == "name" else f"dataset's {what}", given)
    if len(text) > longest:
        raise InvalidValue(
            f"The {what} of a dataset exceeds the maximum length of {longest} characters: {text[:40]!r}…"
        )
    return text
