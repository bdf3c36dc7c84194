"""The example of a model's input, as files beside the model: as MLflow writes and reads them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue
from nbtrack.media.json_values import to_json_value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EXAMPLE, SERVING = "input_example.json", "serving_input_example.json"


def save(example: Any, folder: Path) -> dict[str, Any]:
    """Write an example, also as the body of a request; return its entry in ``MLmodel``.

    In a pair of an example and a dictionary, the second item has the parameters of the prediction.
    Raise `InvalidValue` for what can't be written as JSON.
    """
    data, params = parts(example)
    value, serving, described = _forms(data)
    if params is not None:
        value = {"data": value, "params": params}
        serving = {**serving, "params": params}
        described["params"] = "true"
    _write(folder / EXAMPLE, value)
    _write(folder / SERVING, serving)
    return {"artifact_path": EXAMPLE, **described, "serving_input_path": SERVING}


def parts(example: Any) -> tuple[Any, dict[str, Any] | None]:
    """Return an example and its parameters; None if it has none."""
    if isinstance(example, tuple) and len(example) == 2 and isinstance(example[1], dict):
        return example
    return example, None


def _forms(data: Any) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    import numpy as np
    import pandas as pd

    if isinstance(data, pd.Series):
        data = data.to_frame()
    if isinstance(data, pd.DataFrame):
        rows = data.astype(object).where(data.notna(), None).to_numpy().tolist()
        numbered = data.columns.equals(pd.RangeIndex(data.shape[1]))
        split = {"data": rows} if numbered else {"columns": data.columns.tolist(), "data": rows}
        orient = "values" if numbered else "split"
        return split, {"dataframe_split": split}, {"type": "dataframe", "pandas_orient": orient}
    if hasattr(data, "toarray"):
        data = data.toarray()
    values = data.values() if isinstance(data, dict) else [data]
    if any(isinstance(each, np.ndarray) for each in values):
        return data, {"inputs": data}, {"type": "ndarray"}
    return data, {"inputs": data}, {"type": "json_object"}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(to_json_value(value, _encoded)))


def _encoded(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise InvalidValue(f"An input example can't have a value of type {type(value).__name__}")


def load(described: Mapping[str, Any], folder: Path) -> Any:
    """Return the example of a saved model; raise `InvalidValue` when its file is damaged."""
    import numpy as np
    import pandas as pd

    path = (folder / str(described.get("artifact_path"))).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise InvalidValue(f"{folder} names an input example outside of the model")
    try:
        value = json.loads(path.read_text())
        params = value["params"] if described.get("params") else None
        value = value["data"] if described.get("params") else value
        if described.get("type") == "dataframe":
            value = pd.DataFrame(**value) if isinstance(value, dict) else pd.DataFrame(value)
        elif described.get("type") == "ndarray":
            named = isinstance(value, dict)
            value = {name: np.array(each) for name, each in value.items()} if named else np.array(value)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InvalidValue(f"The input example of {folder} can't be read: {error}") from error
    return value if params is None else (value, params)
