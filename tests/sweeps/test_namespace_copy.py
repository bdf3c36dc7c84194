"""Copies of the names of a notebook: what a trial does to them stays in the trial."""

from __future__ import annotations

import ast
import sys
import types

import pytest

from nbtrack.capture.analysis import syntax
from nbtrack.sweeps import shared_data
from nbtrack.sweeps.namespace_copy import NamespaceCopies

NOTEBOOK = """
import dataclasses, threading
import numpy as np
from abc import ABC, abstractmethod
count, WIDTH = 0, 3
def bump():
    global count
    count += 1
    return count * WIDTH
class Base(ABC):
    @abstractmethod
    def size(self): ...
class Net(Base):
    made = []
    def __init__(self, w):
        super().__init__()
        self.w = w
        self.made.append(w)
    def size(self): return self.w * WIDTH
    @property
    def double(self): return 2 * self.w
    @classmethod
    def make(cls): return cls(1)
@dataclasses.dataclass
class Config:
    lr: float = 0.1
    hidden: list = dataclasses.field(default_factory=list)
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
net = Net(2)
nets, config, step, lock, data = [net], Config(), counter(), threading.Lock(), np.zeros(4)
table = {"net": net}
"""


@pytest.fixture
def names(monkeypatch):
    """Return the names of a notebook."""
    module = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    exec(NOTEBOOK, vars(module))
    return vars(module)


def trials(names, code, times=2):
    """Return the names after some code, in each of several copies, and the copies."""
    tree = ast.parse(code)
    copies = NamespaceCopies(names, syntax.identifiers(tree))
    found = [copies.new() for _ in range(times)]
    for each in found:
        exec(compile(tree, "cell", "exec"), each)
    return found, copies


def test_objects_functions_and_classes_belong_to_the_trial(names):
    code = """
bump()
WIDTH = 10
result = bump(), net.size(), nets[0] is net, table["net"] is net, isinstance(net, Net), Net.make().double, step(), step()
net.w = 50
net.made.append(9)
config.hidden.append(1)
data += 1
copy = dataclasses.replace(config, lr=3)
"""
    for each in trials(names, code)[0]:
        assert each["result"] == (20, 20, True, True, True, 2, 1, 2)
        assert (each["count"], each["Net"].made, each["config"].hidden, each["copy"].lr) == (2, [2, 1, 9], [1], 3)
        assert each["data"].tolist() == [1] * 4
    assert (names["count"], names["WIDTH"], names["net"].w, names["Net"].made) == (0, 3, 2, [2])
    assert (names["config"].hidden, names["step"](), names["data"].tolist()) == ([], 1, [0] * 4)


def test_values_that_cannot_be_copied_are_shared_and_named(names):
    names["numbers"] = (each for each in range(5))
    found, copies = trials(names, "first = next(numbers); held = lock")
    assert [each["first"] for each in found] == [0, 1]
    assert found[0]["held"] is names["lock"]
    assert copies.uncopied == ["lock", "numbers"]


def test_one_object_that_breaks_when_it_is_read_does_not_spoil_the_others(names):
    exec(
        "class Odd:\n    def __setstate__(self, state): raise OSError\n    def __getstate__(self): return 1\nodd = Odd()",
        names,
    )
    _, copies = trials(names, "net.w = 7; odd")
    assert copies.uncopied == ["odd"]
    assert names["net"].w == 2


def test_large_data_is_shared_and_a_change_in_place_is_found(names, monkeypatch):
    monkeypatch.setattr(shared_data, "LARGE", 100)
    exec(
        "import pandas as pd\nbig = np.zeros(50)\nframe = pd.DataFrame({'a': big + 1, 'b': ['x'] * 50})\nheld = {'x': big}",
        names,
    )
    found, copies = trials(names, "held['x'] is big; frame", 1)
    assert found[0]["held"]["x"] is names["big"]
    assert copies.shared.names == ["big", "frame"]
    assert copies.shared.changed() == []
    found[0]["big"][3] = 1
    assert copies.shared.changed() == ["big"]
    found[0]["frame"].loc[7, "b"] = "y"
    assert copies.shared.changed() == ["frame"]
    assert copies.shared.changed() == []
