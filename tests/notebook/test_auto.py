"""Runs without a line above the cell: the auto-run context, blocks, functions, and logging alone."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest

import nbtrack

METRIC = "depth = {}\nscore = evaluate(depth)"
LOOP = "rate = 0.5\nfor epoch in range(4):\n    loss = math.exp(-rate * epoch)"


@pytest.fixture(autouse=True)
def _as_before(kernel):
    kernel.run("import math\n\ndef evaluate(depth):\n    return depth * math.exp(-1)")
    yield
    kernel.run("%track auto off\n%track quiet off\nnbtrack.end_run()")


def runs(**where):
    """Return the runs there are, the oldest first."""
    return nbtrack.search_runs(output_format="list", order_by=["start_time"], search_all_experiments=True, **where)


def steps(run, key):
    return [(each.step, each.value) for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, key)]


def test_every_cell_that_evaluates_is_a_run(kernel):
    assert "is a run" in kernel.run("%track auto on").text
    for cell in ("import math", "data = [1, 2]", "depth = 3", "print(data)", "data"):
        assert kernel.run(cell).cards == []
    first = kernel.run(METRIC.format(3))
    assert len(first.cards) == 1
    kernel.run(METRIC.format(4))
    kernel.run("%track auto off")
    kernel.run(METRIC.format(5))
    one, two = runs()
    assert (one.data.params, two.data.params) == ({"depth": "3"}, {"depth": "4"})
    assert (one.info.run_name, two.info.run_name) == ("evaluate · score", "evaluate · score-2")


MODEL = """
class Ridge:
    def __init__(self, alpha):
        self.alpha = alpha
    def fit(self, X, y):
        return self
    def predict(self, X):
        return self.alpha * X
"""


def test_only_what_trains_or_evaluates_is_a_run_named_after_its_code(kernel):
    kernel.run(f"{MODEL}\nimport numpy as np\nX, y = np.array([1.0, 2.0]), np.array([2.0, 4.0])\n%track auto on")
    looks = ("mean = X.mean()\nmean", "picked = y[0] / y[1]\npicked", "gap = np.abs(X - y).max()\nprint(gap)")
    for cell in (*looks, "model = Ridge(alpha=0.5).fit(X, y)\np = model.predict(X)"):
        assert kernel.run(cell).cards == []
    for read in ("model.alpha", "curve = model.history['loss']\ncurve[0]"):
        kernel.run("model.history = {'loss': [0.5, 0.25]}")
        assert kernel.run(read).cards == [], "what an earlier cell has trained is only looked at"
    kernel.run("r2 = 1 - ((y - p) ** 2).mean() / y.var()\nprint(r2)")
    (run,) = runs()
    assert (run.info.run_name, run.data.params) == ("Ridge · r2", {"Ridge.alpha": "0.5"})


def test_loop_is_recorded_while_it_runs(kernel):
    kernel.run("%track auto on")
    sent = kernel.send("import time\nfor i in range(1000):\n    loss = math.exp(-i)\n    time.sleep(0.01)")
    import time

    deadline = time.monotonic() + 20
    while not runs() and time.monotonic() < deadline:
        time.sleep(0.05)
    (run,) = runs()
    assert run.info.status == "RUNNING"
    kernel.manager.interrupt_kernel()
    kernel.collect(sent)
    (run,) = runs()
    assert run.info.status == "KILLED"
    assert [step for step, _ in steps(run, "loss")] == list(range(len(steps(run, "loss"))))


def test_scratch_leaves_a_cell_out(kernel):
    kernel.run("%track auto on")
    done = kernel.run("%%scratch\n" + METRIC.format(3) + "\nprint(score > 0)")
    assert done.text == "True\n"
    assert runs() == []
    assert kernel.run("print(depth)").text == "3\n"
    assert "UsageError" in kernel.run("%%scratch what\nx = 1").errors


def test_failed_cell_without_metric_is_no_run_and_with_one_is_failed(kernel):
    kernel.run("%track auto on")
    kernel.run("1 / 0")
    assert runs() == []
    kernel.run(LOOP + "\n1 / 0")
    (run,) = runs()
    assert (run.info.status, len(steps(run, "loss"))) == ("FAILED", 4)


def test_what_a_cell_logs_goes_to_its_own_run(kernel):
    kernel.run("%track auto on")
    kernel.run(LOOP + "\nnbtrack.log_metric('mine', 7)")
    (run,) = runs()
    assert run.data.metrics == {"loss": math.exp(-1.5), "mine": 7.0}
    assert run.info.status == "FINISHED"


def test_cell_that_starts_a_run_itself_is_that_run(kernel):
    kernel.run("%track auto on")
    kernel.run("with nbtrack.start_run(run_name='mine'):\n    m = math.exp(-1)\n    nbtrack.log_metric('m', m)")
    assert [run.info.run_name for run in runs()] == ["mine"]


def test_options_of_all_cells(kernel):
    kernel.run("%track auto on --experiment digits --tags team=red --quiet")
    assert kernel.run(METRIC.format(3)).outputs == []
    (run,) = runs()
    assert nbtrack.get_experiment(run.info.experiment_id).name == "digits"
    assert run.data.tags["team"] == "red"


def test_session_is_one_run_with_a_step_for_each_cell(kernel):
    assert "step of run day" in kernel.run("%track auto session day").text
    for depth in (3, 4, 5):
        (card,) = kernel.run(METRIC.format(depth)).cards
        assert card.startswith("day ✓ RECORDED"), "the cell has ended, though its run goes on"
    kernel.run("unrelated = 'text'")
    kernel.run(LOOP)
    kernel.run(LOOP)
    (run,) = runs()
    assert run.info.status == "RUNNING"
    kernel.run("%track auto off")
    (run,) = runs()
    assert (run.info.run_name, run.info.status) == ("day", "FINISHED")
    assert [step for step, _ in steps(run, "score")] == [0, 1, 2]
    assert [step for step, _ in steps(run, "loss")] == list(range(8))
    assert run.data.params["depth"] == "3"
    assert "4" in run.data.tags["nbtrack.param_history"]


def test_logging_alone_makes_a_run_that_ends_with_its_cell(kernel):
    kernel.run("nbtrack.log_metric('m', 1)\nnbtrack.log_param('p', 'x')")
    (run,) = runs()
    assert (run.info.status, run.data.metrics, run.data.params) == ("FINISHED", {"m": 1.0}, {"p": "x"})
    kernel.run("nbtrack.log_metric('m', 2)\n1 / 0")
    _, run = runs()
    assert run.info.status == "FAILED"
    path = nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="traceback.txt")
    assert "ZeroDivisionError" in Path(path).read_text()


def test_internal_error_is_reported_once_and_disables_the_feature(kernel):
    kernel.run("%track auto on")
    kernel.run("import nbtrack.capture as spoiled\nplanned = spoiled.plan\nspoiled.plan = None")
    try:
        first, second = kernel.run(METRIC.format(3)), kernel.run(METRIC.format(4))
    finally:
        kernel.run("spoiled.plan = planned")
    assert first.reply["status"] == second.reply["status"] == "ok"
    assert first.errors.count("\n") == 1
    assert "the cell itself is not affected" in first.errors
    assert second.outputs == []
    assert "cells with %%track are runs" in kernel.run("%track status").text


BLOCK = """
with nbtrack.auto_run("fit", tags={"team": "red"}) as run:
    rate = 0.5
    for epoch in range(4):
        loss = math.exp(-rate * epoch)
"""


def test_block_of_a_cell(kernel):
    assert kernel.run("before = 1" + BLOCK).errors == ""
    (run,) = runs()
    assert (run.info.run_name, run.info.status, run.data.tags["team"]) == ("fit", "FINISHED", "red")
    assert run.data.params == {"rate": "0.5"}
    assert [step for step, _ in steps(run, "loss")] == [0, 1, 2, 3]
    assert kernel.run("import builtins; print([n for n in dir(builtins) if 'nbtrack' in n])").text == "[]\n"


def test_block_that_fails(kernel):
    assert kernel.run(BLOCK + "    1 / 0").reply["ename"] == "ZeroDivisionError"
    (run,) = runs()
    assert (run.info.status, len(steps(run, "loss"))) == ("FAILED", 4)


def test_blocks_in_a_loop_and_in_a_function(kernel):
    kernel.run(
        "def fit(depth):\n    with nbtrack.auto_run('inner'):\n        score = depth * math.exp(-1)\n    return score\n\nfor depth in (1, 2):\n    with nbtrack.auto_run('outer'):\n        size = 3\n        total = size * depth * math.exp(-1)"
    )
    assert [run.info.run_name for run in runs()] == ["outer", "outer-2"]
    assert kernel.run("fit(4) > 0").errors == ""
    assert set(runs()[-1].data.metrics) == {"score"}


def test_each_of_the_blocks_in_a_loop_has_the_curve_of_its_own_loop(kernel):
    code = """for rate in (0.1, 0.2):
    if rate:
        with nbtrack.auto_run("fit"):
            for epoch in range(3):
                loss = math.exp(-rate * epoch)"""
    assert kernel.run(code).errors == ""
    assert [steps(run, "loss") for run in runs()] == [
        [(epoch, math.exp(-rate * epoch)) for epoch in range(3)] for rate in (0.1, 0.2)
    ]


def test_block_of_a_script_follows_the_functions_that_it_calls(fresh):
    code = """import math, nbtrack

def main():
    with nbtrack.auto_run("fit"):
        rate = 0.5
        train(rate)

def train(rate):
    for epoch in range(3):
        loss = math.exp(-rate * epoch)
        print(loss)

main()
"""
    (fresh / "script.py").write_text(code)
    subprocess.run([sys.executable, "script.py"], cwd=fresh, check=True)
    nbtrack.set_tracking_uri(fresh / "mlruns")
    (run,) = runs()
    assert run.data.params == {"rate": "0.5"}
    assert [step for step, _ in steps(run, "loss")] == [0, 1, 2]


def test_block_of_a_script(fresh):
    (fresh / "script.py").write_text("import math, nbtrack\nbase = 2\n" + BLOCK)
    subprocess.run([sys.executable, "script.py"], cwd=fresh, check=True)
    nbtrack.set_tracking_uri(fresh / "mlruns")
    (run,) = runs()
    assert (run.data.params, run.data.metrics) == ({"rate": "0.5"}, {"loss": math.exp(-1.5)})
    assert run.info.status == "FINISHED"
