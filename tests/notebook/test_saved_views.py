"""Saved views: what they hold, what is refused, and how tables show them."""

from __future__ import annotations

import json

import pytest
from IPython.core.error import UsageError

import nbtrack
from nbtrack import tags as reserved
from nbtrack.endpoints import saved_views
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.notebook import magic_line

BEST = {
    "filter": "metrics.acc > 0.5",
    "sort": [["metrics.acc", "desc"]],
    "columns": ["attributes.run_name", "metrics.acc", "params.lr"],
    "group": "params.lr",
    "values": {"metrics.acc": "best"},
    "marks": {"metrics.acc": "heat"},
    "chart": {"kind": "scatter", "axes": ["params.lr", "metrics.acc"], "logs": ["params.lr"]},
}


@pytest.fixture
def store(fresh):
    for number in range(3):
        with nbtrack.start_run(run_name=f"net-{number}"):
            nbtrack.log_param("lr", 0.1 * number)
            nbtrack.log_metrics({"acc": 0.4 + number / 5, "loss": 1 - number / 5}, step=0)
            nbtrack.log_metrics({"acc": 0.5 + number / 5, "loss": 0.5 - number / 5}, step=1)
    return nbtrack.MlflowClient().store


def tagged(store, key, value):
    store.set_experiment_tags("0", {key: value})


def test_a_view_is_saved_with_table_and_chart_and_shown_by_name(store):
    panel = nbtrack.runs()
    panel.table.set_trait("filter", "metrics.acc > 0.5")
    panel.sort = [["metrics.acc", "desc"]]
    panel.chart.kind = "scatter"
    panel.chart.logs = ["params.lr"]
    panel.views.save("best nets")
    panel.close()
    assert list(panel.views) == ["best nets"]
    again = nbtrack.runs(view="best nets")
    assert (again.filter, again.sort) == ("metrics.acc > 0.5", [["metrics.acc", "desc"]])
    assert (again.chart.kind, again.chart.logs) == ("scatter", ["params.lr"])
    again.filter = ""
    again.chart.kind = "history"
    again.chart.smoothing = 0.5
    again.views.show("best nets")
    assert (again.filter, again.chart.kind, again.chart.log_y) == ("metrics.acc > 0.5", "scatter", False)
    again.close()


def test_a_view_is_there_for_every_client_of_the_store_and_is_written_as_it_was_read(store):
    saved_views.save(store, "0", "best", BEST)
    assert json.loads(nbtrack.get_experiment("0").tags["nbtrack.view.best"]) == BEST
    assert saved_views.views(store, "0") == {"best": BEST}
    panel = nbtrack.runs(view="best", experiment_ids=["0"])
    panel.chart  # noqa: B018 - it is made when it is asked for
    panel.views.save("copy")
    assert saved_views.view(store, "0", "copy") == BEST
    panel.close()


def test_the_default_view_is_shown_unless_something_is_asked_for(store):
    saved_views.save(store, saved_views.ALL, "best", {"filter": "metrics.acc > 0.8"})
    first = nbtrack.runs()
    first.views.default = "best"
    second, third, fourth = (
        nbtrack.runs(),
        nbtrack.runs("metrics.loss < 1"),
        nbtrack.runs(sort=[["metrics.acc", "asc"]]),
    )
    assert [each.filter for each in (first, second, third, fourth)] == ["", "metrics.acc > 0.8", "metrics.loss < 1", ""]
    second.views.rename("best", "better")
    assert second.views.default == "better"
    second.views.delete("better")
    assert (second.views.default, list(second.views)) == ("", [])
    for each in (first, second, third, fourth):
        each.close()


def test_views_are_renamed_and_deleted_and_unknown_ones_are_named(store):
    saved_views.save(store, saved_views.ALL, "a", {})
    saved_views.save(store, saved_views.ALL, "b", {})
    with pytest.raises(AlreadyExists, match="View 'b' already exists"):
        saved_views.rename(store, saved_views.ALL, "a", "b")
    saved_views.delete(store, saved_views.ALL, "a")
    for act in (lambda: nbtrack.runs(view="a"), lambda: saved_views.rename(store, saved_views.ALL, "a", "c")):
        with pytest.raises(NotFound, match="View 'a' not found: saved are 'b'"):
            act()


def test_views_of_all_experiments_and_those_of_one_are_apart(store):
    nbtrack.create_experiment("other")
    for experiment_id, text in ((saved_views.ALL, "metrics.acc > 0.8"), ("0", "metrics.acc > 0.6"), ("1", "")):
        saved_views.save(store, experiment_id, "best", {"filter": text})
    saved_views.set_default(store, saved_views.ALL, "best")
    shown = [nbtrack.runs(experiment_ids=each) for each in (None, ["0", "1"], ["0"])]
    assert [each.filter for each in shown] == ["metrics.acc > 0.8", "metrics.acc > 0.8", ""]
    assert shown[2].views.default == ""
    shown[2].views.show("best")
    assert shown[2].filter == "metrics.acc > 0.6"
    shown[0].views.delete("best")
    shown[2].views.delete("best")
    for each in shown:
        each.close()
    assert list(saved_views.views(store, "1")) == ["best"]
    with pytest.raises(NotFound, match="none is saved for all experiments"):
        nbtrack.runs(view="best")


@pytest.mark.parametrize("name", ["", " a", "a\nb", "a" * 61, "\u202eab"])
def test_names_that_cannot_be_shown_are_refused(store, name):
    with pytest.raises(InvalidValue, match="a view is named by 1 to 60 printable characters"):
        saved_views.save(store, "0", name, {})


@pytest.mark.parametrize(
    "view",
    [
        {"colour": "red"},
        {"filter": 1},
        {"sort": [["metrics.acc", "up"]]},
        {"sort": "metrics.acc"},
        {"columns": ["<script>"]},
        {"columns": ["metrics.a"] * 301},
        {"values": {"metrics.acc": "most"}},
        {"values": {"metrics.acc": []}},
        {"marks": {"params.lr": "heat"}},
        {"marks": []},
        {"chart": {"kind": "pie"}},
        {"chart": {"kind": []}},
        {"chart": {"smoothing": 2}},
        {"chart": {"smoothing": True}},
        {"chart": {"onclick": "hit()"}},
        {"chart": []},
        {"filter": "a" * 5_000},
    ],
)
def test_what_no_view_holds_is_refused_and_left_out_when_a_tag_has_it(store, view):
    with pytest.raises(InvalidValue):
        saved_views.save(store, "0", "odd", view)
    tagged(store, f"{reserved.VIEW}odd", json.dumps(view))
    tagged(store, f"{reserved.VIEW}good", "{}")
    assert saved_views.views(store, "0") == {"good": {}}


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 4_000, '{"filter": NaN}', "null"])
def test_a_tag_that_is_no_view_is_left_out(store, text):
    tagged(store, f"{reserved.VIEW}odd", text)
    tagged(store, reserved.DEFAULT_VIEW, "odd")
    assert saved_views.listing(store, "0") == {"views": [], "default": ""}
    nbtrack.runs().close()


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", (None, "")),
        ("metrics.acc > 1", (None, "metrics.acc > 1")),
        ("--view best", ("best", "")),
        ("--view=best metrics.acc > 1", ("best", "metrics.acc > 1")),
        ("--view 'my nets'  params.lr = '1'", ("my nets", "params.lr = '1'")),
    ],
)
def test_the_magic_names_a_view_before_the_filter(line, asked):
    assert magic_line.runs(line) == asked


def test_the_magic_asks_for_the_name():
    with pytest.raises(UsageError, match="write the name of the view after --view"):
        magic_line.runs("--view")
