"""From a URI to the store behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nbtrack import locate, process, store_maintenance
from nbtrack.errors import DamagedStore, InvalidValue


def made(store):
    return store.create_run("0", name=None, user_id="ada", start_time=1, tags={}).info


def test_sqlite_file_by_itself(tmp_path):
    store = locate.store("sqlite:///some/runs.db")
    run = made(store)
    store.appender(run.run_id).point("m", 1.0, 0, 0)
    assert (tmp_path / "some" / "runs.db").exists()
    assert list((tmp_path / "some" / "runs.db-journals").iterdir())
    assert run.artifact_uri == f"{tmp_path}/some/mlruns/0/{run.run_id}/artifacts"
    assert locate.store(f"sqlite:///{tmp_path}/some/runs.db") is store
    assert not [each for each in store_maintenance.check("sqlite:///some/runs.db") if each.startswith("DAMAGED")]


def test_two_files_in_a_folder_are_two_stores(tmp_path):
    first, second = (locate.store(f"sqlite:///{tmp_path}/{name}.db") for name in ("a", "b"))
    run = made(first).run_id
    first.appender(run).point("m", 1.0, 0, 0)
    made(second)
    assert list(first.metric_history(run, "m").values) == [1.0]


def test_database_of_a_folder_is_the_store_of_the_folder(tmp_path):
    assert locate.store("sqlite:///mlruns/nbtrack.db") is locate.store(tmp_path / "mlruns")


def test_artifacts_may_be_elsewhere(tmp_path):
    run = made(locate.store(tmp_path / "mlruns", tmp_path / "files"))
    assert run.artifact_uri == f"{tmp_path}/files/0/{run.run_id}/artifacts"


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///"])
def test_database_without_a_file_is_refused(uri):
    with pytest.raises(InvalidValue, match="names no file"):
        locate.store(uri)


def test_store_in_memory_is_gone_with_the_process(tmp_path):
    with process.fresh():
        store = locate.store("sqlite:///:memory:")
        assert locate.store("sqlite:///:memory:") is store
        run = made(store)
        assert store.get_run(run.run_id).info.run_id == run.run_id
        folder = Path(locate.resolve("sqlite:///:memory:"))
        assert folder.is_dir()
        assert not list(tmp_path.iterdir())
    assert not folder.exists()


def test_file_of_another_program_is_left_untouched(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "mlflow.db") as other:
        other.execute("CREATE TABLE experiments (experiment_id INTEGER)")
    other.close()
    with pytest.raises(DamagedStore, match="another program"):
        locate.store("sqlite:///mlflow.db").get_experiment("0")


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("postgresql://ada:pa:ss%2Fw@host/db", "postgresql://ada:***@host/db"),
        ("postgresql://ada@host/db", "postgresql://ada@host/db"),
        ("/data/a:b@c", "/data/a:b@c"),
        ("https://ada:secret@host:5000/x@y", "https://host:5000/x@y"),
    ],
)
def test_passwords_are_not_shown(uri, shown):
    assert locate.without_password(uri) == shown


def test_message_about_a_scheme_does_not_show_the_password():
    with pytest.raises(InvalidValue, match="accepted are") as caught:
        locate.store("mysql://ada:secret@host/db")
    assert "secret" not in str(caught.value)
