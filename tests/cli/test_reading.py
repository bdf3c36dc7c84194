"""Runs in a terminal: at a glance, as curves, by SQL, and while they run."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner

import nbtrack
from nbtrack.cli import main, run_reading


def printed(line, *more):
    """Return what a command printed, of one that succeeded."""
    result = CliRunner().invoke(main, [*line.split(), *more])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def run():
    """Return the id of a finished run."""
    with nbtrack.start_run(run_name="otter") as run:
        nbtrack.log_params({"lr": 0.1, "text": "a\x1b[2Jb"})
        nbtrack.note("Good.\n\nTry more.")
        nbtrack.alert("loss is high", level="warning")
        for step in range(40):
            nbtrack.log_metric("loss", 1 / (1 + min(step, 10)), step=step)
        nbtrack.log_text("hello", "notes/a.txt")
    return run.info.run_id


def test_a_run_is_shown_at_a_glance(run):
    text = printed("runs show otter")
    assert "loss    0.090909  39    █" in text
    assert "note        Try more." in text
    assert "warning  loss is high" in text
    assert "\x1b" not in text
    assert "notes/a.txt" in text
    answer = json.loads(printed(f"runs show {run} --json --tokens 200"))
    assert answer["recorded"]["run"] == "otter"
    assert len(json.dumps(answer, separators=(",", ":"))) <= 800
    assert CliRunner().invoke(main, ["runs", "show", "nobody"]).exit_code == 1
    assert CliRunner().invoke(main, ["runs", "show", "otter", "--tokens", "1"]).exit_code == 2


def test_summary_of_a_curve(run):
    text = printed("runs curve otter loss")
    assert "lowest (best) 0.090909 at step 10" in text
    assert "plateau: no new best in the last 29 points" in text
    answer = json.loads(printed("runs curve otter --json --points 10"))
    assert answer["recorded"]["curves"][0]["points"] == 40
    wrong = CliRunner().invoke(main, ["runs", "curve", "otter", "nope"])
    assert (wrong.exit_code, "they have: loss" in wrong.stderr) == (1, True)


def test_rows_are_selected(run):
    statement = "SELECT name, COUNT(*) AS n FROM points JOIN runs USING (run_id) GROUP BY name"
    assert printed("sql", statement).splitlines() == ["name   n", "otter  40"]
    assert json.loads(printed("sql --json", statement)) == [{"name": "otter", "n": 40}]
    assert printed("sql --csv", statement) == "name,n\notter,40\n"
    assert CliRunner().invoke(main, ["sql", "DROP TABLE runs"]).exit_code == 1


def test_runs_are_watched_until_they_have_ended():
    client = nbtrack.MlflowClient()
    run = client.create_run("0", run_name="slow")
    ending = threading.Timer(0.3, client.set_terminated, [run.info.run_id])
    ending.start()
    lines = printed("runs watch --json --until-done --seconds 0.1").splitlines()
    ending.join()
    states = [[each["info"]["status"] for each in json.loads(line)] for line in lines]
    assert states[-1] == ["FINISHED"]
    assert "1 of 1 runs, 0 running" in printed("runs watch --until-done")


def test_ctrl_c_ends_watching(run, monkeypatch):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_reading.time, "sleep", interrupt)
    assert "1 of 1 runs, 0 running" in printed("runs watch")


def test_the_guide_names_commands_that_exist():
    text = printed("skill")
    assert text.startswith("---\nname: nbtrack\n")
    runs = main.commands["runs"].commands
    for name in ("list", "show", "curve", "diff", "compare", "watch", "stop", "pause", "unpause"):
        assert name in text
        assert name in runs
