"""Every notebook of the project runs from top to bottom, and its saved form shows what it should."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import nbtrack

FOLDER = Path(__file__).parents[2] / "notebooks"
SPLIT = {"train_test_split.test_size": "0.3", "train_test_split.random_state": "0"}
"""The settings of the split that an early cell of the notebooks makes."""


@pytest.fixture(scope="module", params=sorted(each.name for each in FOLDER.glob("*.ipynb")))
def executed(request, tmp_path_factory):
    """Run a notebook in a folder of its own; return it and the folder."""
    folder = tmp_path_factory.mktemp("notebooks")
    shutil.copy(FOLDER / request.param, folder)
    notebook = nbformat.read(folder / request.param, as_version=4)
    kept = {key: os.environ.pop(key) for key in list(os.environ) if key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))}
    try:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    finally:
        os.environ.update(kept)
    return request.param, notebook, folder


def outputs(notebook, kind):
    """Return everything of one mime type that the notebook shows."""
    return [
        output.data[kind]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if kind in output.get("data", {})
    ]


def test_runs_from_top_to_bottom(executed):
    _, notebook, _ = executed
    said = [
        output.text
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]
    assert said == []


def test_no_output_is_kept_in_the_repository():
    for path in FOLDER.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        assert [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs] == [], path.name


def test_panels_leave_static_siblings_without_script(executed):
    _, notebook, _ = executed
    pages = outputs(notebook, "text/html")
    assert any("data-nbtrack-static" in page for page in pages)
    assert all("<script" not in page and len(page) < 200_000 for page in pages)


def test_quickstart_records_what_its_cells_compute(executed):
    name, _, folder = executed
    if name != "01-quickstart.ipynb":
        pytest.skip("about the quickstart")
    nbtrack.set_tracking_uri(folder / "mlruns")
    runs = {run.info.run_name: run for run in nbtrack.search_runs(output_format="list")}
    assert set(runs) == {"logistic", "forest", "neighbours", "softmax", "softmax-2"}
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    assert runs["logistic"].data.params["C"] == "0.1"
    assert runs["forest"].data.params["RandomForestClassifier.max_depth"] == "7"
    assert set(runs["neighbours"].data.metrics) == {"accuracy", "f1"}
    assert runs["softmax"].data.params == {"rate": "0.5", "epochs": "80", **SPLIT}
    history = nbtrack.MlflowClient().get_metric_history(runs["softmax-2"].info.run_id, "loss")
    assert [each.step for each in history] == list(range(80))
    code = Path(nbtrack.artifacts.download_artifacts(run_id=runs["forest"].info.run_id, artifact_path="cell.py"))
    assert "RandomForestClassifier" in code.read_text()


def test_nothing_to_log_records_what_it_says(executed):
    name, _, folder = executed
    if name != "02-nothing-to-log.ipynb":
        pytest.skip("about the second notebook")
    nbtrack.set_tracking_uri(folder / "mlruns")
    runs = nbtrack.search_runs(output_format="list", search_all_experiments=True, order_by=["start_time"])
    named = {run.info.run_name: run for run in runs}
    assert len(runs) == 8
    assert runs[0].data.params == {"C": "0.05", "LogisticRegression.max_iter": "500", **SPLIT}
    assert runs[1].data.params == {
        "rate": "0.05",
        "SGDClassifier.loss": "log_loss",
        "SGDClassifier.learning_rate": "constant",
        "SGDClassifier.random_state": "0",
        **SPLIT,
    }
    assert [run.data.params["C"] for run in runs if run.info.run_name == "fit"] == ["0.01", "0.1", "1.0"]
    assert set(named["block"].data.metrics) == {"accuracy"}
    assert "patience" not in named["noted"].data.params
    assert named["noted"].data.tags["stage"] == "trial"
    assert (named["fragile"].info.status, named["fragile"].data.latest[0].step) == ("FAILED", 6)


def test_real_code_records_what_its_author_would_have_logged(executed):
    name, _, folder = executed
    if name != "04-real-code.ipynb":
        pytest.skip("about the fourth notebook")
    nbtrack.set_tracking_uri(folder / "mlruns")
    client = nbtrack.MlflowClient()
    found = nbtrack.search_runs(output_format="list", search_all_experiments=True)
    runs = {run.info.run_name: run for run in found}

    def points(run, key):
        return len(client.get_metric_history(runs[run].info.run_id, key))

    assert runs["function"].data.params["SGDClassifier.eta0"] == "0.01"
    assert runs["function"].data.params["train.epochs"] == "12"
    assert (points("function", "train_loss"), points("function", "test_accuracy")) == (12, 12)
    assert set(runs["class"].data.metrics) == {"losses_"}
    assert points("class", "losses_") == 60
    assert points("network", "loss_curve_") > 5
    assert set(runs["search"].data.metrics) == {"best_score_"}
    assert {"best.C", "best.gamma", "GridSearchCV.cv"} <= runs["search"].data.params.keys()
    assert {"accuracy", "macro_f1", "weighted_f1"} <= runs["report"].data.metrics.keys()
    rows = nbtrack.rows(runs["sweep"])
    assert list(rows.columns) == ["depth", "criterion", "score"]
    assert len(rows) == points("sweep", "score") == 6
    assert set(runs["shares"].data.metrics) == {"accuracy", "errors"}


def test_searches_find_the_best_of_their_runs(executed):
    name, _, folder = executed
    if name != "05-models-and-projects.ipynb":
        pytest.skip("about the fifth notebook")
    nbtrack.set_tracking_uri(folder / "mlruns")
    found = {
        each: nbtrack.search_runs(experiment_names=[each], output_format="list")
        for each in ("smallest tree", "trees by Optuna")
    }
    tried = {int(run.data.params["depth"]): run.data.metrics["accuracy"] for run in found["smallest tree"]}
    assert len(tried) == len(found["smallest tree"]) == 5
    smallest = min(depth for depth, accuracy in tried.items() if accuracy >= 0.8)
    assert tried[smallest - 1] < 0.8
    assert len(found["trees by Optuna"]) == 12


def test_what_mlflow_wrote_is_imported_and_pushed_unchanged(executed):
    name, notebook, folder = executed
    if name != "06-coming-from-mlflow.ipynb":
        pytest.skip("about the sixth notebook")
    assert outputs(notebook, "text/plain").count("True") == 3
    runs = nbtrack.MlflowClient(folder / "runs").search_runs(["1"])
    assert sorted(run.info.run_name for run in runs) == ["new-rate", "rate 0.02", "rate 0.1", "rate 0.5"]
    printed = "".join(
        output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    )
    assert "Imported 3 new runs, updated 0, found 0 unchanged: 180 points and 3 artifacts were added" in printed
    assert "Imported 0 new runs, updated 0, found 3 unchanged" in printed
    assert "nbtrack import" in printed
    assert "rate 0.1 0.1 60" in printed
    assert "Exported 4 new runs to for-mlflow/mlruns" in printed


def test_a_number_that_moved_is_explained_and_a_choice_is_defended(executed):
    name, notebook, folder = executed
    if name != "07-what-changed.ipynb":
        pytest.skip("about the seventh notebook")
    shown = "\n".join(outputs(notebook, "text/plain"))
    assert "C                      1.0 → 0.5" in shown
    assert "569 → 477 rows" in shown
    assert "logistic is better than forest." in shown
    (sweep,) = nbtrack.MlflowClient(folder / "mlruns").search_runs(["0"], "tags.`nbtrack.sweep` LIKE '%'")
    assert sweep.data.params["best.kind"] == "logistic"
    report = (folder / "decision.html").read_text(encoding="utf-8")
    assert "More accurate than the forest over 8 seeds" in report
