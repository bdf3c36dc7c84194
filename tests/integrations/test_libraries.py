"""Libraries that log to MLflow by themselves record the same through nbtrack.

The same script runs with MLflow itself on a store of its own, with nbtrack by the name ``mlflow`` on a local store and on
nbtrack's server, and with MLflow itself on nbtrack's server. CI tries the libraries that are installed quickly;
``NBTRACK_TEST_LIBRARIES=all`` or a list of names tries others.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import libraries
import pytest
from libraries import LIBRARIES
from serving import serving

HERE = Path(__file__).parent
WANTED = os.environ.get("NBTRACK_TEST_LIBRARIES", "")
CHOSEN = [
    name
    for name, each in LIBRARIES.items()
    if name in WANTED.split(",") or WANTED == "all" or (not WANTED and each.always)
]


def run(python, *arguments, folder, uri):
    """Run an interpreter in a folder with a tracking URI, and return what it printed."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("COV")},
        "MLFLOW_TRACKING_URI": uri,
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MPLBACKEND": "agg",
        "PYTHONPATH": str(libraries.ROOT),
        "NBTRACK_STATE_FOLDER": str(folder / "state"),
    }
    done = subprocess.run(
        [python, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-5000:]
    return done.stdout


def recorded(name, python, meaning, folder, uri):
    """Run the script of a library, and return what the store has then, without what differs by chance."""
    folder.mkdir()
    run(python, HERE / "program.py", meaning, HERE / "scripts" / f"with_{name}.py", folder=folder, uri=uri)
    reader = "nbtrack" if folder.name == "local" else "mlflow"
    printed = run(python, HERE / "program.py", reader, HERE / "recorded.py", folder=folder, uri=uri)
    return comparable(LIBRARIES[name], json.loads(printed.splitlines()[-1].replace(str(folder), "<folder>")))


def comparable(library, report):
    """Return a report as a flat dictionary, without durations, random names, and the bytes of files that are never the same."""
    for experiment in report.values():
        for each in experiment["runs"]:
            for key in library.random_metrics:
                each["metrics"].pop(key, None)
            for key in filter(library.is_timed, each["metrics"]):
                each["metrics"][key] = [step for step, _ in each["metrics"][key]]
            for key in filter(library.is_timed, each["tags"]):
                each["tags"][key] = "there"
            for key in library.own_digests:
                assert re.fullmatch("[0-9a-f]{8}", each["params"].pop(key))
            for path in each["artifacts"]:
                if path.endswith(library.unlike):
                    each["artifacts"][path] = "there"
            if re.fullmatch(library.random_name, each["name"]):
                each["name"] = library.random_name
    return dict(flat((), report))


def flat(path, value):
    """Yield the leaves of nested dictionaries and lists of them, each with its path."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = dict(enumerate(value))
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from flat((*path, key), each)
    else:
        yield path, value


def differences(variant, expected, found):
    """Return a line for each leaf that is not as expected."""
    missing = object()
    return [
        f"{variant}: {path}: {found.get(path, 'missing')} instead of {expected.get(path, 'nothing')}"
        for path in {**expected, **found}
        if found.get(path, missing) != expected.get(path, missing)
    ]


@pytest.mark.parametrize("name", [each for each in CHOSEN if LIBRARIES[each].callback])
def test_callback_works_with_the_library(name, tmp_path):
    python = libraries.interpreter(name)
    plainly = ["-q", "--noconftest", "-c", os.devnull, "--rootdir", HERE, "-p", "no:cacheprovider", "-k", name]
    run(python, "-m", "pytest", *plainly, HERE / "test_callbacks.py", folder=tmp_path, uri=str(tmp_path / "store"))


@pytest.mark.parametrize("name", [each for each in CHOSEN if libraries.TORCH in LIBRARIES[each].packages][:1])
def test_tensors_and_tables_are_fingerprinted(name, tmp_path):
    plainly = ["-q", "--noconftest", "-c", os.devnull, "--rootdir", HERE, "-p", "no:cacheprovider"]
    tests = HERE.parent / "datasets" / "test_fingerprint_libraries.py"
    run(libraries.interpreter(name), "-m", "pytest", *plainly, tests, folder=tmp_path, uri=str(tmp_path / "store"))


@pytest.mark.parametrize("name", [each for each in CHOSEN if LIBRARIES[each].tests])
def test_models_and_autologging_work_with_the_library(name, tmp_path):
    python, tests, library = libraries.interpreter(name), HERE.parent, LIBRARIES[name]
    paths = f"pythonpath={tests / 'autologging'} {tests / 'models'} {tests / 'servers'}"
    plainly = ["-q", "--noconftest", "-c", os.devnull, "--rootdir", tests, "-o", paths, "-p", "no:cacheprovider"]
    files = [tests / each for each in library.tests]
    selected = ["-k", library.selects or name]
    run(python, "-m", "pytest", *plainly, *selected, *files, folder=tmp_path, uri=str(tmp_path / "store"))


@pytest.mark.parametrize("name", [each for each in CHOSEN if LIBRARIES[each].script])
def test_library_records_the_same(name, tmp_path):
    python = libraries.interpreter(name)
    expected = recorded(name, python, "mlflow", tmp_path / "mlflow", f"sqlite:///{tmp_path}/mlflow.db")
    assert expected
    store = f"sqlite:///{tmp_path}/store.db" if LIBRARIES[name].needs_database else str(tmp_path / "store")
    found = {"nbtrack, local": recorded(name, python, "nbtrack", tmp_path / "local", store)}
    for meaning in ("nbtrack", "mlflow"):
        served = tmp_path / f"served-{meaning}"
        served.mkdir()
        with serving(served) as server:
            found[f"{meaning}, server"] = recorded(name, python, meaning, tmp_path / f"{meaning}-client", server.url)
    lines = [line for variant, report in found.items() for line in differences(variant, expected, report)]
    assert not lines, "\n".join(lines)
