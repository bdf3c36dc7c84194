"""The usual words for results, in names and keys: ``val_loss``, ``testAcc``, ``train-auc-mean``."""

from __future__ import annotations

import re
from functools import lru_cache

# fmt: off

RESULT_WORDS = frozenset({
    "loss", "losses", "error", "errors", "err", "errs", "cost", "costs", "score", "scores", "acc", "accs", "accuracy",
    "accuracies", "auc", "aucs", "auroc", "auprc", "f1", "f1s", "r2", "r2s", "mse", "mses", "rmse", "rmses",
    "mae", "maes", "mape", "smape", "msle", "rmsle", "logloss", "nll", "bce", "elbo", "perplexity", "ppl",
    "reward", "rewards", "regret", "likelihood", "deviance", "precision", "recall", "sensitivity", "specificity",
    "kappa", "mcc", "iou", "dice", "bleu", "rouge", "wer", "cer", "inertia", "silhouette", "objective", "gini",
    "fitness", "aic", "bic",
})
"""Words that say that a value was measured."""
PARTS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation", "dev", "cv", "oob"})
"""Words that say which part of the data something was measured on."""
_HISTORY_WORDS = frozenset({
    "history", "histories", "hist", "results", "result", "evals", "log", "logs", "metrics", "scores", "curves",
})
"""Words that say that a container holds results, and nothing about which."""
_BOOKKEEPING_WORDS = frozenset({
    "epoch", "epochs", "step", "steps", "iter", "iters", "iteration", "iterations", "round", "time", "times", "dur",
    "duration", "runtime", "seconds", "secs", "timestamp", "elapsed", "lr", "second", "flos",
})
_BOOKKEEPING = frozenset({"learning_rate", "n_epochs", "wall"})
_TRAINING_WORDS = frozenset({"fit", "train", "training", "trainer", "finetune"})
_EVALUATING_WORDS = frozenset({"validate", "validation", "learning"})
"""Words of callees whose series are scores: ``cross_validate``, ``validation_curve``, ``learning_curve``."""
TRAINING_CALLS = frozenset({
    "fit", "train", "fit_predict", "fit_generator", "fit_one_cycle", "fine_tune", "finetune", "cv", "optimize", "test",
    "validate", "evaluate", "learn",
})
"""Calls that train or evaluate, and whose value or receiver may keep how it went."""
EVALUATING_CALLS = frozenset({"test", "validate", "evaluate"})
"""Those of them that change nothing in the object that they are methods of."""
_BEST = frozenset({"best", "opt", "optimal", "optimum", "star", "top", "chosen", "worst"})
"""Words that say that a value is the outcome of a choice."""
_UNMEASURED = frozenset({
    "predict", "predictions", "decision", "proba", "transform", "sample", "samples", "rand", "randn", "random", "load",
    "read", "importance", "importances", "roc", "recall", "split",
})
"""Words of a callee that say that its value is data, predictions or the line of a plot."""

# fmt: on


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """Return the words of a name: ``valLoss``, ``val_loss`` and ``val-loss`` have ``val`` and ``loss``."""
    return frozenset(_split(name))


def _split(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [part for part in re.split(r"[^a-z0-9]+", spaced.lower()) if part]


def measures(name: str) -> bool:
    """Return whether a name says that its value was measured."""
    return bool(words(name) & RESULT_WORDS)


def names_result(name: str) -> bool:
    """Return whether a name is that of a result itself: ``val_loss`` is, ``loss_weight`` is not."""
    spoken = [part for part in _split(name) if part not in PARTS and not part.isdigit()]
    return bool(spoken) and spoken[-1] in RESULT_WORDS


def is_best(name: str) -> bool:
    """Return whether a name says that its value is the outcome of a choice: ``best_degree``, ``k_star``."""
    return bool(words(name) & _BEST)


def holds_results(name: str) -> bool:
    """Return whether a name says only that it holds results."""
    return bool(words(name) & _HISTORY_WORDS)


def is_bookkeeping(name: str) -> bool:
    """Return whether a name counts or times the training: ``epoch``, ``fit_time``, ``lr``."""
    return bool(words(name) & _BOOKKEEPING_WORDS) or name.lower() in _BOOKKEEPING


def trains(callee: str) -> bool:
    """Return whether a callee says that it trains or evaluates."""
    return callee in TRAINING_CALLS or (bool(words(callee) & _TRAINING_WORDS) and "split" not in words(callee))


def is_unmeasured(callee: str) -> bool:
    """Return whether a callee says that its value is data, predictions or a line to plot."""
    return bool(words(callee) & _UNMEASURED)


def gives_results(callee: str) -> bool:
    """Return whether a callee says that its value was measured: ``cross_val_score``, ``train_and_evaluate``."""
    measured = measures(callee) or trains(callee) or bool(words(callee) & _EVALUATING_WORDS)
    return measured and not is_unmeasured(callee)
