"""How found keys are compared with the labels of a cell."""

from __future__ import annotations

from types import SimpleNamespace

from cell_runner import Cell
from labelled_cells import LabelledCell
from score import KINDS, Judgement, Score, gaps, judge, score


def judged(kind, found, *, names=None, optional=(), aliases=None, values=None, **labels) -> Judgement:
    """Judge what was found, a dict of keys with their values or steps, by labels."""
    labelled = LabelledCell(Cell("cell", "", **labels), "file", optional, aliases or {}, values or {})
    facts = SimpleNamespace(
        params=[SimpleNamespace(key=key, value=one) for key, one in found.items() if kind == "params"],
        metrics=[SimpleNamespace(key=key, value=one) for key, one in found.items() if kind == "metrics"],
        columns=[SimpleNamespace(key=key, steps=one) for key, one in found.items() if kind == "curves"],
    )
    return judge(labelled, kind, SimpleNamespace(facts=facts, names=names or {}))


def test_case_and_punctuation_make_no_difference():
    assert judged("metrics", {"ROC AUC": 0.9}, metrics=("roc_auc",)) == (["roc_auc"], [], [])


def test_a_more_qualified_key_is_as_good_but_a_longer_word_is_not():
    assert judged("metrics", {"results.aic": 2.0}, metrics=("aic",)) == (["aic"], [], [])
    assert judged("metrics", {"val_loss": 2.0}, metrics=("loss",)) == ([], ["val_loss"], ["loss"])


def test_a_second_key_for_the_same_value_is_wrong():
    found = {"loss": [0, 1], "history.loss": [0, 1]}
    assert judged("curves", found, curves={"loss": 2}) == (["loss"], ["history.loss"], [])


def test_an_alias_counts_where_the_key_itself_is_not_found():
    assert judged("metrics", {"r2_score": 0.5}, metrics=("r2",), aliases={"r2": ("r2_score",)}) == (["r2"], [], [])


def test_a_wrong_value_is_extra_and_missed():
    assert judged("params", {"SVC.C": 1}, params={"SVC.C": 10}) == ([], ["SVC.C"], ["SVC.C"])
    assert judged("metrics", {"acc": 0.5}, metrics=("acc",), names={"acc": 0.7}) == ([], ["acc"], ["acc"])
    values = {"loss": "losses[-1]"}
    assert judged("metrics", {"loss": 3.0}, metrics=("loss",), names={"losses": [2.0]}, values=values).missed == [
        "loss"
    ]
    assert judged("curves", {"loss": [0, 1]}, curves={"loss": range(3)}) == ([], ["loss"], ["loss"])


def test_the_number_of_points_or_nothing_may_be_labelled_of_a_curve():
    assert judged("curves", {"loss": [5, 9], "acc": [1]}, curves={"loss": 2, "acc": None}).right == ["acc", "loss"]


def test_optional_keys_seeds_and_devices_are_neither_wanted_nor_wrong():
    found = {"Linear.inputs": 4, "SVC.random_state": 0, "SEED": 1, "device": "cpu"}
    assert judged("params", found, optional=("Linear.*",)) == ([], [], [])
    assert judged("params", {"x": 1.0}, optional=("curves:x",)).extra == ["x"]


def test_scores_count_keys_of_all_cells():
    nothing = Judgement([], [], [])
    cells = [dict.fromkeys(KINDS, nothing), dict.fromkeys(KINDS, Judgement(["a", "b", "c"], ["d"], ["e", "f"]))]
    found = score(cells, "params")
    assert (found, found.precision, found.recall) == (Score(3, 1, 2), 0.75, 0.6)
    assert gaps({"params": cells[1]["params"]}) == {"params extra": ["d"], "params missed": ["e", "f"]}
