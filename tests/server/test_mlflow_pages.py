"""MLflow's own web pages, out of its wheel, on our API."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest
from serving import Server, free_port

pytestmark = pytest.mark.browser
VERSION = "3.17.2"
HERE = Path(__file__).parent
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "nbtrack-tests"
POINTS = 50


@pytest.fixture(scope="module", autouse=True)
def fresh():
    """Leave the process as it is: the server is another."""


@pytest.fixture(scope="module")
def build():
    """Return the folder of the static files, fetched once."""
    folder = KEPT / f"mlflow-{VERSION}"
    found = folder / "mlflow" / "server" / "js" / "build"
    if not (found / "index.html").exists():
        _fetch(folder)
    return found


def _fetch(folder):
    KEPT.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", KEPT, f"mlflow=={VERSION}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("the wheel of mlflow can't be fetched")
    assert done.returncode == 0, done.stderr
    (wheel,) = KEPT.glob(f"mlflow-{VERSION}-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder, [each for each in packed.namelist() if each.startswith("mlflow/server/js/build/")])
    wheel.unlink()


@pytest.fixture(scope="module")
def pages(build, tmp_path_factory):
    """Run the pages beside our API."""
    folder, port = tmp_path_factory.mktemp("pages"), free_port()
    options = {"store": str(folder / "store"), "destination": str(folder / "files"), "port": port}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, HERE / "mlflow_pages.py", build, json.dumps(options)],
            stdout=output,
            stderr=output,
            cwd=folder,
        )
    server = Server(f"http://127.0.0.1:{port}", process, folder, log)
    deadline = time.monotonic() + 60
    while True:
        try:
            server.get("/health")
            break
        except httpx.TransportError:
            assert time.monotonic() < deadline, server.log_text()
            time.sleep(0.02)
    yield server
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def experiment(pages):
    """Record three runs with a curve and an artifact each."""
    made = pages.made("experiments/create", {"name": "chestnut"})["experiment_id"]
    for number in range(3):
        run = pages.run(experiment_id=made, run_name=f"walnut-{number}", start_time=int(time.time() * 1000))
        points = [
            {"key": "loss", "value": 1 / (step + 1 + number), "timestamp": step, "step": step} for step in range(POINTS)
        ]
        batch = {"run_id": run, "metrics": points, "params": [{"key": "rate", "value": f"0.{number}5"}]}
        pages.made("runs/log-batch", {**batch, "tags": [{"key": "mlflow.note.content", "value": "a note of the run"}]})
        place = f"{pages.url}/api/2.0/mlflow-artifacts/artifacts/{made}/{run}/artifacts/notes/words.txt"
        assert httpx.put(place, content=b"words of the artifact").status_code == 200
        pages.made("runs/update", {"run_id": run, "status": "FINISHED", "end_time": int(time.time() * 1000)})
    return made, run


@pytest.fixture
def page(chromium, pages):
    """Open a page that reaches nothing but our server."""
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    opened.faults = []
    opened.on("response", lambda each: each.status >= 500 and opened.faults.append(each.url))
    opened.route("**/*", lambda route: route.continue_() if _ours(route, pages) else route.abort())
    yield opened
    context.close()
    assert opened.faults == []


def _ours(route, pages):
    return route.request.url.startswith((pages.url, "data:", "blob:"))


def shown(page, *texts):
    """Wait until all of several texts stand on the page."""
    for each in texts:
        page.get_by_text(re.compile(each)).first.wait_for(timeout=60_000)


def test_experiments(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments")
    shown(page, "chestnut", "Default")


def test_runs_of_an_experiment(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments/{experiment[0]}/runs")
    shown(page, "chestnut", "walnut-0", "walnut-1", "walnut-2", "3 matching runs")


def test_charts_of_an_experiment(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments/{experiment[0]}/runs?compareRunsMode=CHART")
    shown(page, "walnut-2", "loss")
    page.locator(".js-plotly-plot .scatterlayer .trace").nth(2).wait_for(state="attached", timeout=60_000)


def test_a_run(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments/{experiment[0]}/runs/{experiment[1]}")
    shown(page, "walnut-2", "a note of the run", "rate", "0.25", "loss", "Finished", experiment[1])


def test_the_curve_of_a_run(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments/{experiment[0]}/runs/{experiment[1]}/model-metrics")
    shown(page, "loss", "Step")
    page.locator(".js-plotly-plot .scatterlayer .trace").first.wait_for(state="attached", timeout=60_000)


def test_logged_models(page, pages, experiment):
    made, run = experiment
    asked = {"experiment_id": made, "name": "hazel", "model_type": "tree", "source_run_id": run}
    model = pages.made("logged-models", {**asked, "params": [{"key": "depth", "value": "7"}]})["model"]["info"]
    point = {"key": "score", "value": 0.625, "timestamp": 1, "step": 0, "model_id": model["model_id"]}
    pages.made("runs/log-metric", {"run_id": run, **point, "dataset_name": "iris", "dataset_digest": "d1"})
    pages.made("runs/outputs", {"run_id": run, "models": [{"model_id": model["model_id"], "step": 0}]})
    place = f"{pages.url}/api/2.0/mlflow-artifacts/artifacts/{made}/models/{model['model_id']}/artifacts/MLmodel"
    assert httpx.put(place, content=b"words of the model").status_code == 200
    page.goto(f"{pages.url}/#/experiments/{made}/models")
    shown(page, "hazel", "walnut-2")
    page.goto(f"{pages.url}/#/experiments/{made}/models/{model['model_id']}")
    shown(page, "hazel", "depth", "score", "0.625", "iris", model["model_id"])
    page.goto(f"{pages.url}/#/experiments/{made}/models/{model['model_id']}/artifacts")
    page.get_by_text("MLmodel", exact=True).first.click(timeout=60_000)
    shown(page, "words of the model")


def test_artifacts_of_a_run(page, pages, experiment):
    page.goto(f"{pages.url}/#/experiments/{experiment[0]}/runs/{experiment[1]}/artifacts")
    page.get_by_text("notes", exact=True).first.click(timeout=60_000)
    page.get_by_text("words.txt", exact=True).first.click(timeout=60_000)
    shown(page, "words of the artifact")
