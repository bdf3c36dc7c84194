"""Requests to a served model: data in MLflow's formats, predictions as JSON.

The formats are those of https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally/#json-input
"""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.media.json_values import to_json_value
from nbtrack.models.schema import DataType, TensorSpec
from nbtrack.wire.values import parse_json

if TYPE_CHECKING:
    from nbtrack.models.python_function import PyFuncModel
    from nbtrack.models.schema import Schema

FORMATS = ("dataframe_split", "dataframe_records", "instances", "inputs")


def score(model: PyFuncModel, body: bytes, content_type: str) -> bytes:
    """Return the predictions for the data of a request, as JSON with NaN, Infinity and -Infinity, as MLflow writes it.

    Parameters
    ----------
    model : PyFuncModel
        The model.
    body : bytes
        JSON with one of `FORMATS`, and ``params`` if the model has parameters; or CSV with a header row.
    content_type : str
        ``application/json`` or ``text/csv``.

    Raises
    ------
    InvalidValue
        When the body has none of the formats, the data do not fit the signature, or the model raises an error.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/csv":
        data, params = _from_csv(body, model.metadata.get_input_schema()), None
    elif kind == "application/json":
        data, params = _from_json(body, model.metadata.get_input_schema())
    else:
        raise InvalidValue(f"Content-Type must be application/json or text/csv, not {kind or 'missing'}")
    try:
        predictions = model.predict(data, params)
    except InvalidValue:
        raise
    except Exception as error:  # the user's model may raise any error
        raise InvalidValue(f"The model raised {type(error).__name__}: {error}") from error
    return json.dumps({"predictions": _as_json(predictions)}).encode()


def _as_json(predictions: Any) -> Any:
    """Return predictions as MLflow writes them: frames and series as rows, bytes in base64."""
    import pandas as pd

    if isinstance(predictions, pd.Series):
        predictions = pd.DataFrame(predictions)
    if isinstance(predictions, pd.DataFrame):
        predictions = predictions.to_dict(orient="records")
    return to_json_value(predictions, _bytes_or_text)


def _bytes_or_text(value: Any) -> str:
    return base64.encodebytes(value).decode() if isinstance(value, bytes | bytearray) else str(value)


def _from_csv(body: bytes, schema: Schema | None) -> Any:
    import pandas as pd

    try:
        frame = pd.read_csv(io.BytesIO(body))
    except (ValueError, UnicodeDecodeError) as error:
        raise InvalidValue(f"The body can't be read as CSV: {error}") from error
    return _typed(frame, schema)


def _from_json(body: bytes, schema: Schema | None) -> tuple[Any, Any]:
    try:
        content = parse_json(body)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(f"The body can't be read as JSON: {error}") from error
    found = [each for each in FORMATS if each in content] if isinstance(content, dict) else []
    if len(found) != 1:
        raise InvalidValue(f"The body must be a JSON object with one of {', '.join(FORMATS)}")
    value = content[found[0]]
    try:
        data = _frame(value, found[0], schema) if found[0].startswith("dataframe") else _values(value, found[0], schema)
    except (ValueError, TypeError) as error:
        raise InvalidValue(f"{found[0]} is invalid: {error}") from error
    return data, content.get("params")


def _frame(value: Any, form: str, schema: Schema | None) -> Any:
    import pandas as pd

    if form == "dataframe_records":
        if not isinstance(value, list):
            raise TypeError(f"it is a {type(value).__name__}, not a list")
        return _typed(pd.DataFrame.from_records(value), schema)
    if not isinstance(value, dict):
        raise TypeError(f"it is a {type(value).__name__}, not a dict")
    known = {name: value[name] for name in ("columns", "index", "data") if name in value}
    return _typed(pd.DataFrame(**known), schema)


def _typed(frame: Any, schema: Schema | None) -> Any:
    """Return a frame with the types of a schema where JSON and CSV have no types."""
    if schema is None:
        return frame
    if schema.is_tensor_spec() and not schema.has_input_names():
        return frame.astype(schema.inputs[0].type)
    for spec in schema.inputs:
        if spec.name in frame.columns and isinstance(spec.type, DataType):
            frame[spec.name] = _typed_column(frame[spec.name], spec.type)
    return frame


def _typed_column(column: Any, kind: DataType) -> Any:
    import pandas as pd

    if kind == DataType.datetime:
        return pd.to_datetime(column)
    if kind == DataType.binary:
        return column.map(lambda each: base64.b64decode(each) if isinstance(each, str) else each)
    floats, whole = {DataType.double, DataType.float}, {DataType.integer, DataType.long}
    if kind in floats and (column.dtype.kind in "iuf" or column.isna().all()):
        return column.astype(kind.to_numpy())
    return column.astype(kind.to_numpy()) if kind in whole and column.dtype.kind in "iu" else column


def _values(value: Any, form: str, schema: Schema | None) -> Any:
    """Return ``instances`` or ``inputs``: arrays for tensors, else unchanged; without a schema as MLflow does."""
    import numpy as np

    if schema is None:
        return _arrays(_by_name(value) if form == "instances" else value)
    if not schema.is_tensor_spec():
        return value
    specs = [each for each in schema.inputs if isinstance(each, TensorSpec)]
    if not schema.has_input_names():
        return np.array(value, dtype=specs[0].type)
    if isinstance(value, list):
        value = {each.name: [row[each.name] for row in value] for each in specs if each.name is not None}
    return {each.name: np.array(value[each.name], dtype=each.type) for each in specs if each.name in value}


def _by_name(value: Any) -> Any:
    """Return rows that are dictionaries as one dictionary of columns."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return {name: [row[name] for row in value] for name in value[0]}
    return value


def _arrays(value: Any) -> Any:
    import numpy as np

    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return [_arrays(each) for each in value]
    if isinstance(value, dict):
        return {name: np.array(each) for name, each in value.items()}
    return np.array(value)
