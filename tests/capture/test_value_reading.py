"""Values are read by their type alone: nothing of unknown type is touched."""

# cells are written as people write them

from __future__ import annotations

import argparse
import collections
import dataclasses
import decimal
import fractions
import time
import types

import fakes
import numpy as np
import pandas as pd
import pytest
from cell_runner import see

from nbtrack.capture.analysis.constant_folding import MISSING
from nbtrack.capture.runtime import value_reading


class Hostile:
    """Raises or sleeps whatever is done to it."""

    def _refuse(self, *_args):
        time.sleep(5)
        raise RuntimeError

    __repr__ = __str__ = __eq__ = __bool__ = __iter__ = __len__ = __getattr__ = __float__ = __int__ = __getitem__ = (
        _refuse
    )
    __hash__ = object.__hash__


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1),
        (1.5, 1.5),
        (np.float32(1.5), 1.5),
        (np.int8(3), 3),
        (np.array(2.5), 2.5),
        (decimal.Decimal("1.5"), 1.5),
        (fractions.Fraction(1, 2), 0.5),
        (fakes.Tensor(2.0), 2.0),
    ],
)
def test_numbers(value, number):
    found = value_reading.number(value)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "value",
    [
        True,
        np.bool_(1),
        1j,
        np.complex64(1),
        "1",
        b"1",
        None,
        [1],
        np.ones(1),
        np.array("x"),
        object(),
        int,
        np,
    ],
)
def test_what_is_no_number(value):
    assert value_reading.number(value) is None


class Sub(float):
    """A number with a mind of its own."""


def test_subclasses_of_numbers_are_not_trusted():
    assert value_reading.number(Sub(1.5)) is None


def test_hostile_values_cost_nothing():
    started = time.perf_counter()
    hostile = Hostile()
    assert value_reading.setting(hostile) is MISSING
    assert value_reading.settings(hostile) is None
    assert value_reading.entries(hostile) == {}
    assert value_reading.settings({"a": hostile, "b": 1}) == {"b": 1}
    assert not value_reading.is_setting(hostile)
    assert time.perf_counter() - started < 1


def test_large_frames_cost_nothing():
    frame = pd.DataFrame({"a": np.zeros(2_000_000)})
    large = (frame, frame["a"], frame["a"].to_numpy(), list(range(100_000)), dict.fromkeys(range(100_000)))
    spent = []
    for _ in range(5):
        started = time.thread_time()
        for value in large:
            assert value_reading.number(value) is None
            assert value_reading.setting(value) is MISSING
            assert not value_reading.settings(value)
            assert value_reading.entries(value) == {}
        spent.append(time.thread_time() - started)
    assert min(spent) < 0.05


@dataclasses.dataclass
class Config:
    lr: float = 0.1
    extra: dict = dataclasses.field(default_factory=lambda: {"n": 2})


class Plain:
    def __init__(self):
        self.lr, self.n = 0.1, 2


Pair = collections.namedtuple("Pair", "a b")  # noqa: PYI024 # what people write


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b": {"c": "x", "d": None}, "e": [1, 2]}, {"a": 1, "b.c": "x", "b.d": None, "e": [1, 2]}),
        (Config(), {"lr": 0.1, "extra.n": 2}),
        (Pair(1, 2.5), {"a": 1, "b": 2.5}),
        (types.SimpleNamespace(lr=1), {"lr": 1}),
        (argparse.Namespace(lr=1), {"lr": 1}),
        (Plain(), {"lr": 0.1, "n": 2}),
        ({"a": 1, "f": len}, {"a": 1}),
    ],
)
def test_containers_of_settings(value, expected):
    assert value_reading.settings(value, [Plain]) == expected


@pytest.mark.parametrize("value", [{1: 2}, {"a": np.ones(3)}, {"a": list(range(99))}, object(), [1], "x", Plain])
def test_what_is_no_container_of_settings(value):
    assert value_reading.settings(value) is None


def test_containers_are_not_followed_for_ever():
    loop: dict = {"a": 1}
    loop["self"] = loop
    assert value_reading.settings(loop)["a"] == 1


def test_entries():
    assert value_reading.entries({"a": 1, 2: 3, "t": "x", "b": {"c": np.float64(2)}, "ok": True}) == {
        "a": 1,
        "b.c": 2.0,
    }
    assert value_reading.entries(collections.OrderedDict(a=1)) == {"a": 1}
    assert value_reading.entries(pd.Series([1.0, 2.0], index=["x", "y"])) == {"x": 1.0, "y": 2.0}
    assert value_reading.entries(pd.Series([1.0, 2.0])) == {}
    assert value_reading.entries(pd.DataFrame({"a": [1.0], "b": ["x"]})) == {"a": 1.0}
    assert value_reading.entries(pd.DataFrame({"a": [1.0, 2.0]})) == {}
    assert value_reading.entries(pd.Series(range(99), index=[f"k{i}" for i in range(99)])) == {}


def test_tensors_that_cannot_be_read_are_reported_once():
    setup = "import numpy as np\nclass T:\n    shape = ()\n    dtype = None\n    def item(self):\n        raise RuntimeError('meta')\ndef make(k):\n    return T()\n"
    seen = see("for i in range(3):\n    loss = make(i)\nx = make(1)\ny = np.random.random()", setup)
    assert seen.metrics.keys() == {"y"}
    assert seen.ran.facts.problems == ["loss", "x"]


def test_a_cell_with_hostile_values_runs_and_is_read():
    setup = "import time, random\nclass H:\n    def __getattr__(self, n):\n        time.sleep(9)\n    def __eq__(self, o):\n        time.sleep(9)\n    __hash__ = None\n    def __repr__(self):\n        time.sleep(9)\n    def __bool__(self):\n        time.sleep(9)\nh = H()\n"
    started = time.perf_counter()
    seen = see("g = h\nd = {'h': h}\nacc = random.random()\nfor i in range(2):\n    k = [h]\n    e = h\n", setup)
    assert seen.metrics.keys() == {"acc"}
    assert time.perf_counter() - started < 2
