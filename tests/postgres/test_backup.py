"""Backups of a store in PostgreSQL, restored elsewhere."""

from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner

from nbtrack import locate, store_maintenance
from nbtrack.cli.main import main
from nbtrack.entities import Dataset, DatasetInput, Metric, Tag, ViewType
from nbtrack.errors import AlreadyExists, DamagedStore, NotFound, Unsupported
from nbtrack.query import parse


def fill(store):
    """Make runs with everything that a run can have, and return what a search finds."""
    home = store.create_experiment("digits\t\\N", tags={"a": "ü\n"})
    for number in range(3):
        run_id = store.create_run(
            home, name=f"r{number}", user_id="ada", start_time=number, tags={"t": "\\."}
        ).info.run_id
        points = [Metric("m", float(step), step, step) for step in range(700)]
        store.log_batch(run_id, [*points, Metric("nan", float("nan"), 1)], [("p", "a\tb")])
        store.log_inputs(run_id, [DatasetInput(Dataset("d", "x", "local", "{}"), (Tag("k", "v"),))])
    store.update_run(run_id, stage="deleted")
    return found(store)


def found(store):
    runs = store.search_runs(["0", "1"], parse(""), ViewType.ALL, 10)
    return [repr(each) for each in runs], [list(store.metric_history(each.info.run_id, "m").values) for each in runs]


def test_backup_comes_back_whole_and_goes_on(postgres, tmp_path):
    source, target, file = postgres.fresh(), postgres.fresh(), tmp_path / "runs.zip"
    kept = fill(locate.store(source))
    token = locate.accounts(source).add("ada", "write")
    for words in (["backup", str(file), source], ["restore", str(file), target]):
        done = CliRunner().invoke(main, ["db", *words])
        assert done.exit_code == 0, done.output
    store = locate.store(target)
    assert found(store) == kept
    assert locate.accounts(target).find(token).name == "ada"
    assert store.find_experiment("digits\t\\N").tags == {"a": "ü\n"}
    run_id = store.create_run("0", name=None, user_id="ada", start_time=9, tags={}).info.run_id
    store.log_batch(run_id, [Metric("m", 1.0, 1)], [("p", "1")])
    assert store.create_experiment("another") == "2"
    with pytest.raises(AlreadyExists, match="empty"):
        store_maintenance.restore(file, target)
    with pytest.raises(AlreadyExists, match="choose a new file"):
        store_maintenance.back_up(source, file)
    assert [each.name for each in tmp_path.iterdir()] == ["runs.zip"]


def altered(file, name, content):
    """Write a backup anew with other content in a part of it."""
    other = file.with_name(f"{name}.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
        for each in old.namelist():
            new.writestr(each, content if each == name else old.read(each))
    return other


def test_an_invalid_backup_changes_nothing(postgres, tmp_path):
    source, target, file = postgres.fresh(), postgres.fresh(), tmp_path / "runs.zip"
    fill(locate.store(source))
    store_maintenance.back_up(source, file)
    with zipfile.ZipFile(file) as archive:
        described = json.loads(archive.read("nbtrack.json"))
    (tmp_path / "torn.zip").write_bytes(file.read_bytes()[:-200])
    (tmp_path / "text.zip").write_text("text")
    hostile = {**described, "columns": {"runs": ["id) FROM PROGRAM 'id' --"]}}
    odd = [
        tmp_path / "torn.zip",
        tmp_path / "text.zip",
        altered(file, "nbtrack.json", json.dumps({**described, "schema": 99})),
        altered(file, "nbtrack.json", "[]"),
        altered(file, "nbtrack.json", json.dumps(hostile)),
    ]
    for each in odd:
        with pytest.raises(DamagedStore):
            store_maintenance.restore(each, target)
    with pytest.raises(NotFound):
        store_maintenance.restore(tmp_path / "absent", target)
    assert [each.name for each in locate.store(target).search_experiments(parse(""), ViewType.ALL, 9)] == ["Default"]


def test_backup_of_a_local_store_is_restored_in_another_folder(tmp_path):
    source, file = tmp_path / "runs", tmp_path / "runs.db"
    fill(locate.store(source))
    store_maintenance.back_up(source, file)
    store_maintenance.restore(file, tmp_path / "restored")
    assert found(locate.store(tmp_path / "restored"))[1] == found(locate.store(source))[1]
    with pytest.raises(AlreadyExists):
        store_maintenance.restore(file, source)
    (tmp_path / "text").write_text("text")
    with pytest.raises(DamagedStore):
        store_maintenance.restore(tmp_path / "text", tmp_path / "third")
    with pytest.raises(NotFound):
        store_maintenance.restore(tmp_path / "absent", tmp_path / "third")
    with pytest.raises(Unsupported, match="itself"):
        store_maintenance.restore(file, "http://127.0.0.1:9")
