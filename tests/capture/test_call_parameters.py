"""Constants given by position take the parameter's name from the callee, where it is a plain function or class."""

from __future__ import annotations

import functools
import sys
import types

import pytest
from cell_runner import see

USE = "\nacc = m.score(1)"


@pytest.fixture(autouse=True)
def _library():
    lib = types.ModuleType("lib3")
    exec(CODE, vars(lib))
    lib.functools = functools
    sys.modules["lib3"] = lib
    yield
    del sys.modules["lib3"]


CODE = """
import functools, random
def checked(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper
class Model:
    @checked
    def __init__(self, C=1, gamma=2, *, degree=3):
        pass
    @classmethod
    def of(cls, size):
        return cls()
    def fit(self, X, epochs=1):
        return self
    def score(self, X):
        return random.random()
class Made:
    def __new__(cls, depth):
        return Model()
class Mnist:
    def __init__(self, root, train=True, download=False):
        pass
    score = Model.score
def train(model, rounds):
    return model
class Odd(type):
    def __call__(cls, *args):
        return Model()
class WithMeta(metaclass=Odd):
    pass
"""


@pytest.mark.parametrize(
    ("made", "params"),
    [
        ("from lib3 import Model\nm = Model(10, 0.5)", {"Model.C": 10, "Model.gamma": 0.5}),
        ("import lib3 as l\nm = l.Model(10, degree=2)", {"Model.C": 10, "Model.degree": 2}),
        ("from lib3 import Model as M\nm = M(10).fit([1], 7)", {"M.C": 10, "fit.epochs": 7}),
        ("from lib3 import Made\nm = Made(4)", {"Made.depth": 4}),
        ("import lib3\nm = lib3.train(lib3.Model(), 50)", {"train.rounds": 50}),
        ("from lib3 import Model\nm = Model(*[10])", {}),
        ("from lib3 import WithMeta\nm = WithMeta(1)", {}),
        ("from lib3 import Mnist\nm = Mnist('data', train=False)", {}),
    ],
)
@pytest.mark.parametrize("earlier", [True, False])
def test_names_of_library_parameters(made, params, earlier):
    assert (see(USE, made) if earlier else see(made + USE)).params == params


def test_not_the_positions_of_what_shapes_data():
    code = (
        "import numpy as np\nx = np.linspace(0, 10, 50).reshape(5, -1)\ns = np.full(3, 0.5).mean() * x.mean(0)[1] / 3"
    )
    assert see(code).params == {}


def test_seeds():
    code = "import random\nimport numpy as np\nrandom.seed(3)\nnp.random.seed(4)\nx = random.random()"
    assert see(code).params == {"seed": [3, 4]}
    assert see("import random\nrandom.seed(3)\nx = random.random()").params == {"seed": 3}
