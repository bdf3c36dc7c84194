"""Tables: exact in JSON, readable by others, joined by names."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import importlib.util
import io
import json
import math
import uuid
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media import Image, append_table, table_bytes, table_frame, table_json


def strict(content):
    """Read JSON as browsers do, which know no NaN."""
    return json.loads(content, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def cells(data):
    return strict(table_json(data))["data"]


def test_the_form_of_mlflow():
    table = {"inputs": ["What is it?", "Why?"], "toxicity": [0.0, 0.5]}
    expected = b'{"columns":["inputs","toxicity"],"data":[["What is it?",0.0],["Why?",0.5]]}'
    assert table_json(table) == table_json(pd.DataFrame(table)) == expected
    theirs = pd.read_json(io.BytesIO(expected), orient="split")
    assert theirs.to_dict("list") == table


def test_what_pandas_and_mlflow_write_is_read():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x/y", None], "c": [0.1, None]})
    theirs = frame.to_json(orient="split", index=False, date_format="iso").encode()
    found = table_frame(theirs)
    assert found["a"].tolist() == [1, 2]
    assert found["b"][0] == "x/y"
    assert found["c"].isna().tolist() == [False, True]
    added = strict(append_table(theirs, {"a": [3], "b": ["z"], "c": [1.5]}))
    assert added["data"] == [[1, "x/y", 0.1], [2, None, None], [3, "z", 1.5]]
    assert table_frame(frame.to_json(orient="split").encode())["a"].tolist() == [1, 2]


def test_single_values():
    assert cells({"q": "What?", "n": 1}) == [["What?", 1]]
    assert cells({"q": "What?", "n": [1, 2]}) == [["What?", 1], ["What?", 2]]
    assert cells({"q": {"k": 1}, "n": (1,)}) == [[{"k": 1}, 1]]
    assert table_json({}) == b'{"columns":[],"data":[]}'
    assert cells({"a": []}) == []


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1, 1),
        (2**70, 2**70),
        (0.1 + 0.2, 0.1 + 0.2),
        (5e-324, 5e-324),
        (math.inf, math.inf),
        (-math.inf, -math.inf),
        (math.nan, None),
        (None, None),
        (pd.NA, None),
        (pd.NaT, None),
        (True, True),
        ("é😀\0\n", "é😀\0\n"),
        ("\ud800", "\ud800"),
        (np.int8(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("x"), "x"),
        (np.array([[1, 2]]), [[1, 2]]),
        (np.array(3), 3),
        (np.array(["2024-01-01", "NaT"], "M8[D]"), ["2024-01-01", None]),
        (np.datetime64("2024-01-01T00:00:00.123456789"), "2024-01-01T00:00:00.123456789"),
        (np.timedelta64(90, "s"), "P0DT0H1M30S"),
        (dt.timedelta(days=1, seconds=3661, microseconds=5), "P1DT1H1M1.000005S"),
        (pd.Timedelta(1, "s"), "P0DT0H0M1S"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "2024-01-02T00:00:00+00:00"),
        (dt.time(1, 2), "01:02:00"),
        (pd.Timestamp("2024-01-02"), "2024-01-02T00:00:00"),
        (decimal.Decimal("0.10"), "0.10"),
        (uuid.UUID(int=1), str(uuid.UUID(int=1))),
        (PurePosixPath("a/b"), "a/b"),
        (Colour.RED, "red"),
        ([1, [2, None, math.nan, math.inf]], [1, [2, None, None, math.inf]]),
        ({"a": (1, {"b": {2}})}, {"a": [1, {"b": [2]}]}),
        ({1: "a", np.int64(2): "b"}, {"1": "a", "2": "b"}),
        (pd.Series([1, 2]), [1, 2]),
    ],
)
def test_cells(value, written):
    assert cells({"a": [value, "x"]}) == [[written], ["x"]]
    column = np.array([None, "x"], object)
    column[0] = value
    assert cells(pd.DataFrame({"a": pd.Series(column, dtype=object)})) == [[written], ["x"]]


@pytest.mark.parametrize(
    "value",
    [object(), b"x", 1j, Image([[1]]), Image([[1]]).to_pil(), [b"x"], {"a": object()}, {(1, 2): 3}, {1: 2, "1": 3}],
)
def test_cells_that_are_refused(value):
    with pytest.raises(InvalidValue, match=r"column 'a', row 1"):
        table_json({"a": ["x", value]})


def test_images_are_refused_with_a_hint():
    with pytest.raises(InvalidValue, match="log_image"):
        table_json({"a": [Image([[1]])]})


def test_what_contains_itself():
    endless = {}
    endless["a"] = endless["b"] = endless
    deep = []
    for _ in range(5_000):
        deep = [deep]
    for each in (endless, deep):
        with pytest.raises(InvalidValue, match="itself"):
            table_json({"a": [each]})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": [1], "b": [1, 2]}, "'a' 1, 'b' 2"),
        ([1], "not list"),
        (None, "not NoneType"),
        (pd.Series([1]), "not Series"),
        ({"a": (each for each in "x")}, "generator"),
        ({object(): [1]}, "can't store a object"),
        ({"a": [10**5000]}, "can't be written"),
    ],
)
def test_other_values_are_no_tables(data, message):
    with pytest.raises(InvalidValue, match=message):
        table_json(data)


FRAMES = {
    "plain": pd.DataFrame({"a": [1, 2], "b": [0.5, None], "c": ["x", None], "d": [True, False]}),
    "nullable": pd.DataFrame({"a": pd.array([1, None, 2**60], dtype="Int64")}),
    "times": pd.DataFrame({"a": pd.to_datetime(["2024-01-01", None])}),
    "category": pd.DataFrame({"a": pd.Categorical(["x", None])}),
    "index": pd.DataFrame({"a": [1, 2]}, index=["x", "y"]),
    "twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "numbers": pd.DataFrame([[1, 2]]),
    "levels": pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    "no rows": pd.DataFrame({"a": [], "b": []}),
    "no columns": pd.DataFrame(index=range(2)),
    "nothing": pd.DataFrame(),
    "odd names": pd.DataFrame([[1, 2, 3]], columns=pd.Index([None, float("nan"), pd.Timestamp("2024")], dtype=object)),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames(name):
    frame = FRAMES[name]
    content = table_json(frame)
    strict(content)
    found = table_frame(content)
    assert found.shape == frame.shape
    assert table_json(found) == content
    assert table_frame(append_table(content, frame)).shape == (len(frame) * 2, frame.shape[1])


def test_names_come_back():
    assert table_frame(table_json(FRAMES["levels"])).columns.tolist() == [("a", 1), ("b", 2)]
    assert table_frame(table_json(FRAMES["numbers"])).columns.tolist() == [0, 1]
    assert table_frame(table_json(FRAMES["nullable"]))["a"].tolist() == [1, None, 2**60]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON, max_size=5), st.text(max_size=5))
def test_any_cells_come_back(values, name):
    content = table_json({name: values})
    assert strict(content) == {"columns": [name], "data": [[each] for each in values]}
    assert strict(table_json(table_frame(content)))["data"] == [[each] for each in values]


@given(st.lists(st.floats(), min_size=1))
def test_any_floats_come_back(values):
    found = table_frame(table_json({"a": values}))["a"]
    np.testing.assert_array_equal(found.astype(float), values)


def test_texts_stay_texts():
    frame = table_frame(table_json({"date": ["2024-01-01"], "id": ["007"], "n": ["1.50"], "none": ["null"]}))
    assert frame.iloc[0].tolist() == ["2024-01-01", "007", "1.50", "null"]


# Adding rows


def test_rows_are_added():
    first = table_json({"a": [1], "b": ["x"]})
    assert strict(append_table(first, {"a": [2], "b": ["y"]}))["data"] == [[1, "x"], [2, "y"]]
    other = strict(append_table(first, {"c": [True], "a": [2]}))
    assert other == {"columns": ["a", "b", "c"], "data": [[1, "x", None], [2, None, True]]}
    assert strict(append_table(table_json(pd.DataFrame()), {"a": [1]})) == {"columns": ["a"], "data": [[1]]}


def test_rows_are_added_without_change_to_those_there():
    first = table_json({"a": [0.1 + 0.2, math.inf, 2**60 + 1, "007", None]})
    found = strict(append_table(first, {"a": [1]}))
    assert found["data"] == [*strict(first)["data"], [1]]


def test_duplicate_column_names():
    content = table_json(FRAMES["twice"])
    assert len(strict(append_table(content, FRAMES["twice"]))["data"]) == 2
    with pytest.raises(InvalidValue, match="duplicate column names"):
        append_table(content, {"a": [1]})


HOSTILE = [
    b"", b"x", b"[]", b"{}", b'{"columns":1,"data":[]}', b'{"columns":["a"],"data":{}}', b'{"columns":["a"],"data":[1]}',
    b'{"columns":["a"],"data":[[1,2]]}', b"\xff\xfe", b"[" * 100_000, b'{"columns":["a"],"data":[[' + b"9" * 5000 + b"]]}",
]  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE)
def test_files_that_are_no_tables(content):
    with pytest.raises(InvalidValue):
        table_frame(content)
    with pytest.raises(InvalidValue):
        append_table(content, {"a": [1]})


@pytest.mark.parametrize("label", ['{"x":1}', "[[1]]", "[{}]", "null", "true", "1.5"])
def test_labels_of_others(label):
    content = f'{{"columns":[{label}],"data":[[1]]}}'.encode()
    assert table_frame(content).shape == (1, 1)
    assert strict(append_table(content, pd.DataFrame([[2]], columns=["b"])))["data"] == [[1, None], [None, 2]]


# CSV and Parquet


def test_csv():
    table = {"a": [1, None], "b": ["x,y\n'\"", "é"], "c": [[1, "z"], {"k": None}], "d": [0.1 + 0.2, math.inf]}
    content = table_bytes(table, ".csv")
    found = table_frame(content, ".csv")
    assert found["a"][0] == 1
    assert found["b"].tolist() == table["b"]
    assert found["c"].tolist() == ['[1, "z"]', '{"k": null}']
    assert found["d"].tolist() == table["d"]
    assert table_bytes(pd.DataFrame(table), ".csv").splitlines()[0] == b"a,b,c,d"


def test_csv_with_rows_added():
    first = table_bytes({"a": ["007", "1.50"]}, ".csv")
    assert append_table(first, {"a": ["x"]}, ".csv") == b"a\n007\n1.50\nx\n"
    assert append_table(first, {"b": [1]}, ".csv") == b"a,b\n007,\n1.50,\n,1\n"
    assert append_table(b"\xef\xbb\xbfa,b\r\n1\r\n", {"a": [2], "b": [3]}, ".csv") == b"a,b\n1,\n2,3\n"
    assert append_table(b"", {"a": [1]}, ".csv") == b"a\n1\n"


def test_csv_of_odd_things():
    assert table_bytes({"a": ["\ud800"]}, ".csv") == b"a\n\\ud800\n"
    one_missing = table_bytes({"a": [None, 1]}, ".csv")
    assert table_frame(one_missing, ".csv")["a"].isna().tolist() == [True, False]
    assert table_frame(b"", ".csv").shape == (0, 0)
    for content in (b"\xff", b'a\n"', b"a\n1,2\n"):
        with pytest.raises(InvalidValue):
            table_frame(content, ".csv")
    for content in (b"\xff", b'a\n"', b"a\n1,2\n"):
        with pytest.raises(InvalidValue):
            append_table(content, {"a": [1]}, ".csv")


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.floats(allow_nan=False)), min_size=1))
def test_any_text_in_csv(rows):
    table = {"a": ["-", *(each for each, _ in rows)], "b": [0.5, *(each for _, each in rows)]}
    content = append_table(table_bytes(table, ".csv"), table, ".csv")
    found = table_frame(content, ".csv")
    assert found["a"].tolist() == table["a"] * 2
    assert found["b"].tolist() == table["b"] * 2


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("1\n-2", [1, -2]),
        ("1\n2.50", [1.0, 2.5]),
        ("1e3\n.5", [1000.0, 0.5]),
        ("007\n008", ["007", "008"]),
        ("True\nFalse", [True, False]),
        ("NA\n1", ["NA", "1"]),
        ("1_0\n2", ["1_0", "2"]),
        ("2024-01-01\nx", ["2024-01-01", "x"]),
        ("9" * 2000 + "\n1", ["9" * 2000, "1"]),
        (".\n1", [".", "1"]),
        ("e3\n1", ["e3", "1"]),
        ("-inf\nnan", [-math.inf, math.nan]),
    ],
)
def test_what_csv_holds(written, values):
    found = table_frame(f"a\n{written}\n".encode(), ".csv")["a"].tolist()
    assert repr(found) == repr(values)


def test_parquet():
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [1, 2], "t": pd.to_datetime(["2024", "2025"]), "s": ["x", None]})
    content = table_bytes(frame, ".parquet")
    pd.testing.assert_frame_equal(table_frame(content, ".parquet"), frame)
    more = append_table(content, {"a": [3], "t": [pd.Timestamp("2026")], "s": ["z"]}, ".parquet")
    assert table_frame(more, ".parquet")["a"].tolist() == [1, 2, 3]
    assert len(table_frame(append_table(content, frame.iloc[:0], ".parquet"), ".parquet")) == 2
    for each in (b"", b"PAR1", content[:-9]):
        with pytest.raises(InvalidValue):
            table_frame(each, ".parquet")
    with pytest.raises(InvalidValue):
        table_bytes({"a": [1, "x"]}, ".parquet")


def test_parquet_without_pyarrow():
    if importlib.util.find_spec("pyarrow") is None:
        with pytest.raises(Unsupported, match=r"nbtrack\[parquet\]"):
            table_bytes({"a": [1]}, ".parquet")
        with pytest.raises(Unsupported, match="pyarrow"):
            table_frame(b"", ".parquet")


@pytest.mark.parametrize("suffix", ["", ".txt", ".pkl", "json.exe"])
def test_endings_that_are_no_tables(suffix):
    with pytest.raises(InvalidValue, match="must end in"):
        table_bytes({"a": [1]}, suffix)
    with pytest.raises(InvalidValue, match="must end in"):
        table_frame(b"", suffix)
