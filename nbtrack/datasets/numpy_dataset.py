"""Datasets of numpy arrays."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbtrack.datasets.dataset import Dataset
from nbtrack.datasets.digest import digest_of_arrays
from nbtrack.datasets.schema import TensorSchema, arrays_schema, schema_json
from nbtrack.errors import InvalidValue
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nbtrack.datasets.source import Source

    Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]


class NumpyDataset(Dataset):
    """A dataset of one or more arrays, created by `from_numpy`."""

    def __init__(
        self,
        features: Arrays,
        source: str | os.PathLike[str] | Source | None = None,
        targets: Arrays | None = None,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        self._features = _checked("features", features)
        self._targets = None if targets is None else _checked("targets", targets)
        super().__init__(source, name, digest)

    @property
    def features(self) -> Arrays:
        """The arrays of features."""
        return self._features

    @property
    def targets(self) -> Arrays | None:
        """The arrays of targets, or None."""
        return self._targets

    @cached_property
    def schema(self) -> TensorSchema:
        """The type and shape of each array."""
        return arrays_schema(self._features, self._targets)

    @property
    def profile(self) -> dict[str, Any]:
        """Shape, number of elements and size in bytes of the features and of the targets, if any."""
        parts = {"features": self._features, "targets": self._targets}
        return {
            f"{part}_{what}": _measured(given, what)
            for part, given in parts.items()
            if given is not None
            for what in ("shape", "size", "nbytes")
        }

    def _computed_digest(self) -> str:
        return digest_of_arrays(self._features, self._targets)

    def _schema_json(self) -> str | None:
        return schema_json(self.schema)

    def _profile_json(self) -> str:
        """Return the profile as JSON; only the number of arrays if there are too many."""
        text = json.dumps(self.profile)
        if len(text) <= MlflowLimits.DATASET_PROFILE:
            return text
        return json.dumps({name: len(each) for name, each in self.profile.items() if name.endswith("_size")})


def _measured(given: Arrays, what: str) -> Any:
    if hasattr(given, "items"):
        return {name: _measured(array, what) for name, array in given.items()}
    found = getattr(given, what)
    return list(found) if what == "shape" else int(found)


def _checked(what: str, given: Any) -> Arrays:
    import numpy as np

    if isinstance(given, np.ndarray):
        return given
    if not isinstance(given, dict) or not given:
        raise InvalidValue(f"The {what} of from_numpy must be an array or a dict of named arrays, not {_shown(given)}")
    for name, array in given.items():
        if not isinstance(name, str) or not isinstance(array, np.ndarray):
            raise InvalidValue(
                f"The {what} {str(name)[:100]!r} must be an array with a string as its name, not {_shown(array)}"
            )
    return given


def _shown(given: object) -> str:
    return "an empty dict" if type(given) is dict and not given else type(given).__name__


def from_numpy(
    features: Arrays,
    source: str | os.PathLike[str] | Source | None = None,
    targets: Arrays | None = None,
    name: str | None = None,
    digest: str | None = None,
) -> NumpyDataset:
    """Return a dataset that describes arrays, for `log_input`.

    Parameters
    ----------
    features, targets : numpy.ndarray or dict of them by name
        The data, which is not stored.
    source : str, Path or Source, optional
        A path or a URL, which is stored without passwords, tokens and signatures; by default the code that logs the
        dataset.
    name : str, optional
        The name, at most 500 characters.
    digest : str, optional
        An identifier of the content, at most 36 characters; by default computed from the data.

    Returns
    -------
    NumpyDataset
        With `name`, `digest`, `source`, `schema` and `profile`.

    Raises
    ------
    InvalidValue
        When an argument has another type or is too long.
    """
    return NumpyDataset(features, source, targets, name, digest)
