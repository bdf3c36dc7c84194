"""What a cell shows whose last expression is a list."""

import json

import pytest

MAKE = """
made = []
for number in range(2):
    with nbtrack.start_run(run_name=f"r{number}") as run:
        nbtrack.log_metric("loss", number)
    made.append(nbtrack.get_run(run.info.run_id))
"""


def shown(done):
    return [each["data"] for each in done.outputs if "data" in each]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("made", ["r1", "r0"]),
        ("[made[0]]", ["r0"]),
        ("nbtrack.search_experiments()", ["r1", "r0"]),
        ("list(nbtrack.search_experiments())", ["r1", "r0"]),
        ("nbtrack.get_experiment('0')", ["r1", "r0"]),
    ],
)
def test_runs_and_experiments_show_their_table(kernel, expression, names):
    kernel.run(MAKE)
    panel, *static = shown(kernel.run(expression))
    assert "application/vnd.jupyter.widget-view+json" in panel
    found = [name for name in ("r0", "r1") if f" {name} " in static[0]["text/html"]]
    assert sorted(names) == found


@pytest.mark.parametrize(
    "expression", ["[]", "[1, 'a', None]", "[[1], {2: 3}]", "[made[0], 1]", "list(range(2000))", "Odd([1])"]
)
def test_all_other_lists_look_as_ever(kernel, expression):
    kernel.run(MAKE + "\nclass Odd(list):\n    def _repr_html_(self):\n        return '<i>odd</i>'")
    ours = shown(kernel.run(expression))
    kernel.run("%unload_ext nbtrack")
    without = shown(kernel.run(expression))
    kernel.run("%load_ext nbtrack")
    assert json.dumps(ours) == json.dumps(without)
    assert "widget-view" not in json.dumps(ours)


def test_a_list_that_displays_itself_does_so_still(kernel):
    kernel.run("class Loud(list):\n    def _ipython_display_(self):\n        print('loud')")
    assert kernel.run("Loud([1])").text == "loud\n"


def test_what_somebody_else_does_for_lists_stays(kernel):
    kernel.run("%unload_ext nbtrack")
    kernel.run("get_ipython().display_formatter.ipython_display_formatter.for_type(list, lambda x: print('mine', x))")
    kernel.run("%load_ext nbtrack")
    assert kernel.run("[1]").text == "mine [1]\n"
    kernel.run("%unload_ext nbtrack")
    assert kernel.run("[1]").text == "mine [1]\n"
    kernel.run("get_ipython().display_formatter.ipython_display_formatter.pop(list)\n%load_ext nbtrack")
