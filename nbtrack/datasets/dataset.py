"""What all datasets have in common: name, digest, source, and their form on the wire."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from nbtrack import entities, validation
from nbtrack.datasets.source import Source, resolved
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dataset(ABC):
    """A dataset, described; see `from_pandas` and `from_numpy`."""

    def __init__(self, source: object, name: str | None, digest: str | None) -> None:
        self._source = resolved(source)
        self._name = _short("name", "dataset" if name is None else name, validation.MlflowLimits.DATASET_NAME)
        self._digest = _short("digest", digest or self._computed_digest(), validation.MlflowLimits.DATASET_DIGEST)

    @property
    def name(self) -> str:
        """The name, ``dataset`` unless another was given."""
        return self._name

    @property
    def digest(self) -> str:
        """Eight characters that stand for the content, unless others were given."""
        return self._digest

    @property
    def source(self) -> Source:
        """Where the data came from."""
        return self._source

    @property
    @abstractmethod
    def schema(self) -> Any:
        """What columns or arrays there are, and of what type; None when there are none."""

    @property
    @abstractmethod
    def profile(self) -> dict[str, Any]:
        """How large the data is."""

    @abstractmethod
    def _computed_digest(self) -> str: ...

    @abstractmethod
    def _schema_json(self) -> str | None: ...

    def _profile_json(self) -> str:
        return json.dumps(self.profile)

    def to_dict(self) -> dict[str, Any]:
        """Return the description, as text throughout."""
        return self.entity()._asdict()

    def to_json(self) -> str:
        """Return the description as JSON."""
        return json.dumps(self.to_dict())

    def entity(self, tags: Mapping[str, str] | None = None) -> entities.Dataset:
        """Return the description as it is kept with a run.

        Parameters
        ----------
        tags : mapping, optional
            The tags of the running program, which name the source of data that was given none.
        """
        source = self._source.with_tags(tags or {})
        return entities.Dataset(
            self._name, self._digest, source.source_type, source.to_json(), self._schema_json(), self._profile_json()
        )

    def _to_mlflow_entity(self) -> entities.Dataset:
        """Return the description, by the name that MLflow's examples use."""
        return self.entity()

    def __repr__(self) -> str:
        size = ", ".join(f"{name}={value}" for name, value in list(self.profile.items())[:2])
        return f"<{type(self).__name__} {self._name[:80]!r} {self._digest} {size[:200]}>"


def _short(what: str, given: object, longest: int) -> str:
    text = validation.key("dataset" if what == "name" else f"dataset's {what}", given)
    if len(text) > longest:
        raise InvalidValue(
            f"the {what} of a dataset may have {longest} characters, and {text[:40]!r}… has {len(text):,}"
        )
    return text
