"""Filters of a run table, written as its headings are."""

import pytest

import nbtrack
from nbtrack.errors import FilterError
from nbtrack.notebook.panels import RunTable


@pytest.fixture
def runs(fresh):
    client = nbtrack.MlflowClient()
    for number, name in enumerate(("net-small", "net-large", "forest")):
        with nbtrack.start_run(run_name=name) as run:
            nbtrack.log_params({"lr": 0.1 * number, "params.alpha": number, "RandomForestClassifier.depth": number})
            nbtrack.log_metrics({"acc": 0.8 + number / 20, "metrics.f1": number, "val/acc": number})
    client.set_terminated(run.info.run_id, "FAILED")


def found(filter):
    table = RunTable(filter)
    rows = table.page["rows"]
    table.close()
    return sorted(each["v"][0] for each in rows)


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ("acc > 0.82", ["forest", "net-large"]),
        ("lr = 0.0", ["net-small"]),
        ("alpha >= 2", ["forest"]),
        ("params.alpha < 1", ["net-small"]),
        ("params.params.alpha < 1", ["net-small"]),
        ("f1 = 1 or metrics.f1 = 2", ["forest", "net-large"]),
        ("depth = 1", ["net-large"]),
        ("`val/acc` > 1", ["forest"]),
        ("RandomForestClassifier.depth = 0", ["net-small"]),
        ("name LIKE 'net%'", ["net-large", "net-small"]),
        ("Status = Failed", ["forest"]),
        ("status = 'Finished'", ["net-large", "net-small"]),
        ("Failed", ["forest"]),
        ("net", ["net-large", "net-small"]),
        ("NET-s", ["net-small"]),
        ("lar net", ["net-large"]),
        ("duration < 1.5min and duration >= 0ms", ["forest", "net-large", "net-small"]),
        ("duration > 1h", []),
        ("started > 0", ["forest", "net-large", "net-small"]),
        ("started > '2020-01-31' and Started < '2999-01-01 10:30'", ["forest", "net-large", "net-small"]),
        ("attributes.start_time < '2020-01-31T00:00+02:00'", []),
    ],
)
def test_headings_are_filters_as_they_stand(runs, filter, names):
    assert found(filter) == names


def test_a_misspelt_heading_gets_a_suggestion(runs):
    with pytest.raises(FilterError, match=r"Did you mean metrics\.acc") as caught:
        RunTable("acs > 0.9")
    assert caught.value.column == 0
    with pytest.raises(FilterError, match=r"no column 'nothing'; there are"):
        RunTable("acc > 0.5 and nothing > 0.9")


@pytest.mark.parametrize("filter", ["acc", "metrics.acc", "acc >", "metrics."])
def test_an_unfinished_filter_is_no_search_by_name(runs, filter):
    with pytest.raises(FilterError) as caught:
        RunTable(filter)
    assert caught.value.column >= len(filter) - 1


def test_an_invalid_date_is_refused_with_the_expected_form(runs):
    with pytest.raises(FilterError, match=r"expected a date such as '2026-11-30'") as caught:
        RunTable("started > 'yesterday'")
    assert caught.value.column == 10


def test_a_filter_with_headings_finds_the_same_everywhere(runs):
    table = RunTable("acc > 0.82")
    assert len(table.frame()) == 2
    table.close()


def test_an_empty_result_keeps_the_columns(runs):
    whole, empty = RunTable(), RunTable("acc > 7")
    assert empty.page["columns"] == whole.page["columns"]
    assert (empty.page["total"], empty.page["rows"]) == (0, [])
    for each in (whole, empty):
        each.close()
