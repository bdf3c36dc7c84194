"""The command line, as somebody at a terminal uses it."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import click
import pytest
from click.testing import CliRunner

import nbtrack
from nbtrack import tags
from nbtrack.cli import main
from nbtrack.errors import InvalidValue
from nbtrack.tracking import run_control


@pytest.fixture
def command():
    """Return what runs a command line and gives its result."""

    def run(line, *more):
        return CliRunner().invoke(main, [*line.split(), *more])

    return run


@pytest.fixture
def runs():
    """Return two finished runs with artifacts."""
    nbtrack.set_experiment("fraud")
    ids = []
    for number in (1, 2):
        with nbtrack.start_run(run_name=f"run-{number}") as run:
            nbtrack.log_params({"lr": 0.1 * number, "epochs": 3})
            for step in range(3):
                nbtrack.log_metric("loss", number / (step + 1), step=step)
            nbtrack.log_text("hello", "notes/a.txt")
            ids.append(run.info.run_id)
    return ids


def printed(result):
    """Return what a command printed, of one that succeeded."""
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_experiment_is_created_by_argument_or_option(command):
    text = printed(command("experiments create fraud-detection"))
    assert text == "Created experiment with ID 1\n"
    assert nbtrack.get_experiment("1").name == "fraud-detection"
    assert printed(command("experiments create -n other")) == "Created experiment with ID 2\n"
    assert json.loads(printed(command("experiments create third --json")))["experiment_id"] == "3"


def test_errors_are_reported_in_one_line(command):
    command("experiments create a")
    again = command("experiments create a")
    assert again.exit_code == 1
    assert again.stderr.startswith("Error: Experiment(name=a) already exists")
    assert command("experiments create").exit_code == 2
    assert command("experiments create a -n b").exit_code == 2
    assert command("runs describe nobody").exit_code == 1


def test_the_environment_names_the_experiment(command, monkeypatch):
    created = printed(command("experiments create fraud-detection"))
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", re.search(r"ID (\d+)", created)[1])
    with nbtrack.start_run() as run:
        pass
    assert run.info.experiment_id == "1"


def test_lifecycle_of_experiments(command):
    command("experiments create first")
    command("experiments create second")
    listed = json.loads(printed(command("experiments search --json --filter", "name LIKE 's%'")))
    assert [each["name"] for each in listed] == ["second"]
    printed(command("experiments rename first one"))
    printed(command("experiments rename -x 2 --new-name two"))
    assert json.loads(printed(command("experiments get one --json")))["experiment_id"] == "1"
    printed(command("experiments delete -x 1"))
    assert [each["name"] for each in json.loads(printed(command("experiments list --json")))] == ["two", "Default"]
    assert "one" in printed(command("experiments list --view deleted_only"))
    printed(command("experiments restore one"))
    assert nbtrack.get_experiment("1").lifecycle_stage == "active"


def test_runs_are_listed_described_and_compared(command, runs):
    table = printed(command("runs list fraud --order-by", "metrics.loss ASC"))
    assert [line.split()[0] for line in table.splitlines()[1:3]] == ["run-1", "run-2"]
    assert "Identical in all runs: epochs=3" in table
    found = json.loads(printed(command("runs list --all-experiments --json --filter", "params.lr = '0.2'")))
    assert [each["info"]["run_id"] for each in found] == [runs[1]]
    described = json.loads(printed(command("runs describe run-1 --json")))
    assert described["data"]["params"] == {"lr": "0.1", "epochs": "3"}
    assert "loss" in printed(command(f"runs describe -r {runs[0]}"))
    compared = printed(command("runs compare run-1 run-2"))
    assert "lr" in compared
    assert "epochs" not in compared
    assert "epochs" in printed(command("runs compare run-1 run-2 --all"))
    assert printed(command("runs compare run-1 run-2 --format csv")).startswith("group,key,run-1,run-2\n")


def test_groups_of_runs_are_compared_over_their_seeds(command):
    for model, seed in itertools.product(("svm", "forest"), range(3)):
        with nbtrack.start_run():
            nbtrack.log_params({"model": model, "seed": seed})
            nbtrack.log_metric("accuracy", len(model) + seed)
    assert "forest is better than svm." in printed(command("runs compare"))
    found = json.loads(printed(command("runs compare --by model --metric accuracy --json")))
    assert [(each["model"], each["n"], each["mean"]) for each in found["groups"]] == [("forest", 3, 7), ("svm", 3, 4)]
    assert "\\textbf{forest}" in printed(command("runs compare --format latex --filter", "params.seed != '7'"))


def test_a_name_that_several_runs_have_is_refused_with_their_ids(command):
    ids = []
    for _ in range(2):
        with nbtrack.start_run(run_name="twin") as run:
            ids.append(run.info.run_id)
    lines = ("describe", "compare", "delete", "stop", "pause", "unpause", "export", "push --to other")
    for line in lines:
        refused = command(f"runs {line} twin")
        assert refused.exit_code == 1
        assert "Several runs are named 'twin'" in refused.stderr
        for each in ids:
            assert re.search(rf"{each}  started \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC", refused.stderr)
    for call in (nbtrack.stop, nbtrack.pause, nbtrack.unpause, nbtrack.export_run):
        with pytest.raises(InvalidValue, match=ids[0]):
            call(*("twin", "twin.zip")[: 1 + (call is nbtrack.export_run)])
    printed(command(f"runs delete {ids[0]}"))
    assert "Deleted run twin" in printed(command("runs delete twin"))


def test_runs_are_listed_with_ids_and_described_with_readable_times(command, runs):
    listed = printed(command("runs list fraud"))
    assert all(each in listed for each in runs)
    described = printed(command("runs describe run-1"))
    for field in ("start_time", "end_time"):
        assert re.search(rf"^{field} +\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC$", described, re.MULTILINE)
    assert re.search(r"^duration +\d+ ms$", described, re.MULTILINE)


def test_running_runs_are_paused_and_unpaused_by_name(command):
    with nbtrack.start_run(run_name="slow") as run:
        for action in ("pause", "unpause", "stop"):
            printed(command(f"runs {action} slow"))
            assert nbtrack.MlflowClient().store.tag(run.info.run_id, tags.CONTROL) == getattr(
                run_control, action.upper()
            )


def test_nan_and_infinity_are_written_as_json(command):
    with nbtrack.start_run(run_name="odd"):
        nbtrack.log_metrics({"a": float("nan"), "b": float("-inf")})
    described = json.loads(printed(command("runs describe odd --json")))
    assert described["data"]["metrics"] == {"a": "NaN", "b": "-Infinity"}


def test_text_of_a_store_does_not_steer_the_terminal(command):
    with nbtrack.start_run(run_name="evil"):
        nbtrack.set_tag("a", "\x1b[31mred\rgone")
    assert "\x1b" not in printed(command("runs describe evil"))


def test_the_trash_is_filled_and_emptied(command, runs):
    printed(command("runs delete run-1"))
    assert nbtrack.get_run(runs[0]).info.lifecycle_stage == "deleted"
    printed(command(f"runs restore {runs[0]}"))
    assert nbtrack.get_run(runs[0]).info.lifecycle_stage == "active"
    printed(command("runs delete run-1 run-2"))
    assert json.loads(printed(command("gc --older-than 1d --json")))["runs"] == 0
    assert "Deleted 2 runs" in printed(command("gc"))
    assert command("gc --older-than soon").exit_code == 2


def test_artifacts_are_filed_listed_and_fetched(command, runs, tmp_path):
    (tmp_path / "one.bin").write_bytes(b"1")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "two.bin").write_bytes(b"2")
    printed(command("artifacts log-artifact run-1 -l one.bin -a models"))
    printed(command("artifacts log-artifacts run-1 -l folder"))
    listed = json.loads(printed(command("artifacts list run-1 --recursive --json")))
    assert {each["path"] for each in listed if not each["is_dir"]} == {"models/one.bin", "notes/a.txt", "two.bin"}
    where = printed(command("artifacts download run-1 -a models -d got")).strip()
    assert (tmp_path / where / "one.bin").read_bytes() == b"1"
    where = printed(command(f"artifacts download --artifact-uri runs:/{runs[0]}/notes/a.txt -d got")).strip()
    assert (tmp_path / where).read_text() == "hello"


def test_runs_of_an_experiment_become_csv(command, runs, tmp_path):
    printed(command("experiments csv fraud -o fraud.csv"))
    assert printed(command("experiments csv fraud")) == (tmp_path / "fraud.csv").read_text()
    assert "metrics.loss" in (tmp_path / "fraud.csv").read_text().splitlines()[0]


def test_a_run_is_copied_to_another_store_once(command, runs):
    for _ in range(2):
        printed(command("runs push run-1 --to elsewhere"))
    client = nbtrack.MlflowClient("elsewhere")
    home = client.get_experiment_by_name("fraud")
    (copy,) = client.search_runs([home.experiment_id])
    origin = nbtrack.get_run(runs[0])
    assert copy.data.params == origin.data.params
    assert copy.info[2:7] == origin.info[2:7]
    assert [each[1:] for each in client.get_metric_history(copy.info.run_id, "loss")] == [
        each[1:] for each in nbtrack.MlflowClient().get_metric_history(runs[0], "loss")
    ]
    assert client.fetch(copy.info.run_id, "notes/a.txt") == b"hello"


def test_a_copy_that_broke_off_is_completed(command, runs):
    printed(command("runs push run-1 --to elsewhere"))
    nbtrack.MlflowClient().log_metric(runs[0], "loss", 0.01, step=3)
    printed(command("runs push run-1 --to elsewhere"))
    client = nbtrack.MlflowClient("elsewhere")
    (copy,) = client.search_runs([client.get_experiment_by_name("fraud").experiment_id])
    assert [each.step for each in client.get_metric_history(copy.info.run_id, "loss")] == [0, 1, 2, 3]


def test_a_run_travels_as_a_file(command, runs):
    printed(command("runs export run-1 -o one.zip"))
    text = printed(command("runs import one.zip -x arrived"))
    copy = nbtrack.get_run(text.split()[-1])
    assert (copy.data.params, copy.data.metrics) == (
        nbtrack.get_run(runs[0]).data.params,
        {"loss": pytest.approx(1 / 3)},
    )
    assert nbtrack.get_experiment(copy.info.experiment_id).name == "arrived"
    assert command("runs import mlruns/nbtrack.db").exit_code == 1


def test_a_running_run_can_be_asked_to_stop(command):
    with nbtrack.start_run(run_name="long") as run:
        printed(command("runs stop long"))
        assert nbtrack.get_run(run.info.run_id).data.tags["nbtrack.control"] == "stop"
    assert command("runs stop long").exit_code == 1


def test_live_values_of_a_run_that_goes_on_are_changed(command):
    with nbtrack.start_run(run_name="steered") as run:
        nbtrack.live("lr", 0.1)
        nbtrack.live("shuffle", True)
        printed(command("runs set steered lr=1e-3 shuffle=false"))
        tags = nbtrack.get_run(run.info.run_id).data.tags
        assert (tags["nbtrack.live.lr"], tags["nbtrack.live.shuffle"]) == ("0.001", "false")
        assert command("runs set steered lr=fast").exit_code == 1
        assert command("runs set steered lr").exit_code == 2


def test_a_store_is_checked_and_backed_up(command, runs, tmp_path):
    assert "2 runs" in printed(command("db check"))
    assert "2 runs" in printed(command("doctor"))
    printed(command("db upgrade"))
    printed(command("db backup saved/nbtrack.db")) if (tmp_path / "saved").mkdir() is None else None
    assert command("db backup saved/nbtrack.db").exit_code == 1
    assert nbtrack.MlflowClient(tmp_path / "saved").get_run(runs[0]).data.metrics["loss"] == pytest.approx(1 / 3)


def test_a_damaged_store_is_reported_with_exit_code_1(command, runs, tmp_path):
    path = tmp_path / "mlruns" / "nbtrack.db"
    nbtrack.MlflowClient().store.close()
    path.write_bytes(path.read_bytes()[:2000] + b"\xff" * 3000 + path.read_bytes()[5000:])
    result = command("db check")
    assert result.exit_code == 1
    assert "DAMAGED" in result.stdout


def test_another_store_is_named_for_one_command(command):
    printed(command("--tracking-uri elsewhere experiments create there"))
    assert nbtrack.MlflowClient("elsewhere").get_experiment_by_name("there") is not None


def test_shells_complete_commands_and_runs(runs):
    def completed(*words):
        variables = {
            "_NBTRACK_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }
        done = subprocess.run([sys.executable, "-m", "nbtrack"], env=variables, capture_output=True, text=True)
        return [line.partition(",")[2] for line in done.stdout.split()]

    assert "runs" in completed("nbtrack", "ru")
    assert completed("nbtrack", "runs", "stop", "run-") == ["run-2", "run-1"]


def commands(group, *names):
    """Yield the names of each command below a group."""
    for name, each in group.commands.items():
        yield (*names, name)
        if isinstance(each, click.Group):
            yield from commands(each, *names, name)


@pytest.mark.parametrize("names", [(), *commands(main)], ids=" ".join)
def test_help_of_every_command_shows_an_example(command, names):
    assert re.search(rf"\n +Examples?:\n +nbtrack {' '.join(names[:1])}", printed(command("", *names, "--help")))


def test_help_shows_examples_line_by_line(command):
    assert "\n    nbtrack experiments create fraud-detection\n" in printed(command("experiments create --help"))


def answered(address):
    """Return what a server answers, once it listens."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(address)


def test_a_server_is_started_and_stopped():
    line = [sys.executable, "-m", "nbtrack", "server", "--port", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://\S+", process.stdout.readline())[0]
        assert answered(f"{address}health") == b"OK"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.parametrize("way", ["option", "global option", "environment"])
def test_the_page_shows_the_store_that_is_named(way, tmp_path):
    uri = "sqlite:///runs.db"
    nbtrack.set_tracking_uri(uri)
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "a.txt")
    given = {"option": [[], ["--backend-store-uri", uri]], "global option": [["--tracking-uri", uri], []]}
    before, after = given.get(way, [[], []])
    line = [sys.executable, "-m", "nbtrack", *before, "ui", "--port", "0", *after]
    variables = {**os.environ, **({"MLFLOW_TRACKING_URI": uri} if way == "environment" else {})}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=variables) as process:
        address = re.search(r"http://\S+", process.stdout.readline())[0]
        assert answered(f"{address}get-artifact?run_id={run.info.run_id}&path=a.txt") == b"hello"
        process.send_signal(signal.SIGINT)


@pytest.mark.parametrize("line", ["ui", "server"])
def test_a_server_is_not_served_again(command, line):
    refused = command(f"--tracking-uri http://ada:secret@tracking.test:5000 {line}")
    assert refused.exit_code == 1
    assert "open it in a browser" in refused.stderr
    assert "secret" not in refused.stderr


def test_a_server_for_other_machines_needs_authentication(command):
    refused = command("server --host 0.0.0.0")
    assert refused.exit_code == 1
    assert "--allowed-hosts" in refused.stderr
