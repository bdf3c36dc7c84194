"""What the page is drawn from, endpoint by endpoint."""

from __future__ import annotations

import csv
import io
import json
import re
from array import array

import pytest

import nbtrack

OURS = "/api/2.0/nbtrack/"


def test_the_page_is_served_with_a_policy_that_forbids_scripts_in_it(page):
    answer = page.client.get("/")
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son\w+=", answer.text)
    linked = re.findall(r'(?:href|src)="([^"]+)"', answer.text)
    assert linked
    assert not any(each.startswith(("/", "http")) for each in linked)
    for each in linked:
        found = page.client.get(f"/{each}")
        assert found.status_code == 200
        again = page.client.get(f"/{each}", headers={"If-None-Match": found.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_table_has_rows_columns_and_what_is_the_same_in_all(page, runs):
    found = page.post(f"{OURS}runs/table", experiment_ids=["1"], sort=[["metrics.loss", "asc"]], limit=2)
    assert [each["id"] for each in found["rows"]] == [runs[2], runs[1]]
    assert found["total"] == 3
    assert found["experiment"] == {"id": "1", "name": nbtrack.get_experiment("1").name}
    assert found["constant"] == [["seed", "0"]]
    assert "params.lr" in [each["id"] for each in found["columns"]]
    more = page.post(f"{OURS}runs/table", sort=[["metrics.loss", "asc"]], offset=2)
    assert [each["id"] for each in more["rows"]] == [runs[0]]
    assert more["experiment"] is None
    chosen = page.post(
        f"{OURS}runs/table", columns=["metrics.acc"], values={"acc": "min"}, marks={"metrics.acc": "heat"}
    )
    assert [each["id"] for each in chosen["columns"]] == ["attributes.run_name", "metrics.acc"]
    assert [each["v"][1] for each in chosen["rows"]] == [0, 0, 0]
    grouped = page.post(f"{OURS}runs/table", group="params.lr", closed=["group:lr = 0.1"])
    assert [each["label"] for each in grouped["rows"] if "label" in each][-1] == "lr = 0.1"
    assert len(page.post(f"{OURS}runs/table/columns")["columns"]) > 5


def test_a_filter_that_cannot_be_read_tells_where(page, runs):
    answer = page.client.post(f"{OURS}runs/table", json={"filter": "metrics.loss >> 1"})
    assert answer.status_code == 400
    assert answer.json()["column"] == 14
    assert "number" in answer.json()["reason"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("runs/table", {"sort": [["a"]]}),
        ("runs/table", {"sort": [["metrics.a", "up"]]}),
        ("runs/table", {"values": ["a"]}),
        ("runs/table", {"marks": {"a": 1}}),
        ("runs/table", {"columns": ["bogus.x"]}),
        ("runs/table", {"values": {"a": "median"}}),
        ("runs/table", {"marks": {"a": "stars"}}),
        ("runs/table", {"filter": "a" * 10_000}),
        ("runs/export", {"kind": "exe"}),
        ("metrics/curves", {"run_ids": ["x"] * 200}),
        ("metrics/curves", {"run_ids": [], "x": "sideways"}),
        ("runs/comparison", {"run_ids": ["a"]}),
        ("runs/comparison/export", {"run_ids": ["a"], "kind": "exe"}),
    ],
)
def test_what_makes_no_sense_is_the_clients_mistake(page, runs, path, body):
    answer = page.client.post(OURS + path, json=body)
    assert answer.status_code in {400, 404}
    assert answer.json()["message"]


def test_a_chart_gets_thinned_curves_and_finer_points_of_a_part(page, fresh):
    with nbtrack.start_run() as run:
        steps = range(100_000)
        nbtrack.MlflowClient().log_columns(run.info.run_id, {"loss": (steps, steps, [each % 977 for each in steps])})
    head, data = page.post(f"{OURS}metrics/curves", run_ids=[run.info.run_id], width=500)
    (place,) = head["series"]
    assert 500 < place["length"] <= 1_000
    assert place["total"] == 100_000
    assert head["lower"] == head["metrics"] == ["loss"]
    values = array("d", data)
    assert (min(values[place["length"] :]), max(values[place["length"] :])) == (0, 976)
    head, data = page.post(f"{OURS}metrics/curves", run_ids=[run.info.run_id], x0=1_000, x1=1_100, width=500)
    xs = array("d", data)[: head["series"][0]["length"]]
    assert list(xs) == list(range(999, 1_102))


def test_runs_that_share_a_value_become_one_line(page, runs):
    head, _ = page.post(f"{OURS}metrics/curves", run_ids=runs, metrics=["loss"], band="seed")
    assert [each["name"] for each in head["lines"]] == ["seed = 0"]
    assert len(head["series"]) == 1
    assert "spread" in head["series"][0]


def test_points_are_those_of_runs_or_of_what_a_table_finds(page, runs):
    asked = {"kind": "scatter", "axes": ["lr", "loss"]}
    some = page.post(f"{OURS}runs/scatter", run_ids=runs[:1], **asked)
    assert ([each["id"] for each in some["points"]], some["found"]) == (runs[:1], 1)
    every = page.post(f"{OURS}runs/scatter", experiment_ids=["1"], filter="", **asked)
    assert ({each["id"] for each in every["points"]}, every["found"]) == (set(runs), len(runs))
    one = page.post(f"{OURS}runs/scatter", experiment_ids=["1"], filter="params.lr = '0.05'", **asked)
    assert one["found"] == 1


def test_a_run_and_a_comparison_are_told_in_sections(page, runs):
    run = page.get(f"{OURS}runs/details", run_id=runs[0])
    kinds = {each["kind"]: each for each in run["sections"]}
    assert kinds["note"]["text"] == "first"
    assert [path for path, _ in kinds["files"]["files"]] == ["cell.py", "page.html", "sub/table.csv"]
    assert run["run"]["info"]["run_name"] == run["title"] == "net-0"
    both = page.post(f"{OURS}runs/comparison", run_ids=runs[:2])
    assert both["title"] == "net-0 · net-1"
    assert {each["kind"] for each in both["sections"]} == {"values", "grid"}


def test_runs_are_exported_as_csv_and_json(page, runs):
    rows = list(csv.DictReader(io.StringIO(page.post(f"{OURS}runs/export").decode())))
    assert sorted(each["run_id"] for each in rows) == sorted(runs)
    found = json.loads(page.client.post(f"{OURS}runs/export", json={"kind": "json", "run_ids": runs[:1]}).content)
    assert [each["info"]["run_id"] for each in found] == runs[:1]
    assert {each["key"]: each["value"] for each in found[0]["data"]["metrics"]}["loss"] == 0.2


def test_a_page_among_the_artifacts_can_do_nothing(page, runs):
    head, data = page.get(f"{OURS}artifacts/preview", run_id=runs[0], path="page.html")
    assert (head["show"], b"drawn" in data) == ("page", True)
    answer = page.client.get("/get-artifact", params={"run_id": runs[0], "path": "page.html", "preview": "1"})
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "allow" not in policy
    head, _ = page.get(f"{OURS}artifacts/preview", run_id=runs[0], path="sub/table.csv")
    assert head == {"show": "table", "heads": ["a", "b"], "rows": [["1", "2"]]}


@pytest.mark.parametrize("path", ["../../x", "/etc/passwd", "sub/../../y", "C:/x", "a\\b", "nothing.txt", ""])
@pytest.mark.parametrize("endpoint", [f"{OURS}artifacts/preview", "/get-artifact"])
def test_an_artifact_path_leads_nowhere_else(page, runs, endpoint, path):
    answer = page.client.get(endpoint, params={"run_id": runs[0], "path": path, "preview": "1"})
    assert answer.status_code in {400, 403, 404}
    assert "root:" not in answer.text


def test_artifacts_kept_elsewhere_leave_the_run_to_be_seen(page, fresh):
    elsewhere = fresh / "elsewhere"
    nbtrack.create_experiment("away", str(elsewhere))
    nbtrack.set_experiment("away")
    with nbtrack.start_run() as run:
        nbtrack.log_text("secret", "a.txt")
        nbtrack.log_param("lr", 1)
    sections = page.get(f"{OURS}runs/details", run_id=run.info.run_id)["sections"]
    assert {each["kind"] for each in sections} == {"state", "note", "charts", "values", "tags"}


def test_card_of_a_run_is_what_the_notebook_shows(page, runs):
    card = page.get(f"{OURS}runs/card", run_id=runs[0])
    run = nbtrack.get_run(runs[0])
    assert (card["name"], card["status"]) == (run.info.run_name, run.info.status)
    assert (card["note"], card["tags"]) == ("first", [["team", "vision"]])
    assert {key for key, _, _ in card["params"]} == set(run.data.params)
    assert [each["key"] for each in card["metrics"]] == sorted(run.data.metrics)


def test_rows_say_which_runs_a_chart_has_nothing_to_draw_of(page, runs):
    with nbtrack.start_run(run_name="bare"):
        nbtrack.log_params({"lr": 1})
    found = page.post(f"{OURS}runs/table")["rows"]
    assert [each.get("without_metrics", False) for each in found] == [True, False, False, False]
