"""Tracked cells whose end IPython did not report, since something outside their code was interrupted."""

from __future__ import annotations

import pytest

import nbtrack

SETUP = """
import random
from nbtrack.notebook.session import Session
def train(n):
    for i in range(n):
        loss = random.random()
        print(loss)
own, events, transformers = train.__code__, get_ipython().events, get_ipython().ast_transformers
(session,) = [each for each in transformers if isinstance(each, Session)]
class Interrupted:
    def visit(self, tree):
        transformers.remove(self)
        raise KeyboardInterrupt
def exit_once(result):
    events.unregister("post_run_cell", exit_once)
    raise SystemExit(1)
"""
UNHEARD = "events.unregister('post_run_cell', session.after)"
HEARD = "events.register('post_run_cell', session.after)"
CODE = "print(train.__code__ is own)"


@pytest.fixture
def kernel(kernel):
    """Return the shared kernel with a function to follow, and with nothing left of the test before."""
    kernel.run(SETUP)
    return kernel


def statuses():
    return {run.info.run_name: run.info.status for run in nbtrack.search_runs(output_format="list")}


def test_next_cell_ends_it_with_its_own_outcome(kernel):
    kernel.run(f"%%track\ntrain(2)\n{UNHEARD}")
    done = kernel.run(f"{CODE}\n{HEARD}")
    (run,) = nbtrack.search_runs(output_format="list")
    assert (done.text, done.cards) == ("True\n", [])
    assert (run.info.status, set(run.data.metrics)) == ("FINISHED", {"loss"})


def test_next_cell_ends_it_as_failed_where_it_raised(kernel):
    kernel.run(f"%%track wrong\ntrain(2)\n{UNHEARD}\n1 / 0")
    kernel.run(f"%%track right\nloss = random.random()\n{HEARD}")
    assert statuses() == {"right": "FINISHED", "wrong": "FAILED"}


def test_next_cell_ends_it_as_killed_where_nothing_is_known_of_it(kernel):
    kernel.run(f"{UNHEARD}\ntransformers.append(Interrupted())")
    kernel.run("%%track killed\ntrain(2)")
    assert statuses() == {"killed": "RUNNING"}
    assert kernel.run(f"{CODE}\n{HEARD}").text == "True\n"
    assert statuses() == {"killed": "KILLED"}


def test_interrupt_before_the_code_runs_ends_it_at_once(kernel):
    kernel.run("transformers.append(Interrupted())")
    kernel.run("%%track early\ntrain(2)")
    assert statuses() == {"early": "KILLED"}
    assert kernel.run(CODE).text == "True\n"


def test_cell_inside_another_ends_with_it(kernel):
    kernel.run("%%track inside\n%%capture\nevents.callbacks['post_run_cell'].insert(0, exit_once)\ntrain(2)")
    assert statuses() == {"inside": "KILLED"}
    assert kernel.run(CODE).text == "True\n"


def test_tracking_goes_on(kernel):
    kernel.run(UNHEARD)
    kernel.run(HEARD)
    kernel.run("%%track\ntrain(2)")
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.status, set(run.data.metrics)) == ("FINISHED", {"loss"})


def test_cell_that_waits_while_a_task_executes_another_goes_on(kernel):
    kernel.run(
        "%%track waits\nimport asyncio\nasync def other():\n    get_ipython().run_cell('y = 1')\n"
        "task = asyncio.ensure_future(other())\nawait task\ntrain(2)"
    )
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.status, set(run.data.metrics)) == ("FINISHED", {"loss"})
    assert kernel.run(CODE).text == "True\n"
