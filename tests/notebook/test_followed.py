"""Functions that a tracked cell follows, in a real kernel: they are themselves again, whatever happens at its end."""

from __future__ import annotations

import pytest

SETUP = """
import random, sys
def train(n):
    for i in range(n):
        loss = random.random()
        print(loss)
own, moment, calls = train.__code__, 0, 0
def storm(frame, event, argument):
    global calls, moment
    if event == "call" and frame.f_code.co_filename.endswith("captured_execution.py"):
        calls += 1
        if calls == moment:
            moment = 0
            sys.setprofile(None)
            raise KeyboardInterrupt
def begin():
    global calls
    calls = 0
    sys.setprofile(storm if moment else None)
get_ipython().events.register("post_execute", begin)
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5])
def test_ctrl_c_while_a_cell_is_recorded_leaves_functions_with_their_own_code(kernel, moment):
    kernel.run(SETUP)
    try:
        kernel.run(f"%%track\ntrain(2)\nmoment = {moment}")
        assert kernel.run("print(moment, train.__code__ is own)").text == "0 True\n"
    finally:
        kernel.run("sys.setprofile(None)\nget_ipython().events.unregister('post_execute', begin)")
