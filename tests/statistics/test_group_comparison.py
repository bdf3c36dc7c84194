"""Groups of runs compared over their seeds."""

from __future__ import annotations

import csv
import io
import math
import sys

import numpy as np
import pytest
from scipy import stats

import nbtrack
from nbtrack.errors import InvalidValue, NotFound, Unsupported
from nbtrack.statistics import intervals
from nbtrack.statistics.seeds import code_without_values, is_seed

HOSTILE = "<script>alert(1)</script>|&_$"


def record(model, seeds, mean, *, spread=0.02, own=0.002, seed_name="seed", status="FINISHED", **params):
    """Record a run for each seed, whose result the seed shifts for all models alike."""
    for seed in seeds:
        shared, noise = np.random.default_rng(seed).normal(), np.random.default_rng([seed, len(model)]).normal()
        with nbtrack.start_run() as run:
            nbtrack.log_params({"model": model, seed_name: seed, **params})
            nbtrack.log_metrics({"accuracy": mean + spread * shared + own * noise, "size": 1})
        if status != "FINISHED":
            nbtrack.MlflowClient().set_terminated(run.info.run_id, status)


# what holds by simulation


@pytest.mark.parametrize("shape", ["normal", "skewed", "heavy tails"])
def test_false_alarms_and_coverage_are_what_they_should_be_and_pairs_see_more(benchmark_of_comparison, shape):
    pairs, others = benchmark_of_comparison.pairs(200, shape), benchmark_of_comparison.others(120, shape)
    for rates, spread in ((pairs, 0.03), (others, 0.035)):
        assert rates.false_alarms == pytest.approx(0.05, abs=spread)
        assert rates.coverage == pytest.approx(0.95, abs=spread)
    assert pairs.seen_paired > 2 * pairs.seen_unpaired


def test_the_best_of_equal_groups_is_seldom_found_significant(benchmark_of_comparison):
    assert benchmark_of_comparison.picked(200, 4) <= 0.06


@pytest.fixture
def benchmark_of_comparison(request):
    import importlib.util

    path = request.config.rootpath / "tests/benchmarks/comparison.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_comparison", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_intervals_and_p_values_are_scipys():
    first, second = np.random.default_rng(3).normal(size=(2, 8))
    found = intervals.paired(first, second)
    flipped = stats.permutation_test((second - first,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert found.p_value == pytest.approx(flipped.pvalue)
    found, expected = intervals.paired(first[:4], second[:4]), stats.ttest_rel(second[:4], first[:4])
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
    found, expected = intervals.unpaired(first[:3], second[:3]), stats.ttest_ind(second[:3], first[:3], equal_var=False)
    assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
    found, few = intervals.unpaired(first, second[:5]), second[:5]
    changed = stats.permutation_test((few, first), _welch, vectorized=True, n_resamples=np.inf, alternative="greater")
    assert found.p_value == pytest.approx(changed.pvalue)
    assert intervals.paired(first, second, groups=6).high > intervals.paired(first, second).high


def _welch(one, other, axis):
    return abs(stats.ttest_ind(one, other, equal_var=False, axis=axis).statistic)


@pytest.mark.parametrize(("compare", "sizes"), [("paired", (8, 8)), ("paired", (20, 20)), ("unpaired", (6, 9))])
def test_an_interval_holds_the_differences_that_its_test_does_not_reject(compare, sizes):
    random, compared = np.random.default_rng(4), getattr(intervals, compare)
    first, second = (random.gamma(2, size=size) for size in sizes)
    found = compared(first, second)
    for end, outward in ((found.low, -1), (found.high, 1)):
        inside, outside = (compared(first, second - end + each * outward * 1e-2) for each in (1, -1))
        assert inside.p_value > 0.05 >= outside.p_value - 0.001
        assert (inside.distinguishable, outside.distinguishable) == (False, True)


@pytest.mark.parametrize(("compare", "size", "groups"), [("paired", 20, 25), ("unpaired", 10, 15), ("unpaired", 7, 8)])
def test_among_many_groups_an_interval_is_wider_than_few_permutations_can_tell(compare, size, groups):
    first, second = np.random.default_rng(5).normal(size=(2, size))
    wide, narrow = (getattr(intervals, compare)(first, second, groups=each) for each in (groups, 2))
    assert wide.low < narrow.low < narrow.estimate < narrow.high < wide.high
    assert not wide.distinguishable


def test_the_seeds_that_are_suggested_are_enough():
    random = np.random.default_rng(1)
    first = random.normal(size=4)
    second = first + np.array([0.3, 1.1, -0.2, 0.9])
    found = intervals.paired(first, second)
    assert not found.distinguishable
    spread = np.std(second - first, ddof=1)
    drawn = random.normal(found.estimate, spread, (2_000, found.needed))
    assert (stats.ttest_1samp(drawn, 0, axis=1).pvalue < 0.05).mean() == pytest.approx(0.8, abs=0.05)


# what is grouped, paired and left out


def test_runs_that_differ_in_their_seed_alone_are_one_group_and_are_compared_seed_by_seed():
    record("svm", range(5), 0.91)
    record("forest", range(5), 0.90)
    found = nbtrack.compare(metric="accuracy")
    assert [(each.settings["model"], each.n) for each in found.samples] == [("svm", 5), ("forest", 5)]
    (difference,) = found.differences
    assert (difference.paired, difference.n, difference.distinguishable) == (True, 5, True)
    assert difference.low < -0.01 < difference.high < 0
    assert found.verdicts == ["", "worse"]
    assert found.conclusion() == "svm is better than forest."
    assert repr(nbtrack.compare()) == repr(found)


def test_other_seeds_are_compared_without_pairs_and_more_seeds_are_suggested():
    record("svm", range(5), 0.91, seed_name="SVC.random_state")
    record("forest", range(10, 14), 0.90, seed_name="Forest.random_state")
    found = nbtrack.compare(by="model", metric="accuracy")
    assert not found.differences[0].paired
    assert found.verdicts[1].startswith("not distinguishable; ")
    assert "is not distinguishable from" in found.conclusion()


def test_runs_of_other_code_and_of_whole_sweeps_belong_to_no_group():
    record("tree", range(4), 0.9)
    with nbtrack.start_run():
        nbtrack.log_metric("accuracy", 0.99)
    with nbtrack.start_run():
        nbtrack.set_tag("nbtrack.sweep", "{}")
        nbtrack.log_params({"model": "tree", "depth": 3})
    (sample,) = nbtrack.compare(by="model", metric="accuracy").samples
    assert (sample.settings, sample.n, sample.left_out) == ({"model": "tree"}, 4, 0)


def test_no_verdict_below_three_seeds():
    record("svm", range(2), 0.99)
    record("forest", range(5), 0.50)
    found = nbtrack.compare(metric="accuracy")
    assert (found.differences[0].low, found.differences[0].distinguishable) == (None, None)
    assert found.verdicts[1] == "no verdict: it takes 3 seeds on each side"
    assert found.conclusion().startswith("No verdict")


def test_picking_the_best_of_many_is_reported_and_widens_intervals():
    for number in range(8):
        record(f"m{number}", range(4), 0.9, depth=number)
    found = nbtrack.compare(by="model", metric="accuracy")
    assert found.remarks[0].startswith("The best of 8 was selected")
    assert "widened because 8 groups are compared" in found.remarks[-1]
    assert not any(found.verdicts[1:].count(each) for each in ("worse", "better"))
    assert not any("was selected" in each for each in nbtrack.compare(by="model", filter="params.depth < 2").remarks)


def test_failed_diverged_and_repeated_runs_are_left_out_and_counted():
    record("svm", range(4), 0.91)
    record("svm", [3], 0.91)
    record("forest", range(4), 0.90)
    record("forest", [4], 5.0, status="FAILED")
    record("forest", [5], math.nan)
    found = nbtrack.compare(metric="accuracy")
    assert [each.n for each in found.samples] == [4, 4]
    assert any(each.startswith("2 runs left out that failed") for each in found.remarks)
    assert any(each.startswith("1 run left out that repeat") for each in found.remarks)


def test_a_lower_metric_is_better_where_its_goal_says_so():
    record("svm", range(4), 0.95)
    record("forest", range(4), 0.90)
    nbtrack.goal("accuracy", "min")
    assert nbtrack.compare(metric="accuracy").samples[0].settings["model"] == "forest"


def test_a_group_of_other_settings_is_paired_by_these_too():
    for depth in (1, 2):
        record("svm", range(3), 0.91 + depth / 10, depth=depth)
        record("forest", range(3), 0.90 + depth / 10, depth=depth)
    (difference,) = nbtrack.compare(by="model", metric="accuracy").differences
    assert (difference.paired, difference.n, difference.distinguishable) == (True, 6, True)


def test_a_metric_that_no_seed_changes_is_certain():
    record("svm", range(3), 0.9, spread=0, own=0)
    record("forest", range(3), 0.8, spread=0, own=0)
    assert nbtrack.compare(metric="accuracy").verdicts[1] == "worse"
    assert nbtrack.compare(metric="size").verdicts[1] == "the same"


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"metric": "f1"}, InvalidValue, "they have 'accuracy', 'nan', 'size'"),
        ({"metric": "metrics.nan"}, InvalidValue, "no run that ended well has a finite 'nan'"),
        ({"by": "colour"}, InvalidValue, "'colour' to group by"),
        ({"filter": "params.model = 'none'"}, NotFound, "no run to compare"),
    ],
)
def test_runs_that_cannot_be_compared_are_reported(given, error, said):
    record("svm", [1], 0.9)
    nbtrack.MlflowClient().log_metric(nbtrack.search_runs(output_format="list")[0].info.run_id, "nan", math.nan)
    with pytest.raises(error, match=said):
        nbtrack.compare(**given)


def test_without_scipy_the_message_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy", None)
    record("svm", range(3), 0.9)
    record("forest", range(3), 0.8)
    with pytest.raises(Unsupported, match=r"pip install 'nbtrack\[statistics\]'"):
        nbtrack.compare(metric="accuracy")


# what it looks like


def test_tables_mark_the_best_and_escape_what_is_in_them():
    record(HOSTILE, range(4), 0.95)
    record("forest", range(4), 0.90)
    found = nbtrack.compare(metric="accuracy")
    assert found.to_markdown().splitlines()[2].startswith("| **\\<script\\>")
    assert r"\textbf{<script>alert(1)</script>|\&\_\$}" in found.to_latex()
    lines = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert [(each["model"], each["best"]) for each in lines] == [(HOSTILE, "best"), ("forest", "")]
    assert float(lines[0]["mean"]) == found.samples[0].mean
    assert list(found.to_frame()["verdict"]) == ["", "worse"]
    html = found._repr_html_()
    assert "<script" not in html
    assert html.count("<circle") == 8


# seeds


@pytest.mark.parametrize(
    "name", ["seed", "random_state", "SVC.random_state", "data/seed", "np_seed", "RNG", "svc__seed"]
)
def test_names_of_seeds(name):
    assert is_seed(name)


@pytest.mark.parametrize("name", ["seeds_per_row", "speed", "state", "n_seeds", "seed.count"])
def test_names_of_others(name):
    assert not is_seed(name)


def test_code_is_the_same_but_for_seeds_and_layout():
    first = "seed = 1\nmodel = SVC(C=1, random_state=3)\nnp.random.seed(0)\ncfg = {'seed': 4, 'lr': 1}"
    again = "seed=2 # other\nmodel = SVC(C = 1, random_state=7)\nnp.random.seed(9)\ncfg = {'seed': 5, 'lr': 1}"
    assert code_without_values(first) == code_without_values(again)
    assert code_without_values(first) != code_without_values(first.replace("C=1", "C=2"))
    assert code_without_values(first, ["SVC.C"]) == code_without_values(first.replace("C=1", "C=2"), ["SVC.C"])
    assert code_without_values("seed, rate = 1, 2") == code_without_values("seed, rate = 3, 2")
    assert code_without_values("%%track a\n%time f(1)\nseed = 1") == code_without_values(
        "%%track b\n%time f(1)\nseed = 2"
    )
    assert code_without_values("no Python 1") == "no Python 1"
