"""A function that is followed behaves as its own code does: it keeps nothing, costs little, and is itself again after."""

# cells are written as people write them

from __future__ import annotations

import ast
import gc
import pickle
import subprocess
import sys
import types

import pytest
from cell_runner import Cell, followed, run, see

from nbtrack.capture import NotebookHistory, plan
from nbtrack.capture.runtime.code_swap import CodeSwap

F = "import random\ndef f(*a):\n    return random.random()\n"
LOOP = "import random\ndef train(n):\n    for i in range(n):\n        loss = random.random()\n        print(loss, end='')\n"
TRAIN = LOOP.partition("\n")[2]


def plain_and_tracked(cell, *setup):
    ran = [run(Cell("both", cell, setup), tracked=tracked) for tracked in (False, True)]
    return [(one.output, one.error and (one.error[0].__name__, *one.error[1:])) for one in ran]


# --- what lives how long

NOISY = """
class Noisy:
    def __init__(self): print("made")
    def __del__(self): print("gone")
"""


@pytest.mark.parametrize(
    "function",
    [
        "def step():\n    for i in range(3):\n        loss = Noisy()\n        print('loss', i)\n    print('end')\n",
        "def step():\n    for i in range(4):\n        if i % 2:\n            loss = Noisy()\n            print('loss', i)\n        print(i)\n    print('end')\n",
        "def step():\n    for e in range(2):\n        for i in range(3):\n            loss = Noisy()\n            print('loss', i)\n        acc = 1.5 * e\n        print(acc)\n",
        "def step():\n    for i in range(3):\n        loss = Noisy()\n        print('loss', i)\n        if i: return\n",
        "def step():\n    loss = Noisy()\n    print('loss')\n    return 1\n",
    ],
)
def test_values_live_as_long_as_untracked(function):
    gc.disable()
    try:
        bare, tracked = plain_and_tracked(
            "for epoch in range(2):\n    step()\n    print('after')\nx = 1", NOISY, function
        )
    finally:
        gc.enable()
    assert bare == tracked


def test_values_of_arrays_are_read_all_the_same():
    function = "import numpy as np\ndef step(n):\n    for i in range(3):\n        loss = np.array(n + i / 4)\n        print('loss', loss)\n"
    seen = see("for epoch in range(2):\n    step(epoch)\nx = 1", function)
    assert seen.curves == {"loss": [(0, 0.5), (1, 1.5)]}


# --- code that looks at code

COMPILER = """
class Compiled:
    def __init__(self, function): self.function = function
    def __call__(self, *given):
        assert not any(callable(one) for one in self.function.__code__.co_consts)
        return self.function(*given)
"""


def test_functions_are_left_alone_where_something_that_may_compile_them_is_called():
    bare, tracked = plain_and_tracked("train(1)\nfast(2)", F, COMPILER, TRAIN, "fast = Compiled(train)")
    assert bare == tracked
    assert list(see("train(2)", F, COMPILER, TRAIN, "fast = Compiled(train)").curves) == ["loss"]
    assert list(see("train(2)\nfast(2)", F, COMPILER, TRAIN, "fast = Compiled(train)\nfast = print").curves) == ["loss"]


@pytest.mark.parametrize(
    "look", ["marshal.dumps(train.__code__)", "train.__code__ == saved", "train.__code__.co_consts"]
)
def test_code_that_the_cell_looks_at_is_the_function_s_own(look):
    bare, tracked = plain_and_tracked(f"train(1)\nprint({look})", F, TRAIN, "import marshal\nsaved = train.__code__")
    assert bare == tracked


def test_what_is_sent_elsewhere_needs_no_nbtrack():
    names, _, _ = followed(LOOP, "train(2)")
    code = names["train"].__code__
    assert any(type(one).__module__.startswith("nbtrack") for one in code.co_consts)
    sent = pickle.dumps([one for one in code.co_consts if callable(one)])
    program = f"import pickle, sys\nsys.modules['nbtrack'] = None\nfor hook in pickle.loads({sent!r}): assert not callable(hook) or not hook(0.5)"
    subprocess.run([sys.executable, "-c", program], check=True)


# --- names that are gone


def test_no_hook_reads_a_name_that_a_function_inside_has_deleted():
    function = "def train():\n    def clean():\n        nonlocal loss\n        del loss\n    for i in range(3):\n        loss = f(i)\n        print(loss)\n        clean()\n"
    assert see("train()", F, function).ran.error is None


# --- the end


def test_a_copy_of_the_code_gives_nothing_after_the_cell():
    names, probe, _ = followed(LOOP, "train(2)")
    copied = types.FunctionType(names["train"].__code__, names)
    names["train"](2)
    probe.control.stop()
    probe.leave()
    seen = []
    names["print"] = lambda *given, **_: seen.append(given)
    copied(3)
    assert len(seen) == 3
    assert probe.take() == []


def test_functions_have_their_own_code_again_even_if_taking_the_hooks_out_was_interrupted():
    names, probe, own = followed(LOOP, "train(2)")

    def interrupt(frame, event, _):
        if event == "line" and names["train"].__code__ is own:
            raise KeyboardInterrupt
        return interrupt

    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            probe.restore()
    finally:
        sys.settrace(before)
    probe.leave()
    assert names["train"].__code__ is own


def test_two_threads_that_exchange_the_code_of_one_function_leave_it_its_own():
    def function():
        return 0

    own = function.__code__
    others = [own.replace(co_consts=(None, number)) for number in (1, 2)]
    for order in ((0, 1), (1, 0)):
        swaps = [CodeSwap(), CodeSwap()]
        for swap, other in zip(swaps, others, strict=True):
            swap.swap(function, own, other)
        for number in order:
            swaps[number].restore()
        assert function.__code__ is own


# --- what it takes


def test_functions_that_call_each_other_in_layers_are_read_once_each():
    history = NotebookHistory()
    for layer in range(60):
        for name in "ab":
            history.learn(ast.parse(f"def {name}{layer}(n):\n    return a{layer + 1}(n) + b{layer + 1}(n)\n"))
    assert "a59" in plan(ast.parse("x = a0(3)"), history).reads


def test_a_method_is_compiled_without_the_rest_of_its_class():
    method = "    def fit{0}(self, n):\n        for i in range(n):\n            loss{0} = f(i)\n            print(loss{0}, __class__)\n"
    model = "class Model(dict):\n    __slots__ = ()\n" + "".join(method.format(number) for number in range(3))
    cell = "m = Model()\n" + "\n".join(f"m.fit{number}(2)" for number in range(3))
    assert set(see(cell, F, model).curves) == {"loss0", "loss1", "loss2"}
