"""Every rule of metrics, case by case."""

# cells are written as people write them

from __future__ import annotations

import pytest
from cell_runner import see

F = "import random\nimport numpy as np\ndef f(*a, **k):\n    return random.random()\nclass O:\n    best_ = .7\n    def m(self, *a):\n        pass\no = O()\nlog = {}\nhistory = []\n"


@pytest.mark.parametrize(
    "use",
    [
        "print(f'{acc*100:.1f}%')",
        "import logging\nlogging.info('%s', acc * 2)",
        "o.m(acc)",
        "if abs(0.5 - acc) < 0.1: pass",
        "if acc < 0.5 - 0.1: pass",
        "history.append(acc)",
        "log['acc'] = acc",
        "row = {'acc': acc}",
        "pair = [acc, 1]",
        "o.acc = acc",
        "best = max(0.1, acc)",
        "r = round(acc, 3)",
        "g = float(acc)",
        "prev = acc",
        "assert acc < 2",
        "text = 'acc %.2f' % acc",
        "text = 'acc ' + str(acc)",
        "text = '{:.2f}'.format(acc)",
    ],
)
def test_what_is_not_computing_further(use):
    assert "acc" in see(f"acc = f()\n{use}", F).metrics


@pytest.mark.parametrize(
    "use",
    [
        "y = acc * 2",
        "y = f(acc)",
        "y = np.mean([acc, 1])",
        "if acc * acc + 1 <= 1: pass",
        "z = [acc + i for i in range(3)]",
        "y = acc ** 0.5",
    ],
)
def test_what_is_computing_further(use):
    assert "acc" not in see(f"acc = f()\n{use}", F).metrics


def test_a_number_displayed_by_name_is_a_result_all_the_same():
    assert set(see("mse = f()\nrmse = mse ** .5\nprint(mse)", F).metrics) == {"mse", "rmse"}
    assert set(see("mse = f()\nrmse = mse ** .5\nmse, rmse", F).metrics) == {"mse", "rmse"}
    assert set(see("mse = f()\nrmse = mse ** .5\nmsg = f'{mse:.2f}'\nprint(msg)", F).metrics) == {"mse", "rmse"}


@pytest.mark.parametrize(
    "value",
    [
        "np.float32(f())",
        "np.array(f())",
        "__import__('decimal').Decimal(str(f()))",
        "__import__('fractions').Fraction(1, 3) + f",
        "int(f() * 9) + 1",
    ],
)
def test_named_results_real_numbers_of_all_kinds(value):
    assert "x" in see(f"x = {value}", F.replace("def f(", "f_ = 0\ndef f(")).metrics or value.endswith("+ f")


@pytest.mark.parametrize("value", ["f() > 0", "f() * 1j", "str(f())", "np.ones(3) * f()", "[f()]", "np.bool_(f() > 0)"])
def test_named_results_not_what_is_no_real_number(value):
    assert see(f"x = {value}", F).metrics == {}


def test_named_results_best_so_far_and_copies():
    seen = see(
        "best = 0\nfor _ in range(4):\n    acc = f()\n    if acc > best:\n        best = acc\nfinal = best\nprev = acc",
        F,
    )
    assert set(seen.metrics) == {"acc", "best"}
    assert "b" in see("a = f()\nb = a if a > .1 else 0", F).metrics


def test_named_results_a_best_that_never_came_is_none():
    assert "best" not in see("best = 0.25\nacc = f()\nif acc > 2:\n    best = acc", F).metrics
    assert "acc" not in see("try:\n    acc = f() / 0\nexcept ZeroDivisionError:\n    acc = 0.0", F).metrics


def test_named_results_not_what_a_former_run_left():
    assert "acc" not in see("if len(log) > 5:\n    acc = f()", F, "acc = 0.5 + f()").metrics
    seen = see("lr = .1\nacc = f() / 0", F, "acc = 0.5 + f()\nlr = .2")
    assert seen.metrics == {}
    assert seen.params == {"lr": 0.1}


def test_displayed_values_names_of_displayed_values():
    setup = F + "def score(a, k=1):\n    return np.array([f(), f()])\ndef acc(a):\n    return f()\n"
    assert set(see("score(1).mean()", setup).metrics) == {"score"}
    assert set(see("acc(1)", setup).metrics) == {"acc"}
    assert set(see("round(acc(1), 3)", setup).metrics) == {"acc"}
    assert set(see("o.best_", setup).metrics) == {"best_"}
    assert set(see("r = {'loss': acc(1)}\nr['loss']", setup).metrics) == {"loss"}
    assert set(see("print('x', acc(1))", setup).metrics) == {"acc"}
    assert set(see("print(f'{acc(1):.3f}')", setup).metrics) == {"acc"}
    assert see("acc(1) * 2", setup).metrics == {}
    assert see("a = acc(1)\na", setup).metrics.keys() == {"a"}


def test_displayed_values_containers_of_numbers():
    setup = F + "import pandas as pd\ndf = pd.DataFrame({'g': ['a', 'b'], 'v': [1.5, 2.5], 'w': [1, 2]})\n"
    assert see("{'a': f(), 'b': {'c': f()}, 'n': len(log)}", setup).metrics.keys() == {"a", "b.c"}
    assert see("r = {'a': f()}\nr", setup).metrics.keys() == {"r.a"}
    assert see("r = {'a': f()}\nprint(r)", setup).metrics.keys() == {"r.a"}
    assert see("r = {'a': f()}", setup).metrics == {}
    assert see("a = f()\nr = {'acc': a}\nr", setup).metrics.keys() == {"a"}
    assert see("errors = df[['v', 'w']]\nerrors.mean()", setup).metrics == {"v": 2.0, "w": 1.5}
    assert see("errors = df\nt = errors[['v']].mean()\nt", setup).metrics.keys() == {"t.v"}
    assert see("df[['v']]", setup).metrics == {}
    assert see("pd.DataFrame([{'v': f()}])", setup).metrics.keys() == {"v"}
    assert see("df['v'].value_counts()", setup).metrics == {}


def test_displayed_values_dicts_of_chosen_settings_are_no_metrics():
    setup = F + "class G:\n    best_params_ = {'C': 1.0}\n    def fit(self):\n        return self\n"
    assert see("g = G().fit()\ng.best_params_", setup).metrics == {}
    assert see("cfg = {'lr': .1}\ncfg", setup).metrics == {}


@pytest.mark.parametrize(
    "value",
    [
        "len(xs)", "arr.shape[0]", "arr.size", "df['g'].nunique()", "(arr > 1).sum()", "int((arr > 1).sum())", "np.sum(arr == 1)",
        "sum(1 for x in xs if x > 1)", "np.count_nonzero(arr)", "df.isna().sum().sum()", "int(.1 * steps)", "steps // 2 + len(xs)",
        "time.time()", "time.perf_counter()", "id(xs)", "max(1, steps)", "3 / 4 * steps", "cfg['n'] * 2", "math.ceil(len(xs) / 2)", "math.pi * 2",
    ],
)  # fmt: skip
def test_results_never_metrics(value):
    setup = (
        F
        + "import time\nimport math\nimport pandas as pd\nxs = [1, 2, 3]\narr = np.arange(4)\ndf = pd.DataFrame({'g': [1.0, 2.0]})\nsteps = 10\ncfg = {'n': 2}\n"
    )
    assert see(f"x = {value}\nprint(x)", setup).metrics == {}


@pytest.mark.parametrize("name", ["_x", "seed", "run_id", "random_state"])
def test_results_never_these_names(name):
    assert see(f"{name} = f()", F).metrics == {}


def test_results_counters_and_loop_variables():
    code = "n = 0\nhits = 0\nfor x in np.arange(4) * f():\n    n += 1\n    if x > .1:\n        hits += 1\nprint(n, hits, x)"
    assert see(code, F).metrics == {}


@pytest.mark.parametrize(
    "value",
    [
        "hits / len(xs)",
        "(arr == 1).mean()",
        "t1 - t0",
        "len(a & b) / len(a)",
        "np.mean([len(x) for x in 'ab'])",
        "100 * (arr == 1).sum() / arr.size",
    ],
)
def test_results_what_shares_and_differences_make_of_them(value):
    setup = F + "import time\nxs = [1, 2]\narr = np.arange(4)\na, b = {1, 2}, {2}\n"
    code = f"t0 = time.time()\nhits = (arr == 1).sum()\nt1 = time.time()\nx = {value}"
    assert "x" in see(code, setup).metrics


def test_state_that_feeds_on_itself_is_computed_even_from_settings():
    assert "x" in see("x = 1.0\nfor _ in range(5):\n    x = 0.5 * (x + 2 / x)\nprint(x)").metrics
    assert see("t = 0.0\nfor _ in range(5):\n    t += 0.1\nprint(t)").metrics == {}


def test_asked_metrics_are_recorded_whatever_the_rules_say():
    seen = see("n = 3\nfor i in range(2):\n    k = i * n", metrics=["k", "n"], infer=False)
    assert seen.metrics == {"k": 3, "n": 3}
    assert seen.curves == {"k": [(0, 0.0), (1, 3.0)]}
    assert seen.params == {}


@pytest.mark.parametrize(
    "shown", ["print(acc.round(3))", "acc.round(3)", "np.round(acc, 3)", "print(acc.astype(float))"]
)
def test_displayed_values_another_form_of_a_named_number_is_no_metric_of_its_own(shown):
    setup = "import numpy as np, random\ndef f():\n    return np.float64(random.random())"
    assert set(see(f"acc = f()\n{shown}", setup).metrics) == {"acc"}


@pytest.mark.parametrize(
    "form", ["{}", "{}.round(1)", "{}.sort_values()", "{}.sort_index().to_dict()", "print({}.round(2))"]
)
def test_displayed_values_a_table_keeps_its_name_in_another_form(form):
    setup = "import pandas as pd\nscores = pd.DataFrame({'x': [1., 2], 's': ['a', 'b']})"
    seen = see(f"m = scores.groupby('s').x.mean()\n{form.format('m')}", setup)
    assert set(seen.metrics) == {"m.a", "m.b"}


@pytest.mark.parametrize("shown", ["rows[-1]", "print(rows[-1])", "rows[0]"])
def test_displayed_values_a_row_of_what_was_collected_is_recorded_already(shown):
    setup = "import random\ndef f():\n    return random.random()"
    loop = "rows = []\nfor i in range(3):\n    rows.append({'i': i, 'acc': f()})"
    assert set(see(f"{loop}\n{shown}", setup).metrics) == {"rows.acc"}


def test_displayed_values_an_entry_that_holds_a_name_or_no_metric_is_none_of_its_own():
    code = "best = {'loss': 9, 'epoch': -1}\nfor epoch in range(2):\n    loss = f()\n    best = {'loss': loss, 'epoch': epoch}\nprint(best['loss'], best['epoch'])"
    assert set(see(code, F).metrics) == {"loss"}


def test_results_a_whole_number_whose_name_says_that_it_counts_is_none():
    assert see(
        "n_bad = int(labels.sum())\nn_mean = labels.mean()", "import numpy as np\nlabels = np.array([0, 1])"
    ).metrics == {"n_mean": 0.5}


def test_named_results_what_chance_counts_may_be_averaged():
    code = "pop = 3\npath = []\nfor _ in range(4):\n    pop += 1 if f() < .5 else -1\n    path.append(pop)\nmean = sum(path) / len(path)"
    assert set(see(code, F).metrics) == {"mean"}


def test_displayed_values_entries_that_a_loop_works_on_are_results():
    code = "elo = {'a': 1.5, 'b': 1.5}\nfor one in 'ab':\n    elo[one] += f()\nelo"
    assert set(see(code, F).metrics) == {"elo.a", "elo.b"}
    code = "d = {'a': 1.5, 'b': 1.5}\nd['a'] += f()\nd"
    assert set(see(code, F).metrics) == {"d.a"}


def test_results_closed_forms_by_the_word_for_a_result():
    assert see("wrong, n = 3, 10\ntest_acc = 1 - wrong / n").metrics == {"test_acc": 0.7}
    assert not see("n = 10\nloss_weight = 1 / n").metrics
    assert not see("price, n = 3, 10\ncost = price * n").metrics


@pytest.mark.parametrize(
    ("code", "metrics"),
    [
        ("a, b = 3, 4\nscore = a * b + 1\nprint('score:', score)", {"score": 13}),
        ("acc = 1 - wrong / n\nerr = 1 - acc\nprint(f'{acc:.1f}')", {"acc": 0.7}),
        ("loss = wrong * n\nfor i in range(2):\n    pass\nloss", {"loss": 30}),
        ("a, b = 3, 4\narea = a * b\nprint(area)", {}),
        ("best_score = n\nprint(best_score)", {}),
        ("scores = [3, 4]\nscore = scores[-1]\nprint(score)", {}),
    ],
)
def test_results_a_displayed_closed_form_that_is_called_a_result(code, metrics):
    assert see(code, "wrong, n = 3, 10").metrics == metrics


def test_results_a_displayed_quotient_of_what_a_loop_summed():
    summed = "total = 0\nfor n in [1, 2, 3]:\n    total += n\naverage = total / 3\n"
    assert see(f"{summed}print(average)").metrics == {"average": 2.0}
    assert not see(f"{summed}x = average * 2\nprint(average)").metrics
    assert not see("a, b = 1, 2\nratio = a / b\nprint(ratio)").metrics


def test_displayed_values_a_labelled_calculation_with_results():
    f1s = "f1_new, f1_old = f(), f()\n"
    assert see(f"{f1s}print(f'gain {{f1_new - f1_old:+.2f}}')", F).metrics.keys() == {"f1_new", "f1_old", "gain"}
    assert "odd" in see("a, b = f(), f()\nprint(a, b, 'odd', (a + b) / 2)", F).metrics
    assert "odd" not in see("a, b = f(), f()\nprint('odd', (a + b) / 2)", F).metrics


@pytest.mark.parametrize(
    "shown",
    [
        "print('RMSE train %.2f, val %.2f' % (f(1) ** 0.5, f(2) ** 0.5))",
        "print(f'RMSE train {f(1) ** 0.5:.2f}, val {f(2) ** 0.5:.2f}')",
        "print('RMSE train', f(1) ** 0.5, 'val', f(2) ** 0.5)",
    ],
)
def test_displayed_values_a_label_goes_on_for_the_next_part_of_the_data(shown):
    assert see(shown, F).metrics.keys() == {"rmse_train", "rmse_val"}


def test_displayed_values_a_percentage_in_whole_numbers():
    counted = "right = sum(f() > 0.5 for _ in range(9))\n"
    assert see(f"{counted}print('Accuracy:', 100 * right // 9)", F).metrics.keys() == {"accuracy"}


def test_displayed_values_the_elements_of_a_displayed_list():
    cell = "scores = [o.score(1), f(2)]\nif hasattr(o, 'oob_score_'): scores.append(o.oob_score_)\n"
    fitted = "o.score, o.oob_score_ = f, 0.5"
    assert see(f"{cell}print(scores)", F, fitted).metrics.keys() == {"score", "f", "oob_score_"}
