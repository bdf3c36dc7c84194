"""What training calls return or leave behind: histories, evaluation results, found settings, series of scores."""

# cells are written as people write them

from __future__ import annotations

import pytest
from cell_runner import Cell, run, see

KERAS = """
class Callback:
    pass
class History(Callback):
    def __init__(self, kept):
        self.history = kept
class Model:
    def __init__(self, **kept):
        self.kept = kept or {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5], "lr": [0.1, 0.1]}
    def fit(self, X=None, y=None, epochs=2):
        self.history = History(self.kept)
        return self.history
X = y = None
model = Model()
"""


def keys(seen):
    return {key: [value for _, value in points] for key, points in seen.curves.items()}


@pytest.mark.parametrize(
    "code",
    [
        "history = model.fit(X, y)",
        "model.fit(X, y)",
        "model.fit(X, y);\nmodel = None",
        "hist = Model().fit(X, y)",
        "history = model.fit(X, y).history",
        "def run():\n    return model.fit(X, y)\nhistory = run()",
        "history_large_model = model.fit(X, y)",
    ],
)
def test_a_history_gives_its_curves(code):
    assert keys(see(code, KERAS)) == {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}


def test_two_histories_are_told_apart():
    seen = see("big, small = Model(loss=[3.0, 2.0]), Model(loss=[2.0, 1.0])\nbig.fit(X)\nsmall.fit(X)", KERAS)
    assert keys(seen) == {"big.loss": [3.0, 2.0], "small.loss": [2.0, 1.0]}


def test_a_name_of_the_author_comes_before_the_key_of_a_history():
    seen = see("import math\nhistory = model.fit(X)\nloss = math.sqrt(4)", KERAS)
    assert seen.metrics["loss"] == 2.0
    assert keys(seen)["history.loss"] == [0.5, 0.4]


def test_a_call_that_is_not_made_gives_nothing():
    assert see("if False:\n    model.fit(X)", KERAS + "model.fit(X)").metrics == {}


def test_a_cell_that_only_evaluates_repeats_no_history():
    setup = KERAS + "Model.evaluate = lambda self, X: {'loss': 0.7, 'acc': 0.9}\nmodel.fit(X)"
    seen = see("results = model.evaluate(X)", setup)
    assert (seen.metrics, seen.curves) == ({"results.loss": 0.7, "results.acc": 0.9}, {})


def test_the_last_history_of_a_loop_counts():
    code = "for k in range(2):\n    model = Model(loss=[float(k), k / 2])\n    history = model.fit(X)"
    assert keys(see(code, KERAS)) == {"loss": [1.0, 0.5]}


def test_lists_of_a_history_that_are_read():
    code = (
        "loss_values = history.history['loss']\nval_loss_values = history.history['val_loss']\nprint(len(loss_values))"
    )
    assert keys(see(code, KERAS + "history = model.fit(X)")) == {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}


BOOSTING = """
class Booster:
    pass
def record(filled):
    return lambda: filled
class xgb:
    @staticmethod
    def train(params, data, rounds=2, evals=(), evals_result=None, callbacks=()):
        kept = {"train": {"rmse": [0.5, 0.4]}, "eval": {"rmse": [0.7, 0.6]}}
        for one in (evals_result, *(call() for call in callbacks)):
            if one is not None:
                one.update(kept)
        return Booster()
class Regressor:
    def fit(self, X, y=None, eval_set=()):
        self.evals_result_ = {"validation_0": {"rmse": [0.5, 0.4]}}
        self.n_features_ = 3
        return self
    def evals_result(self):
        return self.evals_result_
"""


@pytest.mark.parametrize(
    "code",
    [
        "evals_result = {}\nbst = xgb.train({}, None, evals_result=evals_result)",
        "found: dict = {}\nxgb.train({}, None, evals_result=found)",
        "found = dict()\nbst = xgb.train({}, None, callbacks=[record(found)])",
    ],
)
def test_dicts_that_a_call_fills(code):
    assert keys(see(code, BOOSTING)) == {"train.rmse": [0.5, 0.4], "eval.rmse": [0.7, 0.6]}


@pytest.mark.parametrize(
    "code",
    [
        "reg = Regressor()\nreg.fit(None)",
        "reg = Regressor().fit(None)",
        "reg = Regressor()\nreg.fit(None)\nresults = reg.evals_result()",
    ],
)
def test_results_that_an_estimator_keeps(code):
    assert keys(see(code, BOOSTING)) == {"validation_0.rmse": [0.5, 0.4]}


def test_dicts_of_data_are_no_results():
    setup = "def train_columns():\n    return {'age': [1.0, 2.0], 'fare': [3.0, 4.0]}\ndef fit(data):\n    return None"
    assert see("data = train_columns()\nfit(data)", setup).curves == {}


CLASSIFIER = """
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, cross_val_score, validation_curve, learning_curve
from sklearn.neural_network import MLPClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
import numpy as np, warnings
warnings.simplefilter("ignore")
X, y = make_classification(n_samples=60, random_state=0)
search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
"""


def test_attributes_that_measure_are_curves():
    seen = see("mlp = MLPClassifier((3,), max_iter=3, random_state=0).fit(X, y)", CLASSIFIER)
    assert {key: len(points) for key, points in seen.curves.items()} == {"loss_curve_": 3}


def test_the_last_step_of_a_pipeline_is_looked_at():
    code = "pipe = make_pipeline(StandardScaler(), MLPClassifier((3,), max_iter=3, random_state=0))\npipe.fit(X, y)"
    assert len(see(code, CLASSIFIER).curves["loss_curve_"]) == 3


def test_a_search_gives_its_best_score_and_settings():
    seen = see("search.fit(X, y);", CLASSIFIER)
    assert seen.metrics == {"best_score_": seen.ran.names["search"].best_score_}
    assert {key: value for key, value in seen.params.items() if key.startswith("best")} == {
        f"best.{key}": value for key, value in seen.ran.names["search"].best_params_.items()
    }


@pytest.mark.parametrize("code", ["print(search.best_params_)", "search.best_score_, search.best_params_"])
def test_displayed_settings_of_an_earlier_search(code):
    seen = see(code, CLASSIFIER + "search.fit(X, y)")
    assert seen.params["best.C"] == seen.ran.names["search"].best_params_["C"]


def test_coefficients_are_no_results():
    assert see("clf = LogisticRegression().fit(X, y)", CLASSIFIER).metrics == {}


def test_what_a_fitted_object_measures_counts_where_there_is_no_other_result():
    from_kmeans = CLASSIFIER + "from sklearn.cluster import KMeans\n"
    assert set(see("km = KMeans(2, n_init=1).fit(X)", from_kmeans).metrics) == {"inertia_"}
    assert set(see("km = KMeans(2, n_init=1).fit(X)\ns = km.score(X)", from_kmeans).metrics) == {"s"}


def test_scores_are_a_curve_with_their_mean():
    seen = see("scores = cross_val_score(LogisticRegression(), X, y, cv=3)", CLASSIFIER)
    assert len(seen.curves["scores"]) == 3
    assert seen.metrics["scores.mean"] == pytest.approx(seen.ran.names["scores"].mean())


def test_scores_of_each_setting_are_means_over_the_folds():
    code = "tr, va = validation_curve(LogisticRegression(), X, y, param_name='C', param_range=[.1, 1., 9.], cv=2)"
    seen = see(code.replace("tr, va", "train_score, val_score"), CLASSIFIER)
    assert [value for _, value in seen.curves["val_score"]] == pytest.approx(
        list(seen.ran.names["val_score"].mean(axis=1))
    )
    assert set(seen.curves) == {"train_score", "val_score"}


@pytest.mark.parametrize(
    "code",
    [
        "y_pred = LogisticRegression().fit(X, y).predict(X)",
        "y_score = LogisticRegression().fit(X, y).decision_function(X)",
        "errors = np.abs(X[:, 0])",
        "xs = np.linspace(0, 1, 5)",
        "Z = StandardScaler().fit_transform(X)",
    ],
)
def test_predictions_and_data_are_no_curves(code):
    assert see(code, CLASSIFIER).curves == {}


def test_rows_of_a_network_history():
    setup = """
class History(list):
    pass
class Net:
    def fit(self, X):
        self.history_ = History([{"epoch": 1, "train_loss": .5, "dur": .1, "batches": [{}]}, {"epoch": 2, "train_loss": .4, "dur": .1}])
        return self
net = Net()
"""
    assert keys(see("net.fit(None)", setup)) == {"train_loss": [0.5, 0.4]}


def test_what_a_trainer_tested():
    setup = "class Trainer:\n    def test(self, model):\n        return [{'test_loss': 0.5, 'epoch': 3}]\ntrainer = Trainer()"
    assert see("trainer.test(None)", setup).metrics == {"test_loss": 0.5}


def test_a_curve_that_a_loop_has_recorded_is_not_repeated():
    setup = "losses = [0.5, 0.4]\ndef train_again():\n    out = []\n    for one in losses:\n        out.append(one)\n    return out"
    code = "import math\nfor one in losses:\n    loss = math.fabs(one)\nfinal_losses = train_again()"
    assert set(see(code, setup).curves) == {"loss"}


HOSTILE = """
class Hostile:
    def fit(self, *_):
        return self
    def __getattr__(self, name):
        raise RuntimeError(name)
    __len__ = __iter__ = __bool__ = __eq__ = __repr__ = lambda *_: 1 / 0
    __hash__ = None
"""


def test_a_hostile_object_is_left_alone():
    seen = see("h = Hostile()\nmodel = h.fit()\nh.fit()", HOSTILE)
    assert seen.ran.error is None
    assert not seen.ran.facts.problems


# --- many calls

NET = """
class Net:
    def __init__(self): self.history = {"loss": [0.5] * 50_000}
    def __del__(self): print("gone")
    def fit(self, x):
        self.history["loss"].append(x)
        return self
"""


def test_the_last_of_many_calls_counts_without_reading_each():
    seen = see("net = Net()\nfor i in range(300):\n    net.fit(i / 4)\nx = 1", NET)
    assert seen.curves["loss"][-2:] == [(50_298, 74.5), (50_299, 74.75)]


def test_models_that_are_trained_many_times_live_as_long_as_untracked():
    cell = "for i in range(300):\n    Net().fit(i / 4)\n    print(i)"
    bare, tracked = (run(Cell("both", cell, (NET,)), tracked=each) for each in (False, True))
    assert bare.output == tracked.output


def test_nothing_is_recorded_of_a_model_that_is_gone_when_it_is_read():
    assert see("for i in range(300):\n    Net().fit(i / 4)", NET).curves == {}


def test_a_model_is_read_even_where_its_name_means_another_one_in_the_end():
    seen = see("net = Net()\nfor i in range(300):\n    net.fit(i / 4)\nnets = [net]\nnet = Net()\nx = 1", NET)
    assert seen.curves["loss"][-1] == (50_299, 74.75)


INTERRUPTED = """
class History:
    def __init__(self): self.history = {"loss": []}
class Net:
    def fit(self, losses):
        self.history = History()
        for one in losses:
            if one < 0:
                raise KeyError(one)
            self.history.history["loss"].append(one)
def train(evals_result):
    evals_result["valid"] = {"rmse": [0.5, 0.25]}
    raise KeyError
"""


def test_what_a_training_that_failed_had_filled():
    assert see("net = Net()\nnet.fit([0.5, 0.25, -1])", INTERRUPTED).curves == {"loss": [(0, 0.5), (1, 0.25)]}
    assert see("net.fit([0.5, 0.25, -1])", INTERRUPTED, "net = Net()\nnet.fit([0.9])").metrics == {"loss": 0.25}
    assert see("kept = {}\ntrain(evals_result=kept)", INTERRUPTED).metrics == {"valid.rmse": 0.25}


def test_what_an_earlier_training_left_is_no_result_of_a_cell_that_failed():
    assert not see("x = {}['no']\nnet.fit([0.5])", INTERRUPTED, "net = Net()\nnet.fit([0.9, 0.8])").metrics


SEARCH = """
import numpy as np
class Search:
    def fit(self):
        self.best_score_, self.best_params_ = 0.75, {"C": 1.0}
        self.cv_results_ = {
            "mean_fit_time": np.array([0.1, 0.1]),
            "param_C": np.ma.array([0.1, 1.0]),
            "params": [{"C": 0.1, "hidden": (8,), "model": object()}, {"C": 1.0, "hidden": (16,), "model": object()}],
            "split0_test_score": np.array([0.5, 0.75]),
            "mean_test_score": np.array([0.5, 0.75]),
            "std_test_score": np.array([0.0, 0.0]),
            "rank_test_score": np.array([2, 1]),
        }
"""


def test_the_candidates_of_a_search_are_rows():
    rows = see("search = Search()\nsearch.fit()", SEARCH).ran.facts.rows
    assert rows == [
        {"C": 0.1, "hidden": (8,), "mean_test_score": 0.5, "std_test_score": 0.0},
        {"C": 1.0, "hidden": (16,), "mean_test_score": 0.75, "std_test_score": 0.0},
    ]
    swept = see("for n in [1, 2]:\n    search = Search()\n    search.fit()\n    score = search.best_score_ * n", SEARCH)
    assert [row["n"] for row in swept.ran.facts.rows] == [1, 2]
