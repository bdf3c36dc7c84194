"""Parameters of calls in earlier cells that made what a cell trains or evaluates."""

from __future__ import annotations

import pytest
from cell_runner import see

TORCH = """
class Net:
    def __init__(self, width=4, drop=0.0):
        self.width, self.w = width, 1.0
    def parameters(self):
        return [self]
    def __call__(self, x):
        return self.w * x
class SGD:
    def __init__(self, params, lr, momentum=0.0):
        self.params, self.param_groups = params, [{"lr": lr, "momentum": momentum}]
    def step(self):
        for one in self.params:
            one.w *= 0.5
class DataLoader:
    def __init__(self, data, batch_size=1, shuffle=False, num_workers=0):
        self.data, self.batch_size = data, batch_size
    def __iter__(self):
        return iter(self.data)
    def sampler(self):
        return self.data
"""
ESTIMATORS = """
import random
class SVC:
    def __init__(self, C=1.0, kernel="rbf"):
        self.C, self.kernel = C, kernel
    def fit(self, X, y, epochs=1):
        return self
    def predict(self, X):
        return X / 7
    def score(self, X, y):
        return random.random()
    def set_params(self, **given):
        vars(self).update(given)
def train_test_split(*data, test_size=0.25, random_state=None):
    return data[0], data[0], data[1], data[1]
def accuracy(y, p):
    return random.random()
"""
DATA = "import numpy as np\nX, y = np.ones(3), np.ones(3)"
LOOP = "for epoch in range(2):\n    for x in loader:\n        loss = net(x) / 3\n        opt.step()"


def test_what_a_loop_trains_was_made_in_earlier_cells():
    seen = see(
        LOOP,
        TORCH,
        "WIDTH, BATCH = 8, 16",
        "import numpy as np\ndata = np.ones(2)\nloader = DataLoader(data, batch_size=BATCH, shuffle=True)",
        "net = Net(WIDTH)",
        "opt = SGD(net.parameters(), lr=0.1)",
    )
    assert seen.params == {"SGD.lr": 0.1, "WIDTH": 8, "BATCH": 16, "DataLoader.shuffle": True}
    assert seen.rule("SGD.lr") == "P4e"


def test_an_optimizer_has_the_rate_that_holds_now():
    seen = see(
        LOOP,
        TORCH,
        "loader = [1.0]\nnet = Net()\nopt = SGD(net.parameters(), lr=0.1)",
        "opt.param_groups[0]['lr'] = 0.01",
    )
    assert seen.params["SGD.lr"] == 0.01


def test_an_estimator_has_the_settings_that_hold_now():
    seen = see("acc = clf.score(X, y)", ESTIMATORS, DATA, "clf = SVC(C=10).fit(X, y)", "clf.C = 3")
    assert seen.params == {"SVC.C": 3}


@pytest.mark.parametrize(
    ("used", "key"),
    [("acc = clf.score(X, y)", "SVC.C"), ("clf.fit(X, y)", "SVC.C"), ("print(accuracy(y, p))", "SVC.C")],
)
def test_a_model_that_is_scored_fitted_or_was_predicted_with(used, key):
    seen = see(used, ESTIMATORS, DATA, "clf = SVC(C=10)", "clf.fit(X, y)", "p = clf.predict(X)")
    assert seen.params == {key: 10}


def test_a_name_that_was_rebound_since_is_not_what_the_call_was_given():
    seen = see("acc = clf.score(X, y)", ESTIMATORS, DATA, "C = 1.0\nclf = SVC(C=C)", "C = 5.0")
    assert seen.params == {"SVC.C": 1.0}
    seen = see("C = 7.0\nacc = clf.score(X, y) / C", ESTIMATORS, DATA, "C = 1.0\nclf = SVC(C=C)")
    assert seen.params == {"C": 7.0, "SVC.C": 1.0}


def test_of_the_same_object_made_again_the_latest_counts():
    made = ("clf = SVC(C=1)", "clf = SVC(C=2)", "clf.fit(X, y, epochs=3)", "clf.fit(X, y, epochs=4)")
    assert see("acc = clf.score(X, y)", ESTIMATORS, DATA, *made).params == {"SVC.C": 2, "fit.epochs": 4}


def test_a_kept_history_leaves_its_model_trained():
    seen = see("acc = clf.score(X, y)", ESTIMATORS, DATA, "clf = SVC()", "history = clf.fit(X, y, epochs=6)")
    assert seen.params == {"fit.epochs": 6}


def test_a_split_of_the_data_is_a_setting_and_reading_them_is_none():
    setup = "def fetch(return_X_y=False):\n    return X, y"
    split = "a, b, c, d = train_test_split(X, y, test_size=0.3, random_state=1)"
    used = "acc = SVC().fit(a, c).score(b, d)"
    assert see(used, ESTIMATORS, DATA, setup, "X, y = fetch(return_X_y=True)", split).params == {
        "train_test_split.test_size": 0.3,
        "train_test_split.random_state": 1,
    }


def test_two_objects_of_one_class_are_told_apart():
    made = "weak = SVC(C=0.1)\nstrong = SVC(C=10.0)"
    seen = see("a, b = weak.score(X, y), strong.score(X, y)", ESTIMATORS, DATA, made)
    assert seen.params == {"weak.C": 0.1, "strong.C": 10.0}


def test_layers_of_one_model_are_a_list():
    setup = "class Dense:\n    def __init__(self, units, activation=None):\n        self.units = units\nclass Sequential:\n    def __init__(self, layers):\n        self.layers = layers\n    def fit(self, X):\n        return 0.5\ndata = object()"
    made = "model = Sequential([Dense(64, activation='relu'), Dense(32, activation='relu'), Dense(1)])"
    wanted = {"Dense.units": [64, 32, 1], "Dense.activation": "relu"}
    assert see("model.fit(data)", setup, made).params == wanted
    assert see(f"{made}\nmodel.fit(data)", setup).params == wanted


def test_entries_of_a_container_that_a_call_was_given():
    setup = "cfg = {'C': 3, 'unused': 1}\nclf = SVC(C=cfg['C'])"
    assert see("acc = clf.score(X, y)", ESTIMATORS, DATA, setup).params == {"cfg.C": 3}
    assert see("acc = clf.score(X, y)", ESTIMATORS, DATA, "cfg = {'C': 3}\nclf = SVC(**cfg)").params == {"cfg.C": 3}


def test_how_long_a_model_was_trained():
    trained = "EPOCHS = 5\nfor epoch in range(EPOCHS):\n    p = net(1.0)\n    opt.step()"
    seen = see("score = net(3) / 7", TORCH, "net = Net()\nopt = SGD(net.parameters(), lr=0.2)", trained)
    assert seen.params == {"EPOCHS": 5, "SGD.lr": 0.2}


def test_computed_values_loop_variables_and_places_are_no_settings():
    setup = "n = len(X)\nlog_dir = 'runs'\nfor C in (1, 2):\n    pass\nclf = SVC(n, C)\nother = SVC(kernel=log_dir)"
    assert see("acc = clf.score(X, y) - other.score(X, y)", ESTIMATORS, DATA, setup).params == {}


def test_a_failed_look_at_a_foreign_object_is_no_problem():
    setup = "class Odd:\n    def __init__(self, C):\n        pass\n    def __getattribute__(self, name):\n        raise SystemExit\n    def __call__(self):\n        return 0.5\nodd = Odd(C=3)"
    seen = see("acc = odd() / 3", setup)
    assert seen.params == {"Odd.C": 3}
    assert not seen.ran.facts.problems


def test_there_are_at_most_forty_of_them():
    made = "\n".join(f"a{i} = SVC(C={i})" for i in range(60))
    used = "acc = " + " + ".join(f"a{i}.score(X, y)" for i in range(60))
    assert len(see(used, ESTIMATORS, DATA, made).params) == 40


def test_a_function_of_a_library_that_returns_objects_and_one_that_returns_data():
    library = "import sys, types\nlib = types.ModuleType('lib4')\nlib.loaders = lambda **given: (DataLoader([1.0]), DataLoader([2.0]))\nlib.arrays = lambda **given: np.ones(2)\nsys.modules['lib4'] = lib\nimport numpy as np"
    made = "from lib4 import loaders, arrays\nBATCH = 8\nloader, other = loaders(batch_size=BATCH, part=0.5)\nX = arrays(size=3)\nnet = Net()"
    seen = see("for x in loader:\n    loss = net(x) / 3 + X.mean()", TORCH, library, made)
    assert seen.params == {"BATCH": 8, "loaders.part": 0.5}


def test_training_another_model_with_the_same_data_is_no_setting():
    other = "other = SVC(kernel='linear')\nother.fit(X, y, epochs=9)"
    report = "def report(model, X, y):\n    return model.score(X, y)\nreport(other, X, y)"
    seen = see("acc = clf.score(X, y)", ESTIMATORS, DATA, "clf = SVC(C=10).fit(X, y)", other, report)
    assert seen.params == {"SVC.C": 10}
    step = "def step(model, loader, opt):\n    for x in loader:\n        model.to()\n        model(x[0])\n        opt.step()\n"
    models = "Net.to = lambda self: None\ndata = [[1.0]]\nloader = DataLoader(data)\na = Net(width=1)\nb = Net(width=2)"
    trained = (
        "opt = SGD(a.parameters(), lr=0.1)\nstep(a, loader, opt)",
        "opt = SGD(b.parameters(), lr=0.2)\nstep(b, loader, opt)",
    )
    assert see("for x in loader:\n    loss = b(x[0]) / 3", TORCH, step, models, *trained).params == {
        "Net.width": 2,
        "SGD.lr": 0.2,
    }


def test_a_branch_that_may_not_have_been_taken_gives_no_setting_of_its_own():
    made = "if len(X) > 5:\n    clf = SVC(C=1)\nelse:\n    clf = SVC(C=2)"
    assert see("acc = clf.score(X, y)", ESTIMATORS, DATA, made).params == {"SVC.C": 2}
    made = made.replace("SVC(C=1)", "make(C=1)").replace("SVC(C=2)", "make(C=2)")
    make = "def make(C):\n    return SVC()"
    assert see("acc = clf.score(X, y)", ESTIMATORS, DATA, make, made).params == {}


@pytest.mark.parametrize("stored", ["self.lr = lr", "self.save_hyperparameters()\n        self.lr = lr"])
def test_what_a_lightning_module_is_given_is_one_parameter(stored):
    module = f"""
class LightningModule:
    def save_hyperparameters(self): pass
class Trainer:
    def fit(self, model):
        return [model.training_step(i) for i in range(2)]
class Lit(LightningModule):
    def __init__(self, width=8, lr=0.1):
        {stored}
    def training_step(self, i):
        return i * self.lr
"""
    assert see("Trainer().fit(model)", module, "model = Lit(16, lr=0.02)").params == {"Lit.width": 16, "Lit.lr": 0.02}
