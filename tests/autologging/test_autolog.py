"""Autologging, beside that of MLflow itself."""

from __future__ import annotations

import json

import pytest
from recorded_runs import runs_of

import nbtrack

DATA = "from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True, as_frame=True)\n"
JOBS = {
    "classifier": "from sklearn.linear_model import LogisticRegression\nLogisticRegression(C=0.5, max_iter=300).fit(X, y)",
    "regressor": "from sklearn.linear_model import Ridge\nRidge(0.5).fit(X, y)",
    "clusters": "from sklearn.cluster import KMeans\nKMeans(3, n_init=1, random_state=0).fit_predict(X)",
    "evaluation": (
        "from sklearn.linear_model import Ridge\nfrom sklearn.metrics import mean_squared_error, r2_score\n"
        "from sklearn.model_selection import cross_val_score\n"
        "model = Ridge().fit(X[:100], y[:100])\nX_test, y_test = X[100:], y[100:]\npredicted = model.predict(X_test)\n"
        "r2_score(y_test, predicted)\nmean_squared_error(y_test, predicted)\n"
        "mean_squared_error(y_test, y_pred=predicted)\nmean_squared_error(y_test, y_test)\n"
        "model.score(X_test, y_test)\nmodel.score(X[:9], y[:9])\ncross_val_score(Ridge(), X, y)"
    ),
    "chances": (
        "import sklearn.metrics\nfrom sklearn.linear_model import LogisticRegression\nfew = X[::3].to_numpy()\n"
        "model = LogisticRegression(max_iter=300).fit(X.to_numpy(), y.to_numpy())\n"
        "sklearn.metrics.log_loss(y[::3], model.predict_proba(few))\n"
        "sklearn.metrics.confusion_matrix(y[::3], model.predict(few))"
    ),
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
    "sparse": (
        "import lightgbm, scipy.sparse\nd = lightgbm.Dataset(scipy.sparse.csr_matrix(X), y)\n"
        "lightgbm.train({'verbose': -1}, d, 2)"
    ),
    "lightgbm estimator": "import lightgbm\nlightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X, y)",
    "statsmodels": "import statsmodels.api as sm\nsm.OLS(y, X).fit()",
}


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
    assert all(each in mine["inputs"] for each in other["inputs"])
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

    with pytest.raises(InvalidValue, match="has no autologging for spark"):
        switch("spark", None)


def test_calls_that_gave_metrics_are_kept(recorded):
    (run,) = (each for each in recorded[0] if each["experiment"] == "evaluation")
    assert {"mean_squared_error_X_test", "mean_squared_error-2_X_test", "Ridge_score_X_test"} <= run["metrics"].keys()
    assert "metric_info.json" in run["files"]


def test_metrics_go_to_the_run_of_the_training(autolog, ridge):
    from sklearn import metrics

    autolog(log_models=False)
    held_out = [[4.0], [5.0]]
    with nbtrack.start_run() as run:
        ridge.fit(X, Y)
    with nbtrack.start_run() as other:
        metrics.mean_squared_error([5.0, 6.0], ridge.predict(held_out))
        ridge.score(held_out, [5.0, 6.0])
    found = nbtrack.get_run(run.info.run_id).data.metrics
    assert {"mean_squared_error_held_out", "Ridge_score_held_out"} <= found.keys()
    assert nbtrack.get_run(other.info.run_id).data.metrics == {}
    assert json.loads(nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/metric_info.json")) == {
        "Ridge_score_held_out": "Ridge.score(X=held_out, y=<list>)",
        "mean_squared_error_held_out": "mean_squared_error(y_true=<list>, y_pred=<ndarray>)",
    }


def test_metrics_after_a_training_measure_its_model(autolog, ridge):
    autolog()
    ridge.fit(X, Y)
    held_out = [[4.0], [5.0]]
    ridge.score(held_out, [5.0, 6.0])
    found = {each.key for each in nbtrack.last_logged_model().metrics}
    assert {"training_score", "Ridge_score_held_out"} <= found


def test_metrics_after_a_training_can_be_left_out(autolog, ridge):
    nbtrack.sklearn.autolog(log_models=False, log_post_training_metrics=False)
    ridge.fit(X, Y)
    ridge.score(X, Y)
    (run,) = runs()
    assert all(each.startswith("training_") for each in run.data.metrics)


def test_options_that_a_library_does_not_have_are_refused():
    from nbtrack.errors import InvalidValue, Unsupported

    with pytest.raises(InvalidValue, match="xgboost has no option 'max_tuning_runs'; it has log_models"):
        nbtrack.xgboost.autolog(max_tuning_runs=3)
    with pytest.raises(Unsupported, match="registered_model_name"):
        nbtrack.sklearn.autolog(registered_model_name="m")
    nbtrack.sklearn.autolog(disable=True, disable_for_unsupported_versions=True)


def test_options_of_xgboost_and_of_classifiers(autolog):
    import xgboost
    from sklearn.linear_model import LogisticRegression

    nbtrack.xgboost.autolog(importance_types=["gain", "cover"], model_format="json")
    with nbtrack.start_run() as run:
        xgboost.train({"max_depth": 2}, xgboost.DMatrix([[1], [2], [3], [4]], [1, 2, 3, 4]), 2)
    files = {each.path for each in nbtrack.MlflowClient().list_artifacts(run.info.run_id)}
    assert {"feature_importance_gain.json", "feature_importance_cover.json"} <= files
    assert "feature_importance_weight.json" not in files
    assert "model.json" in {
        each.path.rpartition("/")[2] for each in nbtrack.MlflowClient().list_artifacts(run.info.run_id, "model")
    }
    nbtrack.sklearn.autolog(log_models=False, pos_label="b")
    LogisticRegression().fit([[1], [2], [3], [4]], ["a", "b", "b", "b"])
    metrics = runs()[0].data.metrics
    assert metrics["training_recall_score"] == 1.0


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
    assert not [key for key in run.data.metrics if key.startswith("SVC_score")]
