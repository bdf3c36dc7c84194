"""Dictionaries and text: written as MLflow does, read back safely."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media import dict_bytes, dict_from_bytes, text_from_bytes

SUFFIXES = [".json", ".yaml"]


class Unknown:
    def __str__(self):
        return "an unknown thing"


def test_the_form_of_mlflow():
    assert dict_bytes({"a": {"b": [1]}, "é": "ü"}).decode() == json.dumps(
        {"a": {"b": [1]}, "é": "ü"}, indent=2, ensure_ascii=False
    )
    assert dict_bytes({"b": 1, "a": [1]}, ".yml") == b"b: 1\na:\n- 1\n"
    assert dict_bytes({"a": 1}, ".txt") == dict_bytes({"a": 1}, "")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("value", "read"),
    [
        (np.float64(0.5), 0.5),
        (np.arange(3), [0, 1, 2]),
        (dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "2024-01-01T00:00:00+00:00"),
        (dt.date(2024, 1, 1), "2024-01-01"),
        (pd.Timestamp("2024", tz="UTC"), "2024-01-01T00:00:00+00:00"),
        (pd.Series(pd.to_datetime(["2024", None])), ["2024-01-01T00:00:00", None]),
        (Path("a/b"), str(Path("a/b"))),
        (math.inf, math.inf),
        (1e300, 1e300),
        ((1, 2), [1, 2]),
        ({3, 1}, [1, 3]),
        (Unknown(), "an unknown thing"),
        (b"x", "b'x'"),
        (1j, "1j"),
        (None, None),
        ("yes", "yes"),
        ("1e3", "1e3"),
        ("\ud800", "\ud800"),
        ("\x85\u2028\ufeff", "\x85\u2028\ufeff"),
        ([[]] * 2, [[], []]),
    ],
)
def test_values(suffix, value, read):
    assert dict_from_bytes(dict_bytes({"a": value}, suffix), suffix) == {"a": read}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nan_comes_back(suffix):
    assert math.isnan(dict_from_bytes(dict_bytes({"a": math.nan}, suffix), suffix)["a"])
    assert math.isnan(dict_from_bytes(dict_bytes({"a": np.array([np.nan])}, suffix), suffix)["a"][0])


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(st.text(), PLAIN, max_size=4), st.sampled_from(SUFFIXES))
def test_anything_plain_comes_back(value, suffix):
    assert dict_from_bytes(dict_bytes(value, suffix), suffix) == value


def test_keys():
    assert json.loads(dict_bytes({0: "a", 2.5: "b", None: "c", True: "d", np.int64(7): "e", dt.date(2024, 1, 1): "f"})) == {
        "0": "a", "2.5": "b", "null": "c", "true": "d", "7": "e", "2024-01-01": "f",
    }  # fmt: skip
    assert dict_from_bytes(dict_bytes({1: "a"}, ".yaml"), ".yaml") == {1: "a"}


@pytest.mark.parametrize(
    "value", [{1: "a", "1": "b"}, {None: 1, "null": 2}, {(1, 2): 3}, {"a": {frozenset(): 1}}, {object(): 1}]
)
def test_keys_that_are_refused(value):
    with pytest.raises(InvalidValue, match="key"):
        dict_bytes(value)


def test_what_contains_itself():
    endless = {"a": []}
    endless["a"] += [endless, endless]
    for suffix in SUFFIXES:
        with pytest.raises(InvalidValue, match="itself"):
            dict_bytes(endless, suffix)
    shared = [1]
    assert json.loads(dict_bytes({"a": shared, "b": shared})) == {"a": [1], "b": [1]}
    assert b"&" not in dict_bytes({"a": shared, "b": shared}, ".yaml")


def test_numbers_without_end():
    for suffix in SUFFIXES:
        with pytest.raises(InvalidValue, match="can't be written"):
            dict_bytes({"a": 10**5000}, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_nested_as_deep_as_may_be(suffix):
    value = {}
    for _ in range(99):
        value = {"a": value}
    assert dict_from_bytes(dict_bytes(value, suffix), suffix) == value


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{new}: &{new} {{<<: [{','.join([f'*{old}'] * 9)}]}}\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "content",
    [
        BOMB, MERGES, "a: &a [*a]", "&a {*a : 1}", "[" * 100_000, "{a: " * 5000, "a: !!python/object/apply:os.system [id]",
        "!!python/name:os.system", "a: b: c", "a: 2001-99-99", "'", "a: 1\n---\nb: 2", "? [1]\n: 2", '!!int ""', '!!float ""',
        "!!bool x", "!!timestamp x", "a: " + "9" * 5000, "*x", "!<tag:x> 1", "%YAML 9.9\n---\na", "a: \x01", "a" * 500_001,
    ],
)  # fmt: skip
def test_hostile_yaml(content):
    start = time.perf_counter()
    with pytest.raises(InvalidValue):
        dict_from_bytes(content.encode(), ".yaml")
    assert time.perf_counter() - start < 5


def test_yaml_as_people_write_it():
    content = b"base: &b {lr: 0.1}\nrun:\n  <<: *b\n  when: 2024-01-01\n  on: yes\n"
    found = dict_from_bytes(content, ".yml")
    assert found == {"base": {"lr": 0.1}, "run": {"lr": 0.1, "when": dt.date(2024, 1, 1), True: True}}
    assert dict_from_bytes(b"", ".yaml") is None
    assert dict_from_bytes("a: é".encode("utf-16"), ".yaml") == {"a": "é"}
    with pytest.raises(InvalidValue):
        dict_from_bytes(b"\xff\xff", ".yaml")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000, b"9" * 5000, b'{"a": 1} x'])
def test_hostile_json(content):
    with pytest.raises(InvalidValue, match=r"can't be read as \.json"):
        dict_from_bytes(content)


@given(st.binary(max_size=60), st.sampled_from(SUFFIXES))
def test_any_bytes_raise_our_error_or_give_a_value(content, suffix):
    with contextlib.suppress(InvalidValue):
        dict_from_bytes(content, suffix)


@given(st.text("&*[]{}:-!<>|'\"a1 \n?,%#@`~.=xonyes", max_size=40))
def test_any_yaml_is_our_error_or_a_value(text):
    with contextlib.suppress(InvalidValue):
        dict_from_bytes(text.encode(), ".yaml")


def test_without_pyyaml(monkeypatch):
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(Unsupported, match="PyYAML"):
        dict_bytes({}, ".yaml")
    with pytest.raises(Unsupported, match="PyYAML"):
        dict_from_bytes(b"", ".yaml")


def test_text():
    assert text_from_bytes("é\r\n😀".encode()) == "é\r\n😀"
    with pytest.raises(InvalidValue, match=r"not UTF-8 text \(byte 1\)"):
        text_from_bytes(b"a\xff")
