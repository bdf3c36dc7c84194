"""Programs, tracking URIs, git and folders around the fluent API."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import nbtrack as mlflow
from nbtrack.errors import InvalidValue, StorageFailed


def script(source, *, cwd, fail=False, **environment):
    """Run a program of its own, as a user would."""
    path = cwd / "program.py"
    path.write_text(textwrap.dedent(source))
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_"))}
    done = subprocess.run([sys.executable, path], cwd=cwd, env={**clean, **environment}, capture_output=True, text=True)
    assert (done.returncode != 0) == fail, done.stderr
    return done


def only(frame):
    """Return the one run there is."""
    (run,) = mlflow.search_runs(output_format="list") if frame is None else frame
    return run


def test_program_of_its_own(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path)
    run = only(None)
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"a": 1.0})
    assert run.data.tags["mlflow.source.name"] == str(tmp_path / "program.py")
    assert run.data.tags["mlflow.source.type"] == "LOCAL"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mlruns", "program.py"]


def test_program_that_fails_leaves_a_failed_run(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1); 1/0", cwd=tmp_path, fail=True)
    assert only(None).info.status == "FAILED"


def test_tracking_uri_of_the_environment(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path, MLFLOW_TRACKING_URI=str(tmp_path / "elsewhere"))
    assert not (tmp_path / "mlruns").exists()
    assert (tmp_path / "elsewhere").is_dir()


@pytest.mark.parametrize("form", ["path", "text", "file"])
def test_tracking_uri_forms(tmp_path, form, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(tmp_path / "environment"))
    place = tmp_path / "a b"
    uri = {"path": place, "text": str(place), "file": place.as_uri()}[form]
    mlflow.set_tracking_uri(uri)
    assert mlflow.get_tracking_uri() == str(uri)
    assert mlflow.is_tracking_uri_set()
    mlflow.log_metric("a", 1)
    mlflow.end_run()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a b"]


def test_default_tracking_uri_stays_where_it_was_first_used(tmp_path, monkeypatch):
    mlflow.log_metric("a", 1)
    mlflow.end_run()
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert mlflow.get_tracking_uri() == str(tmp_path / "mlruns")
    assert len(mlflow.search_runs()) == 1


@pytest.mark.parametrize("uri", ["ftp://x", "databricks", "postgres:x"])
def test_unknown_scheme_names_the_accepted(uri, tmp_path):
    if "://" not in uri and ":" not in uri:
        mlflow.set_tracking_uri(uri)
        assert mlflow.get_tracking_uri() == uri
        return
    with pytest.raises(InvalidValue, match="accepted are"):
        mlflow.set_tracking_uri(uri)


def test_moved_store_keeps_its_artifacts(tmp_path):
    with mlflow.start_run() as run:
        mlflow.log_text("x", "a.txt")
    (tmp_path / "mlruns").rename(tmp_path / "moved")
    mlflow.set_tracking_uri(tmp_path / "moved")
    got = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="a.txt")
    assert Path(got).read_text() == "x"


def git(*words, cwd):
    identity = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return subprocess.run(
        ["git", *words], cwd=cwd, env={**os.environ, **identity}, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("linked", [False, True])
def test_git_commit_is_kept(tmp_path, monkeypatch, packed, linked):
    tree = tmp_path / "tree"
    tree.mkdir()
    git("init", "-q", "-b", "trunk", cwd=tree)
    git("remote", "add", "origin", "https://me:secret@example.org/x.git", cwd=tree)
    git("commit", "-q", "--allow-empty", "-m", "x", cwd=tree)
    if packed:
        git("pack-refs", "--all", cwd=tree)
    branch = "trunk"
    if linked:
        git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"), cwd=tree)
        tree, branch = tmp_path / "side", "side"
    below = tree / "a" / "b"
    below.mkdir(parents=True)
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=below)
    monkeypatch.chdir(below)
    tags = only(None).data.tags
    assert tags["mlflow.source.git.commit"] == git("rev-parse", "HEAD", cwd=tree)
    assert tags["mlflow.source.git.branch"] == branch
    assert tags["mlflow.source.git.repoURL"] == "https://example.org/x.git"


def test_no_git_no_tag(tmp_path):
    script("import nbtrack; nbtrack.log_metric('a', 1)", cwd=tmp_path)
    assert not [key for key in only(None).data.tags if "git" in key]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_unwritable_folder_is_named(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    mlflow.set_tracking_uri(tmp_path / "closed" / "mlruns")
    with pytest.raises(StorageFailed, match="closed"):
        mlflow.start_run()


def test_folder_that_can_not_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    mlflow.set_tracking_uri(tmp_path / "file" / "mlruns")
    with pytest.raises(StorageFailed, match="file"):
        mlflow.start_run()


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\0" + b"x" * 4000])
def test_foreign_file_is_left_alone(tmp_path, content):
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "mlruns" / "nbtrack.db").write_bytes(content)
    with pytest.raises(StorageFailed, match=r"nbtrack\.db"):
        mlflow.log_metric("a", 1)
    assert (tmp_path / "mlruns" / "nbtrack.db").read_bytes() == content


def test_reading_makes_no_folder(tmp_path):
    assert len(mlflow.search_runs()) == 0
    assert not (tmp_path / "mlruns").exists()
