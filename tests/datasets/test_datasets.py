"""The description of a dataset: name, source, schema and size, in MLflow's form."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nbtrack import tags
from nbtrack.datasets import NumpyDataset, PandasDataset, Source, from_numpy, from_pandas
from nbtrack.entities import Dataset
from nbtrack.errors import InvalidValue

FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None], "y": [0, 1]})


def columns(frame):
    return json.loads(from_pandas(frame).entity().schema)["mlflow_colspec"]


def kind(values, **more):
    (column,) = columns(pd.DataFrame({"a": pd.Series(values, **more)}))
    return column


def test_a_frame():
    made = from_pandas(FRAME, source="data.csv", targets="y", name="train", predictions="a")
    assert isinstance(made, PandasDataset)
    assert (made.name, made.targets, made.predictions) == ("train", "y", "a")
    assert made.df is FRAME
    assert made.source.uri == "data.csv"
    assert made.profile == {"num_rows": 2, "num_elements": 6}
    assert made.schema.to_dict() == [
        {"type": "double", "name": "a", "required": True},
        {"type": "string", "name": "b", "required": False},
        {"type": "long", "name": "y", "required": True},
    ]
    assert made.schema.input_names() == ["a", "b", "y"]
    assert made.schema.input_types() == ["double", "string", "long"]
    assert json.loads(made.schema.to_json()) == made.schema.to_dict()


def test_the_form_on_the_wire():
    made = from_pandas(FRAME, source="s3://bucket/key")
    entity = made.entity()
    assert isinstance(entity, Dataset)
    assert entity == made._to_mlflow_entity()
    assert entity._asdict() == made.to_dict() == json.loads(made.to_json())
    assert entity.source_type == "s3"
    assert json.loads(entity.source) == {"uri": "s3://bucket/key"}
    assert json.loads(entity.profile) == made.profile
    assert json.loads(entity.schema) == {"mlflow_colspec": made.schema.to_dict()}


def test_an_array():
    made = from_numpy(np.zeros((5, 2, 3), "f4"), targets=np.zeros(5, int))
    assert isinstance(made, NumpyDataset)
    assert made.features.shape == (5, 2, 3)
    assert made.targets.shape == (5,)
    assert made.profile == {
        "features_shape": [5, 2, 3],
        "features_size": 30,
        "features_nbytes": 120,
        "targets_shape": [5],
        "targets_size": 5,
        "targets_nbytes": 40,
    }
    spec = json.loads(made.entity().schema)["mlflow_tensorspec"]
    assert json.loads(spec["features"]) == [
        {"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2, 3]}}
    ]
    assert json.loads(spec["targets"]) == [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]


def test_arrays_by_name():
    made = from_numpy({"a": np.zeros(2), "b": np.array(["xy", "z"])})
    assert made.targets is None
    assert made.profile["features_shape"] == {"a": [2], "b": [2]}
    spec = json.loads(made.entity().schema)["mlflow_tensorspec"]
    assert spec["targets"] is None
    assert json.loads(spec["features"]) == [
        {"name": "a", "type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}},
        {"name": "b", "type": "tensor", "tensor-spec": {"dtype": "str", "shape": [-1]}},
    ]


@pytest.mark.parametrize(
    ("array", "dtype", "shape"),
    [
        (np.array(1.0), "float64", []),
        (np.array([b"x"]), "bytes", [-1]),
        (np.array([{}], object), "object", [-1]),
        (np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]), "V12", [-1]),
        (np.array([], "M8[ns]"), "datetime64[ns]", [-1]),
        (np.zeros((4, 0, 3)), "float64", [-1, 0, 3]),
    ],
)
def test_tensors_of_every_type(array, dtype, shape):
    (spec,) = from_numpy(array).schema.features.to_dict()
    assert spec["tensor-spec"] == {"dtype": dtype, "shape": shape}
    assert np.dtype(dtype)


FIXED = {
    "boolean": ["bool", "boolean"],
    "integer": ["int8", "uint8", "int16", "uint16", "int32", "Int32"],
    "long": ["int64", "uint32", "Int64", "UInt32"],
    "any": ["uint64", "complex128", "timedelta64[ns]", "longdouble"],
    "float": ["float16", "float32", "Float32"],
    "double": ["float64", "Float64"],
    "datetime": ["datetime64[ns]", "datetime64[us, UTC]"],
    "string": ["str", "string"],
}


@pytest.mark.parametrize(("name", "dtype"), [(name, each) for name, dtypes in FIXED.items() for each in dtypes])
def test_types_with_a_name(name, dtype):
    assert kind(["x"] if name == "string" else [], dtype=dtype)["type"] == name


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], {"type": "long"}),
        ([1, 2.5], {"type": "double"}),
        ([True, None], {"type": "boolean", "required": False}),
        (["x", 1], {"type": "any"}),
        ([b"x"], {"type": "binary"}),
        ([dt.date(2024, 1, 1), dt.datetime(2024, 1, 1, tzinfo=dt.UTC)], {"type": "datetime"}),
        ([decimal.Decimal(1)], {"type": "any"}),
        ([None, None], {"type": "any", "required": False}),
        ([np.float32(1), np.float32(2)], {"type": "float"}),
        ([["x"], ["y", "z"]], {"type": "array", "items": {"type": "string"}}),
        ([[], []], {"type": "any"}),
        ([[[1]], []], {"type": "array", "items": {"type": "array", "items": {"type": "long"}}}),
        ([np.zeros((2, 2))], {"type": "array", "items": {"type": "array", "items": {"type": "double"}}}),
        ([np.array(["x"], object)], {"type": "array", "items": {"type": "string"}}),
        ([np.array([["x"]], object)], {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}),
        ([np.zeros(0)], {"type": "any"}),
        ([np.str_("x")], {"type": "string"}),
        ([np.array(1.0)], {"type": "any"}),
        (
            [{"k": 1}, {"k": 2, "l": None}],
            {
                "type": "object",
                "properties": {"k": {"type": "long", "required": True}, "l": {"type": "any", "required": False}},
            },
        ),
        (
            [{"a": {"b": [1]}}, {"a": {"b": [2], "c": "x"}}, {"a": None}],
            {
                "type": "object",
                "properties": {
                    "a": {
                        "type": "object",
                        "properties": {
                            "b": {"type": "array", "items": {"type": "long"}, "required": True},
                            "c": {"type": "string", "required": False},
                        },
                        "required": False,
                    }
                },
            },
        ),
        ([{"a": 1}, ["a"]], {"type": "any"}),
        ([{1: 1}], {"type": "any"}),
        ([{str(n): 1} for n in range(150)], {"type": "any"}),
        ([object()], {"type": "any"}),
    ],
)
def test_what_object_columns_hold(values, expected):
    assert kind(values, dtype=object) == {"required": True, **expected, "name": "a"}


def test_nesting_without_end():
    endless = {}
    endless["a"] = [endless]
    assert kind([endless], dtype=object)["type"] == "object"


def test_what_categories_are():
    assert kind(["a", None], dtype="category") == {"type": "string", "name": "a", "required": False}
    assert kind([1, 2], dtype="category") == {"type": "long", "name": "a", "required": True}
    assert kind([], dtype="category")["type"] == "any"


def test_names_of_every_type():
    names = ["a", "a", 1, 1.5, None, float("nan"), ("x", 2), dt.date(2024, 1, 1), np.int64(3), True, object()]
    frame = pd.DataFrame([range(len(names))], columns=pd.Index(names, dtype=object, tupleize_cols=False))
    found = [each["name"] for each in columns(frame)]
    assert found == ["a", "a", 1, 1.5, "None", "nan", ["x", 2], "2024-01-01", 3, True, "<object>"]


def test_no_columns_no_schema():
    assert from_pandas(pd.DataFrame()).schema is None
    assert from_pandas(pd.DataFrame(index=[1, 2])).entity().schema is None


def test_more_columns_than_fit():
    frame = pd.DataFrame(np.zeros((2, 40_000))).rename(columns=lambda each: f"a rather long name {each}")
    text = from_pandas(frame).entity().schema
    assert len(text) <= 1_048_575
    schema = json.loads(text)
    listed = len(schema["mlflow_colspec"])
    assert schema["nbtrack_columns"] == {"listed": listed, "total": 40_000}
    assert listed > 10_000
    assert schema["mlflow_colspec"][-1]["name"].endswith(str(listed - 1))


def test_more_arrays_than_fit():
    arrays = {f"array {each}": np.zeros((1, 1)) for each in range(20_000)}
    made = from_numpy(arrays, targets={"y": np.zeros(1)}).entity()
    assert len(made.schema) <= 1_048_575
    assert len(made.profile) <= 16_777_215
    schema = json.loads(made.schema)
    assert schema["nbtrack_arrays"] == {
        "features": {"listed": len(json.loads(schema["mlflow_tensorspec"]["features"])), "total": 20_000}
    }


def test_a_profile_that_is_too_long():
    name = "x" * 100_000
    made = from_numpy({f"{name}{each}": np.zeros(1) for each in range(60)}).entity()
    assert json.loads(made.profile) == {"features_size": 60}


def test_a_wide_frame_knows_what_is_missing():
    frame = pd.DataFrame(np.zeros((3, 400))).rename(columns=str).assign(t=["a", None, "b"])
    frame.iloc[1, 7] = None
    missing = [each["name"] for each in columns(frame) if not each["required"]]
    assert missing == ["7", "t"]


@pytest.mark.parametrize(
    ("given", "source_type", "details"),
    [
        ("data/a.csv", "local", {"uri": "data/a.csv"}),
        (Path("/data/a.csv"), "local", {"uri": "/data/a.csv"}),
        ("file:///data/a.csv", "local", {"uri": "file:///data/a.csv"}),
        ("C:\\data\\a.csv", "local", {"uri": "C:\\data\\a.csv"}),
        ("C:/data", "local", {"uri": "C:/data"}),
        ("https://host/a.csv?v=1", "http", {"url": "https://host/a.csv?v=1"}),
        ("HTTP://host", "http", {"url": "HTTP://host"}),
        ("gs://bucket/a", "gs", {"uri": "gs://bucket/a"}),
        ("dbfs:/a", "dbfs", {"uri": "dbfs:/a"}),
        ("runs:/1/a.csv", "runs", {"uri": "runs:/1/a.csv"}),
        ("a: b/c", "local", {"uri": "a: b/c"}),
        (Source("delta_table", {"path": "x"}), "delta_table", {"path": "x"}),
    ],
)
def test_sources(given, source_type, details):
    made = from_pandas(FRAME, source=given).entity()
    assert (made.source_type, json.loads(made.source)) == (source_type, details)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://me:pw@host/x", "https://me:***@host/x"),
        ("https://ghp_token@host/x", "https://***@host/x"),
        ("https://me:p@ss@host/x", "https://me:***@host/x"),
        ("s3://AKIA:secret@bucket/x", "s3://AKIA:***@bucket/x"),
        ("postgresql+psycopg://me:pw@host/db?sslmode=on", "postgresql+psycopg://me:***@host/db?sslmode=on"),
        ("jdbc:postgresql://me:pw@host/db", "jdbc:postgresql://me:***@host/db"),
        ("abfss://box@account.dfs.core.windows.net/x", "abfss://box@account.dfs.core.windows.net/x"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("https://h/x?a=1&access_token=abc&b=2#t", "https://h/x?a=1&access_token=***&b=2#t"),
        ("https://h/x?X-Amz-Signature=ab&X-Amz-Date=1", "https://h/x?X-Amz-Signature=***&X-Amz-Date=1"),
        ("https://h/x?X-Amz-Credential=a%2Fb", "https://h/x?X-Amz-Credential=***"),
        ("https://h/x?AWSAccessKeyId=a&Expires=1", "https://h/x?AWSAccessKeyId=***&Expires=1"),
        ("https://a.blob/x?sv=1&sig=ab%3D", "https://a.blob/x?sv=1&sig=***"),
        ("https://h/x?%74oken=a", "https://h/x?%74oken=***"),
        ("https://h/x#apiKey=a", "https://h/x#apiKey=***"),
        ("https://h/x?tokenizer=bert&keyboard=1", "https://h/x?tokenizer=bert&keyboard=1"),
        ("/data/me:pw@host?token=a", "/data/me:pw@host?token=a"),
    ],
)
def test_no_credential_is_recorded(given, kept):
    made = from_numpy(np.zeros(1), source=given)
    assert made.source.uri == made.source.url == kept
    assert kept in made.entity().source.replace("\\\\", "\\")


def test_without_a_source_it_is_the_code():
    made = from_pandas(FRAME)
    assert made.source.uri is None
    assert made.source._get_source_type() == "code"
    found = {tags.USER: "me", tags.SOURCE_NAME: "a.ipynb"}
    entity = made.entity(found)
    assert (entity.source_type, json.loads(entity.source)) == ("code", {"tags": found})
    assert json.loads(made.entity().source) == {"tags": {}}
    assert json.loads(from_pandas(FRAME, source="a.csv").entity(found).source) == {"uri": "a.csv"}


class TheirSource:
    """A source as MLflow's own package makes them."""

    def to_json(self):
        return '{"table": "x"}'

    def _get_source_type(self):
        return "spark"


def test_a_source_of_another_library():
    made = from_pandas(FRAME, source=TheirSource()).entity()
    assert from_pandas(FRAME, source="s3://b/k").source.to_dict() == {"uri": "s3://b/k"}
    assert (made.source_type, json.loads(made.source)) == ("spark", {"table": "x"})


def test_name_and_digest():
    assert from_pandas(FRAME).name == "dataset"
    assert from_pandas(FRAME, digest="v1").digest == "v1"
    assert from_pandas(FRAME, name="n" * 500, digest="d" * 36).entity().name == "n" * 500
    assert "num_rows=2" in repr(from_pandas(FRAME, name="train"))
    assert "1.0" not in repr(from_numpy(np.ones(3)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "n" * 501}, "name of a dataset exceeds the maximum length of 500"),
        ({"digest": "d" * 37}, "digest of a dataset exceeds the maximum length of 36"),
        ({"name": ""}, "empty"),
        ({"name": 3}, "text, not int"),
        ({"name": "a\0b"}, "NUL"),
        ({"source": 3}, "not int"),
        ({"source": " "}, "empty"),
        ({"source": "x" * 70_000}, "65,535"),
        ({"targets": "z"}, "Column z, given as targets, not found in the data frame; it has a, b, y"),
        ({"predictions": ["a"]}, "Column <list>, given as predictions, not found"),
        ({"targets": FRAME["a"]}, "Column <Series>, given as targets, not found"),
    ],
)
def test_what_is_refused(arguments, message):
    with pytest.raises(InvalidValue, match=message):
        from_pandas(FRAME, **arguments)


@pytest.mark.parametrize("features", [[1, 2], None, {}, {1: np.zeros(1)}, {"a": [1]}, {"a": {"b": np.zeros(1)}}, FRAME])
def test_other_values_are_no_arrays(features):
    with pytest.raises(InvalidValue, match=r"from_numpy|must be an array"):
        from_numpy(features)
    if features is not None:
        with pytest.raises(InvalidValue, match="targets"):
            from_numpy(np.zeros(1), targets=features)


@pytest.mark.parametrize("data", [FRAME["a"], {"a": [1]}, np.zeros(1), None])
def test_other_values_are_no_frames(data):
    with pytest.raises(InvalidValue, match="DataFrame"):
        from_pandas(data)
