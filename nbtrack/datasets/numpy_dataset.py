"""Datasets of numpy arrays, alone or by name."""

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
    """Arrays, described; made by `from_numpy`."""

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
        """The features themselves."""
        return self._features

    @property
    def targets(self) -> Arrays | None:
        """The targets themselves, or None."""
        return self._targets

    @cached_property
    def schema(self) -> TensorSchema:
        """The type and shape of each array."""
        return arrays_schema(self._features, self._targets)

    @property
    def profile(self) -> dict[str, Any]:
        """Shape, number of items and bytes of the features and, where there are any, of the targets."""
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
        """Return the profile, without the single arrays when there are too many of them."""
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
        raise InvalidValue(f"the {what} of from_numpy are an array or a dict of arrays by name, not {_shown(given)}")
    for name, array in given.items():
        if not isinstance(name, str) or not isinstance(array, np.ndarray):
            raise InvalidValue(
                f"the {what} {str(name)[:100]!r} must be an array with text as its name, not {_shown(array)}"
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
    """Describe arrays as a dataset, to be logged with `log_input`.

    Parameters
    ----------
    features, targets : numpy.ndarray or dict of them by name
        The data; none of it is kept. Targets may be left out.
    source : str, Path or Source, optional
        Where it came from: a path, or an address, of which passwords, tokens and signatures are not
        kept. Without one, the code that logs it.
    name : str, optional
        What it is called, 500 characters at most.
    digest : str, optional
        What identifies the content, 36 characters at most; made of the data unless it is given.

    Returns
    -------
    NumpyDataset
        Its `name`, `digest`, `source`, `schema` and `profile`.

    Raises
    ------
    InvalidValue
        When an argument is of another kind or too long.
    """
    return NumpyDataset(features, source, targets, name, digest)
