"""The same program gives the same in a folder, behind nbtrack's server and behind MLflow's."""

from __future__ import annotations

import pytest
from kernels import Kernel

import nbtrack

PLACES = ["folder", "nbtrack server", "mlflow server"]

SCRIPT = """
import nbtrack as mlflow

mlflow.set_experiment("digits")
with mlflow.start_run(run_name="outer", tags={"team": "red"}, description="a note") as outer:
    mlflow.log_params({"lr": 0.1, "layers": [1, 2]})
    for step in range(30):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=29)
    mlflow.set_tag("stage", "draft")
    mlflow.log_text("hello", "texts/hello.txt")
    mlflow.log_dict({"a": 1}, "conf.json")
    mlflow.log_table({"x": [1, 2]}, "rows.json")
    with mlflow.start_run(run_name="inner", nested=True):
        mlflow.log_metric("loss", 0.5)
try:
    with mlflow.start_run(run_name="broken"):
        mlflow.log_metric("loss", 2)
        1 / 0
except ZeroDivisionError:
    pass
client = mlflow.MlflowClient()
found = mlflow.search_runs(order_by=["attributes.start_time ASC"], output_format="list")
for run in found:
    own = {k: v for k, v in run.data.tags.items() if not k.startswith(("mlflow.source", "mlflow.user", "nbtrack.owner"))}
    own.pop("mlflow.parentRunId", None)
    own.pop("mlflow.loggedArtifacts", None)
    print(run.info.run_name, run.info.status, *(sorted(held.items()) for held in (run.data.params, run.data.metrics, own)))
print([(p.step, p.value) for p in client.get_metric_history(outer.info.run_id, "loss")])
frame = mlflow.search_runs(filter_string="metrics.acc > 0.5")
print(frame["metrics.acc"].tolist(), frame["params.lr"].tolist())
print(sorted(f.path for f in client.list_artifacts(outer.info.run_id)), client.list_artifacts(outer.info.run_id, "texts"))
print(mlflow.artifacts.load_text(f"runs:/{outer.info.run_id}/texts/hello.txt"))
print(mlflow.load_table("rows.json").to_dict("list"))
inner = client.get_parent_run(mlflow.search_runs(filter_string="attributes.run_name = 'inner'")["run_id"][0])
print(inner.info.run_name)
client.delete_run(outer.info.run_id)
print(len(mlflow.search_runs()), client.get_run(outer.info.run_id).info.lifecycle_stage)
client.restore_run(outer.info.run_id)
client.rename_experiment(outer.info.experiment_id, "letters")
print(client.get_experiment_by_name("letters").name, client.get_experiment_by_name("digits"))
with mlflow.start_run() as reader, mlflow.set_active_model(name="net") as model:
    mlflow.log_metric("f1", 0.5)
mlflow.log_model_params({"depth": 3}, model.model_id)
mlflow.set_logged_model_tags(model.model_id, {"stage": "trial"})
model = mlflow.get_logged_model(model.model_id)
print(model.name, model.status, model.params, model.tags["stage"], [(each.key, each.value) for each in model.metrics])
print([each.model_id == model.model_id for each in client.get_run(reader.info.run_id).inputs.model_inputs])
mlflow.delete_logged_model_tag(model.model_id, "stage")
"""


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    """Return an empty tracking URI of each kind."""
    if request.param == "folder":
        return str(tmp_path / "mlruns")
    if request.param == "nbtrack server":
        stage = request.getfixturevalue("stage")
        stage.keep(tmp_path / "kept")
        return stage.uri
    server = request.getfixturevalue("mlflow_server")
    server.tell("empty")
    return server.uri


def printed(uri, capsys):
    nbtrack.set_tracking_uri(uri)
    exec(compile(SCRIPT, "script.py", "exec"), {"__name__": "script"})
    return capsys.readouterr().out


def test_script(place, capsys, tmp_path):
    assert printed(place, capsys) == printed(str(tmp_path / "beside"), capsys)


CELL = """%%track first
import math
lr = 0.1
for epoch in range(40):
    loss = math.exp(-lr * epoch)
print(loss)
"""


def test_tracked_cell(place, tmp_path):
    kernel = Kernel(tmp_path)
    try:
        setup = f"import nbtrack\nnbtrack.set_tracking_uri({place!r})\n%load_ext nbtrack"
        assert kernel.run(setup).errors == ""
        done = kernel.run(CELL)
        assert done.reply["status"] == "ok"
        assert done.errors == ""
        assert len(done.cards) == 1
        table = kernel.run("%runs")
        assert (table.reply["status"], table.errors) == ("ok", "")
        shown = kernel.run("from nbtrack.notebook.panels import RunTable; print(RunTable().static()['text/plain'])")
        assert "first" in shown.text
        assert kernel.run("nbtrack.flush()").errors == ""
    finally:
        kernel.stop()
    client = nbtrack.MlflowClient(place)
    (run,) = client.search_runs(["0"])
    assert (run.info.run_name, run.info.status, run.data.params["lr"]) == ("first", "FINISHED", "0.1")
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 40
    assert {each.path for each in client.list_artifacts(run.info.run_id)}


def test_cell_goes_on_without_its_server(tmp_path):
    kernel = Kernel(tmp_path)
    try:
        kernel.run("import os; os.environ['MLFLOW_HTTP_REQUEST_MAX_RETRIES'] = '0'")
        assert (
            kernel.run("import nbtrack\nnbtrack.set_tracking_uri('http://127.0.0.1:1')\n%load_ext nbtrack").errors == ""
        )
        done = kernel.run(CELL)
        assert (done.reply["status"], kernel.run("print(epoch)").text) == ("ok", "39\n")
        assert "this cell is not tracked: http://127.0.0.1:1 does not answer" in done.errors
    finally:
        kernel.stop()
