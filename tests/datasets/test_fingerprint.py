"""Fingerprints: equal for equal data in every process, different when one value is, and within the time they may take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import weakref

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.datasets import file_fingerprint, fingerprint
from nbtrack.tags import DATA_FINGERPRINT
from nbtrack.tracking.read_data import ReadData


def described(value, seconds=60.0):
    known = fingerprint.take("data", value)
    known.hash_within(seconds)
    return known.dataset()


def columns(value, seconds=60.0):
    found = json.loads(described(value, seconds).profile)[DATA_FINGERPRINT]["columns"]
    return {each["name"]: each for each in found}


MAKE = """
import numpy as np, pandas as pd
def make(rows=12_000):
    rng = np.random.default_rng(0)
    return pd.DataFrame({
        "x": rng.normal(size=rows), "n": rng.integers(0, 9, rows), "ok": rng.random(rows) > .5,
        "s": rng.choice(["a", "bb", "ä", "\\0"], rows), "o": rng.choice(np.array(["a", "b", None], object), rows),
        "c": pd.Categorical(rng.choice(["u", "v"], rows)), "i": pd.array(rng.integers(0, 9, rows), dtype="Int64"),
        "t": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, rows), unit="h"),
    }, index=[f"row {each}" for each in range(rows)])
"""
FOUND: dict = {}
exec(MAKE, FOUND)
make = FOUND["make"]


def test_an_equal_frame_of_another_process_has_the_same_digest():
    program = (
        f"{MAKE}\nfrom nbtrack.datasets import fingerprint\nknown = fingerprint.take('data', make())\n"
        "known.hash_within(60)\nprint(known.dataset().digest)"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.strip() == described(make()).digest


@pytest.mark.parametrize("column", ["x", "n", "ok", "s", "o", "c", "i", "t"])
def test_one_changed_value_changes_its_column_and_no_other(column):
    frame, changed = make(), make()
    place = changed.columns.get_loc(column)
    other = changed[column].drop_duplicates().dropna()
    changed.iloc[7_777, place] = next(each for each in other if each != changed.iloc[7_777, place])
    before, after = columns(frame), columns(changed)
    assert [name for name in before if before[name]["digest"] != after[name]["digest"]] == [column]


def test_one_changed_cell_in_a_million_rows_is_found():
    values = np.arange(1_000_000.0)
    before = described(pd.DataFrame({"x": values})).digest
    values = values.copy()
    values[777_777] += 1
    assert described(pd.DataFrame({"x": values})).digest != before


def test_another_order_of_rows_is_distinguished_from_other_values():
    frame = make(2_000)
    before, after = columns(frame), columns(frame.iloc[::-1])
    assert all(before[name]["digest"] != after[name]["digest"] for name in before)
    assert {name for name in before if before[name].get("unordered") == after[name]["unordered"]} == set(before)


def test_other_values_of_the_same_sum_are_no_other_order():
    found = [columns(np.array(each))[""]["unordered"] for each in ([3, 5], [5, 3], [4, 4])]
    assert found[0] == found[1] != found[2]


def test_the_profile_of_a_column():
    found = columns(pd.DataFrame({"x": [1.0, 3.0, None, None], "s": ["a", "b", "b", None]}))
    assert {key: found["x"][key] for key in ("type", "missing", "mean", "std", "min", "max", "distinct")} == {
        "type": "float64",
        "missing": 0.5,
        "mean": 2.0,
        "std": 1.0,
        "min": 1.0,
        "max": 3.0,
        "distinct": 2,
    }
    assert (found["s"]["missing"], found["s"]["distinct"]) == (0.25, 2)


def test_a_sample_is_hashed_and_reported_if_time_is_short():
    found = described(make(), 0.0)
    assert found.digest.startswith("sample-")
    assert json.loads(found.profile)[DATA_FINGERPRINT]["whole"] is False
    assert columns(make(), 0.0)["x"]["sample"] == columns(make())["x"]["sample"]


def test_data_that_was_changed_meanwhile_is_not_hashed_afterwards():
    array = np.zeros(200_000)
    changed, kept = (fingerprint.take("data", each) for each in (array, np.zeros(200_000)))
    array[:] = 1
    for each in (changed, kept):
        each.hash_unchanged_within(60)
    assert changed.dataset().digest.startswith("sample-")
    assert kept.dataset().digest.isalnum()


def test_the_data_are_not_held_while_the_cell_runs():
    names = {"x": np.zeros(300_000), "y": np.ones(300_000)}
    read, gone = ReadData(names, names, at_once=False), weakref.ref(names["x"])
    names["x"] = None
    assert gone() is None
    read._began -= 100
    read.end([])
    assert [each.digest.startswith("sample-") for each in read._datasets()] == [True, False]


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((0, 3)),
        np.zeros((2, 3), ">f4"),
        np.asfortranarray(np.ones((300, 400))),
        np.array(["a", "ä"]),
        np.array([], "U0"),
        np.array([["a", None], [{}, object()]], object),
        np.array(["2020", "NaT"], "M8[D]"),
        np.array([1j, 2]),
        np.ma.masked_array([1, 2], [0, 1]),
        pd.DataFrame(),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({"x": [[1], {2: 3}]}),
        pd.DataFrame({"x": pd.interval_range(0, 2), "p": pd.period_range("2020", periods=2)}),
        pd.DataFrame({"x": [1]}, index=pd.MultiIndex.from_tuples([(1, "a")])),
        pd.Series([1, None], dtype="Int64", name=("a", 1)),
        pd.Series(pd.arrays.SparseArray([0, 0, 1])),
        pd.DataFrame(np.ones((3, 400))),
    ],
)
def test_any_data_has_a_fingerprint(value):
    assert described(value) == described(value)


@pytest.mark.parametrize("value", [3, 2.5, "text", None, [1, 2], np.float64(3), np.array(3), pd.Timestamp(0), pd, int])
def test_other_values_have_none(value):
    assert fingerprint.take("data", value) is None


def test_layout_and_byte_order_do_not_count():
    array = np.arange(12.0).reshape(3, 4)
    assert described(array).digest == described(np.asfortranarray(array)).digest
    assert described(array).digest == described(array.astype(">f8")).digest
    assert described(array).digest != described(array.reshape(4, 3)).digest


def test_a_file_is_known_by_its_content(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"a" * 1000)
    first = file_fingerprint.dataset_of_file(file_fingerprint.state_of(str(path)), 1)
    (tmp_path / "copy.bin").write_bytes(b"a" * 1000)
    copy = file_fingerprint.dataset_of_file(file_fingerprint.state_of(str(tmp_path / "copy.bin")), 1)
    assert (first.name, first.digest) == ("data.bin", copy.digest)
    state = file_fingerprint.state_of(str(path))
    path.write_bytes(b"a" * 999 + b"b")
    os.utime(path, ns=(0, state.changed + 1))
    assert file_fingerprint.dataset_of_file(state, 1).digest == "sample-unread"
    assert file_fingerprint.dataset_of_file(file_fingerprint.state_of(str(path)), 1).digest != first.digest
    assert file_fingerprint.state_of(str(tmp_path)) is None
    assert file_fingerprint.state_of("no\0file") is None


def test_of_a_large_file_a_sample_is_read(tmp_path):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    state = file_fingerprint.state_of(str(path))
    sampled, whole = (file_fingerprint.dataset_of_file(state, each) for each in (0, 60))
    assert sampled.digest.startswith("sample-")
    assert whole.digest.isalnum()


def test_data_that_cannot_be_read_are_left_out():
    class Odd(np.ndarray):
        @property
        def dtype(self):
            raise RuntimeError("not today")

    names = {"odd": np.ones(3).view(Odd), "plain": np.ones(3)}
    read = ReadData(names, names)
    read.end([])
    with nbtrack.start_run() as run:
        read.store(nbtrack.MlflowClient(), run.info.run_id)
    assert [each.dataset.name for each in nbtrack.get_run(run.info.run_id).inputs.dataset_inputs] == ["plain"]
