"""The panels from plain ipywidgets, chosen by the setting."""

import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.notebook.panels import fallback

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def runs(fresh, monkeypatch):
    monkeypatch.setenv("NBTRACK_PANELS", "plain")
    for number in range(25):
        with nbtrack.start_run(run_name=HOSTILE if number == 24 else f"r{number:02}"):
            nbtrack.log_param("lr", number)
            for step in range(3):
                nbtrack.log_metric("loss", number + step, step=step)


def test_table_pages_filters_sorts_and_drives_the_chart():
    table = nbtrack.runs(sort=[["attributes.run_name", "asc"]])
    assert isinstance(table, fallback.FallbackRunTable)
    assert "r18" in table._table.value
    assert "r20" not in table._table.value
    table._turn(20)
    assert "r20" in table._table.value
    table.filter.value = "metrics.loss >> 3"
    assert "number" in table._error.value
    table.filter.value = "params.lr = '7'"
    assert (table._error.value, [name for name, _ in table.selection.options]) == ("", ["r07"])
    table.filter.value = ""
    table.order.value = "metrics.loss asc"
    before = table.chart.image.value
    table.selection.value = [table.selection.options[3][1]]
    assert [each.info.run_name for each in table.selected] == ["r03"]
    assert table.chart.image.value != before
    assert len(table.frame()) == 25


def test_chart_comparison_and_run_are_html_and_images():
    chart = nbtrack.chart("loss")
    assert bytes(chart.image.value).startswith(b"\x89PNG")
    chart.log_y.value = True
    assert chart.figure.axes[0].get_yscale() == "log"
    for panel in (nbtrack.compare("r01", HOSTILE), nbtrack.show(HOSTILE)):
        page, below = panel.children
        assert "<img" not in page.value
        assert "&lt;img" in page.value
        saved = panel._repr_mimebundle_()["text/html"]
        assert "&lt;img" in saved
        assert saved.count("<img ") == 1, "that of the curves"
        assert bytes(below.image.value).startswith(b"\x89PNG")


def test_an_unknown_kind_of_panels_is_refused(monkeypatch):
    monkeypatch.setenv("NBTRACK_PANELS", "shiny")
    with pytest.raises(InvalidValue, match=r"NBTRACK_PANELS.*'auto', 'live' or 'plain'"):
        nbtrack.runs()
