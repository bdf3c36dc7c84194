"""Reports that are printed give their results as metrics."""

from __future__ import annotations

import pytest
from cell_runner import see

SKLEARN = """
from sklearn.metrics import classification_report
y, p = [0, 1, 1, 0, 1], [0, 1, 0, 0, 1]
"""
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
