"""Which parameters a cell has for a sweep, and what its code is with other values."""

from __future__ import annotations

import ast

import pytest

from nbtrack.capture import NotebookHistory
from nbtrack.errors import InvalidValue
from nbtrack.sweeps.best import rewritten
from nbtrack.sweeps.swept_code import SweptCode

CLASSES = """
class Net:
    def __init__(self, width, rate=0.5):
        self.width, self.rate, self.fitted = width, rate, 0
    def fit(self):
        self.fitted += 1
    def score(self):
        return self.width * self.fitted
def train(lr=0.1):
    epochs = 3
    return lr * epochs
"""


class Notebook:
    """Cells that were executed."""

    def __init__(self, *cells):
        self.history, self.names = NotebookHistory(), {"__name__": "__main__"}
        for cell in cells:
            tree = ast.parse(cell)
            exec(compile(tree, "cell", "exec"), self.names)
            self.history.learn(tree, cell)

    def swept(self, cell, *names):
        return SweptCode(ast.parse(cell), self.history, self.names, names)

    def run(self, cell, **values):
        """Run a cell, and the earlier ones that it needs, with other values; return its names."""
        code = self.swept(cell, *values).with_values(values)
        names = {**self.names, **code.entry}
        for tree in (*code.earlier.values(), code.tree):
            exec(compile(tree, "cell", "exec"), names)
        return names


@pytest.mark.parametrize(
    ("cell", "name", "key"),
    [
        ("lr = 0.1\nscore = lr", "lr", "lr"),
        ("a, lr = 1, 0.1\nscore = lr", "lr", "lr"),
        ("lr: float = 0.1\nscore = lr", "lr", "lr"),
        ("if True:\n    lr = 0.1\nscore = lr", "lr", "lr"),
        ("params = {'opt': {'lr': 0.1}}\nscore = params['opt']['lr']", "lr", "opt.lr"),
        ("cfg = dict(lr=0.1)\nscore = cfg['lr']", "cfg.lr", "lr"),
        ("setup = {}\nsetup['lr'] = 0.1\nscore = setup['lr']", "lr", "setup.lr"),
        ("import types\no = types.SimpleNamespace(lr=0.1)\nscore = o.lr", "o.lr", "o.lr"),
        ("score = Net(0.1).width", "width", "Net.width"),
        ("score = Net(width=0.1).width", "Net.width", "Net.width"),
        ("score = train(0.1) / 3", "lr", "train.lr"),
    ],
)
def test_values_replace_what_the_cell_gives(cell, name, key):
    notebook = Notebook(CLASSES)
    assert notebook.swept(cell, name).parameters[name].key == key
    assert notebook.run(cell, **{name: 8})["score"] == pytest.approx(8)


def test_defaults_and_constants_of_functions():
    notebook = Notebook(CLASSES)
    assert notebook.run("score = train()", **{"train.lr": 2})["score"] == 6
    assert notebook.run("score = train()", epochs=10)["score"] == 1


def test_calls_are_told_apart_by_the_names_of_their_objects():
    notebook = Notebook(CLASSES)
    cell = "weak = Net(1)\nstrong = Net(2)\nscore = weak.width, strong.width"
    assert notebook.run(cell, **{"strong.width": 9})["score"] == (1, 9)
    with pytest.raises(InvalidValue, match=r"write weak\.width or strong\.width"):
        notebook.swept(cell, "Net.width")


def test_unknown_names_list_what_the_cell_has():
    notebook = Notebook(CLASSES, "DEPTH = 3")
    with pytest.raises(InvalidValue, match=r"no parameter 'lrr'; it has lr, Net\.width, DEPTH"):
        notebook.swept("lr = 0.1\ntotal = 0\nfor i in range(DEPTH): total += lr\nnet = Net(3)", "lrr")


def test_ambiguous_names_ask_which():
    with pytest.raises(InvalidValue, match=r"'lr' is ambiguous: write a\.lr or b\.lr"):
        Notebook().swept("a = {'lr': 1}\nb = {'lr': 2}", "lr")


def test_earlier_cells_run_again_from_what_they_change():
    notebook = Notebook(CLASSES, "WIDTH = 3\nunused = 1", "net = Net(WIDTH)", "other = 5", "net.fit()\nnet.fit()")
    code = notebook.swept("score = net.score() + other", "WIDTH")
    assert code.again == [1, 2, 4]
    assert notebook.run("score = net.score() + other", WIDTH=10)["score"] == 25
    assert notebook.names["net"].width == 3


def test_the_object_that_a_cell_trains_is_made_again():
    notebook = Notebook(CLASSES, "net = Net(2)", "TIMES = 1", "for _ in range(TIMES):\n    net.fit()")
    assert notebook.swept("score = net.score()", "TIMES").again == [1, 2, 3]
    assert notebook.run("score = net.score()", TIMES=5)["score"] == 10


def test_names_that_no_constant_is_behind_are_set_before_the_cells_that_read_them():
    notebook = Notebook(CLASSES, "n = len('abc')", "net = Net(n)\nnet.fit()")
    assert notebook.run("score = net.score() + n", n=10)["score"] == 20


def test_lists_stay_lists():
    assert Notebook().run("hidden = [64, 32]", hidden=(8,))["hidden"] == [8]


def test_identity_depends_on_code_values_and_seed():
    notebook = Notebook(CLASSES)
    one, other = notebook.swept("lr = 1\nx = lr", "lr"), notebook.swept("lr = 1\nx = lr + 1", "lr")
    same = notebook.swept("lr   =   1 # said\nx = lr", "lr")
    identities = {one.identity({"lr": 2}, 0), one.identity({"lr": 3}, 0), one.identity({"lr": 2}, 1)}
    assert len(identities | {other.identity({"lr": 2}, 0)}) == 4
    assert same.identity({"lr": 2}, 0) in identities


def test_winning_values_are_written_into_the_cell_as_it_was_typed():
    cell = "%%time\nlr = 0.1  # é: the rate\nnet = Net(\n    width=3,\n)\n%time 1\nkind = 'é'; depth = 2\n"
    found = rewritten(cell, {"lr": 0.5, "Net.width": 9, "depth": 4, "WIDTH": 1})
    assert (
        found.source == "%%time\nlr = 0.5  # é: the rate\nnet = Net(\n    width=9,\n)\n%time 1\nkind = 'é'; depth = 4\n"
    )
    assert found.elsewhere == {"WIDTH": 1}


def test_a_name_that_is_a_seed_has_that_of_the_trial():
    tree = ast.parse("SEED = 0\nlr = 1\nrng = random.Random(SEED)\nsplit(random_state=3)")
    code = SweptCode(tree, NotebookHistory(), {}, ["lr"], seeded=True)
    assert ast.unparse(code.with_values({"lr": 2}, 7).tree).splitlines()[:2] == ["SEED = 7", "lr = 2"]
    assert code.fixed_seeds() == ["split.random_state"]


@pytest.mark.parametrize(("name", "found"), [("rng", True), ("data_seed", True), ("seeds", False), ("seedling", False)])
def test_a_seed_has_the_names_that_comparisons_know(name, found):
    code = SweptCode(ast.parse(f"lr = 0.1\n{name} = 3\nloss = run(lr, {name})"), NotebookHistory(), {}, ["lr"])
    assert code.fixed_seeds() == [name] * found


def test_cells_that_await_are_refused():
    with pytest.raises(InvalidValue, match="with await"):
        Notebook().swept("lr = 1\nawait something()", "lr")
