"""What a run keeps of its cell besides numbers, in a real kernel."""

from __future__ import annotations

import io
import json
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

import nbtrack


def the_run():
    """Return the one run there is."""
    (run,) = nbtrack.search_runs(output_format="list", search_all_experiments=True)
    return run


def artifact(path, run=None):
    """Return the bytes of an artifact."""
    run = run or the_run()
    return Path(nbtrack.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=path)).read_bytes()


def artifacts(run=None):
    """Return the paths of all artifacts but those that are collected beside the cell."""
    root = Path((run or the_run()).info.artifact_uri)
    found = {each.relative_to(root).as_posix() for each in root.rglob("*") if each.is_file()}
    return {each for each in found - {"environment.json", "changes.diff"} if not each.startswith("earlier/")}


def index():
    return json.loads(artifact("outputs/index.json"))


SETTLE = "from nbtrack.notebook import session_registry\nsession_registry.current().background.close()"


@pytest.fixture
def kernel(kernel, monkeypatch):
    """Return a kernel that has stored everything about a cell when `run` returns."""
    run = kernel.run

    def run_and_settle(code):
        done = run(code)
        settled(kernel)
        return done

    monkeypatch.setattr(kernel, "run", run_and_settle)
    return kernel


def settled(kernel):
    """Wait until what is collected beside cells is there."""
    kernel.collect(kernel.send(SETTLE, silent=True))


def test_texts(kernel):
    kernel.run("print('before')")
    kernel.run("%%track\nimport sys\nprint('one')\nprint('bad', file=sys.stderr)\nprint('two')")
    assert artifact("outputs/stdout.txt") == b"one\ntwo\n"
    assert artifact("outputs/stderr.txt") == b"bad\n"


def test_progress_bars_are_kept_as_they_looked_at_last(kernel):
    kernel.run("%%track\nfor i in range(3):\n    print(f'\\r{i}/2', end='')\nprint()")
    assert artifact("outputs/stdout.txt") == b"2/2\n"


def test_rounds_that_training_prints_become_a_curve(kernel):
    kernel.run("def train(rounds):\n    for n in range(rounds):\n        print(f'[{n}]\\tvalid-rmse:{1 / (n + 1)}')")
    kernel.run("%%track\ntrain(3)")
    assert the_run().data.metrics == {"valid.rmse": pytest.approx(1 / 3)}


def test_candidates_of_a_search_are_rows(kernel):
    kernel.run("from sklearn.datasets import load_iris\nfrom sklearn.model_selection import GridSearchCV")
    kernel.run("from sklearn.tree import DecisionTreeClassifier\nX, y = load_iris(return_X_y=True)")
    kernel.run("%%track\nsearch = GridSearchCV(DecisionTreeClassifier(), {'max_depth': [1, 2, 3]}, cv=2).fit(X, y)")
    rows = nbtrack.rows(the_run())
    assert list(rows["max_depth"]) == [1, 2, 3]
    assert {"mean_test_score", "std_test_score"} < set(rows)


def test_long_text_is_shortened_and_says_so(kernel):
    kernel.run("%%track\nprint('a' * 3_000_000)")
    settled(kernel)
    text = artifact("outputs/stdout.txt").decode()
    assert len(text) < 500_000
    assert "characters omitted" in text


@pytest.fixture
def pyplot(kernel):
    kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    return kernel


def eventually(true):
    """Wait for what the kernel does while it is idle, and return it."""
    deadline = time.monotonic() + 30
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def drawings():
    return sorted(each for each in artifacts() if each.endswith(".svg"))


def test_figures_as_picture_and_drawing(pyplot):
    done = pyplot.run("%%track\nfig, ax = plt.subplots()\nax.plot([1, 3, 2])\nplt.show()")
    shown = [each for each in done.outputs if "image/png" in each.get("data", {})]
    assert len(shown) == 1
    assert artifact("outputs/01.png")[:4] == b"\x89PNG"
    eventually(drawings)
    assert b"<svg" in artifact("outputs/01.svg")
    assert eventually(lambda: [each["path"] for each in index()] == ["outputs/01.png", "outputs/01.svg"])


def test_figure_that_the_end_of_the_cell_shows(pyplot):
    pyplot.run("%%track\nplt.plot([1, 3, 2]);")
    assert eventually(drawings) == ["outputs/01.svg"]


def test_figure_that_a_later_cell_may_have_changed_is_kept_as_picture_alone(pyplot):
    first = pyplot.send("%%track\nfig, ax = plt.subplots()\nax.plot([1, 3, 2])\nplt.show()")
    second = pyplot.send("ax.set_title('later')")
    pyplot.collect(first)
    pyplot.collect(second)
    settled(pyplot)
    assert "outputs/01.png" in artifacts()
    assert drawings() == []


def test_of_many_figures_some_are_drawn_and_all_are_kept_as_pictures(pyplot):
    pyplot.run(
        "%%track\nfor i in range(12):\n    fig, ax = plt.subplots(figsize=(1, 1))\n    ax.set_title(i)\n    plt.show()"
    )
    expected = [f"outputs/{number:02}.svg" for number in range(1, 9)]
    assert eventually(lambda: drawings() == expected)
    assert len([each for each in artifacts() if each.endswith(".png")]) == 12


def test_figures_that_will_not_be_drawn_are_freed_while_the_cell_runs(pyplot):
    done = pyplot.run(
        "%%track\nimport gc, weakref\nseen = []\nfor i in range(20):\n    figure = plt.figure(figsize=(1, 1))\n"
        "    seen.append(weakref.ref(figure))\n    plt.show()\n"
        "del figure\ngc.collect()\nprint([i for i, one in enumerate(seen) if one() is not None])"
    )
    assert done.text == "[0, 1, 2, 3, 4, 5, 6, 7]\n"


def test_more_outputs_than_are_kept_are_counted_on_the_card(kernel):
    kernel.run("from IPython.display import HTML")
    done = kernel.run("%%track\nfor i in range(130):\n    display(HTML(f'<b>{i}</b>'))")
    assert the_run().data.tags["nbtrack.not_kept"] == "30 more outputs"
    assert "Not kept: 30 more outputs" in done.outputs[-1]["data"]["text/html"]


UNDRAWABLE = """%%track
from matplotlib.artist import Artist
class Odd(Artist):
    def draw(self, renderer):
        if "svg" in type(renderer).__module__ or getattr(renderer, "_renderer", None) is not None and "svg" in type(renderer._renderer).__module__:
            raise ValueError("no svg of this")
fig, ax = plt.subplots()
ax.add_artist(Odd())
plt.show()
"""


def test_figure_that_cannot_be_drawn_prints_nothing_and_is_noted(pyplot):
    done = pyplot.run(UNDRAWABLE)
    assert done.errors == ""
    assert eventually(lambda: the_run().data.tags.get("nbtrack.not_kept")) == "figure 1 as SVG"
    assert eventually(lambda: any(each.get("note") == "svg could not be drawn: ValueError" for each in index()))


def test_figure_of_many_points_is_kept_as_picture_alone(kernel):
    kernel.run("%matplotlib inline\nimport matplotlib.pyplot as plt")
    kernel.run("%%track\nplt.plot(range(100_000));\nplt.show()\nplt.plot([1, 3, 2]);")
    assert eventually(drawings) == ["outputs/02.svg"]
    assert "outputs/01.png" in artifacts()


def test_frames_as_data(kernel):
    kernel.run("import pandas as pd")
    kernel.run("%%track\ntable = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})\ntable")
    (data,) = [each for each in artifacts() if each.endswith((".csv", ".parquet"))]
    frame = (
        pd.read_csv(io.BytesIO(artifact(data)), index_col=0)
        if data.endswith("csv")
        else pd.read_parquet(io.BytesIO(artifact(data)))
    )
    assert frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
    assert b"<table" in artifact("outputs/01.html")


def test_frame_is_kept_as_it_was_shown(kernel):
    kernel.run("import pandas as pd")
    kernel.run("%%track\ntable = pd.DataFrame({'a': [1, 2]})\ndisplay(table)\ntable['a'] = 0")
    (data,) = [each for each in artifacts() if each.endswith((".csv", ".parquet"))]
    frame = (
        pd.read_csv(io.BytesIO(artifact(data)), index_col=0)
        if data.endswith("csv")
        else pd.read_parquet(io.BytesIO(artifact(data)))
    )
    assert list(frame["a"]) == [1, 2]


def test_large_frame_is_cut_and_says_so(kernel):
    kernel.run("import pandas as pd")
    kernel.run("%%track\npd.DataFrame({'a': range(50_000)})")
    settled(kernel)
    assert any(each.get("note") == "the first 10,000 × 1 of 50,000 × 1" for each in index())


def test_results_and_displays_in_order(kernel):
    kernel.run("from IPython.display import HTML, Markdown")
    kernel.run("%%track\ndisplay(HTML('<b>x</b>'))\ndisplay(Markdown('# y'))\n'z'")
    assert artifact("outputs/01.html") == b"<b>x</b>"
    assert artifact("outputs/02.md") == b"# y"
    assert artifact("outputs/03.txt") == b"'z'"


def test_same_output_is_kept_once(kernel):
    kernel.run("from IPython.display import HTML")
    kernel.run("%%track\nfor _ in range(5):\n    display(HTML('<b>x</b>'))")
    assert [each["path"] for each in index()] == ["outputs/01.html"] * 5
    assert artifacts() == {"cell.py", "outputs/01.html", "outputs/index.json"}


def test_what_was_cleared_or_updated_is_kept_as_it_is_at_last(kernel):
    kernel.run("from IPython.display import HTML, clear_output")
    kernel.run(
        "%%track\ndisplay(HTML('gone'))\nclear_output()\nshown = display(HTML('old'), display_id=True)\nshown.update(HTML('new'))"
    )
    assert artifact("outputs/01.html") == b"new"
    assert len(index()) == 1


def test_outputs_can_be_left_out(kernel):
    kernel.run("%%track --no-output\nprint('one')\n'two'")
    assert artifacts() == {"cell.py"}


def test_widgets_and_our_own_panels_are_no_outputs(kernel):
    kernel.run("import ipywidgets")
    kernel.run("%%track\nipywidgets.IntSlider()")
    assert artifacts() == {"cell.py"}


def test_sources_that_the_cell_rests_on(kernel):
    kernel.run("def double(x):\n    return 2 * x")
    kernel.run("base = 4")
    kernel.run("unrelated = 1")
    kernel.run("%%track\nresult = double(base) * abs(hash((1,)))")
    earlier = sorted(
        each.relative_to(the_run().info.artifact_uri).as_posix()
        for each in Path(the_run().info.artifact_uri).glob("earlier/*")
    )
    assert [artifact(each).decode() for each in earlier] == ["def double(x):\n    return 2 * x", "base = 4"]


def test_traceback_of_a_failed_cell(kernel):
    kernel.run("%%track\ndef fail():\n    return 1 / 0\n\nprint('before')\nfail()")
    text = artifact("traceback.txt").decode()
    assert text.startswith("Traceback (most recent call last):")
    assert "return 1 / 0" in text
    assert text.endswith("ZeroDivisionError: division by zero\n")
    assert "IPython" not in text
    assert artifact("outputs/stdout.txt") == b"before\n"


def test_environment(kernel):
    kernel.run("import pandas as pd")
    kernel.run("%%track\ncount = 3\nmean = pd.Series([1, 2]).mean()")
    settled(kernel)
    environment = json.loads(artifact("environment.json"))
    assert environment["packages"] == {"pandas": pd.__version__}
    assert environment["python"].startswith("3.")


def test_uncommitted_changes(kernel, fresh):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"]
    (fresh / "work").mkdir()
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one", "--allow-empty"]):
        subprocess.run([*git, *command], cwd=fresh / "work", check=True)
    (fresh / "work" / "code.py").write_text("x = 1\n")
    subprocess.run([*git, "add", "-A"], cwd=fresh / "work", check=True)
    subprocess.run([*git, "commit", "-qm", "two"], cwd=fresh / "work", check=True)
    kernel.run(f"home = os.getcwd(); os.chdir({str(fresh / 'work')!r})")
    try:
        kernel.run("%%track clean\nC = 1")
        settled(kernel)
        (fresh / "work" / "code.py").write_text("x = 2\ntoken = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'\n")
        kernel.run("%%track dirty\nC = 1")
        settled(kernel)
    finally:
        kernel.run("os.chdir(home)")
    runs = {run.info.run_name: run for run in nbtrack.search_runs(output_format="list")}
    assert "nbtrack.git.dirty" not in runs["clean"].data.tags
    assert runs["dirty"].data.tags["nbtrack.git.dirty"] == "true"
    diff = artifact("changes.diff", runs["dirty"]).decode()
    assert "+x = 2" in diff
    assert "ghp_0123" not in diff


SECRET = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL"


def test_no_secret_is_kept(kernel, fresh):
    kernel.run(f"key_of_earlier = '{SECRET}'")
    kernel.run(
        f"%%track\napi_key = '{SECRET}'\npassword = 'hunter2hunter'\nprint('using', api_key, key_of_earlier)\ndisplay({{'k': '{SECRET}'}})\nraise ValueError('bad key {SECRET}')"
    )
    settled(kernel)
    nbtrack.flush()
    run = the_run()
    assert SECRET not in str(run)
    for path in (fresh / "mlruns").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert run.data.params == {"password": "***"}


@pytest.mark.parametrize("line", ["x = object()", "import numpy as np\nx = np.zeros(10**6)"])
def test_values_that_are_not_kept_cost_nothing_and_do_no_harm(kernel, line):
    assert kernel.run(f"%%track\n{line}").reply["status"] == "ok"
    assert the_run().info.status == "FINISHED"
