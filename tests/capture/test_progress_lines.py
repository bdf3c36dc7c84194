"""What boosting libraries print round by round, as text and as curves of a cell that keeps nothing else of it."""

from __future__ import annotations

import pytest
from cell_runner import see

from nbtrack.capture.runtime.progress_lines import read

XGBOOST = "[0]\ttrain-rmse:0.50000\tvalid-rmse:0.62500\n[10]\ttrain-rmse:0.25000\tvalid-rmse:0.37500\n"
LIGHTGBM = "Training until validation scores don't improve\n[1]\ttrain's auc: 0.75\tvalid_0's auc: 0.5\n"


def test_lines_of_xgboost():
    assert read(XGBOOST) == {"train.rmse": {0: 0.5, 10: 0.25}, "valid.rmse": {0: 0.625, 10: 0.375}}
    assert read("[3]\tvalidation_0-ndcg@5:1e-05") == {"validation_0.ndcg@5": {3: 1e-05}}


@pytest.mark.parametrize("best", ["Early stopping, best iteration is:", "Stopping. Best iteration:"])
def test_lines_of_lightgbm(best):
    wanted = {"train.auc": {1: 0.75}, "valid_0.auc": {1: 0.5}}
    assert read(LIGHTGBM) == read(f"{LIGHTGBM}{best}\n{LIGHTGBM.splitlines()[1]}\n") == wanted


def test_of_several_trainings_the_last_counts():
    assert read(f"{XGBOOST}{XGBOOST.replace('0.25000', '0.12500')}")["train.rmse"] == {0: 0.5, 10: 0.125}


@pytest.mark.parametrize(
    "text", ["", "[1]", "[1]\tepoch done", "[0]\ttrain-rmse:1.2+0.01\ttest-rmse:1.3+0.02", "[1] loss: 0.5", "x-y: 1"]
)
def test_other_lines_give_nothing(text):
    assert not read(text)


BOOSTER = f"""
class Booster:
    def fit(self, **kept):
        print({XGBOOST!r})
        for name, one in kept.items():
            one["valid"] = {{"rmse": [0.6, 0.4]}}
def main():
    Booster().fit()
"""


def test_what_is_printed_and_not_kept():
    assert see("Booster().fit()", BOOSTER).curves["valid.rmse"] == [(0, 0.625), (10, 0.375)]
    assert see("main()", BOOSTER).metrics == {"train.rmse": 0.25, "valid.rmse": 0.375}


def test_what_is_kept_counts_more_than_what_is_printed():
    seen = see("kept = {}\nBooster().fit(evals_result=kept)", BOOSTER)
    assert seen.curves["valid.rmse"] == [(0, 0.6), (1, 0.4)]


def test_a_cell_that_trains_nothing_reads_no_text():
    assert not see(f"print({XGBOOST!r})").metrics
