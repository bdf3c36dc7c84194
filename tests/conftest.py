"""What every test gets: an empty working directory, no settings of the machine, and no run left over."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import cluster
import hypothesis
import pytest
import real_mlflow
import server_thread

from nbtrack import process
from nbtrack.tracking import lifecycle

# Tests run side by side, so an example may take any time.
hypothesis.settings.register_profile("nbtrack", deadline=None)
hypothesis.settings.load_profile("nbtrack")
SHARED = ("jupyterlab", "mlflow")
"""What several modules share; these begin, so that no worker is left alone with one of them in the end."""
WITH_MLFLOW = {
    "tests/contracts/test_repository.py",
    "tests/contracts/test_search.py",
    "tests/remote/test_everywhere.py",
    "tests/remote/test_link.py",
}
CHROMIUM = os.environ.get("NBTRACK_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    """Begin with the longest group; leave the browser tests out where there is no Chromium, but not in CI."""
    for item in items:
        if item.get_closest_marker("browser") and not (CHROMIUM or os.environ.get("CI")):
            item.add_marker(pytest.mark.skip(reason="needs Chromium: apt-get install chromium"))
    items.sort(key=lambda item: SHARED.index(group) if (group := _group(item.nodeid)) in SHARED else len(SHARED))


def pytest_collection_finish():
    """Spare the garbage collector the thousands of tests, which stay until the end."""
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config, log):
    """Have tests that share a server run in one worker, and all others with their module."""
    from xdist.scheduler import LoadScopeScheduling

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return _group(nodeid)

    return Groups(config, log)


def _group(nodeid):
    """Return what a test shares with others: a JupyterLab, a real MLflow server, or the fixtures of its module."""
    module = nodeid.partition("::")[0]
    if module.startswith("tests/browser/"):
        return "jupyterlab"
    served = any(each in nodeid for each in ("rest to mlflow", "mlflow files", "mlflow database"))
    return "mlflow" if served or module in WITH_MLFLOW else module


@pytest.fixture(scope="session")
def chromium_process():
    """Run one Chromium for all tests of a worker, and return the address that its driver connects to."""
    with tempfile.TemporaryDirectory(prefix="nbtrack-chromium-", ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", *ARGUMENTS]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            address = next(line.split()[-1] for line in process.stderr if line.startswith("DevTools listening on"))
            drain = threading.Thread(target=process.stderr.read)
            drain.start()
            yield address
            process.terminate()
            drain.join()


@pytest.fixture(scope="module")
def chromium(chromium_process):
    """Drive the Chromium of the worker; the driver keeps an event loop, so each module that needs one has its own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(chromium_process)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres():
    """Run one PostgreSQL server for all tests; without it they are left out, and in CI they fail."""
    if cluster.programs() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(cluster.REASON)
    with tempfile.TemporaryDirectory(prefix="nbtrack-postgres-") as folder, cluster.serving(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def stage():
    """Run nbtrack's server, for a store that each test brings."""
    stage = server_thread.ReplaceableServer()
    with server_thread.serving(stage) as stage.uri:
        yield stage


@pytest.fixture(scope="session")
def mlflow_server():
    """Run a real MLflow server; where it can't be installed, leave the tests out, but not in CI."""
    try:
        with real_mlflow.running() as running:
            yield running
    except (OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"needs MLflow {real_mlflow.VERSION}, which can't be installed: {error}")


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """Give each test a folder of its own, and forget what the process remembers."""
    for name in [each for each in os.environ if each.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NBTRACK_STATE_FOLDER", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    with process.fresh():
        yield tmp_path
        while lifecycle.active_run() is not None:
            lifecycle.end_run()


_BUCKETS = itertools.count()


@pytest.fixture(scope="session")
def s3():
    """Run a server of the S3 protocol."""
    program = Path(server_thread.__file__).with_name("s3_process.py")
    quiet = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, program], text=True, **quiet) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait()


@pytest.fixture
def bucket(s3, monkeypatch):
    """Return the name of an empty bucket, with all that is needed to reach it in the environment."""
    import httpx

    for name, value in {
        "MLFLOW_S3_ENDPOINT_URL": s3,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{next(_BUCKETS)}"
    httpx.put(f"{s3}/{name}").raise_for_status()
    return name
