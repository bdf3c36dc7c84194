"""The rows of runs as tables: sorted, and joined by their settings."""

from __future__ import annotations

import math

from nbtrack.entities import Run, RunData, RunInfo
from nbtrack.presentation import row_tables, section_painting, sections


def rows(name, columns, cells, metrics=("score",)):
    info = RunInfo(f"id-{name}", "0", name, "me", "FINISHED", 0, 1, "")
    return row_tables.run_rows(Run(info, RunData(dict.fromkeys(metrics, 0.0), {}, {})), columns, cells)


def test_the_rows_of_one_run_stay_as_they_are():
    table = row_tables.joined([rows("a", ["C", "kernel", "score"], [[1, "rbf", 0.5], [10, "poly", None]])])
    assert [(each.label, each.kind, each.run_id) for each in table.columns] == [
        ("C", "number", ""),
        ("kernel", "text", ""),
        ("score", "number", ""),
    ]
    assert table.cells == ((1, "rbf", 0.5), (10, "poly", None))


def test_rows_are_joined_by_their_settings_and_each_metric_has_the_runs_side_by_side():
    one = rows("a", ["C", "score", "loss"], [[1, 0.5, 2.0], [10, 0.7, 1.0]], ("score", "loss"))
    other = rows("b", ["C", "score"], [[10, 0.8], [100, 0.9]])
    table = row_tables.joined([one, other])
    assert [(each.label, each.run_name) for each in table.columns] == [
        ("C", ""),
        ("score", "a"),
        ("score", "b"),
        ("loss", "a"),
    ]
    assert table.cells == ((1, 0.5, None, 2.0), (10, 0.7, 0.8, 1.0), (100, None, 0.9, None))


def test_repeated_settings_are_joined_in_order():
    one, other = (rows(name, ["C", "score"], [[1, first], [1, first + 1]]) for name, first in (("a", 1), ("b", 3)))
    assert row_tables.joined([one, other]).cells == ((1, 1, 3), (1, 2, 4))


def test_rows_that_share_no_setting_are_not_joined():
    assert row_tables.joined([rows("a", ["C", "score"], []), rows("b", ["depth", "score"], [])]) is None
    assert row_tables.joined([]) is None


def test_sorting_puts_missing_values_last_in_both_directions():
    table = row_tables.joined([rows("a", ["C", "score"], [[1, None], [2, 0.5], [3, math.nan], [4, 0.1], [5, "x"]])])
    assert [row[0] for row in table.sorted_by(1).cells] == [4, 2, 5, 1, 3]
    assert [row[0] for row in table.sorted_by(1, descending=True).cells] == [5, 2, 4, 1, 3]


def test_a_hostile_table_is_bounded():
    cells = [[10**400, {"a": [1]}, "x" * 10_000, *range(500)]] * 1000
    found = rows("a", ["<b>", ["list"], "C", *map(str, range(500))], cells)
    section = sections.row_section([found.run], row_tables.joined([found]))
    assert (len(section.columns), len(section.rows), section.total) == (100, 200, 1000)
    shown = sections.as_json(section)["rows"][0]
    assert shown[0].startswith("1000")
    assert shown[1] == '{"a": [1]}'
    assert max(len(each) for each in shown[:3]) <= 401
    page = section_painting.static_html("run", [section], "uid")
    assert "&lt;b&gt;" in page
    assert "<b>&lt;" not in page
    assert "and 950 more" in page


def test_scores_of_a_search_are_results_and_text_under_the_name_of_a_metric_is_a_setting():
    columns = ["C", "loss", "mean_test_score", "std_test_score"]
    found = rows("a", columns, [[1, "hinge", 0.5, 0.1], [10, "log", 0.75, None]], ("best_score_", "loss"))
    assert found.settings == ["C", "loss"]
    first, second = row_tables.as_runs(found)
    assert (first.info.run_name, first.data.params) == ("C=1, loss=hinge", {"C": "1", "loss": "hinge"})
    assert first.data.metrics == {"mean_test_score": 0.5, "std_test_score": 0.1}
    assert second.data.metrics == {"mean_test_score": 0.75}
