"""Models that are saved, logged and loaded, by nbtrack and by MLflow itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from model_programs import by_mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nbtrack
from nbtrack import models, pyfunc
from nbtrack import sklearn as flavor
from nbtrack.cli import main
from nbtrack.errors import AlreadyExists, InvalidValue, NbtrackError, NotFound, Refused, Unsupported
from nbtrack.models import infer_signature
from nbtrack.models.location import require_trust

X, y = load_iris(return_X_y=True, as_frame=True)


@pytest.fixture
def fitted():
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.5)).fit(X, y)


def test_a_logged_model_is_loaded_from_its_run(fitted):
    with nbtrack.start_run() as run:
        logged = flavor.log_model(fitted, "model", input_example=X[:3])
    assert logged.model_uri == f"runs:/{run.info.run_id}/model"
    for uri in (logged.model_uri, f"models:/{logged.model_id}", f"{run.info.artifact_uri}/model"):
        assert (flavor.load_model(uri).predict(X) == fitted.predict(X)).all()
    loaded = pyfunc.load_model(logged.model_uri)
    assert (loaded.predict(X) == fitted.predict(X)).all()
    assert loaded.metadata.signature == infer_signature(X, fitted.predict(X))
    assert loaded.metadata.run_id == run.info.run_id
    pd.testing.assert_frame_equal(loaded.input_example, X[:3])
    history = json.loads(nbtrack.get_run(run.info.run_id).data.tags["mlflow.log-model.history"])
    assert [each["artifact_path"] for each in history] == ["model"]
    assert history[0]["flavors"]["sklearn"]["pickled_model"] == "model.pkl"


def test_mlflow_loads_what_nbtrack_saves(fitted, tmp_path):
    flavor.save_model(fitted, tmp_path / "m", input_example=X[:3], pyfunc_predict_fn="predict_proba")
    X.to_json(tmp_path / "X.json", orient="split")
    code = (
        "X = pd.read_json(sys.argv[2], orient='split')\n"
        "m = mlflow.pyfunc.load_model(sys.argv[1])\n"
        "e = mlflow.sklearn.load_model(sys.argv[1])\n"
        "s = mlflow.models.get_model_info(sys.argv[1]).signature.to_dict()\n"
        "x = m.input_example.values.tolist()\n"
        "print(json.dumps([m.predict(X).tolist(), e.predict(X).tolist(), s, x]))"
    )
    probabilities, classes, signature, example = by_mlflow(code, tmp_path / "m", tmp_path / "X.json")
    assert np.allclose(probabilities, fitted.predict_proba(X))
    assert classes == fitted.predict(X).tolist()
    assert signature == infer_signature(X, fitted.predict_proba(X)).to_dict()
    assert example == X[:3].to_numpy().tolist()


def test_nbtrack_loads_what_mlflow_saves(tmp_path):
    code = (
        "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression\n"
        "X, y = load_iris(return_X_y=True, as_frame=True)\n"
        "m = LogisticRegression(max_iter=500).fit(X, y)\n"
        "mlflow.sklearn.save_model(m, sys.argv[1], serialization_format='cloudpickle', input_example=X[:2],"
        " signature=mlflow.models.infer_signature(X, m.predict(X), params={'deep': True}))\n"
        "class Double(mlflow.pyfunc.PythonModel):\n"
        "    def load_context(self, context):\n        self.by = int(open(context.artifacts['factor']).read())\n"
        "    def predict(self, context, model_input, params=None):\n        return model_input * self.by\n"
        "open(sys.argv[3], 'w').write('3')\n"
        "mlflow.pyfunc.save_model(sys.argv[2], python_model=Double(), artifacts={'factor': sys.argv[3]})\n"
        "print(json.dumps(m.predict(X).tolist()))"
    )
    expected = by_mlflow(code, tmp_path / "sk", tmp_path / "own", tmp_path / "factor.txt")
    assert flavor.load_model(str(tmp_path / "sk")).predict(X).tolist() == expected
    loaded = pyfunc.load_model(str(tmp_path / "sk"))
    assert loaded.metadata.get_params_schema().params[0].name == "deep"
    pd.testing.assert_frame_equal(loaded.input_example, X[:2])
    ours = "import sys\nfrom nbtrack import pyfunc\nprint(pyfunc.load_model(sys.argv[1]).predict(5))"
    done = subprocess.run([sys.executable, "-c", ours, tmp_path / "own"], capture_output=True, text=True, check=True)
    assert done.stdout == "15\n"


class Scaled(pyfunc.PythonModel):
    def load_context(self, context):
        with Path(context.artifacts["factor"]).open() as file:
            self.factor = float(file.read()) * context.model_config.get("more", 1)

    def predict(self, context, model_input, params=None):
        return model_input * self.factor + (params or {}).get("plus", 0)


def test_a_model_of_your_own_has_files_and_parameters(tmp_path):
    (tmp_path / "factor.txt").write_text("2")
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    signature = infer_signature(frame, frame, {"plus": 1.0})
    with nbtrack.start_run():
        logged = pyfunc.log_model(
            "own", Scaled(), {"factor": str(tmp_path / "factor.txt")}, model_config={"more": 2}, signature=signature
        )
    loaded = pyfunc.load_model(logged.model_uri)
    assert loaded.predict(frame)["a"].tolist() == [5, 9]
    assert loaded.predict(frame, {"plus": 0})["a"].tolist() == [4, 8]
    assert pyfunc.load_model(logged.model_uri, model_config={"more": 1}).predict(frame)["a"].tolist() == [3, 5]
    assert type(loaded.unwrap_python_model()).__name__ == "Scaled"


def test_a_function_is_a_model(tmp_path):
    factor = 3
    pyfunc.save_model(tmp_path / "f", lambda data: [each * factor for each in data], input_example=[1, 2])
    loaded = pyfunc.load_model(str(tmp_path / "f"))
    assert loaded.predict([1, 5])
    code = "m = mlflow.pyfunc.load_model(sys.argv[1])\nprint(json.dumps(list(m.predict(['a', 'b']))))"
    pyfunc.save_model(tmp_path / "g", lambda model_input: [each + "!" for each in model_input])
    assert by_mlflow(code, tmp_path / "g") == ["a!", "b!"]


class Louder(pyfunc.PythonModel):
    def predict(self, context, model_input: list[str], params=None) -> list[str]:
        return [each.upper() for each in model_input]


def test_a_model_that_takes_a_list_gets_one(tmp_path):
    def joined(model_input: list[dict[str, str]]) -> list[str]:
        return [each["a"] + each["b"] for each in model_input]

    def louder(model_input: list[str]) -> list[str]:
        return [each.upper() for each in model_input]

    rows = [{"a": "x", "b": "y"}]
    pyfunc.save_model(tmp_path / "class", Louder(), input_example=["a"])
    pyfunc.save_model(tmp_path / "texts", louder, input_example=["a"])
    pyfunc.save_model(tmp_path / "rows", joined, input_example=rows)
    assert pyfunc.load_model(str(tmp_path / "class")).predict(["a", "b"]) == ["A", "B"]
    assert pyfunc.load_model(str(tmp_path / "texts")).predict(pd.DataFrame({0: ["a"]})) == ["A"]
    assert pyfunc.load_model(str(tmp_path / "rows")).predict(rows * 2) == ["xy", "xy"]
    code = (
        "texts, rows = [mlflow.pyfunc.load_model(each) for each in sys.argv[1:]]\n"
        "print(json.dumps([texts.predict(['a', 'b']), rows.predict([{'a': 'x', 'b': 'y'}])]))"
    )
    assert by_mlflow(code, tmp_path / "texts", tmp_path / "rows") == [["A", "B"], ["xy"]]


def test_a_signature_is_set_later(fitted, tmp_path):
    signature = infer_signature(X, fitted.predict(X))
    with nbtrack.start_run():
        logged = flavor.log_model(fitted, "model")
    flavor.save_model(fitted, tmp_path / "m")
    for uri in (logged.model_uri, str(tmp_path / "m")):
        assert models.get_model_info(uri).signature is None
        models.set_signature(uri, signature)
        assert models.get_model_info(uri).signature == signature
    assert (pyfunc.load_model(f"models:/{logged.model_id}").predict(X) == fitted.predict(X)).all()
    with pytest.raises(InvalidValue, match="not dict"):
        models.set_signature(logged.model_uri, {})


def test_code_travels_with_the_model(tmp_path):
    (tmp_path / "steps_of_mine.py").write_text(
        "class Loaded:\n    def predict(self, data):\n        return len(data)\n"
        "def _load_pyfunc(path):\n    return Loaded()\n"
    )
    pyfunc.save_model(
        tmp_path / "m",
        loader_module="steps_of_mine",
        code_paths=[str(tmp_path / "steps_of_mine.py")],
        data_path=__file__,
    )
    (tmp_path / "steps_of_mine.py").unlink()
    assert pyfunc.load_model(str(tmp_path / "m")).predict([1, 2, 3]) == 3


def test_requirements_name_what_the_model_imports(fitted, tmp_path):
    flavor.save_model(fitted, tmp_path / "m", extra_pip_requirements=["extra==1"])
    lines = (tmp_path / "m" / "requirements.txt").read_text().splitlines()
    names = [each.partition("==")[0] for each in lines]
    assert {"scikit-learn", "cloudpickle", "numpy", "extra"} <= set(names)
    assert "mlflow" not in " ".join(names)
    flavor.save_model(fitted, tmp_path / "n", pip_requirements=["only"])
    assert (tmp_path / "n" / "requirements.txt").read_text() == "only"


def test_skops_runs_no_code(fitted, tmp_path):
    pytest.importorskip("skops")
    flavor.save_model(fitted, tmp_path / "m", serialization_format="skops")
    assert (flavor.load_model(str(tmp_path / "m")).predict(X) == fitted.predict(X)).all()


def test_types_that_a_model_of_another_user_lists_as_trusted_need_trust(fitted, tmp_path):
    pytest.importorskip("skops")
    import os
    from functools import partial

    fitted.hook = partial(os.putenv, "NBTRACK_TEST", "1")
    types = ["functools.partial", "posix.putenv"]
    flavor.save_model(fitted, tmp_path / "m", serialization_format="skops", skops_trusted_types=types)
    assert flavor.load_model(str(tmp_path / "m")).hook
    os.chown(tmp_path / "m" / "model.skops", 12345, 12345)
    with pytest.raises(Refused, match=r"functools\.partial.* can run any code"):
        flavor.load_model(str(tmp_path / "m"))
    assert flavor.load_model(str(tmp_path / "m"), trust=True).hook


FRAME = pd.DataFrame({"n": np.array([1, 2], "int64"), "x": [0.5, 1.5], "t": ["a", "b"]})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (FRAME.drop(columns="x"), r"missing inputs \['x'\]"),
        (FRAME.assign(n=[1.5, 2.0]), "column n. Can not safely convert float64 to int64"),
        (FRAME.assign(n=[1.0, None]), "missing values are floats"),
        (FRAME.assign(x=["a", "b"]), "column x. Can not safely convert"),
        (3, "missing inputs"),
    ],
)
def test_data_that_do_not_fit_the_signature_are_named(given, words, tmp_path):
    model = pyfunc.save_model(tmp_path / "m", lambda data: data, signature=infer_signature(FRAME))
    assert model.signature.inputs.input_names() == ["n", "x", "t"]
    with pytest.raises(InvalidValue, match=words):
        pyfunc.load_model(str(tmp_path / "m")).predict(given)


def test_data_are_converted_where_nothing_is_lost(tmp_path):
    pyfunc.save_model(tmp_path / "m", lambda data: data, signature=infer_signature(FRAME))
    loaded = pyfunc.load_model(str(tmp_path / "m"))
    given = FRAME.assign(n=np.array([1, 2], "int8"), x=np.array([1, 2], "int32"))[["t", "x", "n"]]
    found = loaded.predict(given)
    assert list(found.columns) == ["n", "x", "t"]
    assert [each.name for each in found.dtypes[:2]] == ["int64", "float64"]
    with pytest.warns(UserWarning, match=r"does not take the inputs \['more'\]"):
        assert "more" not in loaded.predict(FRAME.assign(more=1))
    assert loaded.predict({"n": 1, "x": 2.0, "t": "a"}).shape == (1, 3)
    assert loaded.predict([{"n": 1, "x": 2.0, "t": "a"}]).shape == (1, 3)


def test_tensors_are_checked(tmp_path):
    array = np.zeros((4, 3), "float32")
    pyfunc.save_model(tmp_path / "m", lambda data: data, signature=infer_signature(array))
    loaded = pyfunc.load_model(str(tmp_path / "m"))
    assert loaded.predict(np.ones((2, 3), "float32")).shape == (2, 3)
    for given, words in (
        (np.ones((2, 4), "float32"), r"Shape of input \(2, 4\)"),
        (np.ones((2, 3)), "dtype of input float64"),
        ([1, 2], "must be a numpy array, not list"),
    ):
        with pytest.raises(InvalidValue, match=words):
            loaded.predict(given)


@pytest.mark.parametrize(
    "data",
    [
        np.zeros((3, 2)), 1, 1.5, "a", [1, 2], {"a": 1}, {"a": [1, 2]}, {"a": np.zeros((2, 3))}, [[1.0, 2.0], [3.0]],
        FRAME, pd.DataFrame({"a": [1, None], "o": [{"z": 1}, {"z": 2}], "l": [[1], [2]]}), pd.DataFrame([[1, 2.0]]),
        pd.DataFrame({"t": pd.to_datetime(["2020", "2021"]), "b": [b"1", b"2"], "c": pd.Categorical(["a", "b"])}),
    ],
)  # fmt: skip
def test_signatures_are_those_of_mlflow(data, tmp_path):
    import pickle

    (tmp_path / "data").write_bytes(pickle.dumps(data))
    code = (
        "import pickle\nd = pickle.load(open(sys.argv[1], 'rb'))\n"
        "print(json.dumps(mlflow.models.infer_signature(d, params={'a': 1, 'b': [1.5], 'c': 'x'}).to_dict()))"
    )
    ours = infer_signature(data, params={"a": 1, "b": [1.5], "c": "x"})
    assert ours.to_dict() == by_mlflow(code, tmp_path / "data")
    assert models.ModelSignature.from_dict(ours.to_dict()) == ours


def test_parameters_of_a_prediction_are_checked(tmp_path):
    signature = infer_signature(FRAME, params={"n": 1, "x": 0.5, "names": ["a"]})
    pyfunc.save_model(tmp_path / "m", lambda data, params: params, signature=signature)
    loaded = pyfunc.load_model(str(tmp_path / "m"))
    assert loaded.predict(FRAME) == {"n": 1, "x": 0.5, "names": ["a"]}
    assert loaded.predict(FRAME, {"x": 2, "names": ["b", "c"]}) == {"n": 1, "x": 2.0, "names": ["b", "c"]}
    for params, words in (
        ({"n": "a"}, "'n' can not"),
        ({"names": "a"}, "'names' must be a list"),
        ([1], "a dictionary"),
    ):
        with pytest.raises(InvalidValue, match=words):
            loaded.predict(FRAME, params)
    with pytest.warns(UserWarning, match="no parameters other"):
        loaded.predict(FRAME, {"other": 1})


def test_a_pickle_of_another_user_needs_trust(fitted, tmp_path, monkeypatch):
    import os

    flavor.save_model(fitted, tmp_path / "m")
    os.chown(tmp_path / "m" / "model.pkl", 12345, 12345)
    with pytest.raises(Refused, match="NBTRACK_TRUST_MODELS=1, or pass trust=True"):
        flavor.load_model(str(tmp_path / "m"))
    with pytest.raises(Refused):
        pyfunc.load_model(str(tmp_path / "m"))
    assert pyfunc.load_model(str(tmp_path / "m"), trust=True)
    monkeypatch.setenv("NBTRACK_TRUST_MODELS", "1")
    assert flavor.load_model(str(tmp_path / "m"))


def test_a_model_of_a_run_with_artifacts_elsewhere_asks_first(fitted, tmp_path):
    with nbtrack.start_run() as run:
        logged = flavor.log_model(fitted, "model")
    folder = nbtrack.artifacts.download_artifacts(logged.model_uri, dst_path=str(tmp_path))
    require_trust(logged.model_uri, Path(folder), "The model")
    elsewhere = nbtrack.create_experiment("elsewhere", "s3://bucket/runs")
    with nbtrack.start_run(experiment_id=elsewhere) as run:
        pass
    with pytest.raises(Refused, match="trust=True"):
        require_trust(f"runs:/{run.info.run_id}/model", Path(folder), "The model")


def test_damaged_models_are_named(fitted, tmp_path):
    folder = tmp_path / "m"
    flavor.save_model(fitted, folder)
    description = json.loads((folder / "MLmodel").read_text())

    def write(**changes):
        (folder / "MLmodel").write_text(json.dumps({**description, **changes}))

    flavors = description["flavors"]
    for changes, error, words in (
        ({"flavors": {"onnx": {}}}, Unsupported, "no flavor 'sklearn'; it has onnx"),
        ({"flavors": []}, InvalidValue, "must be a mapping with flavors"),
        (
            {"flavors": {"sklearn": {**flavors["sklearn"], "pickled_model": "../x"}}},
            InvalidValue,
            "'pickled_model' is '../x'",
        ),
        ({"flavors": {"sklearn": {**flavors["sklearn"], "pickled_model": "gone"}}}, NotFound, "it has no gone"),
        ({"signature": {"inputs": "[{}]"}}, InvalidValue, "can't be read"),
    ):
        write(**changes)
        with pytest.raises(error, match=words):
            flavor.load_model(str(folder))
    write()
    (folder / "model.pkl").write_bytes(b"no pickle")
    with pytest.raises(InvalidValue, match=r"can't be loaded: .*made with sklearn"):
        flavor.load_model(str(folder))
    (folder / "MLmodel").write_text("a:\n  {{: -")
    with pytest.raises(InvalidValue) as damaged:
        models.Model.load(folder)
    assert re.fullmatch(
        r".*/m/MLmodel is damaged: the file can't be read as YAML: [^\n]* \(line 2, column 5\)", str(damaged.value)
    )
    with pytest.raises(NotFound, match="There is no model in"):
        models.Model.load(tmp_path)
    with pytest.raises(NotFound):
        flavor.load_model("models:/m-" + "0" * 32)
    with pytest.raises(InvalidValue, match="a model of a registry"):
        flavor.load_model("models:/forecast/3")


@pytest.mark.filterwarnings("default")
def test_models_of_newer_versions_load_with_a_warning_or_name_the_version(fitted, tmp_path):
    folder = tmp_path / "m"
    flavor.save_model(fitted, folder)
    description = json.loads((folder / "MLmodel").read_text())

    def write(version, **changes):
        (folder / "MLmodel").write_text(json.dumps({**description, "mlflow_version": version, **changes}))

    write("4.0.0", something_new={"a": 1})
    with pytest.warns(UserWarning, match=r"may not load or predict correctly; it was written by MLflow 4\.0\.0"):
        assert str(flavor.load_model(str(folder))) == str(fitted)
    (folder / "model.pkl").rename(folder / "kept")
    shown = CliRunner().invoke(main, ["serve", str(folder)]).stderr.splitlines()
    assert [line.partition(" may ")[0].partition(": it has no ")[0] for line in shown] == [
        f"Warning: The model {folder}", f"Error: The model {folder} is incomplete"
    ]  # fmt: skip
    (folder / "kept").rename(folder / "model.pkl")
    for changes, error in (
        ({"flavors": {"onnx": {}}}, Unsupported),
        ({"signature": {"inputs": '[{"type": "quaternion"}]'}}, InvalidValue),
        ({"flavors": {"sklearn": {"model_file": "model.new"}}}, NbtrackError),
    ):
        write("3.99.0", **changes)
        with pytest.raises(
            error, match=r"; it was written by MLflow 3\.99\.0, which is newer than the version that nbtrack supports"
        ):
            flavor.load_model(str(folder))
    write("3.99.0")
    (folder / "model.pkl").write_bytes(b"in a form of the future")
    with pytest.raises(InvalidValue, match=r"can't be loaded: .*written by MLflow 3\.99\.0"):
        flavor.load_model(str(folder))


def test_a_missing_library_is_named(tmp_path):
    (tmp_path / "needs_this.py").write_text("import not_there_at_all\ndef _load_pyfunc(path): ...")
    pyfunc.save_model(tmp_path / "m", loader_module="needs_this", code_paths=[str(tmp_path / "needs_this.py")])
    with pytest.raises(Unsupported, match="needs the module not_there_at_all"):
        pyfunc.load_model(str(tmp_path / "m"))


def test_nothing_is_left_of_a_model_that_cannot_be_saved(tmp_path):
    with pytest.raises(InvalidValue, match="can't be pickled"):
        flavor.save_model((each for each in ()), tmp_path / "m")
    assert not (tmp_path / "m").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    with pytest.raises(AlreadyExists):
        flavor.save_model(1, tmp_path / "full")
    with nbtrack.start_run(), pytest.raises(Unsupported, match="without registered_model_name"):
        flavor.log_model(1, "model", registered_model_name="x")
