"""Stand-ins for keras, lightgbm, optuna, skorch, statsmodels and more of xgboost: the objects they return and fill.

What they compute is arithmetic on the settings; what matters is which attributes, containers and printed text they leave behind.
"""

from __future__ import annotations

import sys
import types

import fakes
import numpy as np


def falling(count, start=1.0, rate=0.3):
    """Return ``count`` falling losses as floats."""
    return (start * np.exp(-rate * np.arange(count))).tolist()


def rising(count, ceiling=0.95, rate=0.4):
    """Return ``count`` rising accuracies as floats."""
    return (ceiling - 0.4 * np.exp(-rate * np.arange(count))).tolist()


class History:
    """What keras returns from ``fit``."""

    def __init__(self, history, epochs):
        self.history, self.epoch, self.params = history, list(range(epochs)), {"epochs": epochs}


class Layer:
    def __init__(self, units=1, activation=None, input_shape=None, **_options):
        self.units, self.activation = units, activation


class Dropout(Layer):
    def __init__(self, rate):
        super().__init__()
        self.rate = rate


class KerasOptimizer:
    def __init__(self, learning_rate=0.001):
        self.learning_rate = learning_rate


class EarlyStopping:
    def __init__(self, monitor="val_loss", patience=0, restore_best_weights=False):
        self.monitor, self.patience = monitor, patience


class KerasSequential:
    def __init__(self, layers=(), name=None):
        self.layers, self.names, self.history = list(layers), ["loss"], None

    def add(self, layer):
        self.layers.append(layer)

    def compile(self, optimizer="rmsprop", loss=None, metrics=()):
        self.optimizer, self.loss = optimizer, loss
        self.names = ["loss", *metrics]

    def fit(
        self, x, y, batch_size=32, epochs=1, verbose="auto", callbacks=(), validation_split=0.0, validation_data=None
    ):
        names = [*self.names, *(["val_" + one for one in self.names] if validation_split or validation_data else [])]
        self.history = History(
            {
                one: falling(epochs, 0.9 if "val" in one else 0.7) if one[-4:] in ("loss", "mae") else rising(epochs)
                for one in names
            },
            epochs,
        )
        return self.history

    def evaluate(self, x, y, verbose="auto", batch_size=32):
        scores = [0.25, 0.9, 0.8][: len(self.names)]
        return scores[0] if len(scores) == 1 else scores

    def predict(self, x, verbose="auto"):
        return 1 / (1 + np.exp(-np.asarray(x)[:, :1]))

    def summary(self):
        print('Model: "sequential"\n Total params: 337 (1.32 KB)')


class Booster:
    """A trained model of xgboost or lightgbm."""

    def __init__(self, params, rounds):
        self.params, self.best_iteration, self.best_score = params, rounds - 1, 0.21

    def predict(self, data, num_iteration=None):
        values = np.asarray(getattr(data, "data", data))[:, 0]
        return np.where(values > values.mean(), 0.2, 0.9)


class GradientBoostingModel:
    """The scikit-learn interface of xgboost and lightgbm."""

    metric, set_name = "logloss", "validation"

    def __init__(
        self,
        n_estimators=100,
        learning_rate=0.1,
        max_depth=6,
        num_leaves=31,
        subsample=1.0,
        eval_metric=None,
        early_stopping_rounds=None,
        random_state=None,
        verbosity=None,
        verbose=None,
    ):
        self.n_estimators, self.learning_rate, self.max_depth, self.num_leaves = (
            n_estimators,
            learning_rate,
            max_depth,
            num_leaves,
        )
        self.subsample, self.eval_metric, self.random_state = subsample, eval_metric, random_state

    def get_params(self, deep=True):
        return dict(vars(self))

    def fit(self, X, y, eval_set=None, eval_metric=None, verbose=True, callbacks=None):
        self.mean = np.asarray(X)[:, 0].mean()
        if eval_set:
            sets = [f"{self.set_name}_{number}" for number in range(len(eval_set))]
            self._keep({one: {self.metric: falling(self.n_estimators)} for one in sets})
            self.best_iteration_ = self.best_iteration = self.n_estimators - 1
        return self

    def predict(self, X):
        return (np.asarray(X)[:, 0] < self.mean).astype(int)

    def predict_proba(self, X):
        upper = self.predict(X) * 0.8 + 0.1
        return np.column_stack([1 - upper, upper])

    def score(self, X, y):
        return float((self.predict(X) == np.asarray(y)).mean())


class XGBClassifier(GradientBoostingModel):
    def _keep(self, curves):
        self.evals_result_ = curves

    def evals_result(self):
        return self.evals_result_


class LGBMClassifier(GradientBoostingModel):
    metric, set_name = "binary_logloss", "valid"

    def _keep(self, curves):
        self._evals_result = curves

    @property
    def evals_result_(self):
        return self._evals_result


def xgb_train(
    params, dtrain, num_boost_round=10, evals=(), evals_result=None, early_stopping_rounds=None, verbose_eval=True
):
    """Fill ``evals_result`` as ``xgboost.train`` does."""
    if evals_result is not None:
        metric = params.get("eval_metric", "logloss")
        evals_result.update({name: {metric: falling(num_boost_round)} for _, name in evals})
    return Booster(params, num_boost_round)


class LightgbmDataset:
    def __init__(self, data, label=None, reference=None):
        self.data, self.label = data, label


def record_evaluation(eval_result):
    """Return the callback that fills ``eval_result``."""
    return lambda names, metric, rounds: eval_result.update({name: {metric: falling(rounds)} for name in names})


def lgb_train(params, train_set, num_boost_round=100, valid_sets=(), valid_names=None, callbacks=()):
    """Call the callbacks as ``lightgbm.train`` does at the end."""
    names = valid_names or [f"valid_{number}" for number in range(len(valid_sets))]
    for callback in callbacks:
        callback(names, params.get("metric", "l2"), num_boost_round)
    return Booster(params, num_boost_round)


class Trial:
    def __init__(self, number):
        self.number, self.params, self._rng = number, {}, np.random.default_rng(number)
        self.state = types.SimpleNamespace(name="RUNNING")

    @property
    def values(self):
        return [self.value]

    def suggest_float(self, name, low, high, log=False):
        drawn = self._rng.uniform(np.log(low), np.log(high)) if log else self._rng.uniform(low, high)
        self.params[name] = float(np.exp(drawn)) if log else float(drawn)
        return self.params[name]

    def suggest_int(self, name, low, high, step=1):
        self.params[name] = int(self._rng.integers(low, high + 1))
        return self.params[name]

    def suggest_categorical(self, name, choices):
        self.params[name] = choices[int(self._rng.integers(len(choices)))]
        return self.params[name]


class Study:
    def __init__(self, direction):
        self.direction, self.trials = direction, []

    def optimize(self, func, n_trials=None, timeout=None, show_progress_bar=False):
        for number in range(n_trials):
            trial = Trial(number)
            trial.value = func(trial)
            trial.state = types.SimpleNamespace(name="COMPLETE")
            self.trials.append(trial)

    def get_trials(self, deepcopy=True, states=None):
        return list(self.trials)

    @property
    def best_trial(self):
        return (max if self.direction == "maximize" else min)(self.trials, key=lambda one: one.value)

    @property
    def best_value(self):
        return self.best_trial.value

    @property
    def best_params(self):
        return self.best_trial.params

    def trials_dataframe(self):
        import pandas as pd

        return pd.DataFrame([{"number": one.number, "value": one.value, **one.params} for one in self.trials])


class SkorchHistory(list):
    def __getitem__(self, index):
        if isinstance(index, tuple):
            return [row[index[1]] for row in list.__getitem__(self, index[0])]
        return list.__getitem__(self, index)


class NeuralNetClassifier:
    def __init__(self, module, max_epochs=10, lr=0.01, batch_size=128, verbose=1, **options):
        self.module, self.max_epochs, self.lr, self.batch_size = module, max_epochs, lr, batch_size

    def fit(self, X, y):
        columns = zip(falling(self.max_epochs), falling(self.max_epochs, 1.1), rising(self.max_epochs), strict=True)
        self.history_ = SkorchHistory(
            {"epoch": epoch + 1, "train_loss": train, "valid_loss": valid, "valid_acc": acc, "dur": 0.01}
            for epoch, (train, valid, acc) in enumerate(columns)
        )
        return self

    @property
    def history(self):
        return self.history_

    def predict(self, X):
        return (np.asarray(X)[:, 0] < np.asarray(X)[:, 0].mean()).astype(int)

    def score(self, X, y):
        return float((self.predict(X) == np.asarray(y)).mean())


class LeastSquares:
    """``OLS`` of statsmodels."""

    def __init__(self, endog, exog):
        self.endog, self.exog = np.asarray(endog), np.asarray(exog)

    def fit(self):
        return RegressionResults(self.endog, self.exog)


class RegressionResults:
    """A wrapper of results that are computed once they are asked for."""

    def __init__(self, y, X):
        self._results = types.SimpleNamespace(y=y, X=X, _cache={})

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        results = self._results
        if not results._cache:
            results._cache = _statistics(results.y, results.X)
        return results._cache[name]

    def summary(self):
        names = {"R-squared:": "rsquared", "Log-Likelihood:": "llf", "AIC:": "aic", "BIC:": "bic"}
        return Summary([["Dep. Variable:", "y", label, f"{getattr(self, name):.3f}"] for label, name in names.items()])


def _statistics(y, X):
    params = np.linalg.lstsq(X, y, rcond=None)[0]
    residual, nobs = y - X @ params, float(len(y))
    rsquared = float(1 - residual @ residual / ((y - y.mean()) @ (y - y.mean())))
    llf = float(-nobs / 2 * (np.log(2 * np.pi * residual @ residual / nobs) + 1))
    return {
        "params": params,
        "nobs": nobs,
        "rsquared": rsquared,
        "rsquared_adj": 1 - (1 - rsquared) * (nobs - 1) / (nobs - X.shape[1]),
        "llf": llf,
        "aic": -2 * llf + 2 * X.shape[1],
        "bic": -2 * llf + np.log(nobs) * X.shape[1],
    }


class Summary:
    """A table of cells, each with its data."""

    def __init__(self, rows):
        self.tables = [[[types.SimpleNamespace(data=text) for text in row] for row in rows]]

    def as_text(self):
        return "OLS Regression Results\n" + "\n".join(" ".join(cell.data for cell in row) for row in self.tables[0])

    __str__ = __repr__ = as_text


def _module(name, content):
    module = sys.modules.setdefault(name, types.ModuleType(name))
    for key, value in content.items():
        setattr(module, key, value)
        if isinstance(value, type | types.FunctionType):
            value.__module__ = name
    return module


def install():
    """Put the stand-ins where imports find them."""
    if "keras" in sys.modules:
        return
    fakes.install()
    layers = _module("keras.layers", {"Dense": type("Dense", (Layer,), {}), "Dropout": Dropout})
    optimizers = _module(
        "keras.optimizers", {"Adam": type("Adam", (KerasOptimizer,), {}), "SGD": type("SGD", (KerasOptimizer,), {})}
    )
    callbacks = _module("keras.callbacks", {"EarlyStopping": EarlyStopping})
    _module(
        "keras", {"Sequential": KerasSequential, "layers": layers, "optimizers": optimizers, "callbacks": callbacks}
    )
    _module("xgboost", {"XGBClassifier": XGBClassifier, "train": xgb_train})
    lightgbm = {"LGBMClassifier": LGBMClassifier, "Dataset": LightgbmDataset, "train": lgb_train}
    _module("lightgbm", {**lightgbm, "record_evaluation": record_evaluation})
    _module("optuna.study", {"Study": Study})
    _module("optuna", {"create_study": lambda direction="minimize", study_name=None: Study(direction)})
    _module("skorch", {"NeuralNetClassifier": NeuralNetClassifier})
    api = _module(
        "statsmodels.api", {"OLS": LeastSquares, "add_constant": lambda X: np.column_stack([np.ones(len(X)), X])}
    )
    _module("statsmodels.regression.linear_model", {"RegressionResultsWrapper": RegressionResults})
    _module("statsmodels.iolib.summary", {"Summary": Summary})
    _module("statsmodels", {"api": api})
