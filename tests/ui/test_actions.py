"""Each action that the team notebook lists is on the page, and its function and its endpoint do the same."""

from __future__ import annotations

import io
import json
import re
from array import array
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from ui_server import looked_at

import nbtrack
from nbtrack import tags as reserved
from nbtrack.wire.endpoint_table import TABLE

NOTEBOOK = nbformat.read(Path(__file__).parents[2] / "notebooks" / "03-team.ipynb", as_version=4)
LINES = re.findall(r"^\| ([^|]+) \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", NOTEBOOK.cells[-1].source, re.MULTILINE)
ACTIONS = {action: (function, endpoint) for _, action, function, endpoint in LINES}
MLFLOW, OURS = "/api/2.0/mlflow/", "/api/2.0/nbtrack/"
ROUTES = {f"GET {OURS}runs/package", f"POST {OURS}runs/import", "GET /get-artifact"}


def written(lines):
    """Return code that came in pieces."""
    return "\n".join("".join(text for _, text in line) for line in lines)


def named(experiments):
    return sorted(each["name"] if isinstance(each, dict) else each.name for each in experiments)


def ids(page, **look):
    return [each["id"] for each in page.post(f"{OURS}runs/table", **look)["rows"] if each["id"]]


def panel(*, sort=(), **options):
    """Return what a table of the notebook shows."""
    shown = nbtrack.runs(sort=sort)
    for name, value in options.items():
        setattr(shown.table, name, value)
    page = shown.table.page
    shown.close()
    return page


def found(filter_string=""):
    return [
        each.info.run_id
        for each in nbtrack.search_runs(filter_string=filter_string, search_all_experiments=True, output_format="list")
    ]


def package(page, run):
    return page.client.get(f"{OURS}runs/package", params={"run_id": run}).content


def imported(page, content):
    headers = {"Content-Type": "application/zip"}
    answer = page.client.post(f"{OURS}runs/import", params={"experiment_id": "0"}, content=content, headers=headers)
    return nbtrack.get_run(answer.json()["run_id"])


def told(run):
    return run.info.run_name, run.data.params, run.data.tags, run.data.metrics


def zipped(content):
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as package_:
        return {name: package_.read(name) for name in package_.namelist()}


def remember_baseline(run):
    """Keep of what a run is the baseline, until another one is."""
    nbtrack.MlflowClient().set_tag(run, "was", nbtrack.get_run(run).data.tags[reserved.BASELINE])


READING = {
    "search-experiments": (
        lambda _: named(nbtrack.search_experiments()),
        lambda page, _: named(page.post(f"{MLFLOW}experiments/search", max_results=100)["experiments"]),
    ),
    "show-deleted-experiments": (
        lambda _: named(nbtrack.MlflowClient().search_experiments(view_type=2)),
        lambda page, _: named(page.post(f"{MLFLOW}experiments/search", max_results=100, view_type="DELETED_ONLY").get("experiments", [])),
    ),
    "filter": (
        lambda _: found("params.lr = '0.05'"),
        lambda page, _: ids(page, filter="params.lr = '0.05'"),
    ),
    "sort": (
        lambda _: [each["id"] for each in panel(sort=[["metrics.loss", "asc"]])["rows"]],
        lambda page, _: ids(page, sort=[["metrics.loss", "asc"]]),
    ),
    "columns": (
        lambda _: [each["id"] for each in panel(columns=["metrics.acc"])["columns"]],
        lambda page, _: [each["id"] for each in page.post(f"{OURS}runs/table", columns=["metrics.acc"])["columns"]],
    ),
    "group": (
        lambda _: [each.get("label") for each in panel(group="params.lr")["rows"]],
        lambda page, _: [each.get("label") for each in page.post(f"{OURS}runs/table", group="params.lr")["rows"]],
    ),
    "select": (
        lambda runs: list(array("d", nbtrack.chart("loss", runs=runs).data)),
        lambda page, runs: list(array("d", page.post(f"{OURS}metrics/curves", run_ids=runs, metrics=["loss"])[1])),
    ),
    "compare": (
        lambda runs: json.loads(json.dumps(nbtrack.compare(*runs).details.sections)),
        lambda page, runs: page.post(f"{OURS}runs/comparison", run_ids=runs)["sections"],
    ),
    "export-comparison": (
        lambda runs: nbtrack.compare(*runs).csv().encode(),
        lambda page, runs: page.client.post(f"{OURS}runs/comparison/export", json={"run_ids": runs}).content,
    ),
    "show": (
        lambda runs: json.loads(json.dumps(nbtrack.show(runs[0]).details.sections)),
        lambda page, runs: page.get(f"{OURS}runs/details", run_id=runs[0])["sections"],
    ),
    "export": (
        lambda _: sorted(nbtrack.search_runs(search_all_experiments=True)["metrics.loss"]),
        lambda page, _: sorted(pd.read_csv(io.BytesIO(page.post(f"{OURS}runs/export")))["metrics.loss"]),
    ),
    "export-json": (
        lambda _: sorted(nbtrack.search_runs(search_all_experiments=True)["metrics.loss"]),
        lambda page, _: sorted(
            point["value"]
            for run in json.loads(page.post(f"{OURS}runs/export", kind="json"))
            for point in run["data"]["metrics"]
            if point["key"] == "loss"
        ),
    ),
    "export-run": (
        lambda runs: zipped(nbtrack.export_run(runs[0], "a.zip").read_bytes()),
        lambda page, runs: zipped(package(page, runs[0])),
    ),
    "import-run": (
        lambda runs: told(nbtrack.import_run(nbtrack.export_run(runs[0], "a.zip"))),
        lambda page, runs: told(imported(page, package(page, runs[0]))),
    ),
    "preview": (
        lambda runs: Path(nbtrack.MlflowClient().download_artifacts(runs[0], "cell.py")).read_text(),
        lambda page, runs: written(page.get(f"{OURS}artifacts/preview", run_id=runs[0], path="cell.py")[0]["lines"]),
    ),
    "download": (
        lambda runs: Path(nbtrack.MlflowClient().download_artifacts(runs[0], "sub/table.csv")).read_bytes(),
        lambda page, runs: page.client.get("/get-artifact", params={"run_id": runs[0], "path": "sub/table.csv"}).content,
    ),
}  # fmt: skip

WRITING = {
    "create-experiment": (
        lambda _, e: nbtrack.create_experiment("new-0"),
        lambda page, _, e: page.post(f"{MLFLOW}experiments/create", name="new-1"),
        lambda number, _, e: nbtrack.get_experiment_by_name(f"new-{number}").lifecycle_stage,
    ),
    "rename-experiment": (
        lambda _, e: nbtrack.MlflowClient().rename_experiment(e, "other-0"),
        lambda page, _, e: page.post(f"{MLFLOW}experiments/update", experiment_id=e, new_name="other-1"),
        lambda number, _, e: nbtrack.get_experiment(e).name[:-1],
    ),
    "delete-experiment": (
        lambda _, e: nbtrack.delete_experiment(e),
        lambda page, _, e: page.post(f"{MLFLOW}experiments/delete", experiment_id=e),
        lambda number, _, e: nbtrack.get_experiment(e).lifecycle_stage,
    ),
    "restore-experiment": (
        lambda _, e: (nbtrack.delete_experiment(e), nbtrack.restore_experiment(e)),
        lambda page, _, e: (nbtrack.delete_experiment(e), page.post(f"{MLFLOW}experiments/restore", experiment_id=e)),
        lambda number, _, e: nbtrack.get_experiment(e).lifecycle_stage,
    ),
    "write-note": (
        lambda run, _: nbtrack.note("good", run=run),
        lambda page, run, _: page.post(f"{MLFLOW}runs/set-tag", run_id=run, key="mlflow.note.content", value="good"),
        lambda number, run, _: nbtrack.get_run(run).data.tags,
    ),
    "set-tag": (
        lambda run, _: nbtrack.MlflowClient().set_tag(run, "stage", "final"),
        lambda page, run, _: page.post(f"{MLFLOW}runs/set-tag", run_id=run, key="stage", value="final"),
        lambda number, run, _: nbtrack.get_run(run).data.tags,
    ),
    "delete-tag": (
        lambda run, _: nbtrack.MlflowClient().delete_tag(run, "team"),
        lambda page, run, _: page.post(f"{MLFLOW}runs/delete-tag", run_id=run, key="team"),
        lambda number, run, _: nbtrack.get_run(run).data.tags,
    ),
    "rename-run": (
        lambda run, _: nbtrack.MlflowClient().update_run(run, name="champion"),
        lambda page, run, _: page.post(f"{MLFLOW}runs/update", run_id=run, run_name="champion"),
        lambda number, run, _: nbtrack.get_run(run).info.run_name,
    ),
    "baseline": (
        lambda run, _: (nbtrack.set_baseline(run), remember_baseline(run)),
        lambda page, run, _: (page.post(f"{OURS}runs/baseline/update", run_id=run), remember_baseline(run)),
        lambda number, run, _: nbtrack.get_run(run).data.tags["was"],
    ),
    "delete": (
        lambda run, _: nbtrack.delete_run(run),
        lambda page, run, _: page.post(f"{MLFLOW}runs/delete", run_id=run),
        lambda number, run, _: nbtrack.get_run(run).info.lifecycle_stage,
    ),
    "undo": (
        lambda run, _: (nbtrack.delete_run(run), nbtrack.MlflowClient().restore_run(run)),
        lambda page, run, _: (nbtrack.delete_run(run), page.post(f"{MLFLOW}runs/restore", run_id=run)),
        lambda number, run, _: nbtrack.get_run(run).info.lifecycle_stage,
    ),
}


def test_every_action_is_tried():
    assert set(ACTIONS) == set(READING) | set(WRITING)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_function_and_the_endpoint_exist(action):
    function, endpoint = ACTIONS[action]
    owner, _, name = function.partition(".")
    assert callable(getattr({"nbtrack": nbtrack, "MlflowClient": nbtrack.MlflowClient}[owner], name))
    served = {f"{each.method} {prefix}{each.path}" for each in TABLE for prefix in each.prefixes}
    assert endpoint in served | ROUTES


@pytest.mark.parametrize("action", READING)
def test_function_and_endpoint_tell_the_same(page, runs, action):
    function, endpoint = READING[action]
    assert function(runs) == endpoint(page, runs)


@pytest.mark.parametrize("action", WRITING)
def test_function_and_endpoint_do_the_same(page, runs, action):
    function, endpoint, state = WRITING[action]
    experiments = [nbtrack.create_experiment(f"e{number}") for number in range(2)]
    function(runs[0], experiments[0])
    endpoint(page, runs[1], experiments[1])
    assert _plain(state(0, runs[0], experiments[0])) == _plain(state(1, runs[1], experiments[1]))


def _plain(state):
    """Leave out what no two runs have in common."""
    return {key: value for key, value in state.items() if "runName" not in key} if isinstance(state, dict) else state


@pytest.mark.browser
def test_every_action_is_on_the_page(runs, chromium, fresh):
    nbtrack.delete_experiment(nbtrack.create_experiment("gone"))
    seen = set()
    with looked_at(fresh / "mlruns") as address:
        page = chromium.new_page()
        both = json.dumps(runs[:2])
        for place in ("", f"#/experiments/1/runs/{runs[0]}", f"#/compare-runs?runs={both}"):
            page.goto(f"{address}/{place}")
            page.wait_for_selector(".nbt-row, .nbt-file, .nbt-sides")
            if place == "":
                page.locator(".nbt-row").first.click()
            page.wait_for_timeout(200)
            seen |= set(page.locator("[data-action]").evaluate_all("all => all.map(each => each.dataset.action)"))
        page.check(".nbt-side input[type=checkbox]")
        page.wait_for_selector("[data-action=restore-experiment]", state="attached")
        seen.add("restore-experiment")
        page.close()
    assert set(ACTIONS) <= seen
