"""Values that look like results and are none: picked indices and elements, what is drawn, tables of data."""

from __future__ import annotations

import pytest
from cell_runner import see

NUMPY = "import numpy as np\nscores = np.array([[0.1, 0.9], [0.8, 0.2]])"
FRAME = """
import numpy as np
import pandas as pd
df = pd.DataFrame({"city": ["a", "b", "a"], "price": [1.0, 2.5, 3.0], "qty": [3.0, 1.0, 2.0]})
"""


@pytest.mark.parametrize(
    "index", ["scores.argmax()", "np.argmin(scores)", "np.searchsorted([1, 2], 1.5)", "[3, 1].index(1)"]
)
def test_an_index_is_no_metric(index):
    assert not see(f"place = {index}", NUMPY).metrics


def test_the_best_of_several_is_one():
    assert see("best_place = np.argmax(scores)", NUMPY).metrics == {"best_place": 1}


def test_what_is_computed_from_indices_is_one():
    seen = see("picked = scores.argmax(1)\nagreement = (picked == np.array([1, 1])).mean()", NUMPY)
    assert seen.metrics == {"agreement": 0.5}
    assert see("threshold = scores.argmax() / 100", NUMPY).metrics == {"threshold": 0.01}


PREDICT = """
def predict(rows):
    found = np.zeros(len(rows))
    for r in range(len(rows)):
        i = np.argmax(rows[r])
        middle = np.mean(rows[r])
        found[r] = i + middle
    return found
"""


def test_loops_of_helper_functions_give_nothing():
    seen = see("predicted = predict(scores)\nacc = np.mean(predicted > 1)", NUMPY, PREDICT)
    assert seen.metrics.keys() == {"acc"}
    assert not seen.curves


@pytest.mark.parametrize("use", ["print(gap)", "scores.append(gap)", "history['gap'].append(gap)"])
def test_loops_of_functions_give_what_is_seen_or_kept_as_a_result(use):
    function = f"""
def run(scores, history):
    for step in range(3):
        gap = np.exp(-step)
        {use}
"""
    seen = see("run([], {'gap': []})", NUMPY, function)
    assert len(seen.curves) == 1


def test_what_is_put_into_a_list_of_data_gives_nothing():
    function = "def shifted(values):\n    out = []\n    for one in values:\n        x = np.exp(one)\n        out.append(x)\n    return sum(out)"
    assert not see("rmse = shifted([1.0, 2.0])", NUMPY, function).curves


@pytest.mark.parametrize(
    "element",
    ["df.iloc[0]['price']", "float(df['price'].iloc[0])", "df.at[0, 'qty']"],
)
def test_an_element_picked_from_data_is_no_metric(element):
    assert not see(f"first = {element}", FRAME).metrics


def test_an_element_of_a_picked_row_is_no_metric():
    assert not see("row = df.iloc[0]\nfirst = row['price']", FRAME).metrics


@pytest.mark.parametrize(
    ("setup", "code", "key"),
    [
        ("import numpy as np\nhistory = {'val': np.array([0.5, 0.25])}", "last = history['val'][-1]", "last"),
        ("import numpy as np\nkept = {'loss': np.array([0.5, 0.25])}", "last = kept['loss'][-1]", "last"),
        ("import numpy as np\nkept = np.array([0.5, 0.25])", "final_loss = kept[-1]", "final_loss"),
    ],
)
def test_an_element_picked_from_results_is_one(setup, code, key):
    assert see(code, setup).metrics == {key: 0.25}


DRAWN = """
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
fig, axes = plt.subplots(2)
for ax, column in zip(axes, ["price", "qty"]):
    {value}
    ax.axvline(value)
    ax.set_title(f"{{df[column].mean():.2f}}")
plt.close(fig)
"""


def test_what_a_loop_only_draws_is_no_result():
    seen = see(DRAWN.format(value="value = df[column].mean()"), FRAME)
    assert not seen.metrics
    assert not seen.curves


@pytest.mark.parametrize(
    "table",
    [
        "df.groupby('city')['price'].mean()",
        "df.corr(numeric_only=True)['price'].sort_values()",
        "df.price.describe()",
        "df.city.value_counts(normalize=True)",
        "print(df[['price', 'qty']].std())",
        "means = df[['price', 'qty']].mean()\nmeans",
    ],
)
def test_a_table_of_data_is_only_looked_at(table):
    assert not see(table, FRAME).metrics


MODEL = """
from sklearn.linear_model import LinearRegression
model = LinearRegression().fit(df[["qty"]], df.price)
"""
PREDICTED = "df['off'] = df.price - model.predict(df[['qty']])"


@pytest.mark.parametrize(
    ("setup", "table"),
    [
        ((), "pd.Series({'top': df.price.max(), 'spread': df.price.std()})"),
        ((MODEL,), f"{PREDICTED}\ndf[['off', 'qty']].std()"),
        ((MODEL, PREDICTED), "df[['off', 'qty']].std()"),
        (("results = df[['price', 'qty']]",), "results.mean()"),
    ],
)
def test_a_table_of_what_was_measured_or_named_has_metrics(setup, table):
    assert len(see(table, FRAME, *setup).metrics) == 2
