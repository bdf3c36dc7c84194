"""Models whose code is a file: `set_model`, `ModelConfig`, and the modules that a model brings along."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from model_programs import by_mlflow

import nbtrack
from nbtrack import pyfunc
from nbtrack.errors import InvalidValue, NotFound, Refused
from nbtrack.models import ModelConfig

FRAME = pd.DataFrame({"x": [0.6, 0.8]})
THRESHOLD = """
import {tracker}

config = {tracker}.models.ModelConfig(development_config={{"limit": 0.5}})


class Threshold({tracker}.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input > config.get("limit")


{tracker}.models.set_model(Threshold())
"""


@pytest.fixture
def threshold(tmp_path):
    file = tmp_path / "threshold.py"
    file.write_text(THRESHOLD.format(tracker="nbtrack"))
    return file


def test_a_file_is_logged_and_loaded_with_its_configuration(threshold, tmp_path):
    with nbtrack.start_run():
        logged = pyfunc.log_model(name="t", python_model=threshold, model_config={"limit": 0.7}, input_example=FRAME)
    loaded = pyfunc.load_model(logged.model_uri)
    assert loaded.predict(FRAME)["x"].tolist() == [False, True]
    assert loaded.metadata.signature.outputs.input_names() == ["x"]
    assert type(loaded.unwrap_python_model()).__name__ == "Threshold"
    (tmp_path / "low.yaml").write_text("limit: 0.1")
    low = pyfunc.load_model(logged.model_uri, model_config=str(tmp_path / "low.yaml"))
    assert low.predict(FRAME)["x"].tolist() == [True, True]
    assert loaded.predict(FRAME)["x"].tolist() == [False, True]
    folder = Path(nbtrack.artifacts.download_artifacts(logged.model_uri))
    assert (folder / "threshold.py").read_text() == threshold.read_text()
    assert f"nbtrack=={nbtrack.__version__}" in (folder / "requirements.txt").read_text()


def test_a_function_can_be_set(tmp_path):
    file = tmp_path / "double.py"
    file.write_text("from nbtrack.models import set_model\nset_model(lambda model_input: model_input * 2)\n")
    pyfunc.save_model(tmp_path / "m", str(file))
    assert pyfunc.load_model(str(tmp_path / "m")).predict(4) == 8


def test_nbtrack_and_mlflow_load_the_files_of_one_another(threshold, tmp_path):
    neutral = tmp_path / "neutral.py"
    neutral.write_text(THRESHOLD.format(tracker="mlflow"))
    # MLflow is not imported in this process, and not where it is missing.
    ours = (
        "import sys, pandas as pd\n"
        "class Missing:\n    def find_spec(self, name, *others):\n"
        "        if name == 'mlflow':\n            raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from nbtrack import pyfunc\nX = pd.DataFrame({'x': [0.6, 0.8]})\n"
        "if sys.argv[2:]:\n    pyfunc.save_model(sys.argv[1], sys.argv[2], model_config={'limit': 0.7})\n"
        "print(pyfunc.load_model(sys.argv[1]).predict(X)['x'].tolist(), 'mlflow' in sys.modules)"
    )
    theirs = (
        "X = pd.DataFrame({'x': [0.6, 0.8]})\ndel sys.modules['nbtrack']\n"
        "mlflow.pyfunc.save_model(sys.argv[3], python_model=sys.argv[4], model_config={'limit': 0.7})\n"
        "print(json.dumps([mlflow.pyfunc.load_model(each).predict(X)['x'].tolist() for each in sys.argv[1:3]]))"
    )

    def by_nbtrack(*arguments):
        command = [sys.executable, "-c", ours, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert by_nbtrack(tmp_path / "a", neutral) == "[False, True] False"
    pyfunc.save_model(tmp_path / "b", threshold, model_config={"limit": 0.7})
    found = by_mlflow(theirs, tmp_path / "a", tmp_path / "b", tmp_path / "c", neutral)
    assert found == [[False, True], [False, True]]
    assert by_nbtrack(tmp_path / "c") == "[False, True] False"


def test_the_modules_that_a_model_imports_are_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scaling_of_mine"
    folder.mkdir()
    for name, text in (("__init__", ""), ("scale", "from .by import BY"), ("by", "BY = 3"), ("other", "1 / 0")):
        (folder / f"{name}.py").write_text(text)
    (tmp_path / "scaled.py").write_text(
        "from nbtrack.models import set_model\nfrom scaling_of_mine import scale\nset_model(lambda data: data * scale.BY)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    pyfunc.save_model(tmp_path / "m", "scaled.py", infer_code_paths=True)
    kept = sorted(each.name for each in (tmp_path / "m" / "code").rglob("*.py"))
    assert kept == ["__init__.py", "by.py", "scale.py"]
    program = "from nbtrack import pyfunc\nprint(pyfunc.load_model('m').predict(2))"
    (folder / "__init__.py").write_text("raise SystemExit('the original')")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "m").symlink_to(tmp_path / "m")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path / "elsewhere", capture_output=True, text=True, check=True
    )
    assert done.stdout == "6\n"
    with pytest.raises(InvalidValue, match="not both"):
        pyfunc.save_model(tmp_path / "n", "scaled.py", infer_code_paths=True, code_paths=["scaling_of_mine"])


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("x = 1", InvalidValue, "model.py sets no model: call nbtrack.models.set_model"),
        ("import nbtrack\nnbtrack.models.set_model('net.pkl')", InvalidValue, "a PythonModel or a function, not str"),
        ("import nbtrack\nnbtrack.models.ModelConfig()", NotFound, "pass model_config"),
        ("1 / 0", ZeroDivisionError, "division"),
    ],
)
def test_code_that_makes_no_model_is_named(code, error, words, tmp_path):
    (tmp_path / "model.py").write_text(code)
    with pytest.raises(error, match=words):
        pyfunc.save_model(tmp_path / "m", tmp_path / "model.py")
    assert not (tmp_path / "m").exists()
    with pytest.raises(NotFound, match=r"did you mean .*model\.py\?"):
        pyfunc.save_model(tmp_path / "m", tmp_path / "model")


def test_a_model_below_its_code_does_not_copy_itself(threshold, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helper.py").write_text("")
    pyfunc.save_model("m", threshold, model_config={"limit": 0.7}, code_paths=["."])
    assert (tmp_path / "m" / "code" / "helper.py").is_file()
    assert not (tmp_path / "m" / "code" / "m").exists()


def test_code_of_another_user_needs_trust(threshold, tmp_path):
    pyfunc.save_model(tmp_path / "m", threshold, model_config={"limit": 0.7})
    os.chown(tmp_path / "m" / "threshold.py", 12345, 12345)
    with pytest.raises(Refused, match=r"The code of .* can run any code"):
        pyfunc.load_model(str(tmp_path / "m"))
    with pytest.raises(Refused, match="The code"):
        pyfunc.load_model((tmp_path / "m").as_uri(), dst_path=str(tmp_path / "copy"))
    assert pyfunc.load_model(str(tmp_path / "m"), trust=True)


def test_a_configuration_says_what_it_lacks(tmp_path):
    config = ModelConfig(development_config={"a": 1})
    assert (config.get("a"), config.to_dict()) == (1, {"a": 1})
    with pytest.raises(KeyError, match="no 'b'; it has a"):
        config.get("b")
    with pytest.raises(NotFound, match=r"none\.yaml"):
        ModelConfig(development_config=tmp_path / "none.yaml")
    (tmp_path / "list.yaml").write_text("- a")
    with pytest.raises(InvalidValue, match="must be a mapping"):
        ModelConfig(development_config=tmp_path / "list.yaml")
