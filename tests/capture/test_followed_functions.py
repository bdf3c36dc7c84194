"""Functions that a cell calls are followed: what their loops and results give, and that nobody notices."""

# cells are written as people write them

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import pickle
import sys
import threading
import traceback
import warnings

import pytest
from cell_runner import Cell, followed, run, see

from nbtrack.capture import NotebookHistory, plan

F = "import random\ndef f(*a):\n    return random.random()\nclass Err(Exception): pass\n"
TRAIN_STEP = """
def train_step(batches):
    train_loss, seen = 0, 0
    for batch in batches:
        loss = f(batch)
        train_loss += loss
        seen += 1
    train_loss /= len(batches)
    print(f"loss {train_loss:.3f}")
"""


def steps(seen):
    return {key: [step for step, _ in points] for key, points in seen.curves.items()}


# --- what is found


def test_a_loop_inside_a_function_gives_curves():
    function = "def train(n):\n    for epoch in range(1, n):\n        loss = f(epoch)\n        print(loss)\n"
    seen = see("train(4)", F, function)
    assert steps(seen) == {"loss": [1, 2, 3]}
    assert seen.metrics == {"loss": seen.curves["loss"][-1][1]}
    assert seen.rule("loss") == "K2"


def test_a_method_collects_in_a_list_of_its_object():
    model = "class Model:\n    def fit(self, n):\n        self.losses_ = []\n        for i in range(n):\n            value = f(i)\n            self.losses_.append(value)\n        return self\n"
    assert steps(see("model = Model().fit(3)", F, model)) == {"losses_": [0, 1, 2]}
    assert steps(see("model.fit(2)", F, model, "model = Model()")) == {"losses_": [0, 1]}


def test_results_of_a_function_become_points_of_the_loop_that_calls_it():
    test_step = TRAIN_STEP.replace("train_", "test_")
    seen = see("for epoch in range(3):\n    train_step([1, 2])\n    test_step([1])", F, TRAIN_STEP, test_step)
    assert steps(seen) == {"train_loss": [0, 1, 2], "test_loss": [0, 1, 2]}


def test_results_without_a_loop_are_metrics():
    seen = see("train_step([1, 2])", F, TRAIN_STEP)
    assert list(seen.metrics) == ["train_loss"]
    assert not seen.curves
    assert steps(see("train_step([1, 2])\ntrain_step([1])", F, TRAIN_STEP)) == {"train_loss": [0, 1]}


def test_a_value_that_the_caller_uses_is_recorded_once():
    function = "def evaluate(xs):\n    total = 0\n    for x in xs:\n        score = f(x)\n        total += score\n        print(score)\n    acc = total / len(xs)\n    print(acc)\n    return acc\n"
    assert steps(see("for epoch in range(2):\n    acc = evaluate([1, 2])", F, function)) == {"acc": [0, 1]}
    assert steps(see("for epoch in range(2):\n    test_acc = evaluate([1, 2])", F, function)) == {"test_acc": [0, 1]}


def test_a_loop_gives_a_curve_of_what_the_function_returns_in_the_end():
    function = (
        "def train(n):\n    for epoch in range(n):\n        err = f(epoch)\n        print(err)\n    return [], err\n"
    )
    seen = see("model, err = train(3)", F, function)
    assert steps(seen) == {"err": [0, 1, 2]}
    assert seen.metrics == {"err": seen.ran.names["err"]}
    assert steps(see("for k in range(2):\n    model, err = train(3)", F, function)) == {"err": [0, 1]}


def test_a_bare_call_of_a_function_that_returns_its_result_gives_it():
    function = "def evaluate(x):\n    acc = f(x)\n    return acc\n"
    assert steps(see("for epoch in range(2):\n    evaluate(1)", F, function)) == {"acc": [0, 1]}


def test_functions_that_are_called_by_functions_are_followed():
    outer = "def main(n):\n    for epoch in range(n):\n        train_step([1, 2])\n"
    assert steps(see("main(3)", F, TRAIN_STEP, outer)) == {"train_loss": [0, 1, 2]}
    trainer = "class Trainer:\n    def run(self, n):\n        for epoch in range(n):\n            self._epoch(epoch)\n    def _epoch(self, epoch):\n        loss = f(epoch)\n        print(loss)\n"
    assert steps(see("Trainer().run(2)", F, trainer)) == {"loss": [0, 1]}


def test_functions_that_the_cell_defines_are_followed():
    assert steps(see(TRAIN_STEP + "for epoch in range(2):\n    train_step([1])", F)) == {"train_loss": [0, 1]}
    model = "class Model:\n    def fit(self):\n        for i in range(2):\n            loss = f(i)\n            print(loss)\nModel().fit()"
    assert steps(see(model, F)) == {"loss": [0, 1]}


def test_keys_that_collide_are_told_apart_by_the_function():
    one, other = (
        f"def {name}(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n"
        for name in ("warm", "train")
    )
    assert steps(see("warm(2)\ntrain(3)", F, one, other)) == {"warm.loss": [0, 1], "train.loss": [0, 1, 2]}
    assert steps(see("for i in range(2):\n    loss = f(i)\n    print(loss)\ntrain(3)", F, other)) == {
        "loss": [0, 1],
        "train.loss": [0, 1, 2],
    }


MODEL = """
class {}:
    def fit(self, n):
        self.losses_ = []
        for i in range(n):
            value = f(i)
            self.losses_.append(value)
        return self
    def refine(self, x):
        loss = f(x)
        return loss
    def again(self, n):
        for i in range(n):
            self.refine(i)
"""


def test_calls_of_one_function_are_told_apart_by_what_they_are_bound_to():
    model = MODEL.format("Model")
    assert steps(see("a = Model().fit(2)\nb = Model().fit(3)", F, model)) == {
        "a.losses_": [0, 1],
        "b.losses_": [0, 1, 2],
    }
    cell = "a, b = Model(), Model()\nfor m in (a, b): pass\na.fit(2)\nb.fit(3)"
    assert steps(see(cell, F, model)) == {"a.losses_": [0, 1], "b.losses_": [0, 1, 2]}


def test_calls_that_another_function_makes_belong_to_none_of_these():
    train = "def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n    return n\n"
    cell = "a = train(2)\nhelper()\nb = train(3)\nx = 1"
    assert steps(see(cell, F, train, "def helper():\n    train(4)\n")) == {"loss": list(range(9))}


def test_methods_of_other_classes_do_not_collide():
    cell = "model = Other()\nmodel.fit(2)\nx = 1"
    assert steps(see(cell, F, MODEL.format("Model"), MODEL.format("Other"))) == {"losses_": [0, 1]}


def test_a_value_that_a_function_throws_away_is_no_result():
    assert steps(see("Model().again(3)\nx = 1", F, MODEL.format("Model"))) == {}


def test_by_request_the_innermost_loop_gives_the_points():
    function = "def train(n):\n    for epoch in range(n):\n        for batch in range(2):\n            loss = f(batch)\n            print(loss)\n        val_loss = f(epoch)\n        print(val_loss)\n"
    assert steps(see("train(2)", F, function)) == {"loss": [0, 1], "val_loss": [0, 1]}
    assert steps(see("train(2)", F, function, every="batch")) == {"loss": [0, 1, 2, 3], "val_loss": [0, 1]}


@pytest.mark.parametrize("end", ["break", "return", "continue", "raise Err", "1 / 0"])
def test_however_an_iteration_ends_its_points_count(end):
    function = f"def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n        if i == 1:\n            {end}\n"
    found = steps(see("try:\n    train(3)\nexcept (Err, ZeroDivisionError):\n    pass\nx = 1", F, function))
    assert found == {"loss": {"continue": [0, 1, 2], "break": [0, 1], "return": [0, 1]}.get(end, [0])}


def test_a_loop_that_was_left_by_an_error_is_over():
    function = "def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n        if n == 2 and i == 1:\n            raise Err\n"
    cell = "try:\n    train(2)\nexcept Err:\n    pass\nfor epoch in range(2):\n    train(3)"
    assert steps(see(cell, F, function)) == {"loss": [0, 1, 2]}


def test_recursion_gives_the_points_of_the_outermost_call():
    function = "def descend(n):\n    for i in range(2):\n        loss = f(i)\n        print(loss)\n        if n:\n            descend(n - 1)\n"
    assert steps(see("descend(2)", F, function)) == {"loss": [0, 1]}


def test_names_that_not_every_way_binds():
    function = "import contextlib\ndef test(fails):\n    with contextlib.suppress(Err):\n        if fails: raise Err\n        acc = f(1)\n        print(acc)\n"
    assert list(see("test(False)", F, function).metrics) == ["acc"]
    seen = see("test(True)", F, function)
    assert (seen.curves, seen.ran.error) == ({}, None)
    swallowing = "class Quiet:\n    def __enter__(self): pass\n    def __exit__(self, *error): return True\ndef train():\n    for i in range(3):\n        with Quiet():\n            if i == 1: raise Err\n            loss = f(i)\n            print(loss)\n"
    seen = see("train()", F, swallowing)
    assert (steps(seen), seen.ran.error) == ({"loss": [0, 2]}, None)


@pytest.mark.parametrize(
    "body",
    [
        "loss = f(1)\n        print(loss)\n        del loss",
        "try:\n            loss = f(1) / i\n            print(loss)\n        finally:\n            continue",
        "loss: float\n        if i: loss = f(1)\n        if i: print(loss)",
        "[loss := f(x) for x in range(i)]\n        print('loss')",
        "i and (loss := f(i))",
        "try:\n            loss = f(1) / (i - 1)\n            print(loss)\n        except ZeroDivisionError as loss:\n            pass",
    ],
)
def test_no_hook_reads_a_name_that_may_be_unbound(body):
    function = f"def train():\n    for i in range(3):\n        {body}\n"
    assert see("train()", F, function).ran.error is None


@pytest.mark.parametrize(
    "function",
    [
        "def train(n):\n    for i in range(n):\n        k = i * 2\n    return k\n",
        "def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n        yield loss\n",
        "import functools\n@functools.lru_cache\ndef train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n",
        "def train(n):\n    for x in range(n):\n        area = f(x)\n    return [n]\n",
        "def train(n):\n    total = 0\n    for x in range(n):\n        total += f(x)\n    return total / n\n",
    ],
)
def test_what_is_not_followed(function):
    names = (
        see("list(train(2) or [])\nx = train", F, function) if "yield" in function else see("y = train(2)", F, function)
    )
    assert set(names.curves) <= {"y"}


def test_functions_that_are_handed_to_others_are_left_alone():
    function = "def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss)\n"
    assert see("code = train.__code__\nx = list(map(train, [2]))\ntrain(2)", F, function).curves == {}


FILLING = """
def train(n):
    train_hist, valid_hist = [0] * n, [0.0] * n
    for epoch in range(n):
        for batch in (1, 2):
            loss = f(batch)
            train_hist[epoch] += loss
        train_hist[epoch] /= 2
        loss = f(epoch)
        valid_hist[epoch] = loss
    return train_hist, valid_hist
""".replace("train_hist, valid_hist = [0] * n, [0.0] * n", "train_hist = [0] * n\n    valid_hist = [0.0] * n")


def test_lists_that_are_filled_by_index_give_their_elements():
    seen = see("history = train(3)", F, FILLING)
    assert {key: [value for _, value in points] for key, points in seen.curves.items()} == {
        "train_hist": seen.ran.names["history"][0],
        "valid_hist": seen.ran.names["history"][1],
    }


# --- modules beside the notebook


@pytest.fixture
def local_module(tmp_path, monkeypatch):
    (tmp_path / "beside.py").write_text(
        "import random\n\ndef train(n):\n    for i in range(n):\n        loss = random.random()\n        print(loss)\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("beside", None)


@pytest.mark.parametrize(
    ("setup", "cell"),
    [
        ("from beside import train", "train(2)"),
        ("import beside", "beside.train(2)"),
        ("import beside as b", "b.train(2)"),
    ],
)
def test_functions_of_local_modules_are_followed(local_module, setup, cell):
    assert steps(see(cell, setup)) == {"loss": [0, 1]}


def test_a_module_that_has_changed_since_its_import_is_left_alone(local_module, tmp_path):
    see("x = 1", "import beside")
    file = tmp_path / "beside.py"
    file.write_text("\n" + file.read_text())
    assert see("beside.train(2)", "import beside").curves == {}


# --- nobody notices


def plain_and_tracked(cell, *setup):
    return [run(Cell("both", cell, setup), tracked=tracked) for tracked in (False, True)]


@pytest.mark.parametrize(
    "function",
    [
        TRAIN_STEP,
        "def train_step(xs):\n    for x in xs:\n        loss = 1 / (x - 1)\n        print(loss)\n",
        "def train_step(xs):\n    for x in xs:\n        loss = f(x)\n        print(loss)\n    return 1 / 0\n",
        "def train_step(xs):\n    for x in xs:\n        loss = f(x)\n        print(loss)\n        raise Err from ValueError()\n",
        "def train_step(xs):\n    for x in xs:\n        loss = f(x)\n        print(loss)\n    else:\n        print('all')\n    print(locals())\n",
    ],
)
def test_output_errors_and_tracebacks_are_the_same(function):
    bare, tracked = plain_and_tracked("for epoch in range(2):\n    train_step([0, 1])", F, function)
    seen = [(one.output, one.error and (one.error[0].__name__, *one.error[1:]), one.state) for one in (bare, tracked)]
    assert seen[0] == seen[1]


def test_the_whole_traceback_is_the_same():
    source = (
        "def train(n):\n    for i in range(n):\n        loss = sum([i])\n        print(loss)\n        loss / (1 - i)\n"
    )
    shown = []
    for tracked in (False, True):
        linecache.cache["<setup>"] = (len(source), None, source.splitlines(keepends=True), "<setup>")
        names, history = {"print": str}, NotebookHistory()
        tree = ast.parse(source)
        exec(compile(tree, "<setup>", "exec"), names)
        history.learn(tree)
        made = plan(ast.parse("train(3)"), history)
        probe = made.probe(names)
        probe.enter() if tracked else None
        try:
            eval("train(3)", names)
        except ZeroDivisionError as error:
            shown.append("".join(traceback.format_exception(error.with_traceback(error.__traceback__.tb_next))))
        probe.leave(failed=True)
    assert shown[0] == shown[1]


LOOP = "import random\ndef train(n):\n    for i in range(n):\n        loss = random.random()\n        print(loss, file=out)\n"


def test_functions_have_their_own_code_again():
    names, probe, own = followed(LOOP, "train(2)")
    probe.leave()
    assert names["train"].__code__ is own


def test_code_in_another_thread_gives_no_points():
    names, probe, _ = followed(LOOP, "train(2)")
    names["out"] = io.StringIO()
    thread = threading.Thread(target=names["train"], args=(3,))
    thread.start()
    thread.join()
    names["train"](2)
    (points,) = probe.leave().columns
    assert points.steps == [0, 1]


def test_code_that_is_sent_elsewhere_has_no_hooks():
    names, _, _ = followed(LOOP, "train(2)")
    code = names["train"].__code__
    hooks = [constant for constant in code.co_consts if type(constant).__module__.startswith("nbtrack")]
    assert hooks
    sent = pickle.loads(pickle.dumps(hooks))
    assert not any(hook(0.5) for hook in sent if not isinstance(hook, contextlib.nullcontext))
    assert not any(type(hook).__module__.startswith("nbtrack") for hook in sent)


def test_a_warning_of_the_compiler_is_not_repeated():
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        see("train(2)", F, "def train(n):\n    for i in range(n):\n        loss = f(i)\n        print(loss, i is 7)\n")
    assert len([one for one in shown if one.category is SyntaxWarning]) <= 2


def test_an_interrupt_in_a_hook_is_raised_by_the_function():
    calls = iter(range(3))

    def clock():
        if next(calls) == 1:
            raise KeyboardInterrupt
        return 1

    names, probe, _ = followed(LOOP, "train(5)", clock=clock)
    names["out"] = io.StringIO()
    with pytest.raises(KeyboardInterrupt) as caught:
        names["train"](5)
    frames = [(frame.name, frame.lineno) for frame in traceback.extract_tb(caught.value.__traceback__)[1:]]
    assert frames == [("train", 3)]
    (points,) = probe.leave(failed=True).columns
    assert points.steps == [0]


def test_a_followed_loop_can_be_stopped():
    names, probe, _ = followed(LOOP, "train(5)")
    names["out"] = io.StringIO()
    assert probe.can_stop
    probe.control.stop()
    names["train"](5)
    (points,) = probe.leave().columns
    assert points.steps == [0]


def curves_of(cell, notebook):
    return set(plan(ast.parse(cell), notebook).curve_keys)


def test_a_function_that_is_defined_anew_gives_what_it_gives_now():
    notebook = NotebookHistory()
    notebook.learn(ast.parse("def train(n):\n    for i in range(n):\n        loss = f(i)\n"))
    assert curves_of("train(2)", notebook) == {"loss"}
    assert curves_of("train(3)", notebook) == {"loss"}
    notebook.learn(ast.parse("def train(n):\n    for i in range(n):\n        acc = f(i)\n"))
    assert curves_of("train(2)", notebook) == {"acc"}
    notebook.learn(ast.parse("train = print"))
    assert curves_of("train(2)", notebook) == set()


SHOWING = "def train(n):\n    for i in range(n):\n        value = f(i)\n        tell(value)\n"


def test_a_function_whose_helper_is_defined_or_imported_anew_gives_what_it_gives_now():
    notebook = NotebookHistory()
    notebook.learn(ast.parse(SHOWING))
    assert curves_of("train(2)", notebook) == set()
    assert curves_of("from pprint import pprint as tell\ntrain(2)", notebook) == {"value"}
    assert curves_of("train(2)", notebook) == set()
    notebook.learn(ast.parse("from pprint import pprint as tell"))
    assert curves_of("train(2)", notebook) == {"value"}


def test_a_result_that_a_loop_keeps_in_an_attribute():
    fit = """
class Fit:
    def run(self, steps):
        self.w, total = 1.0, 0.0
        for step in range(steps):
            self.w -= 0.5 * self.w
            self.loss_ = self.w ** 2
            {}
"""
    assert see("Fit().run(2)", fit.format("")).curves == {"loss_": [(0, 0.25), (1, 0.0625)]}
    assert not see("Fit().run(2)", fit.format("total += self.loss_")).curves


def test_the_frame_of_an_error_stays_on_the_line_of_the_error():
    notebook, names = NotebookHistory(), {"out": io.StringIO()}
    step = ast.parse(
        "import random\ndef step(x):\n    for _ in range(2):\n        loss = random.random()\n    print(loss, file=out)\n"
    )
    notebook.learn(step)
    exec(compile(step, "<earlier>", "exec"), names)
    tree = ast.parse("for i in range(3):\n    step(i)\n    share = 1 / (1 - i)\n")
    made = plan(tree, notebook)
    probe = made.probe(names)
    names["hooks"] = probe.hooks
    code = compile(ast.fix_missing_locations(made.instrument(tree, "hooks")), "<cell>", "exec")
    probe.enter()
    with pytest.raises(ZeroDivisionError) as caught:
        exec(code, names)
    probe.restore()
    inside = caught.value.__traceback__.tb_next
    assert (inside.tb_lineno, inside.tb_frame.f_lineno) == (3, 3)
