"""What earlier cells define and import, and where names come from."""

from __future__ import annotations

import ast

import pytest

from nbtrack.capture import NotebookHistory, plan


def learned(*cells):
    notebook = NotebookHistory()
    for cell in cells:
        notebook.learn(ast.parse(cell), cell)
    return notebook


def came_from(cell, *earlier):
    notebook = learned(*earlier)
    made = plan(ast.parse(cell), notebook)
    origin = notebook.origin(made.reads)
    return origin.sources, set(made.modules | origin.modules)


def test_functions_classes_and_lambdas():
    notebook = learned(
        "def f(): pass\nasync def g(): pass\nclass A: pass\nh = lambda x: x", "if True:\n    def k(): pass"
    )
    assert set(notebook.functions) == {"f", "g", "A", "h", "k"}
    assert isinstance(notebook.functions["h"], ast.FunctionDef)


def test_the_later_definition_counts():
    notebook = learned("def f(): pass", "f = 3", "import numpy as np, os.path\nfrom math import pi as p")
    assert notebook.functions == {}
    assert notebook.imported == {"np", "os", "p"}
    assert notebook.origins == {"np": "numpy", "os": "os", "p": "math.pi"}
    notebook.learn(ast.parse("np = 3"))
    assert notebook.imported == {"os", "p"}


def test_names_inside_functions_teach_nothing():
    assert learned("def f():\n    import os\n    def g(): pass").imported == set()


IMPORTS = "import numpy as np, pandas as pd\nfrom sklearn.svm import SVC\nimport matplotlib.pyplot as plt"


@pytest.mark.parametrize(
    ("cell", "earlier", "numbers", "modules"),
    [
        ("acc = f(lr)", ["lr = 1", "k = 2", "def f(x): return x"], [0, 2], set()),
        ("x = lr", ["lr = 1", "lr = 2"], [1], set()),
        ("x = lr", ["lr = 1", "if big:\n    lr = 2", "big = 1"], [0, 1], set()),
        ("x = lr", ["big = 1", "lr = 1", "if big:\n    lr = 2"], [0, 1, 2], set()),
        ("x += 1", ["x = 0", "x += y", "y = 3"], [0, 1], set()),
        ("x += 1", ["y = 3", "x = 0", "x += y"], [0, 1, 2], set()),
        ("f()", ["def f(): return g() + k", "def g(): return m", "k, m = 1, 2", "z = 3"], [0, 1, 2], set()),
        ("f()", ["k = 1", "def f(a=k): return a", "k = 2"], [0, 1], set()),
        ("f()", ["k = 1", "def f(): return k", "k = 2"], [1, 2], set()),
        ("f()", ["def f(): return k", "def k(): return f()"], [0, 1], set()),
        ("s = m.score(X)", [IMPORTS, "X = np.ones(3)", "m = SVC()", "m.fit(X)"], [0, 1, 2, 3], {"numpy", "sklearn"}),
        ("n = len(df)", [IMPORTS, "df = pd.read_csv('a')", "df['x'] = 2", "df.head()"], [0, 1, 2], {"pandas"}),
        ("import math\nx = math.pi", [IMPORTS], [], {"math"}),
        ("import math, os\nx = math.pi", [], [], {"math"}),
        ("x = f()", ["def f():\n    import scipy.stats as st\n    return st.norm()"], [0], {"scipy"}),
        ("def f():\n    import scipy\n    return scipy\nx = f()", [], [], {"scipy"}),
        ("x = pi + 1", ["from math import *", "y = 2"], [], {"math"}),
        ("x = len(str(1))", ["from math import *"], [], set()),
        ("net = Net()", ["import torch.nn as nn", "class Net(nn.Module):\n    pass"], [0, 1], {"torch"}),
        ("net = Net()", ["from torch import nn, optim", "class Net:\n    x = nn.Linear(1)"], [0, 1], {"torch"}),
        ("x = best", ["a = [1]", "for i in a:\n    best = i"], [0, 1], set()),
        ("x = best", ["q = open", "with q('f') as h:\n    best = h.read()"], [0, 1], set()),
        ("x = a", ["a, b = 1, 2", "b = 3"], [0], set()),
        ("x = lr", ["lr = 1", "lr = 1"], [1], set()),
        ("x = n", ["n = 0", "n += 1", "n += 1"], [0, 1], set()),
        ("x = sq(2)", ["k = 2", "sq = lambda v: v ** k"], [0, 1], set()),
        ("n = len(x)", ["x = []", "def f(): x.append(1)", "class A:\n    def g(self): x.append(1)"], [0], set()),
        ("n = A()", ["x = []", "import os\n'''A.'''\nclass A:\n    def g(self): return x"], [0, 1], set()),
        ("print(1)", ["lr = 1"], [], set()),
        ("x = h.y", ["from . import h"], [0], set()),
    ],
)
def test_where_names_come_from(cell, earlier, numbers, modules):
    sources, found = came_from(cell, *earlier)
    assert sources == [earlier[number] for number in numbers]
    assert found == modules


def test_a_cell_without_its_text_is_written_again():
    notebook = NotebookHistory()
    notebook.learn(ast.parse("lr  =  1"))
    assert notebook.origin(plan(ast.parse("x = lr"), notebook).reads).sources == ["lr = 1"]
