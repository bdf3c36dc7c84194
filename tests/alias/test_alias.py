"""``import mlflow`` gives nbtrack; each program has an interpreter of its own, in which MLflow itself is installed, too."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from importlib import import_module, util
from pathlib import Path

import pytest

from nbtrack.as_mlflow import modules
from nbtrack.errors import ModuleNotInNbtrack

INSTALL = "import nbtrack; nbtrack.install_alias()\n"


def run(source, *arguments, **environment):
    """Run a program, and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments, "-c", source], capture_output=True, text=True, env={**os.environ, **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_mlflow_is_nbtrack_itself():
    run(
        INSTALL + "import mlflow, nbtrack\n"
        "import mlflow.tracking, mlflow.entities, mlflow.exceptions as errors\n"
        "from mlflow.tracking.client import MlflowClient\n"
        "from mlflow.entities.run_status import RunStatus\n"
        "assert mlflow is nbtrack and mlflow.entities is nbtrack.entities\n"
        "assert MlflowClient is nbtrack.MlflowClient and RunStatus is nbtrack.entities.RunStatus\n"
        "assert errors.MlflowException is nbtrack.errors.NbtrackError\n"
        "import mlflow.keras, mlflow.pytorch\n"
        "assert mlflow.keras is nbtrack.keras and mlflow.pytorch.autolog is nbtrack.pytorch.autolog"
    )


def test_every_module_is_the_one_of_nbtrack_and_keeps_its_name():
    run(
        INSTALL + "import sys\n"
        "from importlib import import_module\n"
        "from nbtrack.as_mlflow.modules import MODULES\n"
        "for name, own in MODULES.items():\n"
        "    module = import_module(name)\n"
        "    assert module is import_module(own), name\n"
        "    assert module.__spec__.name == module.__name__ == own, name\n"
        "different = {id(each): each for each in sys.modules.values()}.values()\n"
        "files = [str(each.__file__) for each in different if getattr(each, '__file__', None)]\n"
        "ours = [each for each in files if '/nbtrack/' in each]\n"
        "assert len(ours) > 20 and len(ours) == len(set(ours))"
    )


def test_no_module_takes_the_place_of_another_in_its_parent():
    """``import a.b`` makes ``b`` an attribute of ``a``, where nbtrack may have a module of that name."""
    for name, own in modules.MODULES.items():
        parent, _, child = name.rpartition(".")
        home = modules.MODULES.get(parent)
        if home and home != own and hasattr(import_module(home), "__path__"):
            assert own == f"{home}.{child}" or util.find_spec(f"{home}.{child}") is None, name


def test_libraries_find_it():
    report = run(
        INSTALL + "from importlib import metadata, util\n"
        "assert util.find_spec('mlflow') is not None\n"
        "print(metadata.version('mlflow'), metadata.version('MLflow_Skinny'), metadata.distribution('mlflow').metadata['Name'])\n"
        "assert [each for each in metadata.distributions() if each.metadata['Name'] == 'mlflow']\n"
        "assert metadata.version('click') and util.find_spec('mlflow')"
    )
    assert report == f"{modules.API_VERSION} {modules.API_VERSION} mlflow"


def test_program_logs(tmp_path):
    source = (
        "import mlflow\n"
        "from mlflow.utils.mlflow_tags import MLFLOW_RUN_NAME\n"
        "mlflow.set_experiment('alias')\n"
        "with mlflow.start_run(run_name='one') as run:\n"
        "    mlflow.log_param('a', 1); mlflow.log_metric('m', 0.5, step=3)\n"
        "    assert len('x' * 10) < mlflow.utils.validation.MAX_PARAM_VAL_LENGTH\n"
        "found = mlflow.tracking.MlflowClient().get_run(run.info.run_id)\n"
        "print(found.data.params, found.data.metrics, found.data.tags[MLFLOW_RUN_NAME])"
    )
    assert run(source, NBTRACK_AS_MLFLOW="1") == "{'a': '1'} {'m': 0.5} one"
    assert (tmp_path / "mlruns" / "nbtrack.db").exists()


def test_variable_reaches_spawned_workers(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing\n"
        "def work(number):\n"
        "    import mlflow\n"
        "    with mlflow.start_run():\n"
        "        mlflow.log_metric('number', number)\n"
        "    return mlflow.__name__\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(2) as pool:\n"
        "        print(pool.map(work, [1, 2]))\n"
    )
    environment = {**os.environ, "NBTRACK_AS_MLFLOW": "1"}
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "['nbtrack', 'nbtrack']"


@pytest.mark.parametrize("environment", [{}, {"NBTRACK_AS_MLFLOW": "0"}])
def test_without_the_variable_nothing_is_loaded(environment):
    report = run("import sys; print('nbtrack' in sys.modules, type(sys.meta_path[0]).__name__)", **environment)
    assert report.split()[1] != "AliasFinder"
    assert environment or report.startswith("False")


def test_invalid_variable_is_a_warning_not_an_error():
    done = subprocess.run(
        [sys.executable, "-c", "print('runs')"],
        capture_output=True,
        text=True,
        env={**os.environ, "NBTRACK_AS_MLFLOW": "?"},
    )
    assert done.stdout.strip() == "runs"
    assert "NBTRACK_AS_MLFLOW must be true or false" in done.stderr
    assert "Traceback" not in done.stderr


def test_alias_is_refused_when_mlflow_is_imported():
    report = run(
        "import mlflow, nbtrack\n"
        "try:\n    nbtrack.install_alias()\n"
        "except RuntimeError as error:\n    print(error)\n"
        "assert mlflow.__spec__.name == 'mlflow' and __import__('mlflow') is mlflow"
    )
    assert "MLflow itself is already imported" in report


def test_alias_is_removed():
    run(
        INSTALL + "import mlflow.data.pandas_dataset, sys\n"
        "nbtrack.install_alias()\n"
        "nbtrack.remove_alias(); nbtrack.remove_alias()\n"
        "assert not [each for each in sys.modules if each.split('.')[0] == 'mlflow']\n"
        "from importlib import metadata\n"
        "import mlflow\n"
        "assert mlflow is not nbtrack and metadata.version('mlflow-skinny') == mlflow.__version__\n"
        "assert nbtrack.data.__spec__.name == 'nbtrack.datasets'"
    )


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("import mlflow.onnx", "no such models"),
        ("import mlflow.spark", "no such models"),
        ("from mlflow.utils.autologging_utils import autologging_is_disabled", "%%track"),
        ("import mlflow.tracking._model_registry", "Tracking only"),
        ("import mlflow.notebook", "Tracking only"),
    ],
)
def test_module_that_is_missing_says_so(statement, word):
    report = run(INSTALL + f"try:\n    {statement}\nexcept ImportError as error:\n    print(error.name, error)")
    assert report.startswith(statement.split()[1][:13])
    assert word in report
    assert "nbtrack server" in report


def test_attribute_that_is_missing_says_so():
    import nbtrack

    with pytest.raises(AttributeError, match=r"mlflow\.onnx is not available: nbtrack has no such models"):
        nbtrack.onnx  # noqa: B018 - the access is the test
    assert not hasattr(nbtrack, "trace")


def test_error_is_pickled():
    error = pickle.loads(pickle.dumps(ModuleNotInNbtrack("missing", "mlflow.x")))
    assert (str(error), error.name) == ("missing", "mlflow.x")
    assert isinstance(error, ImportError)


def test_registry_uri_is_the_tracking_uri_until_it_is_set(tmp_path):
    import nbtrack

    nbtrack.set_tracking_uri(tmp_path)
    assert nbtrack.get_registry_uri() == nbtrack.get_tracking_uri()
    nbtrack.set_registry_uri("http://127.0.0.1:1")
    assert nbtrack.tracking.get_registry_uri() == "http://127.0.0.1:1"
    nbtrack.set_registry_uri("")
    assert nbtrack.get_registry_uri() == nbtrack.get_tracking_uri()


def test_extension_installs_the_alias_and_loads_nbtrack():
    report = run(
        "from IPython.testing.globalipapp import start_ipython\n"
        "shell = start_ipython()\n"
        "shell.run_line_magic('load_ext', 'nbtrack.as_mlflow')\n"
        "shell.run_cell('import mlflow, nbtrack; print(mlflow is nbtrack)')\n"
        "print('track' in shell.magics_manager.magics['cell'])\n"
        "shell.run_line_magic('unload_ext', 'nbtrack.as_mlflow')\n"
        "import sys; print('mlflow' in sys.modules)"
    )
    assert report.split()[-3:] == ["True", "True", "False"]


def test_settings_file_installs_the_alias_with_the_extension(tmp_path):
    Path("nbtrack.toml").write_text("as_mlflow = true\n")
    report = run(
        "from IPython.testing.globalipapp import start_ipython\n"
        "shell = start_ipython()\n"
        "shell.run_line_magic('load_ext', 'nbtrack')\n"
        "shell.run_cell('import mlflow; print(mlflow.__name__)')"
    )
    assert report.split()[-1] == "nbtrack"


def test_wheel_has_the_startup_file(tmp_path):
    from hatchling.builders.wheel import WheelBuilder

    root = Path(__file__).parents[2]
    builder = WheelBuilder(str(root))
    included = builder.config.get_force_include()
    assert included[str(root / "nbtrack" / "as_mlflow" / "startup.pth")] == "nbtrack_as_mlflow.pth"
