"""Digests: equal for equal data, different when anything of it is, and bounded in work."""

from __future__ import annotations

import datetime as dt
import decimal
import os
import subprocess
import sys
import uuid

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.datasets import from_numpy, from_pandas


def digest(data, **more):
    made = from_pandas(data, **more) if isinstance(data, pd.DataFrame) else from_numpy(data, **more)
    assert len(made.digest) == 8
    assert int(made.digest, 16) >= 0
    return made.digest


def all_differ(*data):
    digests = [digest(each) for each in data]
    assert len(set(digests)) == len(digests), digests


FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": ["x", "y", "z"], "c": [1, 2, 3]})


def test_equal_frames_have_equal_digests():
    assert digest(FRAME) == digest(FRAME.copy())
    assert digest(FRAME) == digest(pd.concat([FRAME, FRAME]).iloc[:3])
    assert digest(FRAME[["c", "a"]]) == digest(pd.DataFrame({"c": [1, 2, 3], "a": [1.0, 2.0, 3.0]}))


def test_whatever_changes_a_frame_changes_its_digest():
    all_differ(
        FRAME,
        FRAME.assign(a=[1.0, 2.0, 3.5]),
        FRAME.assign(b=["x", "y", "Z"]),
        FRAME.rename(columns={"a": "A"}),
        FRAME.astype({"c": "int32"}),
        FRAME.astype({"c": "float64"}),
        FRAME[["b", "a", "c"]],
        FRAME.iloc[::-1],
        FRAME.iloc[::-1].reset_index(drop=True),
        FRAME.iloc[:2],
        FRAME.set_index("b"),
        FRAME.set_axis([5, 6, 7]),
        FRAME.assign(a=[1.0, 2.0, None]),
        FRAME.assign(d=0),
        FRAME.iloc[:0],
        pd.DataFrame(),
        pd.DataFrame(index=range(3)),
        pd.DataFrame(columns=["a", "b"]),
    )


def test_texts_do_not_run_into_each_other():
    all_differ(
        pd.DataFrame({"a": ["xy", "z"]}),
        pd.DataFrame({"a": ["x", "yz"]}),
        pd.DataFrame({"a": ["xyz", ""]}),
        pd.DataFrame({"a": ["xyz", None]}),
        pd.DataFrame({"a": ["x"], "b": ["yz"]}),
        pd.DataFrame({"a": ["xy"], "b": ["z"]}),
        pd.DataFrame({"ab": ["x"], "": ["yz"]}),
    )


def test_one_zero_and_one_nan():
    nans = np.array([0x7FF8000000000000, 0xFFF8000000000001], "u8").view("f8")
    assert digest(pd.DataFrame({"a": nans[:1]})) == digest(pd.DataFrame({"a": nans[1:]}))
    assert digest(pd.DataFrame({"a": [0.0]})) == digest(pd.DataFrame({"a": [-0.0]}))
    assert digest(np.array([0j])) == digest(np.array([complex(-0.0, -0.0)]))


def test_the_same_in_every_process():
    program = (
        "import pandas as pd; from nbtrack.datasets import from_pandas;"
        "cells = [{'b', 'a', 'c', 1}, frozenset('xyz'), {'k': {'z', 'y'}}, ['p'], object()];"
        "print(from_pandas(pd.DataFrame({'a': cells, 'b': pd.Categorical(list('zyxab')), 'c': list('vwxyz')})).digest)"
    )
    digests = set()
    for seed in "123":
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1


COLUMNS = {
    "category": (pd.Categorical(["a", "b", None]), pd.Categorical(["a", "b", "b"])),
    "ordered": (
        pd.Categorical(["a"] * 3, ["a", "b"], ordered=True),
        pd.Categorical(["a"] * 3, ["b", "a"], ordered=True),
    ),
    "more categories": (pd.Categorical(["a"] * 3, ["a", "b"]), pd.Categorical(["a"] * 3, ["a", "c"])),
    "number categories": (pd.Categorical([2, 1, None]), pd.Categorical([2, 1, 2])),
    "mixed categories": (pd.Categorical([2, "a", None]), pd.Categorical([2, "a", "a"])),
    "zone": (pd.date_range("2024", periods=3, tz="UTC"), pd.date_range("2024", periods=3, tz="Europe/Berlin")),
    "time": (pd.to_datetime(["2024-01-01", None, "2024-01-03"]), pd.to_datetime(["2024-01-01", "2024-01-02", None])),
    "span": (pd.to_timedelta([1, 2, 3]), pd.to_timedelta([1, 2, 4])),
    "nullable": (pd.array([1, None, 3], dtype="Int64"), pd.array([1, 0, 3], dtype="Int64")),
    "nullable float": (pd.array([1.5, None, 3], dtype="Float64"), pd.array([1.5, 2, 3], dtype="Float64")),
    "nullable bool": (pd.array([True, None, False], dtype="boolean"), pd.array([True, False, False], dtype="boolean")),
    "string": (pd.array(["a", None, "c"], dtype="string"), pd.array(["a", "", "c"], dtype="string")),
    "period": (pd.period_range("2024-01", periods=3, freq="M"), pd.period_range("2024-02", periods=3, freq="M")),
    "period gap": (pd.PeriodIndex(["2024-01", None], freq="M"), pd.PeriodIndex(["2024-01", "2024-02"], freq="M")),
    "interval": (pd.interval_range(0, 3), pd.interval_range(1, 4)),
    "sparse": (pd.arrays.SparseArray([0, 0, 1]), pd.arrays.SparseArray([0, 1, 0])),
    "list types": ([[1], (1,)], [(1,), [1]]),
    "long dicts": ([{str(n): n for n in range(40)}] * 3, [{str(n): n // 30 for n in range(40)}] * 3),
    "lists": ([[1], [2, 3], []], [[1], [2, 4], []]),
    "number lists": ([[1.5, 2.5]] * 3, [[1.5, 2.25]] * 3),
    "dicts": ([{"a": 1}, {}, None], [{"a": 2}, {}, None]),
    "sets": ([{1, 2}, set(), None], [{1, 3}, set(), None]),
    "arrays": ([np.zeros(2), np.ones(2), None], [np.zeros(2), np.array([1.0, 2.0]), None]),
    "object arrays": ([np.array(["a", None], object)] * 3, [np.array(["b", None], object)] * 3),
    "structures": ([np.zeros(1, [("a", "i4")])] * 2, [np.zeros(2, [("a", "i4")])] * 2),
    "numbers among others": (
        pd.Series([1.5, None, "x", 2], dtype=object),
        pd.Series([1.25, None, "x", 2], dtype=object),
    ),
    "floats as objects": (pd.Series([1.5, None], dtype=object), pd.Series([1.25, None], dtype=object)),
    "bytes": ([b"a", b"b", b""], [b"a", b"c", b""]),
    "mixed": ([1, "1", None], [1, 1, None]),
    "one or true": (pd.Series([1, 2], dtype=object), pd.Series([True, 2], dtype=object)),
    "integers": ([10**30, 1, 2], [10**30 + 1, 1, 2]),
    "decimals": ([decimal.Decimal("0.1")] * 2, [decimal.Decimal("0.10")] * 2),
    "dates": ([dt.date(2024, 1, 1)] * 2, [dt.date(2024, 1, 2)] * 2),
    "moments": ([dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "x"], [dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "x"]),
    "scalars of numpy": (pd.Series([np.float32(1), "x"], dtype=object), pd.Series([np.float32(2), "x"], dtype=object)),
    "stamps": ([pd.Timestamp("2024"), "x"], [pd.Timestamp("2025"), "x"]),
    "periods": ([pd.Period("2024"), "x"], [pd.Period("2025"), "x"]),
    "intervals": ([pd.Interval(0, 1), "x"], [pd.Interval(0, 2), "x"]),
    "complex": ([1j, 2j], [1j, 3j]),
    "complex objects": (pd.Series([1j, "x"], dtype=object), pd.Series([2j, "x"], dtype=object)),
    "ids": ([uuid.UUID(int=1)] * 2, [uuid.UUID(int=2)] * 2),
    "surrogates": (pd.Series(["\ud800", 1], dtype=object), pd.Series(["\ud801", 1], dtype=object)),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_of_every_type(name):
    one, other = (pd.DataFrame({"a": values}) for values in COLUMNS[name])
    all_differ(one, other)
    assert digest(one) == digest(one.copy(deep=True))
    for each in (one, other):
        assert from_pandas(each).entity().schema


def test_unordered_categories_have_no_order():
    one = pd.DataFrame({"a": pd.Categorical(["x", "y"], ["x", "y", "z"])})
    assert digest(one) == digest(pd.DataFrame({"a": pd.Categorical(["x", "y"], ["z", "y", "x"])}))


def test_many_categories():
    one, other = (pd.DataFrame({"a": pd.Categorical([f"{n}{end}" for n in range(20_000)])}) for end in "ab")
    all_differ(one, other)


def test_dicts_and_sets_have_no_order():
    one = pd.DataFrame({"a": [{"x": 1, "y": [2]}, {3, "b"}]})
    assert digest(one) == digest(pd.DataFrame({"a": [{"y": [2], "x": 1}, {"b", 3}]}))


def test_labels_of_every_type():
    wild = [("a", 1), ("a", 2)], ["a", "a"], [0, 1], [None, float("nan")], [dt.date(2024, 1, 1), 1.5]
    frames = [pd.DataFrame([[1, 2]]).set_axis(pd.Index(labels, tupleize_cols=False), axis=1) for labels in wild]
    levels = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 3), ("b", 4)]))
    all_differ(*frames, levels)
    assert digest(levels) == digest(levels.copy())


def test_indexes_of_every_type():
    base = pd.DataFrame({"a": [1, 2]})
    all_differ(
        base,
        base.set_axis(["x", "y"]),
        base.set_axis(pd.MultiIndex.from_tuples([("x", 1), ("x", 2)])),
        base.set_axis(pd.MultiIndex.from_tuples([("x", 1), ("y", 2)])),
        base.set_axis(pd.date_range("2024", periods=2)),
        base.set_axis(pd.CategoricalIndex(["x", "y"])),
    )
    assert digest(base) == digest(base.set_axis(pd.Index([0, 1])))


class Loud:
    """An object that must be left alone."""

    def _fail(self, *_):
        raise AssertionError("called")

    __repr__ = __str__ = __hash__ = __eq__ = __len__ = __iter__ = __getattr__ = __bool__ = __float__ = __array__ = _fail


class LoudList(list):
    __len__ = __iter__ = __getitem__ = __repr__ = __eq__ = Loud._fail
    __hash__ = Loud._fail


class LoudText(str):
    __slots__ = ()
    __len__ = __iter__ = __getitem__ = __repr__ = __str__ = __eq__ = encode = Loud._fail
    __hash__ = str.__hash__


def objects(*values):
    column = np.empty(len(values), object)
    for place, each in enumerate(values):
        column[place] = each
    return column


def test_unknown_objects_are_left_alone():
    assert digest(objects(Loud(), 1)) == digest(objects(Loud(), 1))
    all_differ(objects(Loud(), 1), objects(object(), 1))
    digest(objects(LoudList([1]), LoudText("a"), {"a": Loud()}, [Loud()], (Loud(),), type, Loud))


def test_containers_that_contain_themselves():
    endless = []
    endless.append(endless)
    wide = [1]
    for _ in range(50):
        wide = [wide] * 10
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    keys = ()
    for _ in range(30):
        keys = (keys,) * 10
    assert digest(objects(endless, wide, deep)) != digest(objects([keys], {1: keys}))


def test_long_cells_count_at_both_ends():
    for make in (list, tuple, "".join):
        texts = ["x"] * 3_000_000
        first, last = texts.copy(), texts.copy()
        first[0], last[-1] = "y", "y"
        all_differ(objects(make(texts), 1), objects(make(first), 1), objects(make(last), 1))
    all_differ(objects({"a": 1} | {str(n): n for n in range(5000)}, 1), objects({"a": 1}, 1))


def test_layout_in_memory_does_not_count():
    array = np.arange(24.0).reshape(4, 6)
    same = [np.asfortranarray(array), array[::-1][::-1], np.repeat(array, 2, axis=1)[:, ::2], array.astype(">f8")]
    assert {digest(each) for each in same} == {digest(array)}
    big = np.random.default_rng(0).random((300_000, 4))
    assert digest(big) == digest(np.asfortranarray(big))
    wide = np.random.default_rng(0).random((3, 400_000))
    assert digest(wide) == digest(np.asfortranarray(wide))
    assert digest(np.ones((2, 2)).view(np.matrix)) == digest(np.ones((2, 2)))


def test_arrays_of_every_type():
    pair = np.dtype([("a", "i4"), ("b", "f8", 2)])
    all_differ(
        np.array(1.0),
        np.array([1.0]),
        np.array([[1.0]]),
        np.array([1.0], "f4"),
        np.array([1.0], "g"),
        np.array([np.longdouble(1) + np.finfo("g").eps]),
        np.array([1]),
        np.array([True]),
        np.array([1j]),
        np.array(["1"]),
        np.array([b"1"]),
        np.array(["1"], object),
        np.array([None]),
        np.array(["2024"], "M8[D]"),
        np.array(["2024"], "M8[s]"),
        np.array(["NaT"], "M8[s]"),
        np.array([1], "m8[s]"),
        np.array([(1, (2, 3))], pair),
        np.array([(1, (2, 4))], pair),
        np.array([(1, (2, 3))], [("z", "i4"), ("b", "f8", 2)]),
        np.array([]),
        np.empty((0, 3)),
        np.ma.array([1, 2], mask=[0, 1]),
        np.ma.array([1, 2], mask=[1, 0]),
        np.ma.array([(1, (2, 3))], pair, mask=[(1, 0)]),
        np.array([b"ab"]).view("V2"),
    )
    assert digest(np.ma.array([1, 2], mask=[0, 1])) == digest(np.ma.array([1, 9], mask=[0, 1], fill_value=7))
    if hasattr(np.dtypes, "StringDType"):
        all_differ(np.array(["a"], np.dtypes.StringDType()), np.array(["b"], np.dtypes.StringDType()))


def test_features_targets_and_names():
    x, y = np.arange(3.0), np.arange(3)
    made = [
        from_numpy(x),
        from_numpy(x, targets=y),
        from_numpy(x, targets=y + 1),
        from_numpy({"x": x}),
        from_numpy({"x": x, "y": y}),
        from_numpy({"y": x, "x": y}),
        from_numpy({"x": x}, targets={"y": y}),
    ]
    assert len({each.digest for each in made}) == len(made)
    assert from_numpy({"x": x, "y": y}).digest == from_numpy({"y": y, "x": x}).digest


def test_large_containers_in_many_cells():
    wide = [[{str(n): n} for n in range(500)], {*map(str, range(500))}, [(n,) for n in range(500)]] * 1_000
    one, other = objects(*wide), objects(*wide, 1)
    all_differ(one, other, objects(*wide[:-1], [(n,) for n in range(499)]))


def test_the_ends_of_long_data_count():
    long = np.zeros(3_000_000)
    frames = [pd.DataFrame({"a": long, "t": "x"}) for _ in range(3)]
    frames[1].loc[0, "a"] = frames[2].loc[len(long) - 1, "a"] = 1.0
    all_differ(*frames, frames[0].iloc[:-1])
    assert digest(frames[0]) == digest(frames[0].copy())
    all_differ(*(np.asarray(each["a"]) for each in frames))
    words = [["x"] * 200_000 for _ in range(3)]
    words[1][0] = words[2][-1] = "y"
    all_differ(*(pd.DataFrame({"a": each}) for each in words))


@pytest.mark.parametrize("place", [0, 17, 24_999, 33_333, 49_999])
def test_every_value_of_a_table_counts(place):
    numbers = pd.DataFrame(np.zeros((50_000, 10))).rename(columns=str).assign(t="x")
    one, other = numbers.copy(), numbers.copy()
    one.iloc[place, 9] = 1
    other.iloc[place, 10] = "y"
    all_differ(numbers, one, other)


@pytest.mark.parametrize("place", [0, 1_234_567, 3_999_999])
def test_every_number_counts_up_to_64_megabytes(place):
    one = np.zeros((4_000_000, 2), "f4")
    other = one.copy()
    other[place, 1] = 1
    all_differ(one, other)
    all_differ(pd.DataFrame(one), pd.DataFrame(other))


def test_many_columns_of_texts_and_of_dicts():
    texts = pd.DataFrame({str(each): ["x" * 5_000] * 500 for each in range(100)})
    dicts = pd.DataFrame({str(each): [{"a": 1, "b": [2, 3]}] * 2_000 for each in range(20)})
    all_differ(texts, dicts)


def test_wide_frames():
    base = pd.DataFrame(np.zeros((3, 5_000))).rename(columns=str)
    last = base.copy()
    last.iloc[2, 4_999] = 1
    mixed = base.assign(t="x")
    all_differ(base, last, base.iloc[:, ::-1], base.astype({"7": "float32"}), base.astype({"8": "float32"}), mixed)
    all_differ(mixed, mixed.assign(t="y"), mixed.astype({"7": "float32"}))


@given(st.lists(st.one_of(st.none(), st.text(), st.integers(), st.floats(allow_nan=False), st.booleans()), min_size=1))
def test_any_cells(cells):
    frame = pd.DataFrame({"a": objects(*cells)})
    assert digest(frame) == digest(pd.DataFrame({"a": objects(*cells)}))
    changed = [*cells[:-1], "another" if cells[-1] != "another" else "one"]
    assert digest(frame) != digest(pd.DataFrame({"a": objects(*changed)}))


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def spelled(value):
    """Return text that tells 0 from False, and does not depend on the order of a dict."""
    if isinstance(value, list):
        return f"[{','.join(map(spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{name!r}:{spelled(value[name])}' for name in sorted(value))}}}"
    return repr(value)


@given(NESTED, NESTED)
def test_nested_cells(one, other):
    assert (digest(objects(one, 1)) == digest(objects(other, 1))) == (spelled(one) == spelled(other))


@given(st.lists(st.floats(allow_nan=False, width=32), min_size=1), st.data())
def test_any_numbers(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    changed = values.copy()
    changed[place] = 1.0 if values[place] != 1.0 else 2.0
    assert digest(np.array(values)) != digest(np.array(changed))
