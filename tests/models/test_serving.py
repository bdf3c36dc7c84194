"""`nbtrack serve`, as a process that is asked over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import httpx
import numpy as np
import pandas as pd
import pytest
import real_mlflow
from sklearn.datasets import load_iris
from sklearn.tree import DecisionTreeClassifier

from nbtrack import pyfunc
from nbtrack import sklearn as flavor
from nbtrack.errors import InvalidValue
from nbtrack.models import infer_signature

X, y = load_iris(return_X_y=True, as_frame=True)
X.columns = ["a", "b", "c", "d"]
TREE = DecisionTreeClassifier(random_state=0).fit(X, y)


class Served:
    def __init__(self, address):
        self.address = address

    def ask(self, body, kind="application/json", path="/invocations"):
        content = body if isinstance(body, str) else json.dumps(body)
        return httpx.post(self.address + path, content=content, headers={"Content-Type": kind})


@pytest.fixture
def serving():
    """Return what serves a folder and gives its address."""
    started = []

    def serve(folder, *options):
        process = subprocess.Popen(
            [sys.executable, "-m", "nbtrack", "serve", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        found = re.search(r"at (http://[\d.:]+)/", process.stdout.readline())
        address = found[1]
        transport = httpx.HTTPTransport(retries=20)
        with httpx.Client(transport=transport) as client:
            assert client.get(f"{address}/ping").status_code in {200, 401}
        return Served(address)

    yield serve
    for process in started:
        process.terminate()
        process.communicate(timeout=30)


def test_a_model_answers_in_every_format(serving, tmp_path):
    flavor.save_model(TREE, tmp_path / "m", signature=infer_signature(X, TREE.predict(X)))
    served, few = serving(tmp_path / "m"), X[::40]
    expected = {"predictions": TREE.predict(few).tolist()}
    split = few.to_dict(orient="split")
    for body in (
        {"dataframe_split": {"columns": split["columns"], "data": split["data"]}},
        {"dataframe_records": few.to_dict(orient="records")},
        {"inputs": few.to_dict(orient="records")},
        {"inputs": few.to_dict(orient="list")},
        {"instances": few.to_dict(orient="records")},
    ):
        answer = served.ask(body)
        assert answer.json() == expected, body
    assert served.ask(few.to_csv(index=False), "text/csv").json() == expected
    for path, body in (("/ping", "\n"), ("/health", "\n"), ("/version", real_mlflow.VERSION)):
        told = httpx.get(served.address + path)
        assert (told.status_code, told.headers["Content-Type"], told.text) == (200, "application/json", body)


def test_a_model_of_tensors_has_parameters(serving, tmp_path):
    array = np.zeros((2, 3), "float32")
    signature = infer_signature(array, array, {"plus": 1.0})
    pyfunc.save_model(tmp_path / "m", lambda data, params: data + params["plus"], signature=signature)
    served = serving(tmp_path / "m")
    assert served.ask({"inputs": [[1, 2, 3]]}).json() == {"predictions": [[2, 3, 4]]}
    assert served.ask({"instances": [[1, 2, 3]], "params": {"plus": 0.5}}).json() == {"predictions": [[1.5, 2.5, 3.5]]}


def test_bad_requests_are_answered_by_what_is_wrong(serving, tmp_path):
    flavor.save_model(TREE, tmp_path / "m", signature=infer_signature(X))
    served = serving(tmp_path / "m")
    for body, kind, words in (
        ("{", "application/json", "can't be read as JSON"),
        ({"data": []}, "application/json", "one of dataframe_split, dataframe_records, instances, inputs"),
        ({"dataframe_split": 3}, "application/json", "dataframe_split is invalid"),
        ({"dataframe_records": [{"a": 1.0}]}, "application/json", "missing inputs ['b', 'c', 'd']"),
        ({"inputs": [{"a": "x", "b": 1, "c": 1, "d": 1}]}, "application/json", "column a"),
        ("a", "text/plain", "Content-Type must be"),
        ("", "text/csv", "can't be read as CSV"),
    ):
        answer = served.ask(body, kind)
        assert answer.status_code == 400, body
        assert words in answer.json()["message"]
    assert served.ask({}, path="/other").status_code == 404


def test_a_model_that_raises_says_so(serving, tmp_path):
    pyfunc.save_model(tmp_path / "m", lambda data: 1 / 0)
    answer = serving(tmp_path / "m").ask({"inputs": [1]})
    assert answer.status_code == 400
    assert "The model raised ZeroDivisionError: division by zero" in answer.json()["message"]


def test_strangers_are_refused(serving, tmp_path):
    pyfunc.save_model(tmp_path / "m", lambda data: [1])
    served = serving(tmp_path / "m", "--auth", "token")
    assert served.ask({"inputs": [1]}).status_code == 401
    foreign = httpx.post(served.address + "/invocations", json={"inputs": [1]}, headers={"Host": "evil.example"})
    assert foreign.status_code == 403


def test_mlflow_answers_the_same(tmp_path):
    from model_programs import by_mlflow

    from nbtrack.models import scoring

    def described(model_input):
        """Return what a model was given, with its types."""
        if isinstance(model_input, list):
            return [described(each) for each in model_input]
        if hasattr(model_input, "columns"):
            return [[name, str(model_input[name].dtype), model_input[name].tolist()] for name in model_input.columns]
        if isinstance(model_input, dict):
            return {name: [str(each.dtype), each.tolist()] for name, each in model_input.items()}
        return [str(model_input.dtype), model_input.tolist()]

    def answered(model_input):
        """Return an answer of the kind that is asked for."""
        row = {"x": float("inf"), "y": float("nan"), "raw": b"\x00\xff"}
        kinds = {
            "numbers": [row["x"], -row["x"], row["y"]],
            "array": np.array([[0.5, np.inf]]),
            "row": row,
            "frame": pd.DataFrame([row]),
            "series": pd.Series([1, 2], name="x"),
        }
        return kinds[str(model_input[0])]

    frame, array = pd.DataFrame({"n": [1, 2], "x": [0.5, 1.5], "t": ["a", "b"]}), np.zeros((2, 3), "float32")
    for name, signature in (
        ("columns", infer_signature(frame)),
        ("tensor", infer_signature(array)),
        ("tensors", infer_signature({"a": array, "b": np.zeros(2, "int64")})),
        ("any", None),
    ):
        pyfunc.save_model(tmp_path / name, described, signature=signature, pip_requirements=[])
    pyfunc.save_model(tmp_path / "answers", answered, pip_requirements=[])
    split = {"columns": ["t", "n", "x"], "data": [["a", 1, 0.5], ["b", 2, 1.5]]}
    rows = [{"t": "a", "n": 1, "x": 2.5}, {"t": "b", "n": 2, "x": 3.5}]
    numbers = {"a": [[1, 2, 3], [4, 5, 6]], "b": [7, 8]}
    asked = [
        *(("columns", body) for body in ({"dataframe_split": split}, {"dataframe_records": rows}, {"inputs": rows})),
        *(("any", body) for body in ({"instances": rows}, {"inputs": rows}, {"inputs": [[1, 2]]}, {"inputs": numbers})),
        *(("any", {"dataframe_split": split}), ("any", {"inputs": {"a": 1}}), ("any", {"inputs": 3})),
        *(("tensor", {form: numbers["a"]}) for form in ("inputs", "instances")),
        ("tensor", {"dataframe_split": {"columns": ["x", "y", "z"], "data": numbers["a"]}}),
        *(("tensors", body) for body in ({"inputs": numbers}, {"instances": [{"a": [1, 2, 3], "b": 7}]})),
        ("columns", {"dataframe_split": {"columns": ["t", "n", "x"], "data": [["a", 1, None]]}}),
        *(("answers", {"inputs": [kind]}) for kind in ("numbers", "array", "row", "frame", "series")),
    ]
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    code = (
        "from mlflow.pyfunc.scoring_server import invocations\n"
        "asked = json.load(open(sys.argv[2]))\n"
        "m = {n: mlflow.pyfunc.load_model(f'{sys.argv[1]}/{n}') for n, _ in asked}\n"
        "answers = [invocations(json.dumps(b), 'application/json', m[n], m[n].metadata.get_input_schema())"
        ".response for n, b in asked]\n"
        "print(json.dumps(answers))"
    )
    loaded = {name: pyfunc.load_model(str(tmp_path / name)) for name, _ in asked}
    ours = [scoring.score(loaded[name], json.dumps(body).encode(), "application/json").decode() for name, body in asked]
    assert ours == by_mlflow(code, tmp_path, tmp_path / "asked.json")
    for body, words in (({"dataframe_split": [1]}, "not a dict"), ({"dataframe_records": {"n": [1]}}, "not a list")):
        with pytest.raises(InvalidValue, match=words):
            scoring.score(loaded["any"], json.dumps(body).encode(), "application/json")
