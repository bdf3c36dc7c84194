"""The signature of a model, and how it is inferred from data."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from nbtrack.datasets import column_types
from nbtrack.datasets.schema import frame_schema
from nbtrack.errors import InvalidValue
from nbtrack.models.schema import AnyType, ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec, type_from_dict

if TYPE_CHECKING:
    from collections.abc import Mapping


class ModelSignature:
    """The inputs, outputs and parameters of a model; each may be None, but not all of them."""

    def __init__(
        self, inputs: Schema | None = None, outputs: Schema | None = None, params: ParamSchema | None = None
    ) -> None:
        if inputs is None and outputs is None and params is None:
            raise InvalidValue("A signature needs inputs, outputs or params")
        self.inputs, self.outputs, self.params = inputs, outputs, params

    def to_dict(self) -> dict[str, str | None]:
        """Return the JSON text of each part."""
        parts = {"inputs": self.inputs, "outputs": self.outputs, "params": self.params}
        return {name: None if part is None else part.to_json() for name, part in parts.items()}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> ModelSignature:
        """Return a signature from the JSON texts of its parts; raise `InvalidValue` for an invalid one."""
        inputs, outputs, params = (given.get(each) for each in ("inputs", "outputs", "params"))
        return cls(
            Schema.from_json(inputs) if inputs else None,
            Schema.from_json(outputs) if outputs else None,
            ParamSchema.from_json(params) if params else None,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelSignature) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment] # unhashable, since equality is by content

    def __repr__(self) -> str:
        return f"inputs: \n  {self.inputs}\noutputs: \n  {self.outputs}\nparams: \n  {self.params}\n"


def infer_signature(model_input: Any = None, model_output: Any = None, params: Any = None) -> ModelSignature:
    """Return the signature of data.

    Parameters
    ----------
    model_input, model_output : DataFrame, Series, array, dict, list or scalar, optional
        Examples of what the model takes and returns. A list of dictionaries is a table.
    params : dict, optional
        The parameters of predictions with their defaults.

    Raises
    ------
    InvalidValue
        When nothing is given, or the type of a parameter is not supported.
    """
    return ModelSignature(
        None if model_input is None else _schema(model_input),
        None if model_output is None else _schema(model_output),
        None if not params else ParamSchema([_param(name, value) for name, value in params.items()]),
    )


def _schema(data: Any) -> Schema:
    import numpy as np
    import pandas as pd

    if isinstance(data, pd.Series):
        data = data.to_frame(data.name if data.name is not None else 0)
    if isinstance(data, pd.DataFrame):
        return _of_frame(data)
    if isinstance(data, np.ndarray):
        return Schema([_tensor(data)])
    if hasattr(data, "toarray") and hasattr(data, "shape"):
        return Schema([TensorSpec(data.dtype, (-1, *data.shape[1:]))])
    if isinstance(data, dict):
        return _of_dictionary(data)
    if isinstance(data, list) and data and all(isinstance(each, dict) for each in data):
        return _of_frame(pd.DataFrame(data))
    kinds = data if isinstance(data, list) else [data]
    return Schema([ColSpec(_type_of(kinds))])


def _of_frame(frame: Any) -> Schema:
    found = frame_schema(frame)
    if found is None or found.is_truncated:
        raise InvalidValue(f"A frame of {frame.shape[1]:,} columns has no signature")
    return Schema([ColSpec(type_from_dict(each), _name(each["name"]), each["required"]) for each in found.columns])


def _name(name: Any) -> Any:
    return name.item() if hasattr(name, "item") else name


def _of_dictionary(data: Mapping[str, Any]) -> Schema:
    import numpy as np

    if data and all(isinstance(each, np.ndarray) for each in data.values()):
        return Schema([_tensor(value, name) for name, value in data.items()])
    return Schema([ColSpec(_type_of([value]), name) for name, value in data.items()])


def _tensor(array: Any, name: str | None = None) -> TensorSpec:
    return TensorSpec(array.dtype, (-1, *array.shape[1:]) if array.ndim else (), name)


def _type_of(values: list[Any]) -> Any:
    return type_from_dict(column_types.type_of_values(values))


_BUILTIN: dict[type, DataType] = {
    bool: DataType.boolean,
    int: DataType.long,
    float: DataType.double,
    str: DataType.string,
    bytes: DataType.binary,
    dt.datetime: DataType.datetime,
    dt.date: DataType.datetime,
}


def _param(name: str, value: Any) -> ParamSpec:
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value
    if isinstance(plain, list | tuple) and plain:
        kinds = {*map(type, plain)}
        if len(kinds) == 1 and (found := _BUILTIN.get(*kinds)) is not None:
            return ParamSpec(name, found, list(plain), (-1,))
    if isinstance(plain, dict):
        return ParamSpec(name, _type_of([plain]), plain)
    if type(plain) not in _BUILTIN:
        raise InvalidValue(f"Parameter {name!r} must be a number, text, date, dictionary or a list of one of them")
    return ParamSpec(name, _BUILTIN[type(plain)], plain)


ANY = Schema([ColSpec(AnyType())])
"""The schema of unknown data."""
