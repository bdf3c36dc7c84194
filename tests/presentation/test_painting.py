"""The table, the card and the figure of runs."""

from __future__ import annotations

import io
import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import nbtrack
from nbtrack.entities import KeySummary, Overview, ViewType
from nbtrack.presentation import card, card_markup, figures, html, metric_curves, palette, table_layout, terminal
from nbtrack.query import parse

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    "&lt;b&gt;",
    "\u202eevil",
    "$x_1$",
    "_hidden",
]


class Reader(HTMLParser):
    """Collects elements and text."""

    def __init__(self):
        super().__init__()
        self.elements, self.attributes, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.text += data


def read(markup):
    reader = Reader()
    reader.feed(markup)
    assert not {"script", "iframe", "img", "b2"} & set(reader.elements)
    assert not [name for name in reader.attributes if name.startswith("on")]
    return reader.text


def runs():
    return nbtrack.search_runs(output_format="list", order_by=["attributes.start_time"])


def shape():
    store = nbtrack.MlflowClient().store
    return table_layout.shape(store.overview(["0"], parse(""), ViewType.ACTIVE_ONLY))


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (("0.1", "0.25"), [0.1, 0.25]),
        (("1", "-12"), [1, -12]),
        (("0.1", "007", "9"), [0.1, "007", 9]),
        (("1e-3", "2"), ["1e-3", 2]),
        (("adam", "sgd"), ["adam", "sgd"]),
        (("1", "inf"), ["1", "inf"]),
    ],
)
def test_parameters_that_are_numbers_line_up_and_no_character_is_lost(texts, shown):
    for text in texts:
        with nbtrack.start_run():
            nbtrack.log_params({"p": text})
    found = table_layout.shape(nbtrack.MlflowClient().store.overview(["0"], parse(""), ViewType.ACTIVE_ONLY))
    assert [table_layout.row(each, found.columns)[4] for each in runs()] == shown


def test_constant_parameters_are_no_columns():
    for lr in (0.1, 0.2):
        with nbtrack.start_run():
            nbtrack.log_params({"lr": lr, "seed": 0})
            nbtrack.log_metric("acc", lr)
            nbtrack.set_tag("mine", "x")
    found = shape()
    assert found.constant == (("seed", "0"),)
    assert [each.id for each in found.columns[4:]] == ["params.lr", "metrics.acc"]
    assert found.more_columns == 0
    assert table_layout.row(runs()[0], found.columns)[4:] == [0.1, 0.1]


def test_long_dotted_names_are_shortened_and_rare_parameters_come_last():
    seen = {
        "RandomForestClassifier.max_depth": KeySummary(1, "7", "7"),
        "a.lr": KeySummary(9, "1", "2"),
        "LogisticRegression.C": KeySummary(9, "1", "2"),
        "SupportVectorMachine.C": KeySummary(9, "1", "2"),
    }
    found = table_layout.shape(Overview(10, seen, {"acc": KeySummary(10, 0.1, 0.2)}, {}))
    labels = [each.label for each in found.columns[4:]]
    assert labels == ["a.lr", "LogisticRegression.C", "SupportVectorMachine.C", "acc", "max_depth"]


def test_too_many_columns_wait():
    seen = {f"m{number:03d}": KeySummary(5, 0.0, 1.0) for number in range(100)}
    found = table_layout.shape(Overview(5, {}, seen, {}))
    assert (len(found.columns), found.more_columns) == (table_layout.MOST_COLUMNS, 64)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_rows_hold_what_json_knows(value):
    with nbtrack.start_run():
        nbtrack.log_metric("m", value)
    (cell,) = table_layout.row(runs()[0], shape().columns)[4:]
    assert float(cell) == value or math.isnan(float(cell))


@pytest.mark.parametrize("text", HOSTILE)
def test_static_table_and_card_escape_everything(text):
    with nbtrack.start_run(run_name=text):
        nbtrack.log_params({text: text, "b": text})
        nbtrack.log_metric(text, 1)
    (run,) = runs()
    shown = read(html.static_table(shape(), [run], "ab12"))
    assert text in shown.replace("…", "")
    said = card.card(run, {}, None, {}, f"ValueError: {text}")
    assert text in read(card_markup.markup(said))
    assert "\n" not in card.text(said)
    terminal.table(shape(), [run])


def test_card_shows_what_changed():
    with nbtrack.start_run(run_name="one"):
        nbtrack.log_params({"lr": 0.1, "seed": 0})
        nbtrack.log_metrics({"acc": 0.5, "loss": 2.0})
    with nbtrack.start_run(run_name="two"):
        nbtrack.log_params({"lr": 0.2, "seed": 0})
        nbtrack.log_metrics({"acc": 0.4, "loss": 1.0})
    first, second = runs()
    said = card.card(
        second, {"loss": [3, 2, 1]}, first, {"acc": KeySummary(1, 0.5, 0.5), "loss": KeySummary(1, 2.0, 2.0)}, None
    )
    assert said.params == (("lr", "0.2", "0.1"),)
    acc, loss = said.metrics
    assert (acc.better, acc.best, loss.better, loss.best) == (False, False, True, True)
    text = re.sub(r"\s+", " ", read(card_markup.markup(said)))
    assert "lr 0.2 was 0.1" in text
    assert "acc 0.4" in text
    assert " loss 1 " in text, "items stay apart where their style is taken away"
    assert "▼ −0.1" in text
    assert "▼ −1" in text
    titles = re.findall(r'title="([^"]*)"[^>]*>([▲▼])', card_markup.markup(said))
    assert titles == [("worse than in the last run", "▼"), ("better than in the last run", "▼")]
    assert 'aria-label="▼ −1, better"' in card_markup.markup(said)
    assert "acc=0.4 (▼ −0.1, worse) loss=1 (▼ −1, better)" in card.text(said)
    assert card_markup.markup(said).count("<polyline") == 1
    far = card.card(second, {}, first, {"acc": KeySummary(2, 0.5, 0.9)}, None)
    assert "acc 0.4 ▼ −0.1 best 0.9" in re.sub(r"\s+", " ", read(card_markup.markup(far)))
    assert card.text(said).startswith("two ✓ FINISHED")


def test_card_has_the_tags_and_the_note_of_the_user_and_says_what_it_leaves_out():
    with nbtrack.start_run(run_name="one", description="a first look", tags={"team": "red"}):
        nbtrack.log_params({f"p{number:02d}": number for number in range(30)})
    (run,) = runs()
    shown = read(card_markup.markup(card.card(run, {}, None, {}, None)))
    assert "team=red" in shown
    assert "a first look" in shown
    assert "mlflow." not in shown
    assert "p23" in shown
    assert "p24" not in shown
    assert "and 6 more parameters" in shown


def test_spark_line_needs_two_numbers():
    assert html.spark([1.0], "#000000") == ""
    assert html.spark([math.nan, math.inf], "#000000") == ""
    assert "polyline" in html.spark([1.0, 1.0], "#000000")


def test_colour_of_a_run_follows_its_last_digit():
    assert (
        palette.run_colour("0" * 31 + "a") == palette.run_colour("f" * 31 + "a") != palette.run_colour("f" * 31 + "b")
    )
    assert re.fullmatch("#[0-9a-f]{6}", palette.run_colour("not hex"))
    assert palette.run_colour("0" * 32, dark=True) != palette.run_colour("0" * 32)


@pytest.mark.parametrize("axis", ["step", "time", "relative"])
def test_figure_is_a_picture_of_every_metric(axis):
    x = np.array([1.0, 2.0, 3.0]) * (86_400_000 if axis == "time" else 1)
    curves = [
        figures.Curve("a" * 32, name, metric, metric_curves.Series(x, x, 3))
        for name in HOSTILE
        for metric in ("loss", "$acc$")
    ]
    figure = figures.metric_history(curves, ["loss", "$acc$"], axis=axis, log_y=True)
    assert [each.get_title() for each in figure.axes] == ["loss", "$acc$"]
    assert len(figure.axes[0].lines) == len(HOSTILE)
    picture = figures.png(figure)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000


def test_figure_leaves_pyplot_alone():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    figures.png(figures.metric_history([], []))
    assert plt.get_fignums() == before


def test_figure_can_be_saved_by_the_user():
    x = np.array([1.0, 2.0])
    figure = figures.metric_history([figures.Curve("a" * 32, "n", "m", metric_curves.Series(x, x, 2))], ["m"])
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    assert b"<svg" in buffer.getvalue()


def test_curves_are_bars_in_a_terminal():
    def curve(name, metric, values):
        y = np.array(values)
        return figures.Curve("a" * 32, name, metric, metric_curves.Series(np.arange(len(y)) * 1.0, y, len(y)))

    falling, flat = curve("net", "loss", [4.0, 3.0, 2.0, 0.5]), curve("other net", "loss", [0.5, math.nan, 0.5])
    shown = terminal.curves([falling, flat, curve("net", "acc", [0.9]), curve("net", "gone", [math.nan])])
    assert shown.splitlines() == [
        "loss: 0.5 to 4",
        "  net        █▆▄▁  4 → 0.5",
        "  other net  ▁▁  0.5 → 0.5",
        "acc: 0.9 to 0.9",
        "  net  ▁  0.9",
    ]
    assert len(terminal.curves([curve("net", "loss", range(1000))]).splitlines()[1]) < 80
