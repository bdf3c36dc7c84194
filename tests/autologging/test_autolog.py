"""Autologging, beside that of MLflow itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import nbtrack

HEAD = """
import json, sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1] == "mlflow":
    import mlflow
else:
    import nbtrack as mlflow
mlflow.set_tracking_uri(sys.argv[2])
"""
DATA = "from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True, as_frame=True)\n"
TAIL = """
def files(run_id, folder=None):
    for each in client.list_artifacts(run_id, folder):
        yield from files(run_id, each.path) if each.is_dir else [each.path]

client = mlflow.MlflowClient()
found = []
names = {each.experiment_id: each.name for each in client.search_experiments()}
for run in client.search_runs(list(names)):
    histories = {key: len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics}
    tags = {key: value for key, value in run.data.tags.items() if key.startswith(("estimator", "mlflow.autologging"))}
    child = "mlflow.parentRunId" in run.data.tags
    found.append({"child": child, "experiment": names[run.info.experiment_id], "status": run.info.status, "params": run.data.params, "metrics": run.data.metrics,
                  "points": histories, "tags": tags, "files": sorted(files(run.info.run_id))})
print(json.dumps(found))
"""
JOBS = {
    "classifier": "from sklearn.linear_model import LogisticRegression\nLogisticRegression(C=0.5, max_iter=300).fit(X, y)",
    "regressor": "from sklearn.linear_model import Ridge\nRidge(0.5).fit(X, y)",
    "clusters": "from sklearn.cluster import KMeans\nKMeans(3, n_init=1, random_state=0).fit_predict(X)",
    "pipeline": (
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\n"
        "from sklearn.svm import SVC\nmake_pipeline(StandardScaler(), SVC(C=2)).fit(X, y)"
    ),
    "search": (
        "from sklearn.model_selection import GridSearchCV\nfrom sklearn.svm import SVC\n"
        "GridSearchCV(SVC(), {'C': [1, 2, 3, 4, 5, 6, 7]}, cv=2).fit(X, y)"
    ),
    "forest": "from sklearn.ensemble import RandomForestClassifier as R\nR(5, n_jobs=2, random_state=0).fit(X, y)",
    "xgboost": (
        "import xgboost\nd = xgboost.DMatrix(X, y)\n"
        "xgboost.train({'max_depth': 2, 'objective': 'multi:softprob', 'num_class': 3}, d, 5, evals=[(d, 'train')],"
        " early_stopping_rounds=2, verbose_eval=False)"
    ),
    "xgboost estimator": "import xgboost\nxgboost.XGBClassifier(n_estimators=3).fit(X, y, eval_set=[(X, y)], verbose=False)",
    "lightgbm": (
        "import lightgbm\nd = lightgbm.Dataset(X, y)\n"
        "lightgbm.train({'objective': 'multiclass', 'num_class': 3, 'verbose': -1}, d, 5, valid_sets=[d],"
        " valid_names=['t'])"
    ),
    "lightgbm estimator": "import lightgbm\nlightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, y)",
    "statsmodels": "import statsmodels.api as sm\nsm.OLS(y, X).fit()",
}


def runs_of(program, which, uri):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HEAD + program + TAIL, which, uri],
        check=False, capture_output=True, text=True, env={**os.environ, "MLFLOW_TRACKING_URI": uri},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Return what nbtrack and MLflow record of all jobs, each in an experiment of its own."""
    folder = tmp_path_factory.mktemp("recorded")
    jobs = "".join(f"mlflow.set_experiment({name!r})\n{code}\n" for name, code in JOBS.items())
    # MLflow loads each model once more, in a process of its own, to find its requirements.
    theirs = f"mlflow.autolog(log_models=False)\n{DATA}{jobs}"
    return (
        runs_of(f"mlflow.autolog()\n{DATA}{jobs}", "nbtrack", str(folder / "ours")),
        runs_of(theirs, "mlflow", f"sqlite:///{folder}/theirs.db"),
    )


@pytest.mark.parametrize("job", JOBS)
def test_keys_and_values_are_those_of_mlflow(job, recorded):
    ours, theirs = ([each for each in some if each["experiment"] == job] for some in recorded)
    assert sum(each["child"] for each in ours) == sum(each["child"] for each in theirs)
    (mine,), (other,) = ([each for each in some if not each["child"]] for some in (ours, theirs))
    other["params"].pop("kwargs", None)  # what inspect gives for an argument that was not given
    assert other["params"].items() <= mine["params"].items()
    assert other["metrics"].keys() <= mine["metrics"].keys()
    for key, value in other["metrics"].items():
        assert mine["metrics"][key] == pytest.approx(value, rel=1e-6), key
    assert other["points"].items() <= mine["points"].items()
    assert other["tags"].items() <= mine["tags"].items()
    assert set(other["files"]) <= set(mine["files"])
    assert mine["status"] == other["status"] == "FINISHED"
    assert "model/MLmodel" in mine["files"]
    for child in (each for each in theirs if each["child"]):
        same = [each for each in ours if each["child"] and each["params"] == child["params"]]
        assert same
        assert same[0]["metrics"].keys() == child["metrics"].keys()


@pytest.fixture
def autolog():
    """Return `nbtrack.autolog`, which is off again afterwards."""
    yield nbtrack.autolog
    nbtrack.autolog(disable=True)


@pytest.fixture
def ridge():
    from sklearn.linear_model import Ridge

    return Ridge(alpha=0.5)


X, Y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 4.0]


def runs():
    return nbtrack.search_runs(output_format="list", search_all_experiments=True)


def test_a_training_goes_to_the_active_run(autolog, ridge):
    autolog(log_models=False)
    with nbtrack.start_run() as run:
        ridge.fit(X, Y)
        assert nbtrack.active_run().info.run_id == run.info.run_id
    (only,) = runs()
    assert only.info.run_id == run.info.run_id
    assert only.data.params["alpha"] == "0.5"


def test_it_is_off_again(autolog, ridge):
    before = type(ridge).__dict__["fit"]
    autolog()
    assert type(ridge).__dict__["fit"] is not before
    autolog(disable=True)
    assert type(ridge).__dict__["fit"] is before
    ridge.fit(X, Y)
    assert runs() == []


def test_one_library_is_switched_alone(autolog, ridge):
    nbtrack.sklearn.autolog(log_models=False, extra_tags={"team": "a"})
    ridge.fit(X, Y)
    (run,) = runs()
    assert run.data.tags["team"] == "a"
    assert "model" not in {each.path for each in nbtrack.MlflowClient().list_artifacts(run.info.run_id)}
    nbtrack.sklearn.autolog(disable=True)
    ridge.fit(X, Y)
    assert len(runs()) == 1


def test_a_training_that_fails_fails_its_run(autolog, ridge):
    autolog()
    with pytest.raises(ValueError, match="inconsistent"):
        ridge.fit(X, Y[:2])
    (run,) = runs()
    assert run.info.status == "FAILED"
    assert nbtrack.active_run() is None


def test_what_cannot_be_logged_does_not_break_the_training(autolog):
    from sklearn.linear_model import Ridge

    class Odd:
        def __repr__(self):
            raise RuntimeError("no text")

    autolog(log_models=False)
    with pytest.warns(UserWarning, match="Autologging could not log everything: RuntimeError"):
        fitted = Ridge(random_state=None, copy_X=True).set_params(positive=False)
        fitted.solver_note = Odd()
        fitted.get_params = lambda deep=True: {"odd": Odd()}
        fitted.fit(X, Y)
    assert fitted.predict([[1.0]]).shape == (1,)
    autolog(log_models=False, silent=True)
    fitted.fit(X, Y)


def test_exclusive_leaves_own_runs_alone(autolog, ridge):
    autolog(exclusive=True, log_models=False)
    with nbtrack.start_run():
        ridge.fit(X, Y)
    (run,) = runs()
    assert run.data.params == {}


def test_a_library_imported_later_is_logged(tmp_path):
    program = (
        "mlflow.autolog(log_models=False)\nimport sys\nassert 'sklearn' not in sys.modules\n"
        + DATA
        + JOBS["regressor"]
        + "\n"
    )
    (run,) = runs_of(program, "nbtrack", str(tmp_path / "ours"))
    assert run["params"]["alpha"] == "0.5"


def test_one_library_is_switched_off_before_another_is_imported(tmp_path):
    program = (
        "mlflow.autolog(log_models=False)\nmlflow.xgboost.autolog(disable=True)\n"
        f"{DATA}{JOBS['regressor']}\n{JOBS['xgboost']}\n"
    )
    (run,) = runs_of(program, "nbtrack", str(tmp_path / "ours"))
    assert run["tags"]["mlflow.autologging"] == "sklearn"


def test_a_library_that_cannot_be_wrapped_is_imported(tmp_path, monkeypatch):
    (tmp_path / "lightgbm.py").write_text("train = print\n")
    program = f"sys.path.insert(0, {str(tmp_path)!r})\nmlflow.autolog()\nimport lightgbm\nassert lightgbm.train\n"
    assert runs_of(program, "nbtrack", str(tmp_path / "ours")) == []


def test_a_library_without_autologging_is_named():
    from nbtrack.autologging import switch
    from nbtrack.errors import InvalidValue

    with pytest.raises(InvalidValue, match="does not log spark by itself"):
        switch("spark", None)


def test_a_tracked_cell_has_each_fact_once(tmp_path):
    from kernels import Kernel

    kernel = Kernel(tmp_path)
    try:
        kernel.run(f"%load_ext nbtrack\nimport nbtrack\nnbtrack.set_tracking_uri({str(tmp_path / 'store')!r})")
        kernel.run("nbtrack.autolog(log_models=False)")
        kernel.run(
            "%%track\nfrom sklearn.svm import SVC\nmodel = SVC(C=3).fit([[0], [1], [2], [3]], [0, 0, 1, 1])\n"
            "score = model.score([[0], [3]], [0, 1])\nscore"
        )
    finally:
        kernel.stop()
    nbtrack.set_tracking_uri(tmp_path / "store")
    (run,) = runs()
    assert run.data.params["C"] == "3"
    assert [key for key in run.data.params if key.endswith("C")] == ["C"]
    assert {"training_score", "score"} <= run.data.metrics.keys()
