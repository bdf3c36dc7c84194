"""What `import nbtrack` costs, and what it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import nbtrack

FORBIDDEN = {
    "IPython", "ipywidgets", "traitlets", "anywidget", "numpy", "pandas", "matplotlib", "apsw", "sqlite3", "http", "ssl",
    "asyncio", "subprocess",
}  # fmt: skip


def fresh(source):
    """Run a program in a new interpreter and return what it printed, as JSON."""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_nothing_heavy(tmp_path):
    report = fresh(
        "import sys, json, threading; before = set(sys.modules); import nbtrack;"
        "print(json.dumps([sorted(set(sys.modules) - before), threading.active_count()]))"
    )
    loaded, threads = report
    assert not FORBIDDEN & {each.partition(".")[0] for each in loaded}
    assert threads == 1
    assert list(tmp_path.iterdir()) == []


def test_first_metric_loads_nothing_that_it_does_not_need():
    loaded = fresh(
        "import sys, json; before = set(sys.modules); import nbtrack; nbtrack.log_metric('a', 1);"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    names = {each.partition(".")[0] for each in loaded}
    assert not (FORBIDDEN - {"apsw"}) & names
    for package in ("nbtrack.notebook", "nbtrack.query", "nbtrack.redaction"):
        assert package not in loaded


def test_every_public_name_is_there():
    for name in nbtrack.__all__:
        assert getattr(nbtrack, name) is not None
    assert set(nbtrack.__all__) <= set(dir(nbtrack))


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        nbtrack.nonsense  # noqa: B018 - the access is the test
