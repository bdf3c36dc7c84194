"""Trials in other processes and on a cluster, and sweeps that go on after their kernel has died."""

from __future__ import annotations

import dask_cluster
import pytest
from kernels import Kernel

import nbtrack

CELL = """%%track sweep --grid rate=1..{trials} depth=1,2 --quiet {how}
import os, pathlib, signal, time
rate, depth = 0, 0
mark = pathlib.Path(folder) / "killed"
pathlib.Path(folder, f"{{rate}}-{{depth}}").open("a").write(f"{{os.getpid()}} ")
if (rate, depth) == (2, 1) and {kills} and not mark.exists():
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
print("rate", rate)
for step in range(3):
    time.sleep(0.01)
    score = model.of(rate) * depth + step
"""
BEFORE = """
base = 10
class Model:
    def of(self, x):
        return x * base
model = Model()
"""


def trials():
    """Return what the trials of all sweeps have recorded, in the order of their values."""
    found = nbtrack.search_runs(filter_string="tags.`nbtrack.trial` LIKE '%'", output_format="list")
    return sorted(
        (int(run.data.params["rate"]), int(run.data.params["depth"]), run.info.status, run.data.metrics.get("score"))
        for run in found
    )


def expected(count):
    """Return what they should have recorded."""
    return [(rate, depth, "FINISHED", rate * 10 * depth + 2) for rate in range(1, count + 1) for depth in (1, 2)]


@pytest.fixture
def place(kernel, fresh):
    """Return the folder in which trials leave marks; the kernel has a model."""
    kernel.run(f"folder = {str(fresh)!r}\n{BEFORE}")
    return fresh


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Run a scheduler of dask and two workers."""
    with dask_cluster.running(tmp_path_factory.mktemp("dask"), workers=2) as running:
        yield running


def test_trials_run_in_processes_of_their_own_and_a_lost_worker_loses_nothing(kernel, place):
    done = kernel.run(CELL.format(trials=4, how="--jobs 2", kills="True"))
    assert "8 trials: 8 finished" in done.text
    assert trials() == expected(4)
    run = nbtrack.search_runs(filter_string="params.rate = '3'", output_format="list")[0]
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/outputs/stdout.txt") == "rate 3\n"
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "score")
    assert [point.step for point in history] == [0, 1, 2]
    pids = {pid for mark in place.glob("*-*") for pid in mark.read_text().split()}
    assert len(pids) >= 3
    assert kernel.run("import os; print(os.getpid())").text.strip() not in pids
    assert len((place / "2-1").read_text().split()) == 2


def test_trials_run_on_a_cluster_and_a_lost_worker_loses_nothing(kernel, place, cluster):
    done = kernel.run(CELL.format(trials=4, how=f"--on {cluster.address}", kills="True"))
    assert "8 trials: 8 finished" in done.text, done
    assert trials() == expected(4)
    assert len((place / "2-1").read_text().split()) == 2


def test_workers_without_the_files_of_the_store_log_through_the_notebook(kernel, place, cluster):
    # Each process has another folder behind this path.
    kernel.run("nbtrack.set_tracking_uri('/proc/self/cwd/apart')")
    done = kernel.run(
        f"%%track --grid rate=1,2 depth=3 --on {cluster.address} --quiet\nrate, depth = 0, 0\nprint('here')\nscore = model.of(rate) * depth + 2"
    )
    assert "it is served to them at http://127.0.0.1" in done.text, done
    assert "2 trials: 2 finished" in done.text
    nbtrack.set_tracking_uri(kernel.folder / "apart")
    assert trials() == [(1, 3, "FINISHED", 32), (2, 3, "FINISHED", 62)]
    run = nbtrack.search_runs(filter_string="params.rate = '2'", output_format="list")[0]
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/outputs/stdout.txt") == "here\n"


def test_what_cannot_be_sent_is_named(kernel, place):
    kernel.run("import threading\nguard = threading.Lock()")
    done = kernel.run("%%track --grid rate=1,2 --jobs 2\nrate = 5\nwith guard: score = rate * 2")
    assert "guard can't be sent to workers" in done.reply["evalue"]
    done = kernel.run("%%track --grid rate=1,2 --jobs 2\nrate = 5\n%time score = rate * 2")
    assert "magics" in done.reply["evalue"]
    done = kernel.run("%%track --grid rate=1,2 --on tcp://127.0.0.1:1 --jobs 2\nrate = 5")
    assert "exclude each other" in done.reply["evalue"]
    assert nbtrack.search_runs().empty


def test_after_a_dead_kernel_only_what_is_missing_runs(tmp_path, fresh):
    nbtrack.set_tracking_uri(fresh / "mlruns")
    begin = f"%load_ext nbtrack\nimport nbtrack\nnbtrack.set_tracking_uri({str(fresh / 'mlruns')!r})\nfolder = {str(fresh)!r}\n{BEFORE}"
    kernel = Kernel(tmp_path)
    kernel.run(begin)
    kernel.send(CELL.format(trials=12, how="", kills="True"))
    kernel.manager.provisioner.process.wait(60)
    kernel.stop()
    kernel = Kernel(tmp_path)
    kernel.run(begin)
    done = kernel.run(CELL.format(trials=12, how="--resume", kills="True"))
    kernel.stop()
    assert "24 trials: 24 finished; 2 were there already; 1 interrupted ones ran again" in done.text
    assert trials() == expected(12)
    assert {mark.name for mark in fresh.glob("*-*") if len(mark.read_text().split()) > 1} == {"2-1"}
