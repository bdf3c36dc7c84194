"""Logged models: what MLflow 3 keeps of a model, beside the run that has logged it."""

from __future__ import annotations

import httpx
import numpy as np
import pytest
from model_programs import by_mlflow
from serving import serving

import nbtrack
from nbtrack import process
from nbtrack.entities import LoggedModelInput, LoggedModelStatus
from nbtrack.errors import InvalidValue, NotFound, Unsupported


def log_model(name="net", **options):
    return nbtrack.pyfunc.log_model(name=name, python_model=lambda data: data * 2, pip_requirements=[], **options)


def measured(model_id):
    return [(each.key, each.value, each.step) for each in nbtrack.get_logged_model(model_id).metrics]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return the address of a server of nbtrack."""
    with serving(tmp_path_factory.mktemp("served")) as found:
        yield found.url


@pytest.fixture(params=["local", "server"])
def place(request, tmp_path):
    """Log to a folder, or to a server; the experiment is one of the test."""
    nbtrack.set_tracking_uri(tmp_path / "store" if request.param == "local" else request.getfixturevalue("server"))
    nbtrack.set_experiment(f"{request.node.name}")
    yield
    nbtrack.flush()


def test_metrics_of_a_run_measure_its_model(place):
    with nbtrack.start_run() as run:
        nbtrack.log_param("depth", 3)
        nbtrack.log_metric("acc", 0.5)
        nbtrack.log_metric("loss", 0.25, step=7)
        logged = log_model(params={"lr": 0.1}, tags={"team": "a"}, model_type="toy")
        nbtrack.log_metrics({"f1": 0.75, "recall": 1.0})
        nbtrack.log_metric("loss", 0.125, step=8)
    model = nbtrack.get_logged_model(logged.model_id)
    assert (model.name, model.status, model.source_run_id) == ("net", LoggedModelStatus.READY, run.info.run_id)
    assert (model.params, model.tags, model.model_type) == ({"depth": "3", "lr": "0.1"}, {"team": "a"}, "toy")
    assert sorted(measured(logged.model_id)) == [("acc", 0.5, 0), ("f1", 0.75, 0), ("recall", 1.0, 0)]
    assert nbtrack.get_run(run.info.run_id).data.metrics == {"acc": 0.5, "loss": 0.125, "f1": 0.75, "recall": 1.0}
    assert len(nbtrack.MlflowClient().get_metric_history(run.info.run_id, "acc")) == 1
    assert nbtrack.last_logged_model() == model
    assert model.artifact_location.endswith("/net")
    assert nbtrack.pyfunc.load_model(model.model_uri, trust=True).predict(4) == 8


def test_a_metric_of_another_run_measures_the_model_that_it_names(place):
    with nbtrack.start_run():
        model_id = log_model().model_id
    data = nbtrack.data.from_numpy(np.ones(3), name="held-out")
    with nbtrack.start_run() as other:
        nbtrack.log_metric("acc", 0.9, step=2, model_id=model_id, dataset=data)
        nbtrack.log_metric("acc", 0.1)
    (point,) = nbtrack.get_logged_model(model_id).metrics
    assert (point.value, point.step, point.run_id, point.dataset_name) == (0.9, 2, other.info.run_id, "held-out")
    client = nbtrack.MlflowClient()
    client.log_metric(other.info.run_id, "f1", 0.5, model_id=model_id)
    assert client.get_run(other.info.run_id).data.metrics["f1"] == 0.5
    missing = f"{model_id[:10]}{'0' * 24}"
    with pytest.raises(NotFound, match="not found"):
        client.log_metric(other.info.run_id, "f2", 0.5, model_id=missing)
    assert "f2" not in client.get_run(other.info.run_id).data.metrics


def test_the_models_that_a_run_reads_are_its_inputs(place):
    with nbtrack.start_run() as maker:
        model_id, other = log_model("a").model_id, log_model("b").model_id
        nbtrack.log_metric("acc", 1, model_id=model_id)
    with nbtrack.start_run() as reader:
        nbtrack.log_input(model=LoggedModelInput(model_id))
        nbtrack.log_metric("acc", 0.5, model_id=model_id)
        nbtrack.log_metric("acc", 0.75, model_id=other)
    nbtrack.flush()
    made, read = nbtrack.get_run(maker.info.run_id), nbtrack.get_run(reader.info.run_id)
    assert [each.model_id for each in made.outputs.model_outputs] == [model_id, other]
    assert made.inputs.model_inputs == ()
    assert read.inputs.model_inputs == (LoggedModelInput(model_id), LoggedModelInput(other))
    with nbtrack.start_run(), pytest.raises(InvalidValue, match="LoggedModelInput"):
        nbtrack.log_inputs(models=["m-1"])


def test_metrics_measure_the_active_model(place):
    assert nbtrack.get_active_model_id() is None
    with nbtrack.set_active_model(name="outside") as model, nbtrack.start_run() as run:
        assert nbtrack.get_active_model_id() == model.model_id
        nbtrack.log_metric("acc", 0.5)
        with nbtrack.set_active_model(name="other") as inner:
            nbtrack.log_metrics({"f1": 0.75}, step=3)
            nbtrack.log_model_params({"depth": 2})
        assert nbtrack.set_active_model(name="outside", model_id=model.model_id).model_id == model.model_id
    assert nbtrack.get_active_model_id() is None
    nbtrack.flush()
    assert measured(model.model_id) == [("acc", 0.5, 0)]
    assert measured(inner.model_id) == [("f1", 0.75, 3)]
    found = nbtrack.get_logged_model(inner.model_id)
    assert (found.status, found.params, found.tags) == ("READY", {"depth": "2"}, {"mlflow.model.isExternal": "true"})
    read = nbtrack.get_run(run.info.run_id).inputs.model_inputs
    assert [each.model_id for each in read] == [model.model_id, inner.model_id]
    nbtrack.set_active_model(name="outside")
    nbtrack.clear_active_model()
    assert nbtrack.get_active_model_id() is None
    with pytest.raises(InvalidValue, match="Invalid model name"):
        nbtrack.set_active_model(name="it's")


def test_the_environment_may_name_the_active_model(tmp_path, monkeypatch):
    nbtrack.set_tracking_uri(tmp_path)
    model_id = nbtrack.create_external_model("net").model_id
    monkeypatch.setenv("MLFLOW_ACTIVE_MODEL_ID", model_id)
    with process.fresh():
        nbtrack.set_tracking_uri(tmp_path)
        with nbtrack.start_run():
            nbtrack.log_metric("acc", 0.5)
        assert measured(model_id) == [("acc", 0.5, 0)]


def test_models_are_searched_by_metrics_and_parameters(place):
    for number, name in enumerate("abc"):
        with nbtrack.start_run():
            nbtrack.log_param("depth", number)
            log_model(name)
            nbtrack.log_metric("acc", number / 2)
    names = [each.name for each in nbtrack.search_logged_models(output_format="list")]
    assert names == ["c", "b", "a"]
    best = [{"field_name": "metrics.acc", "ascending": False}]
    frame = nbtrack.search_logged_models(filter_string="params.depth < 2", order_by=best, max_results=1)
    assert list(frame["name"]) == ["b"]
    assert [
        each.name for each in nbtrack.search_logged_models(filter_string="metrics.acc > 0.7", output_format="list")
    ] == ["c"]
    here = [frame["experiment_id"][0]]
    page = nbtrack.MlflowClient().search_logged_models(here, max_results=2)
    assert [each.name for each in page] == ["c", "b"]
    assert [
        each.name for each in nbtrack.MlflowClient().search_logged_models(here, max_results=2, page_token=page.token)
    ] == ["a"]


def test_models_are_sorted_by_a_metric_on_the_data_of_a_digest(place):
    client, run = nbtrack.MlflowClient(), nbtrack.start_run()
    with run:
        for name, values in (("one", (1, 4)), ("two", (2, 3))):
            model_id = nbtrack.initialize_logged_model(name=name).model_id
            for digest, value in zip("ab", values, strict=True):
                of_model = {"model_id": model_id, "dataset_name": "d", "dataset_digest": digest}
                for _ in range(2):
                    client.log_metric(run.info.run_id, "acc", value, timestamp=5, **of_model)
            # A point that is logged again is not listed again.
            assert [each.value for each in nbtrack.get_logged_model(model_id).metrics] == list(values)
    for digest, names in {"a": ["one", "two"], "b": ["two", "one"]}.items():
        order = [{"field_name": "metrics.acc", "dataset_digest": digest}]
        found = nbtrack.search_logged_models(order_by=order, output_format="list")
        assert [each.name for each in found] == names


def test_tags_parameters_and_the_trash(place):
    with nbtrack.start_run():
        model_id = log_model().model_id
    nbtrack.set_logged_model_tags(model_id, {"stage": "live", "x y": 1})
    nbtrack.log_model_params({"seed": 1}, model_id)
    nbtrack.delete_logged_model_tag(model_id, "x y")
    found = nbtrack.get_logged_model(model_id)
    assert (found.tags, found.params) == ({"stage": "live"}, {"seed": "1"})
    nbtrack.MlflowClient().delete_logged_model(model_id)
    with pytest.raises(NotFound):
        nbtrack.get_logged_model(model_id)
    assert nbtrack.search_logged_models(output_format="list") == []


def test_a_resumed_run_still_measures_its_model(tmp_path):
    nbtrack.set_tracking_uri(tmp_path)
    with nbtrack.start_run() as run:
        model_id = log_model(step=3).model_id
    with nbtrack.start_run(run_id=run.info.run_id):
        nbtrack.log_metric("acc", 1, step=3)
        nbtrack.log_metric("acc", 2, step=4)
    assert measured(model_id) == [("acc", 1.0, 3)]


def test_a_deleted_model_stops_no_metric(tmp_path):
    nbtrack.set_tracking_uri(tmp_path)
    with nbtrack.start_run() as run:
        gone, kept = log_model("a").model_id, log_model("b").model_id
        nbtrack.MlflowClient().delete_logged_model(gone)
        nbtrack.log_metric("acc", 1)
    assert nbtrack.get_run(run.info.run_id).data.metrics == {"acc": 1}
    assert measured(kept) == [("acc", 1.0, 0)]


def test_a_store_that_was_moved_still_finds_its_models(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "before")
    with nbtrack.start_run():
        model_id = log_model().model_id
    nbtrack.set_tracking_uri(tmp_path / "elsewhere")
    (tmp_path / "before").rename(tmp_path / "after")
    nbtrack.set_tracking_uri(tmp_path / "after")
    assert str(tmp_path / "after") in nbtrack.get_logged_model(model_id).artifact_location
    assert nbtrack.pyfunc.load_model(f"models:/{model_id}").predict(4) == 8


def test_a_model_that_cannot_be_uploaded_has_failed(tmp_path, monkeypatch):
    nbtrack.set_tracking_uri(tmp_path)

    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(nbtrack.MlflowClient, "log_artifacts", full)
    with nbtrack.start_run(), pytest.raises(OSError, match="no space"):
        log_model()
    (model,) = nbtrack.search_logged_models(output_format="list")
    assert model.status == "FAILED"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: nbtrack.get_logged_model("m-1"), NotFound, "not found"),
        (lambda: nbtrack.get_logged_model("../x"), NotFound, "not found"),
        (lambda: nbtrack.search_logged_models(order_by=[{"field": "x"}]), InvalidValue, "field_name"),
        (lambda: nbtrack.search_logged_models(output_format="csv"), InvalidValue, "csv"),
        (lambda: nbtrack.finalize_logged_model("m-1", "DONE"), InvalidValue, "DONE"),
        (lambda: nbtrack.initialize_logged_model(name="a/b"), InvalidValue, "Invalid model name"),
        (lambda: nbtrack.initialize_logged_model(name=""), InvalidValue, "Invalid model name"),
        (nbtrack.set_active_model, InvalidValue, "name or the model_id"),
        (lambda: log_model(colour="red"), InvalidValue, "no option 'colour'"),
        (lambda: nbtrack.MlflowClient().log_metric("a", "b", 1, dataset_name="d"), Unsupported, "model_id"),
    ],
)
def test_what_makes_no_sense_is_named(call, error, words, tmp_path):
    nbtrack.set_tracking_uri(tmp_path)
    with pytest.raises(error, match=words):
        call()


def test_nbtrack_and_the_client_of_mlflow_find_and_load_models_of_one_another(server):
    nbtrack.set_tracking_uri(server)
    nbtrack.set_experiment("for mlflow")
    with nbtrack.start_run():
        model_id = log_model().model_id
        nbtrack.log_metric("acc", 0.5)
    nbtrack.flush()
    code = (
        "mlflow.set_tracking_uri(sys.argv[1])\nmlflow.set_experiment('for mlflow')\n"
        "(model,) = mlflow.search_logged_models(output_format='list')\n"
        "run = mlflow.get_run(model.source_run_id)\nloaded = mlflow.pyfunc.load_model(model.model_uri)\n"
        "from sklearn.dummy import DummyRegressor\nconstant = DummyRegressor().fit([[0]], [8])\n"
        "with mlflow.start_run():\n"
        "    own = mlflow.sklearn.log_model(constant, name='m', serialization_format='pickle', pip_requirements=[])\n"
        "print(json.dumps([model.model_id, model.name, str(model.status), model.metrics[0].value,"
        " run.outputs.model_outputs[0].model_id, loaded.predict(4), own.model_id]))"
    )
    *found, theirs = by_mlflow(code, server)
    assert found == [model_id, "net", "READY", 0.5, model_id, 8]
    run_id = nbtrack.get_logged_model(theirs).source_run_id
    shown = {each["title"] for each in nbtrack.show(run_id).details.sections if "title" in each}
    on_page = httpx.get(f"{server}/api/2.0/nbtrack/runs/details", params={"run_id": run_id}, timeout=60).json()[
        "sections"
    ]
    assert {"model: m", "load m"} <= shown & {each.get("title") for each in on_page}
    assert nbtrack.get_logged_model(theirs).name == "m"
    assert nbtrack.pyfunc.load_model(f"models:/{theirs}", trust=True).predict([[4]]).tolist() == [8]
