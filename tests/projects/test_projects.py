"""Runs of projects: folders and git repositories with entry points, run as real processes."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

import nbtrack
from nbtrack import projects
from nbtrack.cli import main
from nbtrack.errors import InvalidValue, NotFound, Unsupported, WrongState

TRAIN = """
import argparse, os, sys
import mlflow
words = argparse.ArgumentParser()
words.add_argument("--alpha", type=float, default=0.5)
words.add_argument("--name", default="none")
words.add_argument("--data")
words.add_argument("--extra")
options = words.parse_args()
with mlflow.start_run():
    mlflow.log_param("alpha", options.alpha)
    for step in range(3):
        mlflow.log_metric("loss", options.alpha / (step + 1), step=step)
    mlflow.set_tag("name", options.name)
    mlflow.log_text(open(options.data).read() if options.data else "", "seen.txt")
"""
PROJECT = """
name: forecast
entry_points:
  main:
    parameters:
      alpha: {type: float, default: 0.1}
      name: {type: string, default: plain}
      data: {type: path, default: data.csv}
    command: "python train.py --alpha {alpha} --name {name} --data {data}"
  validate:
    parameters:
      count: int
    command: "python -c 'import sys; sys.exit({count})'"
  endless:
    command: "python wait.py"
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "forecast"
    folder.mkdir()
    (folder / "MLproject").write_text(PROJECT)
    (folder / "train.py").write_text(TRAIN)
    (folder / "data.csv").write_text("a,b\n1,2\n")
    return folder


def git(folder, *arguments):
    name = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    done = subprocess.run(["git", *name, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(project):
    """Return a repository with a version v1, and a later commit whose default is another."""
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "first")
    git(project, "tag", "v1")
    (project / "MLproject").write_text(PROJECT.replace("default: 0.1", "default: 0.9"))
    git(project, "commit", "--quiet", "-am", "second")
    return project


def recorded(submitted):
    return nbtrack.get_run(submitted.run_id)


def test_a_project_logs_into_one_run(project):
    submitted = projects.run(project, parameters={"alpha": 0.25, "extra": "it's"}, run_name="first")
    run = recorded(submitted)
    assert submitted.get_status() == run.info.status == "FINISHED"
    assert run.info.run_name == "first"
    expected = {"alpha": "0.25", "name": "plain", "data": str(project / "data.csv"), "extra": "it's"}
    assert run.data.params == expected
    assert nbtrack.history(run, "loss")["value"].tolist() == [0.25, 0.125, 0.25 / 3]
    assert run.data.tags["mlflow.source.name"] == str(project)
    assert run.data.tags["mlflow.source.type"] == "PROJECT"
    assert run.data.tags["mlflow.project.entryPoint"] == "main"
    assert nbtrack.artifacts.load_text(f"runs:/{submitted.run_id}/seen.txt") == "a,b\n1,2\n"
    assert len(nbtrack.search_runs(output_format="list")) == 1


def test_values_reach_the_command_as_they_are(project):
    hostile = "$(touch stolen) '; touch stolen; \" {name}"
    run = recorded(nbtrack.run(str(project), parameters={"name": hostile}))
    assert run.data.tags["name"] == run.data.params["name"] == hostile
    assert not (project / "stolen").exists()


def test_the_exit_code_decides_the_status(project):
    with pytest.raises(WrongState, match="'validate' ended with exit code 3"):
        projects.run(project, "validate", parameters={"count": 3})
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.info.status == "FAILED"
    assert projects.run(project, "validate", parameters={"count": 0}).get_status() == "FINISHED"


@pytest.mark.parametrize(
    ("entry_point", "parameters", "error", "words"),
    [
        ("main", {"alpha": "much"}, InvalidValue, "'alpha' must be of type float, not 'much'"),
        ("validate", {}, InvalidValue, "'validate' needs the parameters count"),
        ("validate", {"count": "1.5"}, InvalidValue, "'count' must be of type int"),
        ("main", {"data": "missing.csv"}, NotFound, "'data' names the file .*missing.csv"),
        ("main", {"a b": 1}, InvalidValue, "'a b' can't be the name of a parameter"),
        ("trian", {}, NotFound, "no entry point 'trian'; MLproject has: endless, main, validate"),
        ("../train.py", {}, NotFound, "no entry point"),
    ],
)
def test_a_mistake_is_named_before_a_run_is_made(project, entry_point, parameters, error, words):
    with pytest.raises(error, match=words):
        projects.run(project, entry_point, parameters=parameters)
    assert nbtrack.search_runs(output_format="list") == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- a\n- b\n", "must be a mapping"),
        ("entry_points: [1]", "entry_points must be a mapping"),
        ("entry_points: {main: {parameters: {}}}", "'main' has no command"),
        ("entry_points: {main: {command: x, parameters: {a: colour}}}", "'a' has the type 'colour'"),
        ("entry_points: {main: {command: 'x {b}'}}", "contains {b}, but there is no such parameter"),
        ("a: [", "can't be read as YAML"),
    ],
)
def test_an_invalid_project_file_is_named(project, content, words):
    (project / "MLproject").write_text(content)
    with pytest.raises(InvalidValue, match=words):
        projects.run(project)


def test_types_have_the_names_of_python_as_well(tmp_path):
    (tmp_path / "MLproject").write_text(
        "entry_points: {main: {parameters: {name: {type: str, default: a}, count: integer}, command: 'echo {name}'}}"
    )
    assert recorded(projects.run(tmp_path, parameters={"count": 3})).data.params == {"name": "a", "count": "3"}
    with pytest.raises(InvalidValue, match="count"):
        projects.run(tmp_path, parameters={"count": "x"})


def test_a_folder_without_a_project_file_has_its_scripts(project):
    (project / "MLproject").unlink()
    assert recorded(projects.run(project, "train.py", parameters={"alpha": 2})).data.metrics["loss"] == 2 / 3
    (project / "count.sh").write_text('test "$1 $2" = "--n 4"')
    assert projects.run(project, "count.sh", parameters={"n": 4}).get_status() == "FINISHED"
    with pytest.raises(NotFound, match=r"script or notebook: count\.sh, train\.py"):
        projects.run(project)


def test_a_version_of_a_repository_is_run(repository):
    first = recorded(projects.run(f"file://{repository}", version="v1"))
    assert first.data.params["alpha"] == "0.1"
    assert first.data.tags["mlflow.source.git.commit"] == git(repository, "rev-parse", "v1")
    assert first.data.tags["mlflow.source.git.repoURL"] == f"file://{repository}"
    latest = recorded(projects.run(f"file://{repository}"))
    assert latest.data.params["alpha"] == "0.9"
    assert latest.data.tags["mlflow.source.git.commit"] == git(repository, "rev-parse", "HEAD")
    local = recorded(projects.run(str(repository), version="v1"))
    assert local.data.params["alpha"] == "0.1"


def test_a_folder_of_a_repository_is_run(repository, tmp_path):
    whole = tmp_path / "whole"
    (whole / "models").mkdir(parents=True)
    for name in ("MLproject", "train.py", "data.csv"):
        (repository / name).rename(whole / "models" / name)
    git(whole, "init", "--quiet")
    git(whole, "add", ".")
    git(whole, "commit", "--quiet", "-m", "first")
    assert recorded(projects.run(f"{whole}#models")).data.tags["mlflow.source.name"] == f"{whole}#models"
    assert projects.run(f"file://{whole}#models").get_status() == "FINISHED"
    with pytest.raises(InvalidValue, match="must be inside the project"):
        projects.run(f"{whole}#../..")


def test_a_folder_without_a_repository_is_refused(project, tmp_path):
    with pytest.raises(NotFound, match="can't be cloned"):
        projects.run(f"file://{tmp_path}/nothing.git")
    with pytest.raises(NotFound, match="There is no project folder"):
        projects.run(tmp_path / "nothing")
    with pytest.raises(InvalidValue, match="not a git repository"):
        projects.run(project, version="v1")
    with pytest.raises(NotFound):
        projects.run("ext::sh -c 'touch stolen'.git")


def test_an_unknown_version_is_refused(repository):
    with pytest.raises(NotFound, match="no version 'v9'"):
        projects.run(f"file://{repository}", version="v9")
    with pytest.raises(InvalidValue, match="is not a version"):
        projects.run(f"file://{repository}", version="--orphan=x")


def test_the_experiment_that_is_given_wins_over_the_environment(project, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", nbtrack.create_experiment("other"))
    chosen = nbtrack.create_experiment("chosen")
    assert recorded(projects.run(project, experiment_id=chosen)).info.experiment_id == chosen
    named = recorded(projects.run(project, experiment_name="new")).info.experiment_id
    assert nbtrack.get_experiment(named).name == "new"
    assert nbtrack.get_experiment(recorded(projects.run(project)).info.experiment_id).name == "other"


def test_a_project_started_in_a_run_is_its_child(project):
    with nbtrack.start_run() as parent:
        child = projects.run(project)
    assert recorded(child).data.tags["mlflow.parentRunId"] == parent.info.run_id


def test_a_running_project_is_cancelled(project):
    ready = project / "ready"
    (project / "wait.py").write_text(
        "import signal, mlflow\nmlflow.log_metric('m', 1)\nopen('ready', 'w').close()\nsignal.pause()\n"
    )
    submitted = projects.run(project, "endless", synchronous=False)
    assert submitted.get_status() == "RUNNING"
    while not ready.exists():
        assert submitted.command_proc.poll() is None
    submitted.cancel()
    assert submitted.get_status() == recorded(submitted).info.status == "KILLED"
    assert recorded(submitted).data.metrics == {"m": 1}
    assert submitted.wait() is False


def test_a_project_ends_in_the_background(project):
    submitted = projects.run(project, synchronous=False)
    assert submitted.wait() is True
    assert recorded(submitted).info.status == "FINISHED"


def test_conda_and_docker_are_refused_with_the_reason(project):
    for kind, value in (("conda_env", "conda.yaml"), ("docker_env", "{image: x}")):
        (project / "MLproject").write_text(f"{kind}: {value}\n{PROJECT}")
        with pytest.raises(Unsupported, match=f"asks for a {kind}"):
            projects.run(project)
        assert projects.run(project, env_manager="local").get_status() == "FINISHED"
    with pytest.raises(Unsupported, match="'conda' is not supported"):
        projects.run(project, env_manager="conda")
    with pytest.raises(Unsupported, match="run on this machine"):
        projects.run(project, backend="kubernetes")


def test_a_notebook_is_executed_with_its_parameters(tmp_path):
    import nbformat

    cell = nbformat.v4.new_code_cell
    cells = [
        cell("rate = 0.5\nname = 'a'", metadata={"tags": ["parameters"]}),
        cell("losses = []\nfor step in range(4):\n    loss = rate / (step + 1)\n    losses.append(loss)"),
        cell("print(name, type(rate).__name__)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "report.ipynb")
    run = recorded(projects.run(tmp_path, "report.ipynb", parameters={"rate": "0.25", "name": "it's"}))
    assert run.info.status == "FINISHED"
    assert run.data.params["rate"] == "0.25"
    assert nbtrack.history(run, "loss")["value"].tolist() == [0.25, 0.125, 0.25 / 3, 0.0625]
    executed = nbformat.reads(nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/report.ipynb"), as_version=4)
    assert [each.source for each in executed.cells[:2]] == [
        cells[0].source,
        '# Parameters\nrate = 0.25\nname = "it\'s"',
    ]
    assert executed.cells[-1].outputs[0].text == "it's float\n"


def test_a_notebook_that_fails_fails_its_run(tmp_path):
    import nbformat

    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "bad.ipynb")
    with pytest.raises(WrongState):
        projects.run(tmp_path, "bad.ipynb")
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.info.status == "FAILED"
    kept = nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/bad.ipynb")
    assert "ZeroDivisionError" in kept


def test_the_command_line_runs_a_project(project):
    done = CliRunner().invoke(main, ["run", str(project), "-P", "alpha=0.5", "--run-name", "by hand"])
    assert done.exit_code == 0, done.output
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.info.run_name == "by hand"
    assert run.data.params["alpha"] == "0.5"
    for line in (["-P", "alpha"], ["-P", "a=1", "-P", "a=2"]):
        assert CliRunner().invoke(main, ["run", str(project), *line]).exit_code == 2
    failed = CliRunner().invoke(main, ["run", str(project), "-e", "validate", "-P", "count=2"])
    assert failed.exit_code == 1
    assert "exit code 2" in failed.output


@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM"])
def test_a_signal_to_the_command_line_ends_the_run(project, ending):
    (project / "wait.py").write_text(
        "import os, signal, mlflow\nmlflow.log_metric('m', 1)\nprint('ready', flush=True)\nsignal.pause()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "nbtrack", "run", str(project), "-e", "endless"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.Signals[ending])
    process.communicate(timeout=60)
    assert process.returncode == 1
    (run,) = nbtrack.search_runs(output_format="list")
    assert run.info.status == "KILLED"
    assert run.data.metrics == {"m": 1}


def test_an_environment_is_made_from_its_description_and_kept(project, tmp_path, monkeypatch):
    monkeypatch.setenv("NBTRACK_STATE_FOLDER", str(tmp_path / "state"))
    (project / "python_env.yaml").write_text("dependencies:\n- -r requirements.txt\n")
    (project / "requirements.txt").write_text("# what the script needs\ncowsay==6.1\n")
    (project / "MLproject").write_text("python_env: python_env.yaml\nentry_points: {main: {command: python where.py}}")
    (project / "where.py").write_text(
        "import sys, cowsay, mlflow\nmlflow.set_tag('prefix', sys.prefix)\nmlflow.set_tag('name', mlflow.__name__)\n"
    )
    prefixes = [recorded(projects.run(project)).data.tags["prefix"] for _ in range(2)]
    assert prefixes[0] == prefixes[1]
    assert prefixes[0].startswith(str(tmp_path / "state" / "environments"))
    with pytest.raises(WrongState, match="exit code 1"):
        projects.run(project, env_manager="local")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("python: '2.6'", "needs Python 2.6"),
        ("dependencies: [-r ../outside.txt]", "no file outside.txt"),
        ("- a", "must be a mapping"),
    ],
)
def test_an_environment_that_cannot_be_made_is_reported(project, tmp_path, monkeypatch, content, words):
    monkeypatch.setenv("NBTRACK_STATE_FOLDER", str(tmp_path / "state"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    (tmp_path / "outside.txt").write_text("cowsay")
    (project / "python_env.yaml").write_text(content)
    with pytest.raises((InvalidValue, NotFound), match=words):
        projects.run(project, env_manager="virtualenv")
    with pytest.raises(Unsupported, match="needs the program uv"):
        projects.run(project, env_manager="uv")
    (project / "python_env.yaml").unlink()
    with pytest.raises(NotFound, match=r"neither python_env\.yaml nor requirements\.txt"):
        projects.run(project, env_manager="virtualenv")
