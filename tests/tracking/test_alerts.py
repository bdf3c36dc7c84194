"""Alerts: how they are kept with a run, and the rules by which its points raise them."""

import math
import threading
import time

import pytest

import nbtrack
from nbtrack.alerting import alert as kept
from nbtrack.errors import FilterError, InvalidValue, NotFound
from nbtrack.notebook.panels import RunTable


def alerts(run):
    found = kept.from_tags(nbtrack.get_run(run.info.run_id).data.tags)
    return [(each.level, each.title, each.text) for each in found]


def follow(rule, values, key="loss", **options):
    """Return the alerts of a run that logs these values under a rule."""
    nbtrack.alert_rule(rule, **options)
    with nbtrack.start_run() as run:
        for step, value in enumerate(values):
            nbtrack.log_metric(key, value, step=step)
    return alerts(run)


def test_alerts_are_kept_in_order_and_shown_in_the_table_and_on_the_page(fresh):
    with nbtrack.start_run() as run:
        nbtrack.alert("Out of patience")
        nbtrack.alert("Gradient\n exploded", "norm 1e9, api_key=sk-abcdefgh12345678abcd", "error")
    assert alerts(run) == [
        ("info", "Out of patience", ""),
        ("error", "Gradient exploded", "norm 1e9, api_key=***"),
    ]
    table = RunTable()
    assert table.page["rows"][0]["alerts"] == [["info", "Out of patience"], ["error", "Gradient exploded"]]
    table.close()
    panel = nbtrack.show(run)
    (section,) = (each for each in panel.details.sections if each.get("title") == "alerts")
    assert [text.partition(" · ")[0] for _, text in section["rows"]] == [
        "Out of patience",
        "Gradient exploded: norm 1e9, api_key=***",
    ]
    panel.close()


def test_an_alert_can_go_to_any_run(fresh):
    with nbtrack.start_run(run_name="done") as run:
        pass
    nbtrack.alert("Looked at", run="done")
    assert alerts(run) == [("info", "Looked at", "")]
    with pytest.raises(NotFound):
        nbtrack.alert("Looked at", run="another")


def test_invalid_alerts_are_refused(fresh):
    for title, level in ((" ", "info"), ("x", "fatal")):
        with nbtrack.start_run(), pytest.raises(InvalidValue):
            nbtrack.alert(title, level=level)


def test_a_run_keeps_a_hundred_alerts(fresh):
    with nbtrack.start_run() as run:
        for number in range(100):
            nbtrack.alert(f"number {number}", "x" * 5000)
        with pytest.warns(UserWarning, match="100 alerts"):
            nbtrack.alert("one too many")
        nbtrack.alert("and more")
    found = alerts(run)
    assert len(found) == 100
    assert len(found[0][2]) == 2000


def test_damaged_tags_are_no_alerts():
    good = kept.to_tag(kept.new_alert("fine"))
    damaged = {
        "nbtrack.alert.1": "{",
        "nbtrack.alert.2": "[1]",
        "nbtrack.alert.x": good[1],
        "nbtrack.alert.4": '{"level": []}',
    }
    assert [each.title for each in kept.from_tags({**damaged, good[0]: good[1]})] == ["fine"]


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("loss is nan", [1, math.nan, math.nan], ("error", "at step 1")),
        ("loss is nan", [1, math.inf, -math.inf], None),
        ("loss > 0.95", [0.1, math.nan, 0.96, 2], ("info", "loss = 0.96 at step 2")),
        ("loss >= 1", [0.1, 1], ("info", "loss = 1 at step 1")),
        ("loss <1e-2", [1, 0.001], ("info", "loss = 0.001 at step 1")),
        ("loss <= -3", [1, -2], None),
        ("other > 0", [1, 2], None),
        ("loss plateaus for 3", [5, 4, 4, 4.5, 4], ("warning", "best 4 at step 1")),
        ("loss plateaus for 3", [5, 4, 4, math.nan, 4], ("warning", "best 4 at step 1")),
        ("loss plateaus for 3", [5, 4, 4, 4, 3, 3, 3], None),
    ],
)
def test_an_alert_rule_reports_once(fresh, rule, values, expected):
    found = follow(rule, values)
    assert found == ([] if expected is None else [(expected[0], rule, expected[1])])


def test_the_goal_of_a_metric_says_what_a_plateau_is(fresh):
    nbtrack.goal("gain", "max")
    assert follow("gain plateaus for 3", [1, 2, 3, 4, 5], key="gain") == []
    assert follow("gain plateaus for 3", [5, 4, 3, 2, 1], key="gain")[0][2] == "best 5 at step 0"
    found = follow("`how far` plateaus for 2", [5, 4, 6, 5, 5.5], key="how far")
    assert found[-1][1:] == ("`how far` plateaus for 2", "between 4 and 6 since step 2")


def test_every_way_of_logging_is_looked_at(fresh):
    nbtrack.alert_rule("loss > 1")
    client = nbtrack.MlflowClient()

    def by_columns(run):
        client.log_columns(run.info.run_id, {"loss": ([0, 1], [1, 1], [0.5, 2.0])})

    ways = [
        lambda run: nbtrack.log_metrics({"loss": 2, "acc": 1}, step=1),
        lambda run: client.log_metric(run.info.run_id, "loss", 2, step=1),
        by_columns,
    ]
    for way in ways:
        with nbtrack.start_run() as run:
            way(run)
        assert alerts(run) == [("info", "loss > 1", "loss = 2 at step 1")]


def test_silence_is_reported_while_the_run_continues(fresh):
    nbtrack.alert_rule("no point for 0.2s", level="error")
    with nbtrack.start_run() as run:
        nbtrack.log_metric("loss", 1)
        deadline = time.monotonic() + 20
        while not alerts(run) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert alerts(run)[0][:2] == ("error", "no point for 0.2s")


def test_a_rule_reaches_a_run_that_goes_on_and_ends_with_it(fresh):
    with nbtrack.start_run() as run:
        nbtrack.alert_rule("loss > 1")
        nbtrack.log_metric("loss", 2)
    assert len(alerts(run)) == 1
    assert "nbtrack-alerts" not in {each.name for each in threading.enumerate()}


def test_rules_are_listed_and_removed(fresh):
    nbtrack.alert_rule("loss  is nan", stop=True)
    nbtrack.alert_rule("acc > 0.95", level="warning")
    assert {(each.text, each.level, each.stop) for each in nbtrack.alert_rules()} == {
        ("loss is nan", "error", True),
        ("acc > 0.95", "warning", False),
    }
    with pytest.raises(NotFound, match="loss is nan"):
        nbtrack.clear_alert_rules("loss > 3")
    nbtrack.clear_alert_rules("acc > 0.95")
    assert [each.text for each in nbtrack.clear_alert_rules()] == ["loss is nan"]
    assert follow("other > 1", [math.nan]) == []


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("loss is nam", 9),
        ("loss", 5),
        ("", 1),
        ("acc > x", 7),
        ("> 3", 1),
        ("no point for 10", 14),
        ("loss plateaus for 0", 19),
        ("acc > 3 4", 9),
        ("a" * 400, 301),
    ],
)
def test_a_rule_that_is_not_understood_names_the_column(fresh, rule, column):
    with pytest.raises(FilterError, match=f"at column {column} of"):
        nbtrack.alert_rule(rule)
    assert nbtrack.alert_rules() == []
