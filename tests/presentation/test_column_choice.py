"""Which columns a run table shows by default."""

import nbtrack
from nbtrack.notebook.panels import RunTable
from nbtrack.presentation import column_choice


def record(count, params=(), metrics=()):
    for number in range(count):
        with nbtrack.start_run():
            nbtrack.log_params(dict.fromkeys(params, number))
            nbtrack.log_metrics(dict.fromkeys(metrics, number / 7))


def shown(**query):
    table = RunTable(**query)
    page = table.page
    table.close()
    return [each["id"] for each in page["columns"]][4:], page["more_columns"]


def test_columns_are_those_of_the_runs_in_view(fresh):
    record(30, ["Forest.trees", "a_setting"], ["accuracy_score", "auc"])
    record(25, ["lr", "batch", "Adam.decay"], ["loss"])
    assert shown() == (["params.batch", "params.lr", "params.Adam.decay", "metrics.loss"], 4)
    assert shown(filter="metrics.auc >= 0")[0] == [
        "params.a_setting", "params.Forest.trees", "metrics.accuracy_score", "metrics.auc",
    ]  # fmt: skip
    assert shown(sort=[["attributes.start_time", "asc"]])[0][0] == "params.a_setting"


def test_columns_that_more_runs_have_come_first(fresh):
    record(3, ["rare"], ["seldom"])
    record(12, ["lr"], ["acc"])
    assert shown()[0] == ["params.lr", "metrics.acc", "params.rare", "metrics.seldom"]


def test_the_mean_of_scores_replaces_the_score_of_the_last_fold(fresh):
    record(2, ["C"], ["scores", "scores.mean", "loss"])
    assert shown() == (["params.C", "metrics.loss", "metrics.scores.mean"], 1)
    assert column_choice.labels(["scores.mean", "scores.f1"]) == {"scores.mean": "scores.mean", "scores.f1": "f1"}
    record(1, ["C"], ["scores"])
    assert "metrics.scores" in shown()[0]


def test_columns_of_the_first_screen_come_before_those_of_more_runs_further_down(fresh):
    record(20, ["trees", "depth"], ["auc"])
    record(6, ["prompt", "temperature"], ["bleu"])
    record(6, ["lr"], ["loss"])
    columns, more = shown()
    assert columns[:3] == ["params.lr", "params.prompt", "params.temperature"]
    assert columns[3:6] == ["metrics.loss", "metrics.bleu", "params.depth"]
    assert more == 0


def test_unlike_runs_are_told_apart_by_what_varies(fresh):
    for number, model in enumerate(["Ridge", "Lasso", "Forest"]):
        for value in (1, 2):
            with nbtrack.start_run():
                nbtrack.log_params({"split.random_state": 0, f"{model}.alpha": value})
                nbtrack.log_metric(f"score_{number}", value)
    with nbtrack.start_run():
        nbtrack.log_param("lr", 0.1)
    columns, _ = shown()
    assert columns[0] == "params.lr"
    assert columns[3:6] == ["metrics.score_2", "metrics.score_1", "metrics.score_0"]
    assert columns.index("params.split.random_state") > 5


def test_many_parameters_leave_the_metrics_in_view(fresh):
    record(5, [f"p{number}" for number in range(9)], ["acc"])
    assert shown()[0].index("metrics.acc") == column_choice.LEADING_PARAMS


def test_another_run_moves_no_column(fresh):
    record(9, ["a", "b"], ["acc"])
    record(13, ["a", "b", "c"], ["acc"])
    before = shown()
    record(1, ["a", "b"], ["acc"])
    assert shown() == before


def test_entries_of_containers_need_no_prefix_where_none_collides():
    keys = ["params.lr", "metrics.acc", "config.seed", "seed", "Forest.C", "Support.C"]
    assert list(column_choice.labels(keys).values()) == ["lr", "acc", "config.seed", "seed", "Forest.C", "Support.C"]
