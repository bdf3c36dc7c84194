"""Reads the results in text reports: scikit-learn's ``classification_report`` and the summaries of statsmodels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nbtrack.capture.runtime import value_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST = 100_000
_HEADER = ("precision", "recall", "f1-score", "support")
_AVERAGE = re.compile(r"^\s*(micro|macro|weighted) avg\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+\d+\s*$")
_ACCURACY = re.compile(r"^\s*accuracy\s+([\d.]+)\s+\d+\s*$")
STATISTICS = {
    "R-squared": "rsquared",
    "R-squared (uncentered)": "rsquared",
    "Adj. R-squared": "rsquared_adj",
    "Adj. R-squared (uncentered)": "rsquared_adj",
    "Pseudo R-squ.": "prsquared",
    "F-statistic": "fvalue",
    "Prob (F-statistic)": "f_pvalue",
    "Log-Likelihood": "llf",
    "AIC": "aic",
    "BIC": "bic",
    "HQIC": "hqic",
    "Deviance": "deviance",
}
"""What statsmodels calls its statistics in a summary, and as attributes of the results."""


def results(value: object) -> dict[str, float]:
    """Return the results in a report, by key; empty for anything else."""
    if type(value) is str:
        return dict(_classified(value))
    if type(value) is dict and "weighted avg" in value:
        return dict(_tabled(value))
    kind = type(value)
    if kind.__module__.startswith("statsmodels.") and value_reading.has(kind, "as_text"):
        return dict(_summarised(value))
    return {}


def _tabled(report: Mapping[Any, Any]) -> Iterator[tuple[str, float]]:
    """Read a report that was returned as a dict."""
    accuracy = value_reading.number(report.get("accuracy"))
    if accuracy is not None:
        yield "accuracy", accuracy
    for average in ("micro", "macro", "weighted"):
        found = value_reading.entries(report.get(f"{average} avg"))
        for name in ("precision", "recall", "f1-score"):
            if name in found:
                yield f"{average}_{name.removesuffix('-score')}", found[name]


def _classified(text: str) -> Iterator[tuple[str, float]]:
    if len(text) > _LONGEST or not all(word in text for word in _HEADER):
        return
    for line in text.splitlines():
        accuracy, average = _ACCURACY.match(line), _AVERAGE.match(line)
        if accuracy:
            yield "accuracy", float(accuracy[1])
        elif average:
            for name, found in zip(("precision", "recall", "f1"), average.groups()[1:], strict=True):
                yield f"{average[1]}_{name}", float(found)


def _summarised(summary: object) -> Iterator[tuple[str, float]]:
    """Read the first table, in which labels and values alternate."""
    tables = value_reading.own_attributes(summary).get("tables")
    for row in tables[0] if type(tables) is list and tables and isinstance(tables[0], list) else ():
        texts = [str(value_reading.own_attributes(cell).get("data", "")).strip() for cell in row]
        for label, text in zip(texts[::2], texts[1::2], strict=False):
            key, number = STATISTICS.get(label.rstrip(": ")), _number(text)
            if key is not None and number is not None:
                yield key, number


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
