"""Models of libraries beside scikit-learn, by nbtrack and by MLflow itself."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from model_programs import by_mlflow
from sklearn.datasets import load_iris

import nbtrack
from nbtrack import pyfunc
from nbtrack.errors import InvalidValue, Refused

# Of Keras, when it saves what PyTorch computes.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

X, y = load_iris(return_X_y=True, as_frame=True)
X.columns = ["a", "b", "c", "d"]


@pytest.fixture(autouse=True)
def backend(monkeypatch):
    """Have Keras compute with PyTorch."""
    monkeypatch.setenv("KERAS_BACKEND", "torch")


def xgboost_booster():
    xgboost = pytest.importorskip("xgboost")
    return xgboost.train({"max_depth": 2}, xgboost.DMatrix(X, y), num_boost_round=3)


def xgboost_classifier():
    return pytest.importorskip("xgboost").XGBClassifier(n_estimators=3).fit(X, y)


def lightgbm_booster():
    lightgbm = pytest.importorskip("lightgbm")
    return lightgbm.train({"verbose": -1}, lightgbm.Dataset(X, y), num_boost_round=3)


def lightgbm_classifier():
    return pytest.importorskip("lightgbm").LGBMClassifier(n_estimators=3, verbose=-1).fit(X, y)


def statsmodels_results():
    statsmodels = pytest.importorskip("statsmodels.api")
    return statsmodels.OLS(y, X).fit()


def torch_module():
    torch = pytest.importorskip("torch")
    return torch.nn.Linear(4, 1)


def keras_model():
    torch = pytest.importorskip("torch")
    keras = pytest.importorskip("keras")
    torch.manual_seed(0)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


MODELS = [
    ("xgboost", xgboost_booster),
    ("xgboost", xgboost_classifier),
    ("lightgbm", lightgbm_booster),
    ("lightgbm", lightgbm_classifier),
    ("statsmodels", statsmodels_results),
    ("pytorch", torch_module),
    ("keras", keras_model),
]


@pytest.mark.parametrize(("library", "made"), MODELS)
def test_a_model_is_loaded_by_nbtrack_and_by_mlflow(library, made, tmp_path):
    flavor, model = getattr(nbtrack, library), made()
    with nbtrack.start_run():
        logged = flavor.log_model(model, "m", input_example=X[:3])
    loaded = pyfunc.load_model(logged.model_uri)
    assert type(flavor.load_model(logged.model_uri)) is type(model)
    expected = np.asarray(loaded.predict(X), dtype=float)
    assert logged.signature.inputs.input_names() == ["a", "b", "c", "d"]
    assert any(line.startswith(("xgboost", library, "torch")) for line in loaded_requirements(logged))
    X.to_json(tmp_path / "X.json", orient="split")
    code = (
        "X = pd.read_json(sys.argv[2], orient='split')\n"
        f"raw = mlflow.{library}.load_model(sys.argv[1])\n"
        "print(json.dumps(np.asarray(mlflow.pyfunc.load_model(sys.argv[1]).predict(X), dtype=float).tolist()))"
    )
    folder = nbtrack.artifacts.download_artifacts(logged.model_uri)
    assert np.allclose(by_mlflow(code, folder, tmp_path / "X.json"), expected)


def loaded_requirements(logged):
    return nbtrack.artifacts.load_text(f"{logged.model_uri}/requirements.txt").splitlines()


SAVED = {
    "xgboost": "import xgboost\nm = xgboost.XGBClassifier(n_estimators=3).fit(X, y)\n",
    "lightgbm": "import lightgbm\nm = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, y)\n",
    "statsmodels": "import statsmodels.api as sm\nm = sm.OLS(y, X).fit()\n",
    "pytorch": "import torch\nm = torch.nn.Linear(4, 1)\n",
    "keras": "import keras\nm = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])\n",
}
PICKLED = {"pytorch": ", serialization_format='pickle'"}


@pytest.mark.parametrize("library", SAVED)
def test_a_model_of_mlflow_is_loaded(library, tmp_path):
    pytest.importorskip({"pytorch": "torch", "keras": "torch"}.get(library, library))
    pytest.importorskip({"pytorch": "torch"}.get(library, library))
    code = (
        "from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True, as_frame=True)\n"
        f"X.columns = list('abcd')\n{SAVED[library]}"
        f"mlflow.{library}.save_model(m, sys.argv[1], pip_requirements=[]{PICKLED.get(library, '')})\n"
        "print(json.dumps(np.asarray(mlflow.pyfunc.load_model(sys.argv[1]).predict(X), dtype=float).tolist()))"
    )
    expected = by_mlflow(code, tmp_path / "m")
    loaded = pyfunc.load_model(str(tmp_path / "m"))
    assert np.allclose(np.asarray(loaded.predict(X), dtype=float), expected)
    assert getattr(nbtrack, library).load_model(str(tmp_path / "m"))


def test_an_estimator_of_lightgbm_in_skops_runs_no_code_and_is_loaded_by_mlflow(tmp_path):
    pytest.importorskip("skops")
    model, folder = lightgbm_classifier(), tmp_path / "m"
    nbtrack.lightgbm.save_model(model, folder, serialization_format="skops")
    for each in folder.iterdir():
        os.chown(each, 12345, 12345)
    expected = model.predict_proba(X)
    assert np.allclose(nbtrack.lightgbm.load_model(folder).predict_proba(X), expected)
    X.to_json(tmp_path / "X.json", orient="split")
    code = (
        "X = pd.read_json(sys.argv[2], orient='split')\n"
        "print(json.dumps(mlflow.lightgbm.load_model(sys.argv[1]).predict_proba(X).tolist()))"
    )
    assert np.allclose(by_mlflow(code, folder, tmp_path / "X.json"), expected)
    with pytest.raises(InvalidValue, match="cloudpickle, pickle, skops"):
        nbtrack.lightgbm.save_model(model, tmp_path / "n", serialization_format="joblib")


def test_weights_in_safetensors_run_no_code(tmp_path):
    torch = pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    module = torch.nn.Linear(4, 1)
    nbtrack.pytorch.save_model(module, tmp_path / "m", serialization_format="safetensors")
    for each in (tmp_path / "m").rglob("*"):
        os.chown(each, 12345, 12345)
    loaded = nbtrack.pytorch.load_model(str(tmp_path / "m"), module=torch.nn.Linear(4, 1))
    assert torch.equal(loaded.weight, module.weight)
    with pytest.raises(InvalidValue, match="pass a module"):
        nbtrack.pytorch.load_model(str(tmp_path / "m"))
    with pytest.raises(InvalidValue, match="weights"):
        nbtrack.pytorch.load_model(str(tmp_path / "m"), module=torch.nn.Linear(3, 1))
    nbtrack.pytorch.save_model(module, tmp_path / "pickle")
    os.chown(tmp_path / "pickle" / "MLmodel", 12345, 12345)
    with pytest.raises(Refused):
        nbtrack.pytorch.load_model(str(tmp_path / "pickle"))


def test_an_exported_module_of_pytorch_needs_no_class(tmp_path):
    torch = pytest.importorskip("torch")

    class Sum(torch.nn.Module):
        def forward(self, x):
            return torch.nn.functional.dropout(x, 0.5, self.training).sum(1)

    few = np.ones((3, 4), "float32")
    nbtrack.pytorch.save_model(Sum(), tmp_path / "m", serialization_format="pt2", input_example=few)
    loaded = pyfunc.load_model(str(tmp_path / "m"))
    assert loaded.predict(np.ones((2, 4), "float32")).tolist() == [4, 4]
    assert loaded.metadata.signature.inputs.inputs[0].shape == (-1, 4)
    code = "print(json.dumps(mlflow.pyfunc.load_model(sys.argv[1]).predict(np.ones((5, 4), 'float32')).tolist()))"
    assert by_mlflow(code, tmp_path / "m") == [4, 4, 4, 4, 4]
    theirs = (
        "import torch\nmlflow.pytorch.save_model(torch.nn.Linear(4, 1), sys.argv[1], serialization_format='pt2',"
        " input_example=np.ones((3, 4), 'float32'), pip_requirements=[])\n"
        "print(json.dumps(mlflow.pyfunc.load_model(sys.argv[1]).predict(np.ones((2, 4), 'float32')).tolist()))"
    )
    expected = by_mlflow(theirs, tmp_path / "n")
    assert np.allclose(pyfunc.load_model(str(tmp_path / "n")).predict(np.ones((2, 4), "float32")), expected)
    two = (torch.ones(3, 4), torch.ones(3, 4))
    nbtrack.pytorch.save_model(torch.nn.Bilinear(4, 4, 1), tmp_path / "o", export_model=True, input_example=two)
    assert nbtrack.pytorch.load_model(str(tmp_path / "o"))(*two).shape == (3, 1)
    with pytest.raises(InvalidValue, match="needs input_example"):
        nbtrack.pytorch.save_model(Sum(), tmp_path / "p", export_model=True)


def test_boosters_run_no_code_and_pickles_ask(tmp_path):
    for name, model, flavor in (
        ("safe", lightgbm_booster(), nbtrack.lightgbm),
        ("pickle", lightgbm_classifier(), nbtrack.lightgbm),
        ("ubj", xgboost_classifier(), nbtrack.xgboost),
    ):
        flavor.save_model(model, tmp_path / name)
        for each in (tmp_path / name).iterdir():
            os.chown(each, 12345, 12345)
    assert nbtrack.lightgbm.load_model(str(tmp_path / "safe"))
    assert nbtrack.xgboost.load_model(str(tmp_path / "ubj"))
    with pytest.raises(Refused):
        nbtrack.lightgbm.load_model(str(tmp_path / "pickle"))


def test_a_class_of_another_library_is_not_made(tmp_path):
    nbtrack.xgboost.save_model(xgboost_classifier(), tmp_path / "m")
    file = tmp_path / "m" / "MLmodel"
    file.write_text(file.read_text().replace("xgboost.sklearn.XGBClassifier", "subprocess.Popen"))
    with pytest.raises(InvalidValue, match=r"subprocess\.Popen is not a class of XGBoost"):
        nbtrack.xgboost.load_model(str(tmp_path / "m"))


def test_what_is_no_model_of_the_library_is_refused(tmp_path):
    for flavor in (nbtrack.xgboost, nbtrack.lightgbm, nbtrack.statsmodels):
        with pytest.raises(InvalidValue, match="DataFrame is not"):
            flavor.save_model(pd.DataFrame(), tmp_path / "m")
