"""What a notebook teaches."""

from __future__ import annotations

import ast

from nbtrack.lineage import Notebook


def learned(*cells):
    notebook = Notebook()
    for cell in cells:
        notebook.learn(ast.parse(cell))
    return notebook


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
