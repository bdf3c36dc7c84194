"""Runs side by side."""

import csv
import io
import math

import pytest

import nbtrack
from nbtrack.presentation import section_painting, sections
from nbtrack.presentation.comparison import compare, diff

HOSTILE = ["<script>alert(1)</script>", "a|b", "50% & $x_1$", "{\\input{x}}", "\u202eevil", "two\nlines", "=1+1"]


@pytest.fixture
def pair(fresh):
    for number, name in enumerate(("first", "second")):
        with nbtrack.start_run(run_name=name):
            nbtrack.log_params({"lr": 0.1 * (number + 1), "seed": 0, **({"extra": "x"} if number else {})})
            nbtrack.log_metrics({"loss": 2.0 - number, "acc": 0.5, "odd": math.nan if number else 1})
            nbtrack.set_tag("team", "a")
    return list(nbtrack.search_runs(output_format="list", order_by=["attributes.run_name"]))


def row(found, key):
    return next(each for each in found.rows if each.key == key)


def test_what_differs_comes_first_and_the_best_is_marked(pair):
    found = compare(pair)
    keys = [each.key for each in found.rows if each.group == "parameters"]
    assert (set(keys[:2]), keys[2:]) == ({"lr", "extra"}, ["seed"])
    assert (row(found, "loss").best, row(found, "acc").best, row(found, "odd").best) == (1, None, None)
    assert row(found, "extra").texts() == ["–", "x"]
    assert not row(found, "seed").differs
    assert row(compare(pair, {"loss": "max"}), "loss").best == 0


def test_two_nans_are_the_same(fresh):
    for _ in range(2):
        with nbtrack.start_run():
            nbtrack.log_metric("m", math.nan)
    assert not row(compare(nbtrack.search_runs(output_format="list")), "m").differs


def test_csv_is_whole_and_markdown_and_latex_hold_their_form(fresh):
    for text in HOSTILE:
        with nbtrack.start_run(run_name=text):
            nbtrack.log_params({"p": text})
    found = compare(nbtrack.search_runs(output_format="list", order_by=["attributes.start_time"]))
    lines = list(csv.reader(io.StringIO(found.csv())))
    assert sorted(lines[0][2:]) == sorted(lines[1][2:]) == sorted(HOSTILE)
    markdown = found.markdown().splitlines()
    assert len(markdown) == 3
    assert {line.replace("\\|", "").count("|") for line in markdown} == {len(HOSTILE) + 2}
    assert "\\<script" in markdown[0]
    latex = found.latex()
    assert latex.count(r"\\") == 2 + latex.count(r"\\input")
    assert r"\input" not in latex
    assert r"50\% \& \$x\_1\$" in latex


def test_a_value_is_best_only_where_a_goal_or_the_name_tells_it(fresh):
    for value in (1, 2):
        with nbtrack.start_run():
            nbtrack.log_metrics({"seconds": value, "epochs_run": value, "acc": value, "loss": value})
    runs = nbtrack.search_runs(output_format="list", order_by=["metrics.acc"])
    best = {row.key: row.best for row in compare(runs, {"epochs_run": "min"}).rows}
    assert best == {"seconds": None, "epochs_run": 0, "acc": 1, "loss": 0}


def test_diff_shows_signs_and_positions():
    assert list(diff("a\nb\nc", "a\nB\nc", around=1)) == [
        ("@", "@@ -1,3 +1,3 @@"),
        (" ", "a"),
        ("-", "b"),
        ("+", "B"),
        (" ", "c"),
    ]
    assert list(diff("same", "same")) == []


def test_static_sheets_escape_everything(fresh):
    for text in HOSTILE[:3]:
        with nbtrack.start_run(run_name=text):
            nbtrack.log_params({text: text})
            nbtrack.set_tag(text, text)
    runs = nbtrack.search_runs(output_format="list")
    comparison = sections.comparison_sections(compare(runs), ["<script>a</script>", "b", None])
    for each in (comparison, sections.run_sections(runs[0], "<script>x</script>", [], [])):
        markup = section_painting.static_html("<script>t</script>", each, "ab12")
        assert "<script" not in markup
        assert "&lt;script&gt;" in markup
