"""What followed functions display without a name, and what training calls inside them leave behind."""

# cells are written as people write them

from __future__ import annotations

import ast
import pickle

import pytest
from cell_runner import see

from nbtrack.capture import NotebookHistory, plan

F = "import random\ndef f(*a):\n    return random.random()\n"
BOOSTER = """
class Booster:
    def fit(self, evals_result=None, n=2):
        self.loss_curve_ = [1.0, 0.5]
        evals_result["valid"] = {"rmse": [0.5, 0.25]}
        return self
"""
REPORT = '''
def classification_report(*a):
    return """              precision    recall  f1-score   support

    accuracy                           0.90        10
   macro avg       0.91      0.89      0.88        10
"""
'''


def curves(seen):
    return {key: [value for _, value in points] for key, points in seen.curves.items()}


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("print('| Train ACC: %.3f' % evaluate(e))", "train_acc"),
        ("correct += f(e); print(f'epoch {e}: {100 * correct / total:.1f}%')", "correct"),
        ("print('error', 1 - f(e))", "error"),
        ("print(e, m.score(e))", "score"),
        ("print(e, f(e) * 2)", None),
        ("print('epoch', e, 'done after', clock() - began)", None),
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_what_a_loop_displays_without_a_name_is_a_curve(shown, key, inside):
    setup = "from time import time as clock\ndef evaluate(x):\n    return f(x)\nclass M:\n    def score(self, x):\n        return f(x)\nm = M()\n"
    loop = f"correct = total = 0\nbegan = clock()\nfor e in range(3):\n    total += 2\n    {shown}\n"
    if inside:
        setup += "def train():\n" + "".join(f"    {line}\n" for line in loop.splitlines())
    seen = see("train()" if inside else loop, F, setup)
    assert list(seen.curves) == ([key] if key else [])
    assert all(len(points) == 3 for points in seen.curves.values())


def test_a_displayed_expression_in_a_function_is_a_result():
    seen = see("main()", F, "def main():\n    print('RMSE: %.2f' % (f(1) * 3))\n    print('error:', 1 - f(2))\n")
    assert sorted(seen.metrics) == ["error", "rmse"]


def test_a_displayed_expression_that_the_caller_uses_is_recorded_once():
    function = "def run(xs):\n    total_loss = 0\n    for x in xs:\n        total_loss += f(x)\n    print('loss', total_loss / len(xs))\n    return total_loss / len(xs)\n"
    seen = see("for epoch in range(2):\n    train_loss = run([1, 2])", F, function)
    assert list(seen.metrics) == ["train_loss"]


def test_displays_of_a_function_become_points_of_the_loop_that_calls_it():
    function = "def test():\n    hits, n = f(1), f(2)\n    print('Accuracy: ', 100 * hits / n)\n"
    seen = see("for epoch in range(3):\n    test()", F, function)
    assert [step for step, _ in seen.curves["accuracy"]] == [0, 1, 2]


def test_a_report_in_a_function_gives_its_numbers():
    seen = see("main()", REPORT, "def main():\n    print(classification_report([1], [1]))\n")
    assert seen.metrics == {"accuracy": 0.9, "macro_precision": 0.91, "macro_recall": 0.89, "macro_f1": 0.88}


def test_a_dict_that_a_function_displays_gives_its_numbers():
    function = "def main():\n    scores = {'mae': f(1), 'bias': f(2)}\n    print(scores)\n"
    assert sorted(see("main()", F, function).metrics) == ["scores.bias", "scores.mae"]


def test_a_name_of_a_function_is_not_looked_up_in_the_notebook():
    setup = f"{F}scores = {{'other': 0.5}}\ndef main():\n    scores = {{'mae': f(1)}}\n    print(scores)\n"
    assert list(see("main()", setup).metrics) == ["scores.mae"]


def test_what_a_training_call_in_a_function_fills_and_leaves_behind():
    function = "def boost(booster):\n    progress = {}\n    booster.fit(evals_result=progress)\n"
    seen = see("boost(Booster())", BOOSTER, function)
    assert curves(seen) == {"loss_curve_": [1.0, 0.5], "valid.rmse": [0.5, 0.25]}


def test_a_history_that_the_caller_binds_is_recorded_once():
    function = "def boost():\n    results = {}\n    booster = Booster()\n    booster.fit(evals_result=results)\n    return results\n"
    seen = see("evals = boost()", BOOSTER, function)
    assert [0.5, 0.25] in curves(seen).values()
    assert len([one for one in curves(seen).values() if one == [0.5, 0.25]]) == 1


@pytest.mark.parametrize(
    "function",
    [
        "def main(b=None):\n    if b is None:\n        model = Booster()\n    else:\n        other = b\n    return (model if b is None else other).fit(evals_result={})\n",
        "def main():\n    return [model.fit(evals_result={}) for model in [Booster()]]\n",
        "def main():\n    kept = {}\n    later = lambda: kept\n    Booster().fit(evals_result=later())\n    del kept\n",
        "def main():\n    if (model := Booster()) is not None:\n        model.fit(evals_result={})\n    del model\n",
    ],
)
def test_no_hook_reads_a_name_that_may_be_unbound(function):
    seen = see("main()", BOOSTER, function)
    assert seen.ran.error is None
    assert not seen.ran.facts.problems


def test_hooks_that_are_sent_elsewhere_only_give_the_value_back():
    source = f"{BOOSTER}def boost(booster):\n    progress = {{}}\n    return booster.fit(evals_result=progress)\n"
    tree, history, names = ast.parse(source), NotebookHistory(), {}
    exec(compile(tree, "<setup>", "exec"), names)
    history.learn(tree)
    probe = plan(ast.parse("boost(Booster())"), history).probe(names)
    probe.enter()
    hooks = [constant for constant in names["boost"].__code__.co_consts if callable(constant)]
    probe.leave()
    assert 0.5 in [sent((0.5, 1)) for sent in pickle.loads(pickle.dumps(hooks))]


def test_a_function_that_only_looks_at_data_gives_nothing():
    function = "import pandas as pd\ndef look(frame):\n    print(frame.mean())\n    print(frame.corr()['b'])\n"
    assert see("look(pd.DataFrame({'a': [1.5, 2.5], 'b': [2.5, 3]}))", function).metrics == {}
