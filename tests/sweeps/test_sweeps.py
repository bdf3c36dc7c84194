"""`%%track --grid` in a real kernel: trials are runs of their own, and the notebook stays as it is."""

from __future__ import annotations

import json

import pandas as pd

import nbtrack
from nbtrack.tracking.read_data import ReadData

BEFORE = """
base, log = 10, []
def scaled(x): return x * base
"""
SWEEP = """%%track first --grid lr=0.1,0.2 depth=2..4
import random
lr = 0.5
depth = 1
base = depth
log.append(lr)
print("lr is", lr, len(log))
score = scaled(lr) * depth
luck = random.random()
score"""


def children():
    """Return the runs of trials, in the order of their making."""
    order = ["attributes.start_time", "attributes.run_name"]
    found = nbtrack.search_runs(filter_string="tags.`nbtrack.trial` LIKE '%'", order_by=order, output_format="list")
    return sorted(found, key=lambda run: run.info.start_time)


def sweep():
    """Return the run of the one sweep."""
    (found,) = nbtrack.search_runs(filter_string="tags.`nbtrack.sweep` LIKE '%'", output_format="list")
    return found


def artifact(run, path):
    """Return a text that a run keeps."""
    return nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/{path}")


def test_each_trial_is_a_run_and_the_notebook_stays_as_it_is(kernel):
    kernel.run(BEFORE)
    done = kernel.run(SWEEP)
    assert done.reply["status"] == "ok"
    trials = children()
    assert len(trials) == 6
    for run in trials:
        lr, depth = float(run.data.params["lr"]), int(run.data.params["depth"])
        assert run.info.status == "FINISHED"
        assert run.data.metrics["score"] == lr * depth * depth
        assert run.data.params["seed"] == "0"
        assert run.parent_id == sweep().info.run_id
        assert run.info.run_name == f"lr={lr} depth={depth}"
        assert artifact(run, "outputs/stdout.txt") == f"lr is {lr} 1\n"
        assert f"lr = {lr}" in artifact(run, "cell.py")
    assert len({run.data.metrics["luck"] for run in trials}) == 1
    assert kernel.run("print(log, base, 'lr' in globals())").text == "[] 10 False\n"
    assert "lr is" not in done.text
    assert "6 trials of lr, depth" in done.text
    assert "Best: lr = 0.2, depth = 4, with the highest score, 3.2" in done.text
    assert sweep().data.params == {"best.lr": "0.2", "best.depth": "4"}
    (table,) = (each["data"]["text/plain"] for each in done.final if "nbtrack-static" in str(each))
    assert [each.split()[0] for each in table.splitlines()[:2]] == ["name", "lr=0.2"]
    assert "0 runs" not in str(done.final)
    assert artifact(sweep(), "cell.py") == SWEEP


def test_a_sweep_is_named_after_what_it_varies_and_not_compared_with_runs_of_its_cell(kernel):
    cell = "from sklearn.linear_model import Ridge\nalpha, size = 1.0, 2\nr2 = Ridge(alpha).fit([[0], [1], [size]], [0, 1, 1]).score([[0], [1]], [0, 1])"
    kernel.run(f"%%track\n{cell}")
    cards = [kernel.run(f"%%track --grid alpha=1,2 size=2,3\n{cell}").cards[-1] for _ in range(2)]
    assert [each.partition(" ✓")[0] for each in cards] == ["Ridge · alpha × size", "Ridge · alpha × size-2"]
    assert "changed" not in kernel.run(f"%%track\n{cell}").cards[-1]


def test_trials_blocks_and_calls_have_the_data_that_a_tracked_cell_has(kernel):
    kernel.run("import pandas as pd\nframe = pd.DataFrame({'a': range(100)})")
    kernel.run("scale = 2\nscaled = frame * scale")
    kernel.run("%%track --grid k=1,2\nk = 1\nacc = frame.a.mean() * k")
    kernel.run("%%track --grid scale=1,2\nacc = frame.a.mean() + scaled.a.mean()")
    kernel.run("with nbtrack.auto_run():\n    acc = frame.a.mean()")
    kernel.run("@nbtrack.track\ndef fit(frame): return frame.a.mean()\nfit(frame)")
    found = [each.inputs.dataset_inputs for each in nbtrack.search_runs(output_format="list")]
    assert len(found) == 3 + 3 + 1 + 1
    assert {tuple(each.dataset.name for each in inputs) for inputs in found} == {("frame",)}
    (known,) = ReadData(["frame"], {"frame": pd.DataFrame({"a": range(100)})}).inputs()
    assert {each.dataset.digest for inputs in found for each in inputs} == {known.dataset.digest}


def test_random_numbers_of_the_notebook_go_on_where_they_were(kernel):
    kernel.run("import random\nrandom.seed(5)\nrandom.random()")
    kernel.run("%%track --grid lr=1,2\nimport random\nlr = 0\nscore = lr + random.random()")
    after = kernel.run("print(random.random())").text
    assert after == kernel.run("random.seed(5)\nrandom.random()\nprint(random.random())").text


def test_seeds_make_trials_of_their_own(kernel):
    done = kernel.run("%%track --grid lr=1,2 --seeds 3 --goal loss\nimport random\nlr = 0\nloss = lr + random.random()")
    losses = {}
    for run in children():
        losses.setdefault(run.data.params["seed"], []).append(run.data.metrics["loss"])
    assert sorted(losses) == ["0", "1", "2"]
    assert all(round(high - low, 9) == 1 for low, high in map(sorted, losses.values()))
    mean = sum(min(each) for each in losses.values()) / 3
    assert sweep().data.metrics["best.loss"] == mean
    assert "on average over 3 seeds" in done.text


def test_a_failed_trial_does_not_end_the_sweep(kernel):
    done = kernel.run("%%track --grid lr=0,1,2\nlr = 5\nacc = 1 / lr")
    assert [run.info.status for run in children()] == ["FAILED", "FINISHED", "FINISHED"]
    assert sweep().info.status == "FINISHED"
    failed = children()[0]
    assert failed.data.tags["nbtrack.error"] == "ZeroDivisionError: division by zero"
    assert "nbtrack/sweeps" not in artifact(failed, "traceback.txt")
    assert "acc = 1 / lr" in artifact(failed, "traceback.txt")
    assert "Failed: lr=0: ZeroDivisionError" in done.text


def test_trials_that_finished_stand_above_those_that_did_not(kernel):
    cell = "%%track --grid lr=1,2,3 --goal acc\nlr = 5\nfor step in range(3):\n    acc = lr * step\n1 / (lr - 3)"
    done = kernel.run(cell)
    (table,) = (each["data"]["text/plain"] for each in done.final if "nbtrack-static" in str(each))
    assert [each.split()[0] for each in table.splitlines()[1:4]] == ["lr=2", "lr=1", "lr=3"]
    assert "Best: lr = 2" in done.text


def test_impossible_requests_are_one_line_and_make_no_run(kernel):
    cells = {
        "%%track --grid lrr=1,2\nlr = 5\nacc = 1 / lr": "no parameter 'lrr'; it has lr",
        "%%track --grid lr\nlr = 5": "NAME=VALUE",
        "%%track --seeds 3\nlr = 5": "--seeds needs a sweep",
        "%%track --grid lr=1e-4..1e-1\nlr = 5": "needs a step",
        "%%track --grid lr=1,2 --budget soon\nlr = 5": "write a time",
    }
    for cell, said in cells.items():
        done = kernel.run(cell)
        assert (done.reply["status"], done.reply["ename"]) == ("error", "UsageError")
        assert said in done.reply["evalue"]
    assert nbtrack.search_runs().empty


def test_ctrl_c_ends_the_sweep_and_makes_no_more_trials(kernel):
    cell = "%%track --grid lr=1,2,3\nimport time, os, signal\nlr = 0\nif lr == 2: os.kill(os.getpid(), signal.SIGINT); time.sleep(20)\nacc = lr * 2"
    done = kernel.run(cell)
    assert done.reply["ename"] == "KeyboardInterrupt"
    assert [run.info.status for run in children()] == ["FINISHED", "KILLED"]
    assert sweep().info.status == "KILLED"


def test_stopping_one_trial_skips_it_and_stopping_the_sweep_ends_it(kernel):
    ask = "import nbtrack, time\nlr = 0\nrun = nbtrack.active_run()\n"
    kernel.run(f"%%track --grid lr=1,2,3\n{ask}if lr == 2: nbtrack.stop(run.info.run_id); time.sleep(20)\nacc = lr * 2")
    assert [run.info.status for run in children()] == ["FINISHED", "KILLED", "FINISHED"]
    ids = {run.info.run_id for run in children()}
    stop = "if lr == 2: nbtrack.stop(run.data.tags['mlflow.parentRunId']); time.sleep(20)\nacc = lr * 2"
    done = kernel.run(f"%%track --grid lr=1,2,3\n{ask}{stop}")
    assert done.reply["status"] == "ok"
    assert [run.info.status for run in children() if run.info.run_id not in ids] == ["FINISHED", "KILLED"]
    assert "1 did not run, since the sweep was stopped" in done.text


def test_earlier_cells_run_again_with_the_new_value(kernel):
    kernel.run(
        "class Model:\n    def __init__(self, width): self.width, self.steps = width, 0\n    def fit(self): self.steps += 1"
    )
    kernel.run("model = Model(width=3)")
    kernel.run("model.fit()")
    done = kernel.run("%%track --grid width=5,7\nscore = model.width * model.steps")
    assert {run.data.params["Model.width"]: run.data.metrics["score"] for run in children()} == {"5": 5, "7": 7}
    assert "first runs 2 earlier cells again" in done.text
    assert kernel.run("print(model.width, model.steps)").text == "3 1\n"


def test_best_writes_the_winning_values_into_a_new_cell(kernel):
    kernel.run("%%track fit --grid rate=1,2 --experiment other --goal loss:max\nrate = 5  # how fast\nloss = rate")
    done = kernel.run("%track best")
    assert "rate = 2" in done.text
    (written,) = [each["text"] for each in done.reply["payload"] if each["source"] == "set_next_input"]
    assert written == "%%track fit --experiment other\nrate = 2  # how fast\nloss = rate"
    assert (
        json.loads(
            nbtrack.search_runs(
                filter_string="tags.`nbtrack.sweep` LIKE '%'", search_all_experiments=True, output_format="list"
            )[0].data.tags["nbtrack.sweep"]
        )["goal"]
        == "max"
    )


def test_budget_and_random(kernel):
    done = kernel.run("%%track --grid lr=1e-4..1e-1 n=1..9 --random 5 --budget 1h\nlr = 1\nn = 1\nacc = lr * n")
    assert len(children()) == 5
    assert len({run.data.params["lr"] for run in children()}) == 5
    done = kernel.run("%%track --grid lr=1,2,3 --budget 0.0001\nlr = 1\nacc = lr * 2")
    assert len(children()) < 8
    assert "since the time was up" in done.text


def test_halving_stops_trials_whose_curve_is_behind(kernel):
    cell = "%%track --grid rate=9,8,1,2 --halving --goal acc\nimport time\nrate = 1\nfor step in range(40 if rate > 5 else 3000):\n    acc = rate * step\n    time.sleep(0.03 if rate < 5 else 0)"
    done = kernel.run(cell)
    stopped = [run for run in children() if run.info.status == "KILLED"]
    assert {run.data.params["rate"] for run in stopped} == {"1", "2"}
    assert all(run.data.tags["nbtrack.trial.stopped"].startswith("halving") for run in stopped)
    assert "rate = 9" in done.text


def test_nothing_of_a_sweep_is_learned_as_names_of_the_notebook(kernel):
    kernel.run("%%track --grid depth=1,2\ndepth = 1\nacc = depth * 2")
    done = kernel.run("%%track --grid depth=1,2\nacc = depth * 2")
    assert "no parameter 'depth'" in done.reply["evalue"]


def test_optuna_suggests_and_prunes(kernel):
    done = kernel.run(
        "%%track --grid lr=1e-4..1e-1 n=1..9 kind=a,b --optuna 6 --goal loss\nlr = 1\nn = 2\nkind = 'x'\nloss = abs(n - 5) + (kind == 'a') + lr"
    )
    assert len(children()) == 6
    assert {run.data.params["kind"] for run in children()} <= {"a", "b"}
    assert min(run.data.metrics["loss"] for run in children()) == sweep().data.metrics["best.loss"]
    assert "6 trials: 6 finished" in done.text
    for asked, said in {
        "--optuna 3 --pruner Foo": "no pruner 'Foo'",
        "--pruner Median": "--optuna N",
        "--optuna 3 --halving": "excludes",
    }.items():
        assert said in kernel.run(f"%%track --grid lr=1,2 {asked}\nlr = 1").reply["evalue"]


def test_panels_are_answered_while_a_trial_runs(kernel):
    kernel.run("%%track --grid k=1,2\nk = 1\nassert callable(get_ipython().display_pub.set_parent)\nscore = k / 2")
    assert [run.info.status for run in children()] == ["FINISHED", "FINISHED"]
