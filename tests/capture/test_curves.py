"""Every rule of curves and of the numbering of steps, case by case."""

# cells are written as people write them

from __future__ import annotations

import pytest
from cell_runner import see

F = "import random\ndef f(*a):\n    return random.random()\nclass Err(Exception): pass\n"


def steps(seen):
    return {key: [step for step, _ in points] for key, points in seen.curves.items()}


def test_loop_curves_a_point_per_iteration():
    seen = see("for i in range(3):\n    loss = f()", F)
    assert steps(seen) == {"loss": [0, 1, 2]}
    assert seen.metrics["loss"] == seen.curves["loss"][-1][1]
    assert seen.ran.facts.curves == {"loss"}


def test_loop_curves_uses_after_the_loop_do_not_count():
    assert steps(see("for i in range(2):\n    loss = f()\nx = loss * 2", F)) == {"loss": [0, 1]}


def test_loop_curves_uses_in_the_loop_do():
    assert steps(see("for i in range(2):\n    a = f()\n    b = a * 2", F)) == {"b": [0, 1]}


def test_loop_curves_only_if_bound_in_that_iteration():
    assert steps(see("for i in range(5):\n    if i % 2:\n        v = f()", F)) == {"v": [1, 3]}
    assert steps(see("for i in range(4):\n    if i == 2:\n        continue\n    v = f()", F)) == {"v": [0, 1, 3]}
    assert steps(see("for i in range(3):\n    for j in range(i):\n        v = f()", F)) == {"v": [1, 2]}
    assert steps(see("for i in range(3):\n    if (v := f()) > 2:\n        pass", F)) == {"v": [0, 1, 2]}


@pytest.mark.parametrize("end", ["if i == 2: break", "if i == 2: raise Err", "if i == 2: continue", "if i == 2: 1 / 0"])
def test_loop_curves_break_continue_and_errors_count(end):
    seen = see(f"for i in range(3):\n    v = f()\n    {end}", F)
    assert steps(seen) == {"v": [0, 1, 2]}


def test_loop_curves_an_error_before_the_binding_gives_no_point():
    assert steps(see("for i in range(3):\n    if i == 2: raise Err\n    v = f()", F)) == {"v": [0, 1]}
    assert steps(see("v = 0.5\nfor i in range(3):\n    raise Err\n    v = f()", F)) == {}


def test_loop_curves_try_with_match_and_else():
    code = "for i in range(4):\n    try:\n        if i == 1: raise Err\n        a = f()\n    except Err:\n        b = f()\n    else:\n        c = f()\n    finally:\n        d = f()"
    assert steps(see(code, F)) == {"a": [0, 2, 3], "b": [1], "c": [0, 2, 3], "d": [0, 1, 2, 3]}
    code = (
        "for i in range(3):\n    match i:\n        case 1:\n            a = f()\n        case _:\n            b = f()"
    )
    assert steps(see(code, F)) == {"a": [1], "b": [0, 2]}
    code = "import contextlib\nfor i in range(3):\n    with contextlib.suppress(Err):\n        if i == 1: raise Err\n        a = f()"
    assert steps(see(code, F)) == {"a": [0, 2]}


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("i in range(3)", [0, 1, 2]),
        ("i in range(1, 4)", [1, 2, 3]),
        ("i in range(0, 30, 10)", [0, 10, 20]),
        ("i in range(3, 0, -1)", [0, 1, 2]),
        ("i in [2, 4, 8]", [2, 4, 8]),
        ("i in [4, 2, 8]", [0, 1, 2]),
        ("i in [0.1, 0.2]", [0, 1]),
        ("i in 'abc'", [0, 1, 2]),
        ("i, c in enumerate('abc', 1)", [1, 2, 3]),
        ("i in sizes", [3, 5, 9]),
        ("i in falling", [0, 1, 2]),
        ("i in uneven", [1, 5, 6]),
        ("i in one", [0]),
        ("i in np.arange(2, 5)", [2, 3, 4]),
        ("(i, c) in zip(range(5, 7), 'ab')", [5, 6]),
        ("c, i in [('a', 3), ('b', 4)]", [0, 1]),
        ("i in (bar := range(2, 4))", [2, 3]),
    ],
)
def test_loop_curves_the_step(loop, expected):
    setup = F + "import numpy as np\nsizes, falling, uneven, one = [3, 5, 9], [9, 5, 3], [1, 5, 2], [7]\n"
    assert steps(see(f"for {loop}:\n    v = f()", setup)) == {"v": expected}


def test_loop_curves_while_counts_from_zero():
    assert steps(see("n = 5\nwhile n < 8:\n    n += 1\n    v = f()", F)) == {"v": [0, 1, 2]}
    assert steps(see("while (v := f()) < 2 and k:\n    k.pop()", F, "k = [1, 2]")) == {"v": [0, 1, 2]}


def test_loop_curves_a_second_loop_goes_on():
    assert steps(see("for i in range(2):\n    v = f()\nfor i in range(3):\n    v = f()", F)) == {"v": [0, 1, 2, 3, 4]}
    assert steps(see("for i in range(2):\n    v = f()\nfor i in range(5, 7):\n    v = f()", F)) == {"v": [0, 1, 5, 6]}


def test_loop_curves_a_second_loop_that_binds_late_goes_on():
    late = "for i in range(5):\n    v = f()\nfor i in range(4):\n    u = f()\n    if i > 1:\n        v = f()"
    assert steps(see(late, F)) == {"v": [0, 1, 2, 3, 4, 5, 6], "u": [0, 1, 2, 3]}


def test_loop_curves_loops_that_take_turns_with_one_curve():
    turns = "for k in range(2):\n    for i in range(2):\n        v = f()\n    for i in range(3):\n        v = f()"
    assert steps(see(turns, F, every="batch")) == {"v": list(range(10))}
    around = "for k in range(3):\n    for i in range(3):\n        v = f()\n    v = f()"
    assert steps(see(around, F, every="batch")) == {"v": list(range(12))}


def test_loop_curves_a_variable_that_stops_growing():
    assert steps(see("for i in [1, 2, 5, 3, 9] + k:\n    v = f()", F, "k = []")) == {"v": [1, 2, 5, 6, 7]}
    assert steps(see("for i in range(4):\n    v = f()\n    i = 0", F)) == {"v": [0, 1, 2, 3]}


def test_loop_curves_a_running_sum_that_is_divided_afterwards_is_none():
    assert steps(see("t = 0\nfor i in range(3):\n    t += f()\nm = t / 3", F)) == {}
    assert steps(see("t = 0\nfor i in range(3):\n    t += f()\nprint(t / 3)", F)) == {}
    assert steps(see("t = 0\nfor i in range(3):\n    t += f()\nprint(t)", F)) == {"t": [0, 1, 2]}


def test_nested_loops_outermost_or_by_request_innermost():
    code = "for i in range(2):\n    for j in range(3):\n        b = f()\n    e = f()"
    assert steps(see(code, F)) == {"b": [0, 1], "e": [0, 1]}
    assert steps(see(code, F, every="batch")) == {"b": [0, 1, 2, 3, 4, 5], "e": [0, 1]}


@pytest.mark.parametrize(
    ("collect", "key"),
    [
        ("xs.append(f(1))", "xs"),
        ("xs += [f(1)]", "xs"),
        ("h['val'].append(f(1))", "h.val"),
        ("h['a']['b'].append(f(1))", "h.a.b"),
        ("o.xs.append(f(1))", "o.xs"),
        ("d.setdefault('v', []).append(f(1))", "d.v"),
        ("rows.append({'i': i, 'acc': f(1)})", "rows.acc"),
        ("rows.append(dict(i=i, acc=f(1)))", "rows.acc"),
        ("arr[i] = f(1)", "arr"),
    ],
)
def test_collected_lists_lists_of_nameless_values(collect, key):
    setup = F + "import numpy as np\nclass O:\n    xs = []\n"
    code = f"o = O()\nxs, rows, d, arr = [], [], {{}}, np.zeros(3)\nh = {{'val': [], 'a': {{'b': []}}}}\nfor i in range(3):\n    {collect}"
    assert steps(see(code, setup)) == {key: [0, 1, 2]}


def test_collected_lists_not_values_that_have_a_name():
    assert steps(see("xs = []\nfor i in range(2):\n    v = f()\n    xs.append(float(v))", F)) == {"v": [0, 1]}
    assert steps(see("xs = []\nfor i in range(2):\n    xs.append(i * 2)", F)) == {}
    assert steps(see("xs = [0.5]\nfor i in range(2):\n    xs.append(xs[-1] * f())", F)) == {}


@pytest.mark.parametrize("made", ["[0] * 3", "np.zeros(3)", "[0 for _ in range(3)]"])
def test_an_element_that_is_accumulated_counts_at_the_end_of_the_iteration(made):
    code = (
        f"import numpy as np\nh = {made}\nfor e in range(3):\n    for b in (1, 2):\n        h[e] += f()\n    h[e] /= 2"
    )
    seen = see(code, F)
    assert [value for _, value in seen.curves["h"]] == list(seen.ran.names["h"])


def test_a_result_stays_a_curve_when_more_is_computed_from_it():
    assert steps(see("import math\nfor i in range(3):\n    loss = f()\n    ppl = math.exp(loss)", F)) == {
        "loss": [0, 1, 2],
        "ppl": [0, 1, 2],
    }
    total = "for i in range(2):\n    train_loss = 0\n    for j in range(2):\n        loss = f()\n        train_loss += loss\n    train_loss /= 2"
    assert steps(see(total, F)) == {"train_loss": [0, 1]}


def test_toy_loops_have_curves():
    assert steps(see("for step in range(3):\n    loss = loss * (1 - lr)", "loss, lr = 1.0, 0.1")) == {"loss": [0, 1, 2]}
    seen = see("loss = 1.0\nfor step in range(3):\n    loss = loss * 0.9")
    assert (steps(seen), seen.params) == ({"loss": [0, 1, 2]}, {})
    assert steps(see("for step in range(3):\n    loss = 1 / (step + 1)")) == {"loss": [0, 1, 2]}
    assert steps(see("for step in range(3):\n    rate = 1 / (step + 1)")) == {}


def test_every_turn_of_a_nested_sweep_counts():
    sweep = "for a in [1, 2]:\n    for b in [0.1, 0.2]:\n        v = f(a, b)\n        print(a, b, v)\n    print()"
    assert steps(see(sweep, F)) == {"v": [0, 1, 2, 3]}
    assert steps(see(sweep.replace("[0.1, 0.2]", "(5, 10)"), F)) == {"v": [0, 1, 2, 3]}
    assert steps(see(sweep + "\n    w = f()", F)) == {"v": [1, 2], "w": [1, 2]}
    assert steps(see("for epoch in range(2):\n    for b in [1, 2, 3]:\n        v = f(epoch, b)", F)) == {"v": [0, 1]}


def test_a_list_whose_name_tells_more_gives_the_curve():
    assert steps(see("scores = []\nfor i in range(2):\n    v = f()\n    scores.append(v)", F)) == {"scores": [0, 1]}
    assert steps(see("xs = []\nfor i in range(2):\n    v = f()\n    xs.append(v)", F)) == {"v": [0, 1]}


def test_filled_lists_one_more_point_where_the_final_value_differs():
    seen = see("for i in range(2):\n    v = f()\nv = f()", F)
    assert steps(seen) == {"v": [0, 1, 2]}
    assert seen.metrics["v"] == seen.curves["v"][-1][1]
    assert steps(see("for i in range(2):\n    v = float('nan') + f()\n", F)) == {"v": [0, 1]}


def test_points_of_an_interrupted_first_iteration():
    assert steps(see("for i in range(3):\n    v = f()\n    raise Err", F)) == {"v": [0]}


# --- rows


def rows(code, *setup):
    return [dict(row) for row in see(code, F, *setup).ran.facts.rows]


def test_each_turn_of_a_sweep_is_a_row():
    found = rows("for C in [0.1, 1]:\n    score = f(C)\n    print(C, score)")
    assert [list(row) for row in found] == [["C", "score"]] * 2
    assert [row["C"] for row in found] == [0.1, 1]
    nested = rows("for n in [1, 2]:\n    for d in ('a', 'b'):\n        score = f(n, d)\n        print(n, d, score)")
    assert [(row["n"], row["d"]) for row in nested] == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]


@pytest.mark.parametrize("loop", ["epoch in range(3)", "i in range(3)", "step in [1, 2]"])
def test_repetitions_are_no_rows(loop):
    variable = loop.split()[0]
    assert rows(f"for {loop}:\n    loss = f({variable})\n    print({variable}, loss)") == []
    assert rows("for x in [1, 2]:\n    loss = f()\n    print(loss)") == []


def test_a_sweep_over_calls_has_the_curves_of_each():
    train = "def train(lr, n):\n    for epoch in range(n):\n        loss = f(lr)\n        print(loss)\n"
    assert steps(see("for lr in [0.1, 0.2]:\n    train(lr, 3)", F, train)) == {"loss": [0, 1, 2, 3, 4, 5]}
    assert steps(see("for epoch in range(2):\n    train(0.1, 3)", F, train)) == {"loss": [0, 1]}


@pytest.mark.parametrize(
    "change",
    ["v *= 1 + rate", "v = start * rate ** turn", "v = start / (1 + turn)", "v = start * rate ** (turn // 2)"],
)
def test_loop_curves_a_displayed_closed_form_that_develops_with_the_loop(change):
    cell = "rate, start = 0.5, 2.0\nv = start\nfor turn in range(3):\n    {}\n    print(turn, v)"
    assert steps(see(cell.format(change))) == {"v": [0, 1, 2]}
    assert not see(cell.format(f"{change}\n    w = v * 2")).curves


@pytest.mark.parametrize("change", ["v = (turn + 1) / total", "v = 2 ** turn", "v = turn * total", "v = turn + 1"])
def test_loop_curves_what_counts_or_lays_settings_out_is_none(change):
    assert not see(f"total = 3\nfor turn in range(3):\n    {change}\n    print(turn, v)").curves


def test_loop_curves_an_iterate_that_is_displayed_in_the_end():
    newton = "a, x = 2.0, 1.0\nwhile abs(x * x - a) > 1e-6:\n    x = 0.5 * (x + a / x)\n{}x"
    assert steps(see(newton.format(""))) == {"x": [0, 1, 2, 3]}
    assert not see(newton.format("y = ")).curves


def test_loop_curves_a_result_that_the_loop_changes_and_compares_with_another():
    cell = "acc = 0.5\nfor i in range(2):\n    acc += f()\n    val_acc = acc - f()"
    assert steps(see(cell, F)) == {"acc": [0, 1], "val_acc": [0, 1]}
    assert steps(see("for i in range(2):\n    ce_loss = f()\n    loss = ce_loss + f()", F)) == {"loss": [0, 1]}


def test_filled_lists_a_new_dict_that_a_loop_over_numbers_fills():
    cell = "rates = [0.1, 1.0, 10.0]\nerrors = {}\nfor rate in rates:\n    errors[rate] = f(rate)\n"
    assert steps(see(cell, F)) == {"errors": [0, 1, 2]}
    assert not see(cell.replace("[0.1, 1.0, 10.0]", "['a', 'b']"), F).curves
    shown = see(f"{cell}best = min(errors, key=errors.get)\nprint('error', errors[best])", F)
    assert shown.metrics.keys() == {"errors", "error"}


def test_series_a_result_for_each_setting():
    scores = "scores = [evaluate(depth) for depth in depths]"
    evaluate = f"{F}def evaluate(depth):\n    return f()\n"
    assert steps(see(scores, evaluate, "depths = [1, 2, 4]")) == {"scores": [0, 1, 2]}
    assert not see(scores, evaluate, "import numpy as np\ndepths = np.ones(3)").curves
    assert not see("words = [len(word) for word in ['a', 'b']]", evaluate).curves


def test_series_the_means_of_scores_replace_them():
    scores = "import numpy as np\ndef cross_scores():\n    return np.array([[0.5, 0.7], [0.8, 1.0]])\nscores = cross_scores()\n"
    for means in ("means = scores.mean(axis=1)", "means = np.mean(scores, axis=1)"):
        assert see(scores + means).curves == {"means": [(0, 0.6), (1, 0.9)]}
    assert steps(see(f"{scores}mean = scores.mean()")) == {"scores": [0, 1]}


def test_series_a_column_of_rows_that_a_function_returned():
    learn = f"{F}def learn():\n    return [(10, 0.5), (20, 0.75)]\n"
    assert see("sizes, scores = zip(*history)", learn, "history = learn()").curves == {"scores": [(0, 0.5), (1, 0.75)]}


def test_loop_curves_what_a_generator_of_the_notebook_yields():
    training = f"{F}def training():\n    for epoch in range(3):\n        yield epoch, f()\n"
    assert steps(see("for epoch, loss in training():\n    print(epoch)", training)) == {"loss": [0, 1, 2]}
    assert not see("for epoch, x in training():\n    print(epoch)", training).curves
    assert not see("for epoch, loss in enumerate([0.5, 0.25]):\n    print(epoch)", training).curves


def test_loop_curves_a_state_that_the_next_iteration_is_given_is_none():
    cell = "s = 0\nfor i in range(3):\n    s2, reward = step(s)\n    s = s2"
    assert steps(see(cell, f"{F}def step(s):\n    return f(s), f()\n")) == {"reward": [0, 1, 2]}


def test_series_the_mean_of_several_histories():
    histories = "import numpy as np\nhistories = [[0.5, 0.25], [0.7, 0.35]]\nepochs = 2"
    averaged = "average_mae_history = [np.mean([one[i] for one in histories]) for i in range(epochs)]"
    assert see(averaged, histories).curves == {"average_mae_history": [(0, 0.6), (1, 0.3)]}
