"""Checks data against the schema of a model, and makes lossless conversions, by MLflow's rules.

https://mlflow.org/docs/latest/ml/model/signatures/#signature-enforcement
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, warn
from nbtrack.models.schema import AnyType, Array, DataType, Map, Object, TensorSpec

if TYPE_CHECKING:
    from nbtrack.models.schema import ColSpec, ParamSchema, ParamSpec, Schema

_SMALLER = {
    DataType.long: (DataType.integer,),
    DataType.float: (DataType.integer, DataType.long),
    DataType.double: (DataType.integer, DataType.long, DataType.float),
}
"""The types that a parameter accepts besides its own."""
_EXACT_IN_DOUBLE = 6
"""The most bytes of an integer that every double represents exactly."""


def enforce(data: Any, schema: Schema) -> Any:
    """Return data in the form of a model's schema: columns in its order, or tensors.

    Columns that the schema does not have are left out, with a warning.

    Raises
    ------
    InvalidValue
        When a column or tensor is missing, or has another type or shape; the message names it.
    """
    import pandas as pd

    if isinstance(data, pd.Series):
        data = data.to_frame()
    return _tensors(data, schema) if schema.is_tensor_spec() else _columns(_frame(data), schema)


def validate_schema(data: Any, expected_schema: Schema) -> None:
    """Raise `InvalidValue` when data do not fit a schema, as `enforce` does."""
    enforce(data, expected_schema)


# --- columns


def _frame(data: Any) -> Any:
    import numpy as np
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, dict):
        plain = {key: each.tolist() if getattr(each, "ndim", 1) != 1 else each for key, each in data.items()}
        rows = all(isinstance(each, list | np.ndarray) for each in plain.values())
        texts = all(isinstance(each, list) and all(isinstance(one, str) for one in each) for each in plain.values())
        return pd.DataFrame(plain) if rows and not texts else pd.DataFrame([plain])
    if isinstance(data, list | np.ndarray):
        return pd.DataFrame(data)
    if np.isscalar(data):
        return pd.DataFrame([data])
    raise InvalidValue(f"The model takes a data frame, not {type(data).__name__}")


def _columns(frame: Any, schema: Schema) -> Any:
    import pandas as pd

    if not schema.has_input_names():
        if len(frame.columns) < len(schema.inputs):
            raise InvalidValue(f"The model takes {len(schema.inputs)} columns, and {len(frame.columns)} were given")
        pairs = list(zip(frame.columns, schema.inputs, strict=False))
    else:
        _check_names(list(frame.columns), schema)
        pairs = [(each.name, each) for each in schema.inputs if each.name in frame.columns]
    return pd.DataFrame({name: _column(frame[name], spec) for name, spec in pairs}, index=frame.index)


def _check_names(given: list[Any], schema: Schema) -> None:
    missing = [each for each in schema.required_input_names() if each not in given]
    extra = [each for each in given if each not in schema.input_names()]
    if missing:
        more = f" Note that there were extra inputs: {extra}" if extra else ""
        raise InvalidValue(f"Model is missing inputs {missing}.{more}")
    if extra:
        warn(f"The model does not take the inputs {extra}: they are ignored")


def _column(column: Any, spec: ColSpec | TensorSpec) -> Any:
    import pandas as pd

    if isinstance(spec.type, DataType):
        return _converted(column, spec.type, column.name)
    values = [_value(each, spec.type, required=spec.required, name=column.name) for each in column]
    return pd.Series(values, index=column.index, name=column.name, dtype=object)


def _converted(column: Any, kind: DataType, name: Any) -> Any:
    """Return a column with the type of a schema, if that changes no value."""
    import pandas as pd

    if column.dtype.kind == "O" and kind not in {DataType.binary, DataType.string}:
        column = column.infer_objects()
    has, wanted = column.dtype, kind.to_numpy()
    if has == wanted:
        return column
    if kind in {DataType.string, DataType.binary}:
        fits = has.kind == "O" or isinstance(has, pd.StringDtype) or has.kind == wanted.kind
    elif kind == DataType.datetime:
        return _as_dates(column, name)
    else:
        fits = kind == DataType.boolean and has.kind == "O"
    if fits:
        return column
    if _loses_nothing(has, wanted, column):
        return column.astype(wanted)
    hint = ""
    if has.kind == "f" and wanted.kind == "i" and column.isna().any():
        hint = "; integers with missing values are floats in pandas, so declare the column as double"
    raise InvalidValue(f"Incompatible input types for column {name}. Can not safely convert {has} to {wanted}{hint}")


def _as_dates(column: Any, name: Any) -> Any:
    import numpy as np

    if column.dtype.kind in "MO":
        try:
            return column.astype(np.dtype("datetime64[ns]"))
        except (TypeError, ValueError) as error:
            raise InvalidValue(f"Column {name} must have dates without a time zone: {error}") from error
    raise InvalidValue(f"Incompatible input types for column {name}. Can not safely convert {column.dtype} to datetime")


def _loses_nothing(has: Any, wanted: Any, column: Any) -> bool:
    if has.kind == wanted.kind:
        return bool(has.itemsize <= wanted.itemsize)
    if has.kind == "u" and wanted.kind == "i":
        return bool(has.itemsize < wanted.itemsize)
    if has.kind in "iu" and wanted.kind == "f":
        fits = has.itemsize <= _EXACT_IN_DOUBLE and wanted.itemsize == 8
        return fits or (has.itemsize == 8 and bool(column.isin([0, 1]).all()))
    return False


# --- values inside columns


def _value(value: Any, kind: Any, *, required: bool, name: Any) -> Any:
    """Return a value of a nested type; raise `InvalidValue` when it has another."""
    import pandas as pd

    if isinstance(kind, AnyType):
        return value
    if not required and (value is None or (pd.api.types.is_scalar(value) and pd.isna(value))):
        return None
    if isinstance(kind, DataType):
        return _converted(pd.Series([value]), kind, name).iloc[0]
    if isinstance(kind, Array):
        return _list(value, kind, required=required, name=name)
    if not isinstance(value, dict):
        raise InvalidValue(f"{name} must be a dictionary, not {type(value).__name__}")
    if isinstance(kind, Map):
        return {key: _value(each, kind.value_type, required=required, name=name) for key, each in value.items()}
    return _object(value, kind, name)


def _list(value: Any, kind: Array, *, required: bool, name: Any) -> Any:
    import numpy as np
    import pandas as pd

    if not isinstance(value, list | np.ndarray):
        raise InvalidValue(f"{name} must be a list or an array, not {type(value).__name__}")
    if len(value) == 0:
        return value
    if isinstance(kind.dtype, DataType):
        found = _converted(pd.Series(list(value)), kind.dtype, name).to_numpy(dtype=kind.dtype.to_numpy())
        return found.tolist() if isinstance(value, list) else found
    inner = [_value(each, kind.dtype, required=required, name=name) for each in value]
    return inner if isinstance(value, list) else np.array(inner)


def _object(value: dict[str, Any], kind: Object, name: Any) -> dict[str, Any]:
    known = {each.name: each for each in kind.properties}
    missing = sorted(each.name for each in kind.properties if each.required and each.name not in value)
    unknown = sorted(set(value) - set(known))
    if missing or unknown:
        problem = f"lacks the properties {missing}" if missing else f"has the unknown properties {unknown}"
        raise InvalidValue(f"{name} {problem}")
    return {
        key: _value(each, known[key].dtype, required=known[key].required, name=f"{name}.{key}")
        for key, each in value.items()
    }


# --- tensors


def _tensors(data: Any, schema: Schema) -> Any:
    import numpy as np
    import pandas as pd

    specs = [each for each in schema.inputs if isinstance(each, TensorSpec)]
    if not schema.has_input_names():
        if isinstance(data, pd.DataFrame):
            return _tensor_of_frame(data, specs[0])
        return _checked(_array(data, specs[0]), specs[0])
    if isinstance(data, np.ndarray) and len(specs) == 1:
        data = {specs[0].name: data}
    if not isinstance(data, dict | pd.DataFrame):
        raise InvalidValue(f"The model takes a dictionary of arrays by name, not {type(data).__name__}")
    _check_names(list(data), schema)
    if isinstance(data, pd.DataFrame):
        return {each.name: _tensor_of_column(data[each.name], each) for each in specs}
    return {each.name: _checked(_array(data[each.name], each), each) for each in specs}


def _array(value: Any, spec: TensorSpec) -> Any:
    import numpy as np

    if isinstance(value, np.ndarray) or hasattr(value, "toarray"):
        return value
    what = f"input {spec.name!r}" if spec.name else "input"
    raise InvalidValue(f"The {what} of the model must be a numpy array, not {type(value).__name__}")


def _checked(array: Any, spec: TensorSpec) -> Any:
    """Return an array whose dtype and shape are as the schema says; object arrays may be ragged."""
    ragged = array.dtype.kind == "O" and array.ndim == 1
    if ragged and ((spec.shape == (-1,) and spec.type.kind == "O") or -1 in spec.shape[1:]):
        return array
    fits = len(array.shape) == len(spec.shape) and all(
        wanted in {-1, has} for wanted, has in zip(spec.shape, array.shape, strict=False)
    )
    if not fits:
        raise InvalidValue(f"Shape of input {array.shape} does not match expected shape {spec.shape}.")
    texts = array.dtype.kind in "US" and array.dtype.kind == spec.type.kind
    if array.dtype != spec.type and not texts:
        raise InvalidValue(f"dtype of input {array.dtype} does not match expected dtype {spec.type}")
    return array


def _tensor_of_frame(frame: Any, spec: TensorSpec) -> Any:
    if frame.empty:
        raise InvalidValue("The data frame has no rows")
    if len(frame.columns) == 1:
        return _tensor_of_column(frame.iloc[:, 0], spec)
    if spec.shape != (-1, len(frame.columns)):
        raise InvalidValue(f"A frame of {len(frame.columns)} columns does not have the shape {spec.shape}")
    return _checked(frame.to_numpy(), spec)


def _tensor_of_column(column: Any, spec: TensorSpec) -> Any:
    """Return the tensor of a column of numbers, or of lists that have the values of a row each."""
    import numpy as np

    if spec.shape[:1] != (-1,) or -1 in spec.shape[1:]:
        raise InvalidValue(
            f"A column of a data frame can't have the shape {spec.shape}: only the first dimension may be open"
        )
    try:
        if not isinstance(column.iloc[0], list | np.ndarray):
            return np.asarray(column.to_numpy(), dtype=spec.type).reshape(spec.shape)
        rows = np.vstack([np.ravel(each) for each in column]).reshape(len(column), *spec.shape[1:])
        return rows.astype(spec.type) if isinstance(column.iloc[0], list) else _checked(rows, spec)
    except ValueError as error:
        raise InvalidValue(f"Column {column.name!r} can't have the shape {spec.shape}: {error}") from error


# --- parameters


def enforce_params(params: Any, schema: ParamSchema | None) -> dict[str, Any]:
    """Return the parameters of a prediction, with the defaults of those that are not given.

    Raise `InvalidValue` for a value that is not of its type; unknown names are ignored, with a warning.
    """
    given = {} if params is None else params
    if not isinstance(given, dict):
        raise InvalidValue(f"params must be a dictionary, not {type(given).__name__}")
    known = {} if schema is None else {each.name: each for each in schema.params}
    unknown = sorted(map(str, set(given) - set(known)))
    if unknown:
        warn(f"The signature of the model has no parameters {', '.join(unknown)}: they are ignored")
    return {name: _param(given[name], spec) if name in given else spec.default for name, spec in known.items()}


def _param(value: Any, spec: ParamSpec) -> Any:
    if value is None:
        return None
    if spec.shape is None:
        return _scalar(value, spec)
    if not isinstance(value, list | tuple) and getattr(value, "ndim", 0) != 1:
        raise InvalidValue(f"Parameter {spec.name!r} must be a list, not {type(value).__name__}")
    return [_scalar(each, spec) for each in value]


def _scalar(value: Any, spec: ParamSpec) -> Any:
    import numpy as np

    if not isinstance(spec.dtype, DataType):
        return _value(value, spec.dtype, required=True, name=spec.name)
    if spec.dtype == DataType.datetime:
        return _moment(value, spec)
    plain = value.item() if isinstance(value, np.generic) else value
    types = {DataType.boolean: bool, DataType.string: str, DataType.binary: bytes}
    numbers = {DataType.integer: int, DataType.long: int, DataType.float: float, DataType.double: float}
    wanted: type = types.get(spec.dtype) or numbers[spec.dtype]
    if type(plain) is wanted or (type(plain) is int and spec.dtype in _SMALLER):
        return wanted(plain)
    raise InvalidValue(
        f"Parameter {spec.name!r} can not be safely converted from {type(value).__name__} to {spec.dtype}"
    )


def _moment(value: Any, spec: ParamSpec) -> Any:
    import numpy as np

    try:
        found = np.datetime64(value).item()
    except ValueError as error:
        raise InvalidValue(f"Parameter {spec.name!r} must be a date, not {value!r}") from error
    if isinstance(found, int):
        raise InvalidValue(f"Parameter {spec.name!r} must be a date, not {value!r}")
    return found
