"""Every rule of parameters, case by case."""

# cells are written as people write them

from __future__ import annotations

import pytest
from cell_runner import see

DRAW = "import random\ndef f(*a):\n    return random.random()\n"
HELPER = "import random\ndef train(lr, epochs=1, **kw):\n    return random.random() + lr + epochs\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3e-4", 3e-4),
        ("2**8", 256),
        ("-1", -1),
        ("1/3", 1 / 3),
        ("'adam'", "adam"),
        ("True", True),
        ("None", None),
        ("'a' + 'b'", "ab"),
        ("1 << 4", 16),
        ("not True", False),
        ("(64, 32)", (64, 32)),
        ("[1, 2.5, None]", [1, 2.5, None]),
        ("[8] * 3", [8, 8, 8]),
    ],
)
def test_constants_constant_expressions(written, value):
    seen = see(f"x = {written}\ntrain(x)", HELPER)
    assert seen.params["x"] == value
    assert type(seen.params["x"]) is type(value)


@pytest.mark.parametrize(
    "written",
    [
        "[]",
        "()",
        "[1] * 100",
        "f()",
        "other",
        "[[1], [2]]",
        "b'x'",
        "9 ** 99999",
        "'a' * 10**9",
        "1 / 0 if 0 else [f()]",
    ],
)
def test_constants_what_is_no_constant(written):
    assert (
        "x"
        not in see(f"x = {written}\nprint(train(0.5), x)", HELPER, "def f():\n    return 1\nother = object()").params
    )


def test_constants_annotation_unpacking_and_walrus():
    seen = see("lr: float = 0.1\na, (b, c) = 1, (2, 3)\ntrain((d := 4) + a + b + c + lr)", HELPER)
    assert seen.params == {"lr": 0.1, "a": 1, "b": 2, "c": 3, "d": 4}


def test_constants_in_if_with_and_try():
    code = "import contextlib\nif True:\n    a = 1\nwith contextlib.nullcontext():\n    b = 2\ntry:\n    c = 3\nexcept ValueError:\n    c = 4\ntrain(a + b + c)"
    assert see(code, HELPER).params == {"a": 1, "b": 2, "c": 3}


def test_constants_bound_twice_takes_the_value_in_force():
    assert see("lr = 0.1\nlr = 0.2\ntrain(lr)", HELPER).params["lr"] == 0.2
    assert see("lr = 0.1\nif lr > 5:\n    lr = 0.3\ntrain(lr)", HELPER).params["lr"] == 0.1


@pytest.mark.parametrize("change", ["total += train(.1)", "total += 1", "total = total + 2", "total -= train(1.0)"])
def test_constants_not_an_accumulator_or_counter(change):
    seen = see(f"total = 0\nfor _ in range(3):\n    {change}\nprint(total)", HELPER)
    assert "total" not in seen.params


def test_constants_not_a_name_rebound_to_something_computed():
    assert "x" not in see("x = 1\nx = train(x)", HELPER).params
    assert "x" not in see("x = 1\nfor x in [1, 2]:\n    train(x)", HELPER).params


@pytest.mark.parametrize(
    "change", ["lr *= .95", "lr = lr * .5", "lr = max(1e-3, lr / 2)", "lr -= 0.001", "lr = 0.1 * 0.5 ** i"]
)
def test_constants_a_schedule_keeps_its_initial_value(change):
    seen = see(f"lr = 0.1\nfor i in range(3):\n    loss = train(lr)\n    {change}", HELPER)
    assert seen.params == {"lr": 0.1}
    assert "lr" not in seen.metrics


def test_constants_not_what_only_display_or_plotting_reads():
    plots = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt"
    code = "title = 'x'\nn = 3\nname = 'run'\nmsg = f'{name}!'\nbins = 4\nprint(n, msg)\nplt.title(title)\nplt.hist([1, 2], bins=bins)\nplt.close()"
    assert see(code, plots).params == {}


PLOTS = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nimport numpy as np"
MODEL = "class Net:\n    def fit(self, X):\n        return self\n    def predict(self, X):\n        return X[:, 0]\n"
DATA = "X = np.random.rand(20, 2)"


def test_constants_not_the_step_of_a_mesh_that_a_trained_model_is_drawn_over():
    code = """
net = Net().fit(X)
step = 0.2
xx, yy = np.meshgrid(np.arange(0, 1, step), np.arange(0, 1, step))
Z = net.predict(np.c_[xx.ravel(), yy.ravel()])
Z = Z.reshape(xx.shape)
plt.contourf(xx, yy, Z)
plt.close()
"""
    assert see(code, PLOTS, MODEL, DATA).params == {}
    assert see(code + "share = Z.mean()", PLOTS, MODEL, DATA).params == {"step": 0.2}
    earlier = code.replace("step = 0.2\n", "")
    assert see(earlier, PLOTS, MODEL, DATA, "step = 0.2").params == {}


def test_constants_the_number_of_points_that_a_model_learns_from_and_that_are_drawn():
    code = "n = 9\nX = np.linspace(0, 1, n)[:, None]\nnet = Net().fit(X)\nplt.plot(X, net.predict(X))\nplt.close()"
    assert see(code, PLOTS, MODEL).params == {"n": 9}


def test_constants_not_colours_and_labels_that_a_loop_hands_out_for_drawing():
    code = """
sizes, colors, labels = [3, 5], ["r", "b"], ("a", "b")
for size, (color, label) in zip(sizes, zip(colors, labels)):
    x = np.random.rand(size)
    plt.plot(x, c=color, label=label)
    spread = x.std()
plt.close()
"""
    assert see(code, PLOTS).params == {"sizes": [3, 5]}


def test_constants_a_number_of_rounds_that_is_only_counted_on_the_display():
    code = "n = 3\nfor i in range(n):\n    x = random.random()\n    print(f'{i}')"
    assert see(code, "import random").params == {"n": 3}


def test_constants_a_displayed_name_that_is_also_used():
    assert see("n = 3\nprint(n)\nx = train(n)", HELPER).params == {"n": 3}


def test_constants_an_argument_of_a_displayed_call_is_read_by_the_call():
    assert see("threshold = 0.5\nprint(train(threshold))", HELPER).params == {"threshold": 0.5}


def test_constants_a_bool_is_not_an_int():
    assert see("flag = True\ntrain(flag)", HELPER).params["flag"] is True


def test_containers_nested_dicts_and_later_stores():
    code = "cfg = {'lr': .1, 'opt': {'name': 'adam'}}\ncfg['lr'] = .5\ncfg['opt']['name'] = 'sgd'\ncfg['new'] = 1\nx = train(cfg['lr'])"
    assert see(code, HELPER).params == {"cfg.lr": 0.5, "cfg.opt.name": "sgd", "cfg.new": 1}


def test_containers_computed_entries_are_left_out():
    assert see("cfg = {'lr': .1, 'n': 2}\ncfg['lr'] = train(.1)\nx = train(cfg['n'])", HELPER).params == {
        "cfg.n": 2,
    }


@pytest.mark.parametrize("merged", ["{**base, 'lr': .2}", "base | {'lr': .2}", "dict(base, lr=.2)"])
def test_containers_merging(merged):
    seen = see(f"base = dict(lr=.1, n=3)\ncfg = {merged}\nx = train(cfg['lr'])", HELPER)
    assert seen.params == {"base.lr": 0.1, "base.n": 3, "cfg.lr": 0.2, "cfg.n": 3}


def test_containers_a_dict_of_results_is_no_container_of_settings():
    assert see("row = {'name': 'svm', 'acc': random.random()}\nother = row", HELPER).params == {}


def test_containers_the_constructor_is_not_recorded_a_second_time():
    setup = "from dataclasses import dataclass\n@dataclass\nclass Cfg:\n    lr: float = .1\n    n: int = 2\n"
    seen = see("cfg = Cfg(lr=.3)\nx = train(cfg.lr, cfg.n)", HELPER, setup)
    assert seen.params == {"cfg.lr": 0.3, "cfg.n": 2}
    assert seen.rule("cfg.lr") == "P2"


def test_containers_a_model_is_no_container():
    setup = "class Net:\n    def __init__(self, width):\n        self.width = width\n    def score(self):\n        return self.width / 3\n"
    assert see("net = Net(width=4)\ns = net.score()", setup).params == {"Net.width": 4}


def test_containers_a_filled_list_is_no_parameter():
    assert see("xs = [0.0]\nfor i in range(3):\n    xs.append(train(xs[-1]))", HELPER).params == {}


def test_earlier_settings_scalars_and_containers_of_earlier_cells():
    setup = (
        "import numpy as np\nlr = .1\ncfg = {'n': 3}\nk = np.int64(4)\nunread = 1\narr = np.ones(3)\nhidden = [8, 4]\n"
    )
    seen = see("x = train(lr * k, cfg['n'] + len(arr) + len(hidden))", HELPER, setup)
    assert seen.params == {"lr": 0.1, "k": 4, "cfg.n": 3, "hidden": [8, 4]}
    assert type(seen.params["k"]) is int
    assert seen.rule("lr") == "P3"


def test_earlier_settings_the_value_on_entry_counts():
    assert see("n = n * 2\nx = train(n)", HELPER, "n = 3").params == {"n": 3}


def test_earlier_settings_through_functions_of_the_notebook():
    setup = "scale = 2.0\nlabel = 'x'\ndef inner(v):\n    return v * scale\ndef outer(v):\n    print(label)\n    return inner(v) + train(1)\n"
    assert see("x = outer(1.5)", HELPER, setup).params == {"scale": 2.0, "outer.v": 1.5}


def test_earlier_settings_not_imported_names_and_not_displayed_ones():
    assert see("x = train(pi)\nprint(name)", HELPER, "from math import pi\nname = 'a'").params == {}


def test_earlier_settings_not_what_a_former_run_of_the_cell_left():
    seen = see(
        "for i in range(3):\n    loss = train(i)\n    if i:\n        d = loss - prev\n    prev = loss",
        HELPER,
        "prev = 9.0",
    )
    assert "prev" not in seen.params


def test_call_arguments_keywords_of_what_a_result_depends_on():
    code = "s = train(.1, momentum=.9)\nunrelated = len(sorted([3, 1], reverse=True))\nother = dict(a=1)"
    seen = see(code, HELPER)
    assert seen.params == {"train.lr": 0.1, "train.momentum": 0.9, "other.a": 1}
    assert seen.rule("train.momentum") == "P4"


def test_call_arguments_not_without_a_result():
    assert see("text = open.__doc__.replace('a', 'b').encode(encoding='utf-8')").params == {}


def test_call_arguments_a_trained_model_counts():
    setup = "class M:\n    def __init__(self, C=1):\n        self.C = C\n    def fit(self, X, epochs=1):\n        return self\ndata = object()\n"
    assert see("m = M(C=3)\nm.fit(data, epochs=2)", setup).params == {"M.C": 3, "fit.epochs": 2}
    assert see("M(C=3).fit(data)", setup).params == {"M.C": 3}


def test_call_arguments_a_bare_call_changes_its_receiver_and_what_that_was_made_from():
    setup = "class Box:\n    def __init__(self, inner=None, lr=0, size=0):\n        self.v = 1.5\n    def step(self, scale=1):\n        pass\n    def value(self):\n        return self.v\n"
    seen = see("model = Box(size=2)\nopt = Box(model, lr=.1)\nopt.step(scale=3)\nx = model.value()", setup)
    assert seen.params == {"Box.size": 2, "Box.lr": 0.1, "step.scale": 3}


def test_call_arguments_collisions_take_the_name_of_the_object():
    setup = "class M:\n    def __init__(self, C, shared=0):\n        self.C = C\n    def score(self):\n        return self.C / 3\n"
    seen = see("weak = M(C=.1, shared=1)\nstrong = M(C=10., shared=1)\na, b = weak.score(), strong.score()", setup)
    assert seen.params == {"weak.C": 0.1, "strong.C": 10.0, "M.shared": 1}


def test_call_arguments_a_recorded_parameter_is_recorded_once():
    assert see("lr = .1\nx = train(lr, epochs=2)\ny = train(lr=lr)", HELPER).params == {"lr": 0.1, "train.epochs": 2}


@pytest.mark.parametrize("keyword", ["axis", "verbose", "n_jobs", "inplace", "keepdims", "copy", "dtype"])
def test_call_arguments_never_these_keywords(keyword):
    assert see(f"x = train(1.0, {keyword}=1)", HELPER).params == {"train.lr": 1.0}


def test_call_arguments_only_branches_that_were_taken():
    assert see("if random.random() < 2:\n    x = train(1.0)\nelse:\n    x = train(2.0)", HELPER).params == {
        "train.lr": 1.0
    }
    assert see("x = train(1.0) if random.random() > 2 else train(2.0)", HELPER).params == {"train.lr": 2.0}


def test_call_arguments_methods_and_lambdas_of_the_notebook():
    setup = "class T:\n    def run(self, steps, rate=1):\n        return steps / 3\n"
    assert see("t = T()\nf = lambda u, v=1: u / 7\nx, y = t.run(5), f(2)", setup).params == {"run.steps": 5, "f.u": 2}


def test_asked_parameters_are_recorded_whatever_the_rules_say():
    seen = see("label = 'x'\nn = train(1)\nprint(label)", HELPER, params=["label", "n", "cfg.lr"], infer=False)
    assert set(seen.params) == {"label", "n"}
    assert seen.rule("n") == "asked"


def test_containers_imported_dataclasses_and_aliases():
    setup = "import sys, types\nfrom dataclasses import make_dataclass\nlib = types.ModuleType('lib2')\nlib.C = make_dataclass('C', [('lr', float, .1)])\nsys.modules['lib2'] = lib"
    assert see("from lib2 import C\nc = C(lr=.3)\nx = train(c.lr)", HELPER, setup).params == {"c.lr": 0.3}
    assert see("from types import SimpleNamespace as N\nc = N(lr=.3)\nx = train(c.lr)", HELPER).params == {"c.lr": 0.3}


def test_containers_classes_of_settings():
    code = "class CFG:\n    lr = .1\n    n: int = 2\nx = train(CFG.lr, CFG.n)"
    assert see(code, HELPER).params == {"CFG.lr": 0.1, "CFG.n": 2}
    assert see("x = train(CFG.lr)", HELPER, "class CFG:\n    lr = .1").params == {"CFG.lr": 0.1}


def test_earlier_settings_not_names_of_a_star_import():
    assert see("x = train(pi + tau)", HELPER, "from math import *").params == {}


def test_call_arguments_builtins_have_no_settings():
    assert see("x = sum(sorted([random.random(), 2], reverse=True))", HELPER).params == {}


def test_call_arguments_of_a_rebound_name_the_last_call_counts():
    setup = (
        "class M:\n    def __init__(self, C):\n        self.C = C\n    def score(self):\n        return self.C / 3\n"
    )
    code = "m = M(C=1)\nprint(m.score())\nm = M(C=2)\nprint(m.score())"
    assert see(code, setup).params == {"m.C": 2}


def test_call_arguments_plotting_helpers_of_the_notebook_have_no_settings():
    setup = "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\ndef draw(v, color='k'):\n    plt.plot(v, color=color)\n    plt.close()\n"
    assert see("v = [random.random()]\ndraw(v, color='r')\nx = max(v) + 1", HELPER, setup).params == {}


def test_earlier_settings_not_containers_that_the_cell_goes_on_filling():
    setup = "losses = [0.5]\nresults = {'a': 0.1}\ntotal = 0.5\nhidden = [8]\n"
    code = "for i in range(2):\n    losses.append(train(i))\nresults['b'] = random.random()\ntotal += random.random()\nx = len(hidden) * random.random()"
    assert see(code, HELPER, setup).params == {"hidden": [8]}


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ("cfg['lr'] = .5", {"cfg.lr": 0.5, "cfg.wd": 0}),
        ("cfg['new'] = 3", {"cfg.lr": 0.1, "cfg.wd": 0, "cfg.new": 3}),
        ("cfg.update(lr=.3)", {"cfg.lr": 0.3, "cfg.wd": 0}),
        ("cfg.update({'lr': .3, 'k': 'a'})", {"cfg.lr": 0.3, "cfg.wd": 0, "cfg.k": "a"}),
        ("cfg.setdefault('lr', 9); cfg.setdefault('k', 9)", {"cfg.lr": 0.1, "cfg.wd": 0, "cfg.k": 9}),
        ("cfg |= {'lr': .3}", {"cfg.lr": 0.3, "cfg.wd": 0}),
        ("cfg['lr'] *= .5", {"cfg.lr": 0.1, "cfg.wd": 0}),
    ],
)
@pytest.mark.parametrize("earlier", [True, False])
def test_containers_later_constants_win_whatever_way_they_are_stored(change, kept, earlier):
    made = "cfg = {'lr': .1, 'wd': 0}\n"
    used = f"{change}\nx = f(cfg['lr'])"
    assert (see(used, DRAW, made) if earlier else see(made + used, DRAW)).params == kept


def test_containers_another_container_put_in():
    made = "cfg = {'lr': .1}\nmore = {'lr': .2, 'k': 3}\ncfg.update(more)\nx = f(cfg['lr'])"
    assert see(made, DRAW).params == {"cfg.lr": 0.2, "cfg.k": 3, "more.lr": 0.2, "more.k": 3}


def test_containers_a_class_of_settings_that_only_a_function_reads():
    code = "class H:\n    lr = .1\ndef g():\n    return f() * H.lr\nx = g()"
    assert see(code, DRAW).params == {"H.lr": 0.1}


TABLE = "import pandas as pd\ndf = pd.DataFrame({'x': [1., 2, 3], 'y': [3., 4, 5]})\n"


@pytest.mark.parametrize("shown", ["{}", "print({})"])
def test_constants_settings_of_a_look_at_a_table_are_none(shown):
    assert see(f"cols = ['x', 'y']\nn = 2\n{shown.format('df[cols].head(n)')}", TABLE).params == {}
    assert see(shown.format("df[df.x > low]"), TABLE, "low = 1").params == {}
    assert see(f"n = 2\n{shown.format('df.sample(n)')}", TABLE).params == {}


@pytest.mark.parametrize("shown", ["{}", "print({})"])
def test_constants_settings_of_a_metric_that_is_only_shown_are_some(shown):
    made = shown.format("df[df.x > low]['y'].mean()")
    assert see(f"low = 1\n{made}", TABLE).params == {"low": 1}
    assert see(made, TABLE, "low = 1").params == {"low": 1}


def test_constants_settings_of_a_call_that_may_do_more_than_show_are_some():
    assert see("n = 2\nrun(n)", "def run(n):\n    print(n)").params == {"n": 2}


MAGIC = "get_ipython().run_line_magic('time', {!r})"
IPYTHON = "class Shell:\n    def run_line_magic(self, name, code):\n        exec(code, globals())\ndef get_ipython():\n    return Shell()\n"


def test_code_behind_a_magic_that_times_it_is_code_of_the_cell():
    model = "class M:\n    def __init__(self, C=1):\n        self.C = C\n    def fit(self, X):\n        return self\n    def score(self):\n        return self.C / 3\ndata = object()\n"
    timed = MAGIC.format("m = M(C=3).fit(data)")
    seen = see(f"{timed}\nacc = m.score()", IPYTHON, model)
    assert (seen.params, set(seen.metrics)) == ({"M.C": 3}, {"acc"})
    assert see("acc = m.score()", IPYTHON, model, timed).params == {"M.C": 3}
    loop = f"for i in range(3):\n    loss = m.score()\n{timed}"
    assert list(see(loop, IPYTHON, model, timed).curves) == ["loss"]


def test_call_arguments_of_a_cell_without_a_metric():
    code = "import warnings, json\nwarnings.filterwarnings('ignore')\ntext = json.dumps([1], indent=2)\nm = M(C=3)\nm.prepare(depth=2)"
    setup = "class M:\n    def __init__(self, C=1):\n        pass\n    def prepare(self, depth):\n        pass\n"
    assert see(code, setup).params == {"M.C": 3, "prepare.depth": 2}
    assert see(f"{code}\nx = len('a') / 3 * m_score()", setup, "def m_score():\n    return 0.5").params == {}


def test_call_arguments_different_values_for_one_parameter_make_a_list():
    assert see("x = train(.1) + train(.2)", HELPER).params == {"train.lr": [0.1, 0.2]}


SCORE = "import random\ndef score(k):\n    return random.random() * k\n"


def test_choices_a_choice_among_the_keys_that_the_cell_went_through():
    sweep = "results = {k: score(k) for k in (1, 2)}\n"
    for choice in (
        "best_k = max(results, key=results.get)",
        "best_k = max(results, key=lambda k: results[k])",
        "best_k, _ = max(results.items(), key=lambda item: item[1])",
        "ks = [1, 2]\nfound = [score(k) for k in ks]\nbest_k = ks[found.index(max(found))]",
    ):
        seen = see(sweep + choice, SCORE)
        assert seen.params["best_k"] in {1, 2}
        assert "best_k" not in seen.metrics


def test_choices_not_a_choice_among_data():
    assert see(
        "counts = {w: len(w) for w in text.split()}\ntop = max(counts, key=counts.get)", "text = 'a bc'"
    ).params == {"text": "a bc"}
    assert "w" not in see("ws = [score(1), score(2)]\nw = ws[ws.index(max(ws))]", SCORE).params


MAIN = """
import random
class Model:
    def __init__(self, width, rate=1): pass
    def fit(self, *_): return random.random()
def main():
    epochs, title, best = 2, "course", 0.0
    model = Model(4, rate=0.5)
    for epoch in range(epochs):
        loss = model.fit()
        best = max(best, loss)
        print(title, loss)
    return best
"""


def test_constants_in_functions_constants_of_a_function_that_gives_results():
    wanted = {"epochs": 2, "Model.rate": 0.5}
    assert see("main()", MAIN).params == wanted
    assert see("final = main()", MAIN).params == wanted
    assert see("main()", MAIN.replace("print(title, loss)", "pass")).params == wanted
    assert not see("x = 1 if random.random() > 2 else None\nif x: main()", MAIN).params


def test_constants_in_functions_constants_of_a_function_that_only_prepares_data():
    prepare = "def prepare():\n    size = 3\n    return list(range(size))\n"
    assert not see("rows = prepare()\nmean = sum(random.random() for _ in rows) / 3", MAIN, prepare).params


def test_constants_in_functions_two_functions_with_the_same_name_for_a_constant():
    both = MAIN + MAIN.replace("main", "other").replace("epochs, title, best = 2,", "epochs, title, best = 3,")
    params = see("main()\nother()", both).params
    assert (params["main.epochs"], params["other.epochs"]) == (2, 3)


def test_containers_a_function_that_returns_settings():
    parse = """
import argparse
def get_args(argv):
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    args = parser.parse_args(argv)
    return args
"""
    assert see("args = get_args([])\nloss = random.random() * args.lr", "import random", parse).params == {
        "args.lr": 0.1
    }
    config = "def config():\n    return {'lr': 0.5}"
    assert see("cfg = config()\nloss = random.random() * cfg['lr']", "import random", config).params == {"cfg.lr": 0.5}


def test_call_arguments_what_decides_when_a_loop_ends():
    stopper = (
        "import random\nclass Stopper:\n    def __init__(self, patience): pass\n    def stop(self, _): return True"
    )
    cell = "stopper = Stopper(patience=2)\nfor i in range(3):\n    loss = random.random()\n    if stopper.stop(loss): break"
    assert see(cell, stopper).params == {"Stopper.patience": 2}


def test_call_arguments_models_in_a_container():
    cell = "from lib import SVC\nmodels = {'svm': {'model': SVC(gamma='auto'), 'grid': {'C': [1, 10]}}}\nfor name, one in models.items():\n    score = one['model'].fit()"
    lib = "import random, sys, types\nlib = sys.modules['lib'] = types.ModuleType('lib')\nclass SVC:\n    def __init__(self, gamma): pass\n    def fit(self): return random.random()\nlib.SVC = SVC\ndel SVC"
    assert see(cell, lib).params["SVC.gamma"] == "auto"


def test_call_arguments_defaults_of_what_trains_and_is_given_nothing_else():
    trainer = """
import random
class Trainer:
    def __init__(self, lr=0.1, *, path="a.csv", epochs=2, callback=None): self.model, self.epochs = Model(), epochs
    def run(self):
        for epoch in range(self.epochs):
            loss = self.model.fit()
            print(loss)
class Model:
    def fit(self): return random.random()
"""
    assert see("trainer = Trainer()\ntrainer.run()", trainer).params == {"Trainer.lr": 0.1, "Trainer.epochs": 2}
    assert see("Trainer(0.5).run()", trainer).params == {"Trainer.lr": 0.5}
