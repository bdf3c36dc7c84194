"""The run table as Python sees it: its traits, its answers, and what its buttons do."""

import subprocess
import sys
import threading
import time

import pytest

import nbtrack
from nbtrack import tags as reserved
from nbtrack.errors import AlreadyExists, FilterError, InvalidValue
from nbtrack.notebook.panels import Chart, RunTable


@pytest.fixture
def table(fresh):
    """Four runs of two learning rates; the last is nested in the third."""
    for number in range(3):
        with nbtrack.start_run(run_name=f"r{number}"):
            nbtrack.log_params({"lr": 0.1 * (number % 2 + 1), "seed": 0})
            for step, loss in enumerate((3.0, 1.0 + number, 2.0)):
                nbtrack.log_metric("loss", loss, step=step)
            if number == 2:
                with nbtrack.start_run(run_name="child", nested=True):
                    nbtrack.log_metric("loss", 9)
    made = RunTable(sort=[["attributes.run_name", "asc"]])
    yield made
    made.close()


def names(table):
    at = [each["id"] for each in table.page["columns"]].index("attributes.run_name")
    return [each["v"][at] if each["id"] else f"[{each['label']}]" for each in table.page["rows"]]


def cells(table, column):
    at = [each["id"] for each in table.page["columns"]].index(column)
    return [each["v"][at] for each in table.page["rows"]]


def experiments(table):
    found = table.answer("mlflow/experiments/search", {"max_results": 1000, "order_by": ["name ASC"]})[0]
    return [each["name"] for each in found["experiments"]]


def test_columns_are_chosen_and_ordered(table):
    assert "params.seed" in {each["id"] for each in table.answer("nbtrack/runs/table/columns", {})[0]["columns"]}
    table.columns = ["metrics.loss", "params.seed", "params.gone", "attributes.status"]
    assert [each["id"] for each in table.page["columns"]] == [
        "attributes.run_name", "metrics.loss", "params.seed", "attributes.status",
    ]  # fmt: skip
    table.columns = []
    assert "attributes.duration" in {each["id"] for each in table.page["columns"]}


def test_a_bare_key_is_a_column(table):
    table.columns = ["loss", "seed", "status"]
    assert table.columns == ["metrics.loss", "params.seed", "attributes.status"]
    made = RunTable(columns=["loss"], values={"loss": "max"}, sort=[["metrics.loss", "DESC"]])
    assert (made.columns, made.values, made.sort) == (["metrics.loss"], {"metrics.loss": "max"}, [["metrics.loss", "desc"]])  # fmt: skip
    made.close()


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        (
            "columns",
            ["bogus.x"],
            r"no column 'bogus\.x'; a column is .* metrics\.NAME, params\.NAME, .*attributes\.status",
        ),
        ("columns", ["attributes.bogus"], "no column 'attributes.bogus'"),
        ("columns", ["nothing"], "no column 'nothing'"),
        ("sort", [["nonsense", "up"]], r"can't sort by .*nonsense.*; a sort is a list .*'metrics\.acc', 'desc'"),
        ("sort", [["metrics.loss", "up"]], "can't sort by .*metrics.loss.*up"),
        ("sort", [["bogus.x", "asc"]], "can't sort by .*bogus.x.*: 'bogus' is not one of"),
        ("sort", ["metrics.loss"], "can't sort by 'metrics.loss'; a sort is"),
        ("sort", [["metrics.loss", "asc"]] * 2, "can't sort by .*duplicate column"),
        ("values", {"loss": "median"}, "'loss' can't be 'median'; accepted are last, best, min, max"),
        ("values", {"params.lr": "max"}, "that of a metric"),
        ("marks", {"metrics.loss": "stars"}, "'metrics.loss' can't be 'stars'; accepted are heat, bars"),
        ("marks", {"params.lr": "heat"}, "that of a metric"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_changes_nothing(table, name, wrong, message):
    before = (getattr(table, name), table.page, table.error)
    with pytest.raises(InvalidValue, match=message) as caught:
        setattr(table, name, wrong)
    assert not isinstance(caught.value, FilterError)
    assert (getattr(table, name), table.page, table.error) == before
    with pytest.raises(InvalidValue, match=message):
        RunTable(**{name: wrong})


def test_runs_are_selected_as_they_are_or_by_their_ids(table):
    first, second = nbtrack.search_runs(output_format="list")[:2]
    for panel in (table, Chart([first, second])):
        panel.selected = [first, second.info.run_id]
        assert panel.selected == [first.info.run_id, second.info.run_id]
        for wrong in (7, [first, 3]):
            with pytest.raises(InvalidValue, match="a list of runs or of their ids") as caught:
                panel.selected = wrong
            assert len(str(caught.value)) < 200
        assert len(panel.selected) == 2
        panel.selected = second
        assert panel.selected == [second.info.run_id]
        panel.close()


def test_a_table_with_its_chart_is_steered_from_python(table):
    panel = nbtrack.runs("metrics.loss > 0", sort=[["attributes.run_name", "asc"]])
    assert (panel.filter, panel.sort) == ("metrics.loss > 0", [["attributes.run_name", "asc"]])
    panel.filter, panel.sort = "metrics.loss < 5", [("metrics.loss", "desc"), ("attributes.run_name", "desc")]
    assert names(panel.table) == ["r2", "r1", "r0"]
    first = nbtrack.search_runs(output_format="list")[:1]
    panel.selected = first
    assert [each.info.run_id for each in panel.selected] == panel.table.selected == [first[0].info.run_id]
    with pytest.raises(InvalidValue, match="can't sort by"):
        panel.sort = [["nonsense", "up"]]
    panel.filter = "metrics.loss >> 5"
    assert panel.table.error["column"] == 14
    panel.close()


def test_groups_by_parameter_experiment_and_parent(table):
    table.group = "params.lr"
    assert names(table) == ["[lr = –]", "child", "[lr = 0.1]", "r0", "r2", "[lr = 0.2]", "r1"]
    table.closed = ["group:lr = 0.1"]
    assert names(table) == ["[lr = –]", "child", "[lr = 0.1]", "[lr = 0.2]", "r1"]
    table.group = "experiment"
    assert names(table)[0] == "[Default]"
    table.group, table.closed = "parent", []
    assert names(table) == ["r0", "r1", "r2", "child"]
    assert [each.get("depth", 0) for each in table.page["rows"]] == [0, 0, 0, 1]


def test_headings_of_groups_have_mean_spread_and_best(table):
    table.group = "params.lr"
    at = [each["id"] for each in table.page["columns"]].index("metrics.loss")
    assert [each["v"][at] for each in table.page["rows"] if not each["id"]] == ["9", "2", "2"]
    for loss in (1, 4):
        with nbtrack.start_run():
            nbtrack.log_params({"lr": 0.1})
            nbtrack.log_metric("loss", loss)
    table.refresh()
    heading = next(each for each in table.page["rows"] if each.get("label") == "lr = 0.1")
    assert (heading["runs"], heading["v"][at]) == (4, "2.2 ± 1.3, best 1")


def test_a_group_of_a_cell_is_called_after_its_run(table):
    with nbtrack.start_run(run_name="ridge"):
        nbtrack.set_tag(reserved.CELL, "abc123")
    table.group = "cell"
    assert "[ridge]" in names(table)


def test_rows_of_a_group_come_page_by_page(table):
    table.group = "params.lr"
    asked = {"group": "params.lr", "sort": table.sort, "offset": 2, "limit": 2}
    rows = table.answer("nbtrack/runs/table", asked)[0]["rows"]
    assert [rows[0]["label"], rows[1]["v"][0]] == ["lr = 0.1", "r0"]


@pytest.mark.parametrize(("kind", "shown"), [("last", [9, 2, 2, 2]), ("min", [9, 1, 2, 2]), ("best", [9, 1, 2, 2]), ("max", [9, 3, 3, 3])])  # fmt: skip
def test_a_metric_shows_its_last_or_its_extremes(table, kind, shown):
    table.values = {"loss": kind}
    assert cells(table, "metrics.loss") == shown
    table.values = {}
    table.values = {"metrics.loss": kind}
    assert cells(table, "metrics.loss") == shown


def test_a_metric_says_which_value_it_shows_unless_it_is_the_last(table):
    def readings():
        return [each.get("reading") for each in table.page["columns"] if each["id"] == "metrics.loss"]

    assert readings() == [None]
    table.values = {"loss": "max"}
    assert readings() == ["max"]
    table.values = {"loss": "last"}
    assert readings() == [None]


def test_a_marked_column_says_between_which_values_it_lies(table):
    table.marks = {"loss": "heat"}
    marked = next(each for each in table.page["columns"] if each["id"] == "metrics.loss")
    assert table.marks == {"metrics.loss": "heat"}
    assert (marked["mark"], marked["low"], marked["high"]) == ("heat", 2, 9)


def test_deleting_can_be_undone(table):
    gone = [table.page["rows"][1]["id"]]
    table.answer("nbtrack/runs/update", {"run_ids": gone, "lifecycle_stage": "deleted"})
    assert names(table) == ["child", "r1", "r2"]
    table.answer("nbtrack/runs/update", {"run_ids": gone, "lifecycle_stage": "active"})
    assert names(table) == ["child", "r0", "r1", "r2"]


def test_deleted_runs_leave_the_selection_and_the_chart(table):
    panel = nbtrack.runs(sort=[["attributes.run_name", "asc"]])
    gone, stays = (panel.table.page["rows"][place]["id"] for place in (1, 2))
    panel.selected = [gone, stays]
    assert {each["id"] for each in panel.chart.runs} == {gone, stays}
    panel.table.answer("nbtrack/runs/update", {"run_ids": [gone], "lifecycle_stage": "deleted"})
    assert panel.table.selected == [stays]
    assert [each["id"] for each in panel.chart.runs] == [stays]
    none_selected = threading.Event()
    panel.table.observe(lambda change: change["new"] or none_selected.set(), "selected")
    nbtrack.delete_run(stays)
    assert none_selected.wait(10)
    assert not {gone, stays} & {each["id"] for each in panel.chart.runs}
    panel.close()


def test_buttons_tag_note_and_rename(table):
    run_id = table.page["rows"][0]["id"]
    both = [{"key": "team", "value": "a"}, {"key": reserved.NOTE, "value": "good"}]
    table.answer("nbtrack/runs/update", {"run_ids": [run_id], "tags": both, "run_name": "baby"})
    tags = nbtrack.get_run(run_id).data.tags
    assert (tags["team"], tags[reserved.NOTE]) == ("a", "good")
    assert table.answer("nbtrack/runs/tag", {"run_id": run_id, "key": reserved.NOTE})[0] == {"value": "good"}
    assert names(table)[0] == "baby"
    with pytest.raises(InvalidValue, match="unknown endpoint"):
        table.answer("nbtrack/runs/explode", {})


def test_export_is_csv_of_the_selected_runs(table):
    run_id = table.page["rows"][0]["id"]
    written = table.answer("nbtrack/runs/export", {"run_ids": [run_id]})[1][0].decode().splitlines()
    assert len(written) == 2
    assert run_id in written[1]
    assert len(table.answer("nbtrack/runs/export", {})[1][0].decode().splitlines()) == 5


def test_runs_of_other_processes_appear_while_somebody_looks(table, fresh):
    table.visible = True
    code = "import nbtrack\nwith nbtrack.start_run(run_name='a stranger'): nbtrack.log_metric('loss', 1)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=fresh)
    deadline = time.monotonic() + 10
    while "a stranger" not in names(table) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "a stranger" in names(table)
    table.visible = False
    assert not table._watcher._thread


def test_the_bundle_travels_until_a_page_has_it_and_whenever_one_asks(table):
    assert len(table._script) > 1000
    script, style = table._script, table._style
    table._received(table, {"event": "unpacked"}, [])
    later = RunTable()
    assert (later._bundle, later._script, later._style) == (table._bundle, b"", b"")
    sent = []
    later.send = lambda content, buffers: sent.append((content["id"], buffers))
    later._received(later, {"id": "7", "endpoint": "kernel/bundle", "arguments": {}}, [])
    assert sent == [("7", [script, style])]
    later.close()


def test_a_goal_says_which_value_is_the_best(table):
    at = [each["id"] for each in table.page["columns"]].index("metrics.loss")
    assert table.page["columns"][at]["best"] == 2
    nbtrack.goal("loss", "max")
    table.marks = {"metrics.loss": "heat"}
    assert (table.page["columns"][at]["best"], table.page["columns"][at]["lower"]) == (9, False)
    table.values = {"loss": "best"}
    assert cells(table, "metrics.loss") == [9, 3, 3, 3]


def test_runs_and_experiments_are_renamed_made_and_deleted_from_python(table):
    table.rename(table.page["rows"][0]["id"], "baby")
    assert names(table)[0] == "baby"
    made = table.create_experiment("trees")
    assert experiments(table) == ["Default", "trees"]
    with nbtrack.start_run() as next_run:
        assert next_run.info.experiment_id == made, "the next run is in the experiment that was created"
    nbtrack.delete_run(next_run.info.run_id)
    with pytest.raises(AlreadyExists):
        table.create_experiment("trees")
    table.rename_experiment(made, "forests")
    assert nbtrack.get_experiment(made).name == "forests"
    assert table.page["experiment"] is None
    table.experiment_ids = [made]
    assert names(table) == []
    assert table.page["experiment"] == {"id": made, "name": "forests"}
    table.experiment_ids = [made, "0"]
    assert table.page["experiment"] is None
    table.experiment_ids = [made]
    table.delete_experiment(made)
    assert len(names(table)) == 4
    assert experiments(table) == ["Default"]
    table.restore_experiment(made)
    assert experiments(table) == ["Default", "forests"]


def test_what_came_before_somebody_looked_is_seen_at_once(fresh):
    table = RunTable()
    changed = threading.Event()
    table.observe(lambda _: changed.set(), "page")
    code = "import nbtrack; nbtrack.start_run(run_name='elsewhere'); nbtrack.end_run()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=fresh)
    table.visible = True
    assert changed.wait(20)
    assert table.page["total"] == 1
    table.close()


def test_runs_that_differ_in_their_seed_alone_are_one_group(fresh):
    for lr, seed in ((0.1, 0), (0.2, 0), (0.1, 1)):
        with nbtrack.start_run(run_name=f"{lr}-{seed}"):
            nbtrack.log_params({"lr": lr, "random_state": seed, "same": 1})
            nbtrack.log_metric("loss", 1 + seed)
    made = RunTable(group="settings", columns=["loss"])
    assert names(made) == ["[lr = 0.1]", "0.1-1", "0.1-0", "[lr = 0.2]", "0.2-0"]
    assert cells(made, "metrics.loss")[0] == "1.50 ± 0.71, best 1"
    made.close()


def test_where_runs_share_lines_the_chart_below_draws_the_first_page(fresh):
    for number in range(8):
        with nbtrack.start_run():
            nbtrack.log_params({"lr": number % 2, "seed": number})
            nbtrack.log_metric("loss", number)
    shown = nbtrack.runs()
    assert len(shown.chart.runs) == 5
    shown.chart.band = "settings"
    assert (len(shown.chart.runs), len(shown.chart.lines)) == (8, 2)
    shown.chart.band = ""
    assert len(shown.chart.runs) == 5
    shown.close()
