"""Code compared statement by statement."""

import pytest

from nbtrack.statistics.code_diff import compare_code
from nbtrack.statistics.explained_code import by_parameters

CELL = """%%track fit
rate = 0.1
net = make(rate, layers=[1, 2])
for epoch in range(3):
    loss = step(net, rate)
    print('loss', loss)
total = loss * 2
"""


def changed(*pairs):
    text = CELL
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (changed(("step(net, rate)", "step(net, rate * 2)")), "1 line"),
        (changed(("total = loss * 2\n", "total = loss * 2\nmore = 1\n")), "1 line"),
        (changed(("total = loss * 2\n", "")), "1 line"),
        (
            changed(
                (
                    "    loss = step(net, rate)\n    print('loss', loss)\n",
                    "    print('loss', loss)\n    loss = step(net, rate)\n",
                )
            ),
            "1 line moved",
        ),
        (
            changed(("net = make(rate, layers=[1, 2])", "if rate:\n    net = make(rate, layers=[1, 2])")),
            "1 line, 1 line moved",
        ),
        (changed(("(rate, layers=[1, 2])", "(\n    rate,\n    layers=[1, 2],\n)")), "layout and comments only"),
        (changed(("'loss'", '"loss"')), "layout and comments only"),
        (changed(("total =", "# a remark\ntotal  =")), "layout and comments only"),
        (changed(("layers=[1, 2]", "layers=[1, (2,)]")), "1 line"),
        (changed(("%%track fit", "%%track other --quiet")), None),
    ],
)
def test_what_a_change_is_called(after, said):
    found = compare_code(CELL, after)
    assert (found if found is None else str(found)) == said


def test_only_what_differs_is_shown_with_what_stands_around_it():
    found = compare_code(CELL, changed(("loss * 2", "loss * 3")))
    assert found.lines == (
        ("@", "line 5"),
        (" ", "    loss = step(net, rate)"),
        (" ", "    print('loss', loss)"),
        ("-", "total = loss * 2"),
        ("+", "total = loss * 3"),
    )


@pytest.mark.parametrize(
    ("old", "new", "param"),
    [
        ("rate = 0.1", "rate = 1e-2", ("rate", "0.1", "0.01")),
        ("hidden = (64, 32)", "hidden = (64, 64)", ("hidden", "(64, 32)", "(64, 64)")),
        ("clf = SVC(C=1).fit(X, y)", "clf = SVC(C=2).fit(X, y)", ("SVC.C", "1", "2")),
        ("opt = {'lr': 0.1}", "opt = {'lr': 0.2}", ("opt.lr", "0.1", "0.2")),
        ("kind = 'rbf'", "kind = 'poly'", ("kind", "rbf", "poly")),
    ],
)
def test_a_line_with_another_parameter_value_is_shown_by_the_name_of_the_parameter(old, new, param):
    assert compare_code(old, new, by_parameters([param])) is None
    assert compare_code(old, new) is not None


def test_another_value_on_a_line_with_a_parameter_is_shown():
    param = ("SVC.C", "1", "2")
    assert compare_code("SVC(C=1, gamma=1)", "SVC(C=2, gamma=3)", by_parameters([param])) is not None
    assert compare_code("beta = 1", "beta = 2", by_parameters([param])) is not None


@pytest.mark.parametrize("text", ["def f(:\n  x", "!ls\nx = !pwd", "a = (", "\tx\n y", "'''open", "é = '\udc80'", "\0"])
def test_any_text_can_be_compared(text):
    assert compare_code(text, text) is None
    assert compare_code(text, f"{text}\nmore = 1") is not None
