"""The field's words for results, in names and keys: ``val_loss``, ``testAcc``, ``train-auc-mean``."""

from __future__ import annotations

import re

# fmt: off

RESULT_WORDS = frozenset({
    "loss", "losses", "error", "errors", "err", "errs", "cost", "costs", "score", "scores", "acc", "accs", "accuracy",
    "accuracies", "auc", "aucs", "auroc", "auprc", "f1", "f1s", "r2", "mse", "mses", "rmse", "rmses",
    "mae", "maes", "mape", "smape", "msle", "rmsle", "logloss", "nll", "bce", "elbo", "perplexity", "ppl",
    "reward", "rewards", "regret", "likelihood", "deviance", "precision", "recall", "sensitivity", "specificity",
    "kappa", "mcc", "iou", "dice", "bleu", "rouge", "wer", "cer", "inertia", "silhouette", "objective", "gini",
    "fitness", "aic", "bic",
})
"""Words that say that a value was measured."""

# fmt: on


def words(name: str) -> frozenset[str]:
    """Return the words of a name: ``valLoss``, ``val_loss`` and ``val-loss`` have ``val`` and ``loss``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return frozenset(part for part in re.split(r"[^a-z0-9]+", spaced.lower()) if part)


def measures(name: str) -> bool:
    """Return whether a name says that its value was measured."""
    return bool(words(name) & RESULT_WORDS)
