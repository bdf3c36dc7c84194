"""`%%track` in a real kernel: what is recorded, and that nothing else changes."""

from __future__ import annotations

import math
import re
import time

import pytest

import nbtrack


def the_run(**where):
    """Return the one run there is."""
    (run,) = nbtrack.search_runs(output_format="list", **where)
    return run


LOOP = """%%track descent
import math
import time
rate, steps = 0.1, 20
w = 5.0
for step in range(steps):
    loss = (w - 3) ** 2
    w -= rate * 2 * (w - 3)
"""


def test_cell_becomes_a_run(kernel):
    done = kernel.run(LOOP)
    assert done.reply["status"] == "ok"
    run = the_run()
    assert (run.info.run_name, run.info.status) == ("descent", "FINISHED")
    assert run.data.params == {"rate": "0.1", "steps": "20"}
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert [each.step for each in history] == list(range(20))
    assert history[0].value == 4.0
    code = kernel.run(f"print(nbtrack.artifacts.load_text('runs:/{run.info.run_id}/cell.py'), end='')")
    assert code.text == LOOP
    assert run.data.tags["mlflow.source.type"] == "NOTEBOOK"
    assert "ipykernel" not in run.data.tags.get("mlflow.source.name", "")


CHILD = """%%track
import subprocess, sys
lr = 0.1
code = "import nbtrack, sys; nbtrack.MlflowClient(sys.argv[1]).log_param(sys.argv[2], 'lr', 0.5)"
subprocess.run([sys.executable, "-c", code, nbtrack.get_tracking_uri(), nbtrack.active_run().info.run_id], check=True)
depth = 3
"""


def test_what_another_process_logs_stays(kernel):
    done = kernel.run(CHILD)
    assert "recorded" not in done.errors
    assert {**the_run().data.params, "code": ""} == {"lr": "0.5", "depth": "3", "code": ""}


def test_card_is_all_that_is_added(kernel):
    done = kernel.run(LOOP)
    assert len(done.outputs) == 1
    (card,) = done.cards
    assert card.startswith("descent ✓ FINISHED")
    assert "loss=" in card
    assert "\n" not in card


def test_card_shows_the_mean_of_scores_with_their_curve(kernel):
    kernel.run("def fold_scores(folds):\n    return [1 / (1 + fold) for fold in range(folds)]")
    done = kernel.run("%%track folds\nscores = fold_scores(2)\nscores")
    (card,) = done.cards
    assert "scores.mean=0.75" in card
    assert "scores=" not in card
    assert done.outputs[-1]["data"]["text/html"].count("<polyline") == 1
    assert the_run().data.metrics == {"scores": 0.5, "scores.mean": 0.75}
    (card,) = kernel.run("%%track named\nscores = fold_scores(2)\nm = sum(scores) / len(scores)\nprint(m)").cards
    assert "m=0.75" in card
    assert "scores" not in card


def test_quiet_cell_shows_nothing(kernel):
    assert kernel.run(LOOP.replace("descent", "descent --quiet")).outputs == []
    assert the_run().info.status == "FINISHED"


def test_running_again_counts_up_and_compares(kernel):
    kernel.run(LOOP)
    done = kernel.run(LOOP.replace("0.1", "0.2"))
    assert sorted(nbtrack.search_runs()["tags.mlflow.runName"]) == ["descent", "descent-2"]
    (page,) = [each["data"]["text/html"] for each in done.outputs]
    assert "rate 0.2 was 0.1" in " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert "best" in page
    kernel.run(LOOP)
    assert "descent-3" in set(nbtrack.search_runs()["tags.mlflow.runName"])


def test_unnamed_cells_are_grouped_by_the_shape_of_their_code(kernel):
    cell = "%%track\nC = {}\nscore = C * abs(hash((1,)))"
    kernel.run(cell.format(1))
    kernel.run(cell.format(2))
    names = list(nbtrack.search_runs(order_by=["attributes.start_time"])["tags.mlflow.runName"])
    assert names[1] == f"{names[0]}-2"


def test_failing_cell_is_failed_with_its_own_traceback(kernel):
    bare = kernel.run("import math\nx = 1\nfor i in range(3):\n    y = math.cos(x) / (1 - i)\n")
    tracked = kernel.run("%%track\nx = 1\nfor i in range(3):\n    y = math.cos(x) / (1 - i)\n")
    assert tracked.reply["status"] == "error"
    strip = lambda lines: [line.split("\n", 1)[1] if "Cell" in line else line for line in lines]  # noqa: E731 - one line says it
    assert len(bare.shown[0]["traceback"]) == len(tracked.shown[0]["traceback"])
    assert strip(bare.shown[0]["traceback"])[-1] == strip(tracked.shown[0]["traceback"])[-1]
    arrows = [
        [row for line in done.shown[0]["traceback"] for row in line.split("\n") if "->" in row]
        for done in (bare, tracked)
    ]
    assert arrows[0] == arrows[1]
    run = the_run()
    assert run.info.status == "FAILED"
    assert run.data.params == {"x": "1"}
    assert run.data.tags["nbtrack.error"] == "ZeroDivisionError: float division by zero"
    assert [each.value for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "y")] == [math.cos(1)]


def test_a_warning_that_is_shown_once_is_shown_once(kernel):
    beside = "from nbtrack.notebook import session_registry\nsession_registry.current().background.close()\n"
    done = kernel.run(
        f"%%track\nimport warnings\ndef warn():\n    warnings.warn('old')\nwarn()\n{beside}warn()\nloss = abs(hash((1,)))"
    )
    assert done.errors.count("UserWarning: old") == 1
    assert "environment.json" in [each.path for each in nbtrack.MlflowClient().list_artifacts(the_run().info.run_id)]


def test_run_all_stops_at_a_failed_cell(kernel):
    first = kernel.send("%%track\n1/0")
    second = kernel.send("print('never')")
    assert kernel.collect(first).reply["status"] == "error"
    assert kernel.collect(second).reply["status"] == "aborted"


def test_interrupted_cell_is_killed_and_keeps_its_points(kernel):
    sent = kernel.send(
        "%%track\nimport time\nw = 5.0\nfor i in range(10_000):\n    loss = (w - 3) ** 2\n    w -= 0.001 * (w - 3)\n    time.sleep(0.01)"
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        runs = nbtrack.search_runs(output_format="list")
        if runs and "loss" in runs[0].data.metrics:
            break
        time.sleep(0.05)
    kernel.manager.interrupt_kernel()
    done = kernel.collect(sent)
    assert done.reply["ename"] == "KeyboardInterrupt"
    run = the_run()
    assert run.info.status == "KILLED"
    steps = [each.step for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")]
    assert steps == list(range(len(steps)))
    assert len(steps) > 1


def test_syntax_error_makes_no_run(kernel):
    assert kernel.run("%%track\nx = = 1").reply["ename"] == "SyntaxError"
    assert len(nbtrack.search_runs()) == 0


@pytest.mark.parametrize("header", ["%%track\n%%time", "%%time\n%%track", "%%track\n%%capture", "%%capture\n%%track"])
def test_composes_with_other_magics(kernel, header):
    kernel.run(f"{header}\nC = 3\nscore = C * abs(hash((1,)))\n")
    run = the_run()
    assert (run.info.status, run.data.params) == ("FINISHED", {"C": "3"})
    assert kernel.run("print(C)").text == "3\n"


def test_await_works_at_the_top_level(kernel):
    done = kernel.run("%%track\nimport asyncio\nC = 2\nawait asyncio.sleep(0.01)\nscore = C * abs(hash((1,)))")
    assert done.reply["status"] == "ok"
    assert the_run().data.params == {"C": "2"}


def test_shell_lines_work(kernel):
    done = kernel.run("%%track\n!echo hello\nC = 2\nscore = C * abs(hash((1,)))")
    assert done.text.strip() == "hello"
    assert the_run().data.params == {"C": "2"}


def test_names_afterwards_are_those_of_the_bare_cell(kernel):
    kernel.run("before = set(globals())")
    kernel.run(LOOP)
    assert set(kernel.run("print(*sorted(set(globals()) - before))").text.split()) <= {
        "before", "loss", "rate", "step", "steps", "time", "w", "_", "__", "___", "_i", "_ii", "_iii", *(f"_i{number}" for number in range(500)),
    }  # fmt: skip
    assert (
        kernel.run("import builtins; print([each for each in dir(builtins) if 'nbtrack' in each])").text.strip() == "[]"
    )


def test_explicit_keys_are_never_overwritten(kernel):
    cell = "%%track\nimport nbtrack\nrate = 0.5\nnbtrack.log_param('rate', 'mine')\nfor i in range(3):\n    loss = 1 / (i + rate)\n    nbtrack.log_metric('loss', 100 + i, step=i)"
    assert kernel.run(cell).reply["status"] == "ok"
    run = the_run()
    assert run.data.params == {"rate": "mine"}
    assert [each.value for each in nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")] == [
        100,
        101,
        102,
    ]


def test_explicit_run_in_a_tracked_cell_is_its_child(kernel):
    kernel.run(
        "%%track outer\nimport nbtrack\nwith nbtrack.start_run(run_name='inner'):\n    nbtrack.log_metric('m', 1)"
    )
    runs = {run.info.run_name: run for run in nbtrack.search_runs(output_format="list")}
    assert runs["inner"].data.tags["mlflow.parentRunId"] == runs["outer"].info.run_id


def test_run_over_several_cells(kernel):
    kernel.run("run = nbtrack.start_run(run_name='long')")
    kernel.run("nbtrack.log_metric('m', 1)")
    kernel.run("1/0")
    kernel.run("nbtrack.log_metric('m', 2, step=1)\nassert nbtrack.start_run().info.run_id == run.info.run_id")
    kernel.run("nbtrack.end_run()")
    run = the_run()
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"m": 2.0})


def test_new_run_ends_the_one_that_was_left_open(kernel):
    kernel.run("nbtrack.start_run(run_name='one')")
    done = kernel.run("nbtrack.start_run(run_name='two');")
    assert "'one' was still active" in done.errors
    kernel.run("nbtrack.end_run()")
    assert set(nbtrack.search_runs()["status"]) == {"FINISHED"}


@pytest.mark.parametrize(
    ("line", "culprit"),
    [
        ("--wrong", "--wrong"),
        ("a b", "b"),
        ("--tags nope", "nope"),
        ("--every second", "second"),
        ("'open", "quotation"),
    ],
)
def test_unknown_option_is_reported_in_one_line_and_the_cell_does_not_run(kernel, line, culprit):
    done = kernel.run(f"%%track {line}\nnever_bound = 1")
    assert done.reply["status"] == "error"
    assert done.reply["ename"] == "UsageError"
    assert culprit in done.errors
    assert done.errors.count("\n") == 1
    assert "NameError" in kernel.run("never_bound").reply["ename"]


def test_unwritable_store_is_reported_in_one_line_and_the_cell_runs(kernel, tmp_path):
    (tmp_path / "file").write_text("")
    kernel.run(f"nbtrack.set_tracking_uri({str(tmp_path / 'file' / 'mlruns')!r})")
    done = kernel.run("%%track\nC = 2\nprint(C)")
    assert done.reply["status"] == "ok"
    assert done.text == "2\n"
    assert "not tracked" in done.errors
    assert str(tmp_path / "file") in done.errors
    assert done.errors.count("\n") == 1


def test_filter_with_a_typo_is_reported_in_one_line(kernel):
    kernel.run(LOOP)
    done = kernel.run("%runs metrics.loss >> 1")
    assert done.reply["ename"] == "UsageError"
    assert "column 15" in done.errors
    assert done.errors.count("\n") == 1


def test_status_line(kernel, tmp_path):
    status = kernel.run("%track").text
    assert str(tmp_path / "mlruns") in status
    assert "no active run" in status
    assert "UsageError" in kernel.run("%track nonsense").errors


def test_options_of_the_line(kernel):
    kernel.run(
        "%%track named --experiment digits --tags team=red,who=ada --params noted --metrics seen --no-infer\nnoted, other = 'x', 2\nseen = 5"
    )
    run = the_run(search_all_experiments=True)
    assert nbtrack.get_experiment(run.info.experiment_id).name == "digits"
    assert (run.data.tags["team"], run.data.tags["who"]) == ("red", "ada")
    assert (run.data.params, run.data.metrics) == ({"noted": "x"}, {"seen": 5.0})


def test_figure_shows_itself_without_pyplot(kernel):
    done = kernel.run(
        "from matplotlib.figure import Figure\nfigure = Figure(figsize=(1, 1))\nfigure.subplots()\nfigure"
    )
    assert "image/png" in done.outputs[0].get("data", {}), done.outputs


def test_extension_can_be_taken_off_and_put_on_again(kernel):
    try:
        kernel.run("%unload_ext nbtrack")
        kernel.run("%%track\nC = 1")
        assert len(nbtrack.search_runs()) == 0
    finally:
        kernel.run("%load_ext nbtrack")
    kernel.run(LOOP)
    assert the_run().info.status == "FINISHED"


def test_settings_by_traits(kernel):
    assert "NbtrackMagics.quiet" in kernel.run("%config NbtrackMagics").text
    kernel.run(
        "%config NbtrackMagics.quiet = True\n%config NbtrackMagics.experiment = 'chosen'\n%config NbtrackMagics.infer = False"
    )
    try:
        assert kernel.run(LOOP).outputs == []
        run = the_run(search_all_experiments=True)
        assert nbtrack.get_experiment(run.info.experiment_id).name == "chosen"
        assert run.data.params == {}
    finally:
        kernel.run(
            "%config NbtrackMagics.quiet = False\n%config NbtrackMagics.experiment = None\n%config NbtrackMagics.infer = True"
        )


HOSTILE = """
import time
import numpy as np, pandas as pd

looked = []


class Hostile:
    def __init__(self, what):
        self.what = what

    def touched(self, *_, **__):
        looked.append(self.what)
        time.sleep(0.2)
        raise RuntimeError(self.what)

    __repr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = __float__ = __int__ = __array__ = touched
    __hash__ = object.__hash__

    def __getattr__(self, name):
        looked.append(name)
        time.sleep(0.2)
        raise AttributeError(name)

    @property
    def shape(self):
        return self.touched()

    @property
    def item(self):
        return self.touched()


rows = pd.DataFrame({"a": np.arange(10_000_000)})
lazy, other = Hostile("lazy"), Hostile("other")
"""


def test_objects_are_never_looked_at_blindly(kernel):
    kernel.run(HOSTILE)
    cell = "start = 1\nfor step in range(3):\n    thing = Hostile('loop')\n    frame = rows\nresult = Hostile('result')\nmodel = {'lazy': lazy, 'rows': rows}\npair = (lazy, rows)"
    kernel.run("looked.clear()")
    for head in ("", "%%track --quiet\n", "%%track\n"):
        assert kernel.run(head + cell).reply["status"] == "ok"
    assert kernel.run("print(looked)").text == "[]\n"
    assert {run.info.status for run in nbtrack.search_runs(output_format="list")} == {"FINISHED"}


@pytest.mark.parametrize(
    "part",
    [
        "nbtrack.capture plan",
        "nbtrack.capture.plan Plan.instrument",
        "nbtrack.capture.runtime.probe Probe.leave",
        "nbtrack.capture.runtime.probe Probe.take",
        "nbtrack.redaction redact_text",
        "nbtrack.redaction redact_source",
        "nbtrack.notebook.cell_artifacts displayed",
        "nbtrack.notebook.outputs Outputs.end",
        "nbtrack.notebook.cell_identity of_cell",
        "nbtrack.notebook.tracked_cell show_card",
        "nbtrack.tracking.captured_run CapturedRun.log",
        "nbtrack.notebook.environment environment",
    ],
)
@pytest.mark.parametrize(("last", "status"), [("print('done')", "FINISHED"), ("1 / 0", "FAILED")])
def test_capture_that_fails_in_any_part_harms_neither_the_cell_nor_the_end_of_its_run(kernel, part, last, status):
    module, name = part.split()
    spoil = f"""
import importlib, math, operator, time
home, _, name = {name!r}.rpartition(".")
home = operator.attrgetter(home)(importlib.import_module({module!r})) if home else importlib.import_module({module!r})
kept = getattr(home, name)
def fail(*_, **__):
    raise RuntimeError("spoiled")
setattr(home, name, fail)
"""
    assert kernel.run(spoil).reply["status"] == "ok"
    try:
        done = kernel.run(
            f"%%track\nfor i in range(3):\n    loss = math.exp(-i)\n    time.sleep(0.06)\nprint('done')\n{last}"
        )
    finally:
        kernel.run("setattr(home, name, kept)")
    assert "done" in done.text
    assert done.reply.get("ename") == (None if status == "FINISHED" else "ZeroDivisionError")
    assert the_run().info.status == status
    assert "Traceback" not in done.errors
    kernel.run(LOOP)
    assert {run.info.status for run in nbtrack.search_runs(output_format="list")} == {status, "FINISHED"}


def test_rows_of_a_sweep_are_on_the_card_and_a_frame(kernel):
    kernel.run("import math")
    done = kernel.run(
        "%%track sweep\nfor n in [1, 2]:\n    for d in (0.5, 0.25):\n        score = math.exp(-n) * d\n        print(n, d, score)"
    )
    assert done.outputs[-1]["data"]["text/html"].count("<tr ") == 5 + 1
    assert list(nbtrack.rows(the_run().info.run_id)["d"]) == [0.5, 0.25, 0.5, 0.25]
    assert "score" in "".join(each["data"]["text/plain"] for each in kernel.run("%track rows").outputs)
    assert len(nbtrack.search_runs()) == 1


def test_rows_are_children_where_that_is_asked_for(kernel):
    kernel.run("import math")
    kernel.run("%%track sweep --children\nfor n in [1, 2]:\n    for d in (1, 3):\n        score = math.exp(-n) / d")
    (parent,) = nbtrack.search_runs(filter_string="run_name = 'sweep'", output_format="list")
    children = nbtrack.search_runs(
        filter_string=f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'", output_format="list"
    )
    assert {each.info.status for each in children} == {"FINISHED"}
    results = {(each.data.params["n"], each.data.params["d"]): each.data.metrics["score"] for each in children}
    rows = nbtrack.rows(parent)
    assert list(zip(rows["n"], rows["d"], strict=True)) == [(n, d) for n in (1, 2) for d in (1, 3)]
    assert results == {(str(row.n), str(row.d)): row.score for row in rows.itertuples()}
    assert len(children) == len(rows)


def test_cell_inside_a_tracked_cell_is_part_of_it(kernel):
    kernel.run("%%track outer\nrate = 0.5\nget_ipython().run_cell('%%track inner\\ndepth = 3')\nlast = 7")
    assert the_run().info.run_name == "outer"
    assert the_run().data.params == {"rate": "0.5", "last": "7"}


def test_a_cell_without_a_name_is_called_after_its_code_and_numbered_among_those_called_alike(kernel):
    kernel.run(
        "class Ridge:\n    def __init__(self, alpha): ...\n    def fit(self, X): return self\n    def score(self, X): return X / 3"
    )
    kernel.run("%%track\nfirst = Ridge(0.5).fit(1).score(1)")
    kernel.run("%%track\nwidth = 3\nsecond = Ridge(width).fit(2).score(2)")
    names = nbtrack.search_runs(order_by=["attributes.start_time"])["tags.mlflow.runName"]
    assert list(names) == ["Ridge", "Ridge-2"]


SEEDED = """%%track
import random
random.seed({seed})
seed, rate = {seed}, {rate}
acc = {acc} + random.random() / 100
"""


def test_cells_are_compared_over_their_seeds(kernel):
    for rate, acc in ((1, 0.5), (2, 0.8)):
        for seed in range(3):
            kernel.run(SEEDED.format(rate=rate, acc=acc, seed=seed))
    shown = kernel.run("%track compare --metric=acc params.rate < 3").outputs[0]["data"]
    assert "2 is better than 1." in shown["text/plain"]
    assert "<circle" in shown["text/html"]
    assert "unknown or has no value" in str(kernel.run("%track compare --best acc").outputs)


def test_the_runs_of_a_cell_or_experiment_are_compared_with_a_baseline(kernel):
    for acc in (1, 2, 3):
        kernel.run(f"%%track fit{acc}\nimport math\nacc = math.sqrt({acc**2})")
    assert "compared with fit1" in kernel.run("%track baseline fit1").text
    assert "against fit1" in kernel.run("%%track fit4\nacc = math.sqrt(16)").outputs[-1]["data"]["text/plain"]
    assert "of this cell are compared with fit4" in kernel.run("%track baseline --cell").text
    assert "2 baselines removed" in kernel.run("%track baseline off").text
    assert "is not understood" in str(kernel.run("%track baseline --all").outputs)
