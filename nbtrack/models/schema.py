"""What a model takes and returns: columns, tensors and parameters, in MLflow's JSON.

The form of the JSON is that of MLflow's signatures: https://mlflow.org/docs/latest/ml/model/signatures/
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    Type = "DataType | Array | Object | Map | AnyType"


class DataType(StrEnum):
    """The type of a single value."""

    boolean = "boolean"
    integer = "integer"
    """Signed, 32 bits."""
    long = "long"
    """Signed, 64 bits."""
    float = "float"
    """32 bits."""
    double = "double"
    """64 bits."""
    string = "string"
    binary = "binary"
    datetime = "datetime"

    def to_numpy(self) -> np.dtype[Any]:
        """Return the dtype of numpy."""
        import numpy as np

        return np.dtype(_NUMPY[self.value])

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the type."""
        return {"type": self.value}


_NUMPY = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "str",
    "binary": "bytes",
    "datetime": "datetime64[ns]",
}


class AnyType(NamedTuple):
    """A type that was unknown when the model was logged; it is not checked."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the type."""
        return {"type": "any"}


class Array(NamedTuple):
    """A list of values of one type."""

    dtype: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the type."""
        return {"type": "array", "items": _type(self.dtype).to_dict()}


class Property(NamedTuple):
    """A value of an object, by its name."""

    name: str
    dtype: Any
    required: bool = True


class Object(NamedTuple):
    """A dictionary with known names."""

    properties: Sequence[Property]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the type."""
        parts = sorted(self.properties)
        found = {each.name: {**_type(each.dtype).to_dict(), "required": each.required} for each in parts}
        return {"type": "object", "properties": found}


class Map(NamedTuple):
    """A dictionary from any names to values of one type."""

    value_type: Any

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the type."""
        return {"type": "map", "values": _type(self.value_type).to_dict()}


def _type(given: Any) -> Any:
    """Return a type; a text is the name of one."""
    if isinstance(given, str):
        try:
            return DataType(given)
        except ValueError:
            names = ", ".join(DataType)
            raise InvalidValue(f"{given!r} is not a type of a schema; the types are {names}") from None
    if not isinstance(given, DataType | Array | Object | Map | AnyType):
        raise InvalidValue(f"{given!r} is not a type of a schema")
    return given


def type_from_dict(given: dict[str, Any]) -> Any:
    """Return a type from its JSON; raise `InvalidValue` for one that does not exist."""
    kind = given.get("type")
    if kind == "any":
        return AnyType()
    if kind in {"array", "sparkml-vector"}:
        return Array(type_from_dict(given["items"]) if kind == "array" else DataType.double)
    if kind == "map":
        return Map(type_from_dict(given["values"]))
    if kind == "object":
        parts = given["properties"].items()
        return Object([Property(name, type_from_dict(each), each.get("required", True)) for name, each in parts])
    return _type(kind)


class ColSpec:
    """A column of a frame, or a field of a dictionary.

    Parameters
    ----------
    type : DataType, Array, Object, Map, AnyType or str
        Its type, or the name of a `DataType`.
    name : str, optional
        Its name; without one, columns are taken in order.
    required : bool
        Whether it must be given, and have a value in every row.
    """

    def __init__(self, type: Any, name: Any = None, required: bool = True) -> None:
        self.type, self.name, self.required = _type(type), name, required

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the column."""
        named = {} if self.name is None else {"name": self.name}
        return {**self.type.to_dict(), **named, "required": self.required}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColSpec) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment] # unhashable, since equality is by content

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{self.name!r}: "
        kind = self.type.value if isinstance(self.type, DataType) else json.dumps(self.type.to_dict())
        return f"{name}{kind} ({'required' if self.required else 'optional'})"


class TensorSpec:
    """A tensor: its dtype, and its shape with -1 for an open dimension."""

    def __init__(self, type: Any, shape: Iterable[int], name: str | None = None) -> None:
        import numpy as np

        self.type, self.shape, self.name = np.dtype(type), tuple(int(each) for each in shape), name
        self.required = True

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the tensor."""
        named = {} if self.name is None else {"name": self.name}
        kinds = {"U": "str", "S": "bytes", "T": "str"}
        spec = {"dtype": kinds.get(self.type.kind, self.type.name), "shape": list(self.shape)}
        return {**named, "type": "tensor", "tensor-spec": spec}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment] # unhashable, since equality is by content

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{self.name!r}: "
        return f"{name}Tensor({self.to_dict()['tensor-spec']['dtype']!r}, {self.shape})"


class Schema:
    """All inputs or outputs of a model: columns or tensors, all of them named or none."""

    def __init__(self, inputs: Sequence[ColSpec | TensorSpec]) -> None:
        self.inputs = list(inputs)
        named = [each.name is not None for each in self.inputs]
        if not self.inputs or len({*map(type, self.inputs)}) > 1 or (any(named) and not all(named)):
            raise InvalidValue("A schema has columns or tensors, and either all or none of them have names")
        if self.is_tensor_spec() and not any(named) and len(self.inputs) > 1:
            raise InvalidValue("A schema of several tensors needs their names")

    def is_tensor_spec(self) -> bool:
        """Return whether these are tensors."""
        return isinstance(self.inputs[0], TensorSpec)

    def has_input_names(self) -> bool:
        """Return whether these have names."""
        return self.inputs[0].name is not None

    def input_names(self) -> list[Any]:
        """Return the names, or the positions of unnamed inputs."""
        return [number if each.name is None else each.name for number, each in enumerate(self.inputs)]

    def required_input_names(self) -> list[Any]:
        """Return the names of required inputs."""
        return [each.name for each in self.inputs if each.required]

    def to_dict(self) -> list[dict[str, Any]]:
        """Return the JSON of all."""
        return [each.to_dict() for each in self.inputs]

    def to_json(self) -> str:
        """Return the JSON text of all."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Schema:
        """Return a schema from its JSON text; raise `InvalidValue` when it is invalid."""
        try:
            return cls([_spec(each) for each in json.loads(text)])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidValue(f"The schema of the model can't be read: {error}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.inputs == other.inputs

    __hash__ = None  # type: ignore[assignment] # unhashable, since equality is by content

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self.inputs))}]"


def _spec(given: dict[str, Any]) -> ColSpec | TensorSpec:
    if given["type"] == "tensor":
        spec = given["tensor-spec"]
        return TensorSpec(spec["dtype"], spec["shape"], given.get("name"))
    return ColSpec(type_from_dict(given), given.get("name"), given.get("required", not given.get("optional", False)))


class ParamSpec(NamedTuple):
    """A parameter of a prediction, with its default; `shape` is ``(-1,)`` for a list."""

    name: str
    dtype: Any
    default: Any
    shape: tuple[int, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON of the parameter."""
        shape = None if self.shape is None else list(self.shape)
        default = self.default.isoformat() if hasattr(self.default, "isoformat") else self.default
        return {"name": self.name, "default": default, "shape": shape, **_type(self.dtype).to_dict()}

    def __repr__(self) -> str:
        kind = _type(self.dtype)
        return f"{self.name!r}: {kind.value if isinstance(kind, DataType) else kind} (default: {self.default})"


class ParamSchema(NamedTuple):
    """The parameters of predictions."""

    params: Sequence[ParamSpec]

    def to_json(self) -> str:
        """Return the JSON text of all."""
        return json.dumps([each.to_dict() for each in self.params])

    @classmethod
    def from_json(cls, text: str) -> ParamSchema:
        """Return the parameters from their JSON text; raise `InvalidValue` when it is invalid."""
        try:
            return cls([_param(each) for each in json.loads(text)])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidValue(f"The parameters of the model can't be read: {error}") from error

    def __repr__(self) -> str:
        return f"[{', '.join(map(repr, self.params))}]"


def _param(given: dict[str, Any]) -> ParamSpec:
    shape = given.get("shape")
    return ParamSpec(
        given["name"], type_from_dict(given), given.get("default"), None if shape is None else tuple(shape)
    )
