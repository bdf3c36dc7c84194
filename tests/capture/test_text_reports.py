"""Reports that are printed give their results as metrics."""

from __future__ import annotations

import pytest
from cell_runner import see

SKLEARN = """
from sklearn.metrics import classification_report
y, p = [0, 1, 1, 0, 1], [0, 1, 0, 0, 1]
"""
THIRDS = "from sklearn.metrics import accuracy_score, classification_report\ny, p, z = [0, 1, 1], [0, 1, 0], [0, 1, 1]"
KEYS = {
    "accuracy",
    *(f"{average}_{name}" for average in ("macro", "weighted") for name in ("precision", "recall", "f1")),
}


@pytest.mark.parametrize(
    "code",
    [
        "print(classification_report(y, p))",
        "report = classification_report(y, p)\nprint(report)",
        "print('Report:\\n', classification_report(y, p, digits=4))",
        "print('Report:\\n' + classification_report(y, p))",
        "print(f'Report: {classification_report(y, p)}')",
        "classification_report(y, p)",
    ],
)
def test_classification_report(code):
    metrics = see(code, SKLEARN).metrics
    assert metrics.keys() == KEYS
    assert metrics["accuracy"] == 0.8


@pytest.mark.parametrize(
    "code",
    [
        "print(classification_report(y, p))\nprint('Accuracy:', accuracy_score(y, p))",
        "print(f'{accuracy_score(y_pred=p, y_true=y):.3f}')\nreport = classification_report(y, p)\nprint(report)",
        "for _ in range(2):\n    print(accuracy_score(y, p))\n    print(classification_report(y, p))",
    ],
)
def test_an_accuracy_beside_the_report_of_the_same_data_is_the_same_metric_and_exact(code):
    metrics = see(code, THIRDS).metrics
    assert metrics.keys() == KEYS
    assert metrics["accuracy"] == 2 / 3


@pytest.mark.parametrize("score", ["accuracy_score(y, z)", "accuracy_score(y, p, normalize=False)"])
def test_an_accuracy_of_other_data_or_a_count_has_its_own_key(score):
    assert see(f"print(classification_report(y, p))\nprint({score})", THIRDS).metrics.keys() == KEYS | {
        "accuracy_score"
    }


def test_other_text_gives_nothing():
    assert see("text = 'precision recall f1-score support'.upper()\nprint(text)", SKLEARN).metrics == {}


STATSMODELS = """
import sys, types
module = types.ModuleType("statsmodels.iolib.summary")
class Cell:
    def __init__(self, data):
        self.data = data
class Table(list):
    pass
class Summary:
    def as_text(self):
        return ""
class Results:
    pass
class Wrapper:
    def summary(self):
        shown = Summary()
        rows = [["Dep. Variable:", "y", "  R-squared:  ", "0.877"], ["No. Observations:", "20", "  AIC:  ", "31.2"]]
        shown.tables = [Table([[Cell(text) for text in row] for row in rows])]
        return shown
class OLS:
    def fit(self):
        wrapper = Wrapper()
        wrapper._results = Results()
        wrapper._results._cache = {"rsquared": 0.8769}
        return wrapper
for kind in (Cell, Table, Summary, Results, Wrapper):
    kind.__module__ = "statsmodels.iolib.summary"
"""


@pytest.mark.parametrize("code", ["results = OLS().fit()\n{}", "model = OLS()\nresults = model.fit()\n{}"])
@pytest.mark.parametrize("shown", ["results.summary()", "print(results.summary())"])
def test_a_summary_gives_the_exact_statistics_where_they_are_known(code, shown):
    assert see(code.format(shown), STATSMODELS).metrics == {"rsquared": 0.8769, "aic": 31.2}


def test_a_summary_of_what_has_no_name():
    assert see("OLS().fit().summary()", STATSMODELS).metrics == {"rsquared": 0.877, "aic": 31.2}
