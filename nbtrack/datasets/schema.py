"""Schemas: the columns of a frame or the tensors of arrays, in MLflow's JSON.

A schema that is longer than MLflow's servers accept lists the first columns only, and adds how many there are:
``{"mlflow_colspec": [...], "nbtrack_columns": {"listed": 9000, "total": 20000}}``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.datasets import column_types
from nbtrack.datasets.digest import batched_columns, sample_rows
from nbtrack.datasets.sampling import sample_positions
from nbtrack.validation import MlflowLimits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]

_ROOM_FOR_THE_REST = 300
_NUMBERS, _OBJECTS = 1_000_000, 100_000
"""Values, over all columns, that are searched for missing ones."""
_KINDS = 2_000
"""Objects, over all columns, whose types are examined."""
_MOST_LISTED = 30_000
"""More columns than any schema can list."""


class Schema(NamedTuple):
    """Columns or tensors, in the form of MLflow's schemas."""

    columns: list[dict[str, Any]]
    total: int
    """The number of columns, including those that are not listed."""

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the list of columns."""
        return self.columns

    def to_json(self) -> str:
        """Return the list of columns as JSON."""
        return json.dumps(self.columns)

    def input_names(self) -> list[Any]:
        """Return the names of the columns."""
        return [each.get("name") for each in self.columns]

    def input_types(self) -> list[str]:
        """Return the types of the columns."""
        return [each["type"] for each in self.columns]

    @property
    def is_truncated(self) -> bool:
        """Whether the list of columns is truncated."""
        return len(self.columns) < self.total


class TensorSchema(NamedTuple):
    """The tensors of features and targets."""

    features: Schema
    targets: Schema | None

    def to_dict(self) -> dict[str, Any]:
        """Return both as MLflow's ``mlflow_tensorspec``, in which each is a JSON string."""
        targets = self.targets.to_json() if self.targets else None
        parts = {"features": self.features, "targets": self.targets}
        cut = {name: _truncation(each) for name, each in parts.items() if each and each.is_truncated}
        found: dict[str, Any] = {"mlflow_tensorspec": {"features": self.features.to_json(), "targets": targets}}
        return {**found, "nbtrack_arrays": cut} if cut else found


def schema_json(schema: Schema | TensorSchema | None) -> str | None:
    """Return the JSON of a schema as an input of a run stores it."""
    if isinstance(schema, Schema):
        cut = {"nbtrack_columns": _truncation(schema)} if schema.is_truncated else {}
        return json.dumps({"mlflow_colspec": schema.columns, **cut})
    return json.dumps(schema.to_dict()) if schema else None


def _truncation(schema: Schema) -> dict[str, int]:
    return {"listed": len(schema.columns), "total": schema.total}


def frame_schema(frame: pd.DataFrame) -> Schema | None:
    """Return the schema of a data frame; None if it has no columns.

    Samples are examined: a million numbers and 100,000 strings or objects for missing values, 2,000 values for the
    types in object columns.
    """
    total = frame.shape[1]
    if not total:
        return None
    listed = frame if total <= _MOST_LISTED else frame.iloc[:, :_MOST_LISTED]
    room = MlflowLimits.DATASET_SCHEMA - _ROOM_FOR_THE_REST
    return Schema(_first_that_fit(_columns(listed), room, json.dumps), total)


def _columns(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    dtypes = frame.dtypes.to_numpy()
    together = batched_columns(dtypes)
    gaps = iter(_missing_in_batch(frame, together))
    sharing = int((~together).sum())
    for place, (name, dtype) in enumerate(zip(frame.columns, dtypes, strict=True)):
        if together[place]:
            yield _column(name, {"type": column_types.type_of_dtype(dtype)}, next(gaps))
        else:
            column = frame.iloc[:, place].array
            yield _column(name, _element_type(column, sharing), _has_missing(column, sharing))


def _missing_in_batch(frame: pd.DataFrame, which: NDArray[np.bool_]) -> list[bool]:
    """Return whether a value is missing, for each column of numbers of a wide frame."""
    if not which.any():
        return []
    few = sample_rows(frame, _NUMBERS).iloc[:, which.nonzero()[0]]
    return [bool(each) for each in few.isna().any()]


def _column(name: Any, kind: dict[str, Any], has_missing: bool) -> dict[str, Any]:
    return {**kind, "name": column_types.label(name), "required": not has_missing}


def _element_type(column: Any, sharing: int) -> dict[str, Any]:
    import pandas as pd

    kind = "string" if isinstance(column.dtype, pd.StringDtype) else column_types.type_of_dtype(column.dtype)
    if kind is not None:
        return {"type": kind}
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _element_type(pd.Series(column.categories[:_KINDS]).array, 1)
    return column_types.type_of_values(column[sample_positions(len(column), max(10, _KINDS // sharing))])


def _has_missing(column: Any, sharing: int) -> bool:
    if column.dtype.kind in "iub" and not hasattr(column.dtype, "na_value"):
        return False
    most = _OBJECTS if column.dtype.kind == "O" else _NUMBERS
    return bool(column[sample_positions(len(column), max(10, most // sharing))].isna().any())


def arrays_schema(features: Arrays, targets: Arrays | None) -> TensorSchema:
    """Return the schema of features and targets; the length of the first axis is left open."""
    room = (MlflowLimits.DATASET_SCHEMA - _ROOM_FOR_THE_REST) // (2 if targets is not None else 1)
    return TensorSchema(_tensors(features, room), None if targets is None else _tensors(targets, room))


def _tensors(given: Arrays, room: int) -> Schema:
    named = given.items() if hasattr(given, "items") else [(None, given)]
    specs = (_tensor(name, array) for name, array in named)
    return Schema(_first_that_fit(specs, room, lambda spec: json.dumps(json.dumps(spec))), len(named))


def _tensor(name: str | None, array: NDArray[Any]) -> dict[str, Any]:
    bare = {"U": "str", "T": "str", "S": "bytes", "V": f"V{array.dtype.itemsize}"}
    dtype = bare.get(array.dtype.kind, array.dtype.name)
    shape = [-1, *array.shape[1:]] if array.ndim else []
    spec = {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": shape}}
    return spec if name is None else {"name": name, **spec}


def _first_that_fit(specs: Iterable[dict[str, Any]], room: int, write: Any) -> list[dict[str, Any]]:
    """Return as many of the first specs as fit into `room` characters."""
    kept: list[dict[str, Any]] = []
    for spec in specs:
        room -= len(write(spec)) + 2
        if room < 0:
            break
        kept.append(spec)
    return kept
