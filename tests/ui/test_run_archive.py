"""A run as a zip file, and a run out of one, be it a hostile one."""

from __future__ import annotations

import io
import json
import math
import stat
import zipfile

import numpy as np
import pytest

import nbtrack
from nbtrack.endpoints import run_archive
from nbtrack.errors import InvalidValue, NotFound

VALUES = [0.1, 1 / 3, math.nan, math.inf, -math.inf, 5e-324, -0.0, 1e308]


@pytest.fixture
def run(fresh):
    """Return a run that has some of everything."""
    with nbtrack.start_run(run_name="first 🚀") as active:
        nbtrack.log_params({"lr": 0.1, 'näme, with "quotes"': "a\nb"})
        for step, value in enumerate(VALUES):
            nbtrack.MlflowClient().log_metric(active.info.run_id, "loss/val", value, 1_000 + step, step - 3)
        nbtrack.set_tags({"team": "vision", "mlflow.note.content": "# note"})
        nbtrack.log_text("hello", "deep/er/notes.txt")
        nbtrack.log_text("", "empty.bin")
        nbtrack.log_input(nbtrack.data.from_numpy(np.arange(3)), context="train")
    return nbtrack.get_run(active.info.run_id)


def everything(run):
    """Return what has to be equal in two runs."""
    client = nbtrack.MlflowClient()
    files = client.artifact_folder(run.info.run_id)
    histories = {
        key: [(each.step, each.timestamp, repr(each.value)) for each in client.get_metric_history(run.info.run_id, key)]
        for key in run.data.metrics
    }
    artifacts = {each.path: files.head(each.path) for each in files.walk()}
    info = run.info._replace(run_id="", experiment_id="", artifact_uri="")
    return info, run.data.params, run.data.tags, run.inputs, histories, artifacts


def test_a_run_comes_back_equal(run, fresh):
    path = nbtrack.export_run(run, fresh)
    assert path.name == f"{run.info.run_id}.zip"
    again = nbtrack.import_run(path, "imported")
    assert everything(again) == everything(run)
    assert nbtrack.get_experiment(again.info.experiment_id).name == "imported"
    assert [each.name for each in fresh.glob(".*")] == []


def test_a_long_history_comes_back_whole(fresh, monkeypatch):
    monkeypatch.setattr(run_archive, "POINTS_AT_ONCE", 1_000)
    with nbtrack.start_run() as run:
        points = range(10_500)
        nbtrack.MlflowClient().log_columns(run.info.run_id, {"loss": (points, points, [each / 7 for each in points])})
    run = nbtrack.get_run(run.info.run_id)
    assert everything(nbtrack.import_run(nbtrack.export_run(run, "a.zip"))) == everything(run)


def test_a_run_that_goes_on_comes_back_killed(fresh):
    with nbtrack.start_run() as run:
        nbtrack.MlflowClient().log_metric(run.info.run_id, "loss", 1.0, run.info.start_time + 500, 0)
        nbtrack.export_run(run.info.run_id, "a.zip")
    again = nbtrack.import_run("a.zip")
    assert (again.info.status, again.info.end_time) == ("KILLED", run.info.start_time + 500)


def test_the_server_gives_and_takes_the_same_file(page, run):
    answer = page.client.get("/api/2.0/nbtrack/runs/package", params={"run_id": run.info.run_id})
    assert answer.headers["content-disposition"].endswith(f"{run.info.run_id}.zip")
    sent = page.client.post(
        "/api/2.0/nbtrack/runs/import",
        params={"experiment_id": "0"},
        content=answer.content,
        headers={"Content-Type": "application/zip"},
    )
    assert everything(nbtrack.get_run(sent.json()["run_id"])) == everything(run)
    plain = page.client.post(
        "/api/2.0/nbtrack/runs/import", content=answer.content, headers={"Content-Type": "text/plain"}
    )
    assert plain.status_code == 400
    missing = page.client.get("/api/2.0/nbtrack/runs/package", params={"run_id": "0" * 32})
    assert missing.status_code == 404


# hostile files


def changed(path, change):
    """Return a zip file with other content: `change` gets its entries as a dictionary."""
    with zipfile.ZipFile(path) as package:
        entries = {each: package.read(each) for each in package.namelist()}
    change(entries)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return written


def head(**changes):
    """Return a change of the head: each a path of keys and what stands there then."""

    def change(entries):
        told = json.loads(entries["run.json"])
        for path, value in changes.items():
            *above, last = path.split("__")
            place = told
            for each in above:
                place = place[each]
            place[last] = value
        entries["run.json"] = json.dumps(told)

    return change


def entry(name, content):
    return lambda entries: entries.update({name: content})


HOSTILE = {
    "no head": lambda entries: entries.pop("run.json"),
    "head that is no JSON": entry("run.json", b"{"),
    "head that is a list": entry("run.json", b"[]"),
    "deep head": entry("run.json", b"[" * 100_000),
    "another format": head(format="other"),
    "newer": head(version=2),
    "no run": head(run=None),
    "no status": head(run__info__status=None),
    "unknown status": head(run__info__status="HAPPY"),
    "status of another kind": head(run__info__status=["x"]),
    "time beyond int64": head(run__info__start_time=2**70),
    "negative time": head(run__info__start_time=-1),
    "name that is a number": head(run__info__run_name=5),
    "params that are text": head(run__data__params="a"),
    "param without a key": head(run__data__params=[{"value": "a"}]),
    "surrogate in a tag": head(run__data__tags=[{"key": "a", "value": "\ud800"}]),
    "metrics that are text": head(metrics="a"),
    "metric without a file": head(metrics=[{"key": "a", "file": "metrics/99.csv"}]),
    "metric that is an artifact": head(metrics=[{"key": "a", "file": "artifacts/empty.bin"}]),
    "metric told twice": head(metrics=[{"key": "a", "file": "metrics/0.csv"}] * 2),
    "metric key with a control character": head(metrics=[{"key": "\x00", "file": "metrics/0.csv"}]),
    "points that are words": entry("metrics/0.csv", b"a,b,c\n"),
    "points of two columns": entry("metrics/0.csv", b"1,2\n"),
    "step beyond int64": entry("metrics/0.csv", b"9223372036854775808,1,1.0\n"),
    "value beyond a double": entry("metrics/0.csv", b"1,1,1e400\n"),
    "number beyond a double": lambda entries: entries.update(
        {"run.json": json.dumps(json.loads(entries["run.json"])).replace('"version": 1', '"more": 1e400, "version": 1')}
    ),
    "endless line": entry("metrics/0.csv", b"1" * 1_000_000),
    "points of other letters": entry("metrics/0.csv", "١,1,1.0\n".encode()),
    "path above": entry("artifacts/../../evil", b""),
    "absolute path": entry("/etc/evil", b""),
    "path with a backslash": entry("artifacts\\..\\evil", b""),
    "path with a drive": entry("C:/evil", b""),
    "control character in a path": entry("artifacts/a\x01", b""),
    "something else": entry("evil.py", b""),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(run, fresh, change):
    file = changed(nbtrack.export_run(run, "a.zip"), change)
    (fresh / "bad.zip").write_bytes(file.getvalue())
    before = nbtrack.search_runs(search_all_experiments=True, output_format="list", run_view_type=3)
    with pytest.raises(InvalidValue, match=r"\w"):
        nbtrack.import_run("bad.zip")
    after = nbtrack.search_runs(search_all_experiments=True, output_format="list", run_view_type=3)
    assert [each.info.run_id for each in after] == [each.info.run_id for each in before] == [run.info.run_id]


def test_links_are_refused(run, fresh):
    nbtrack.export_run(run, "a.zip")
    link = zipfile.ZipInfo("artifacts/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile("a.zip", "a") as package:
        package.writestr(link, "/etc/passwd")
    with pytest.raises(InvalidValue, match="link"):
        nbtrack.import_run("a.zip")


@pytest.mark.parametrize("limit", ["MOST_ENTRIES", "LARGEST_UNPACKED", "LARGEST_HEAD"])
def test_what_would_take_too_much_is_refused_before_it_is_unpacked(run, fresh, monkeypatch, limit):
    nbtrack.export_run(run, "a.zip")
    monkeypatch.setattr(run_archive, limit, 3)
    with pytest.raises(InvalidValue, match=r"this run can.t be imported"):
        nbtrack.import_run("a.zip")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_refused(fresh, content):
    (fresh / "a.zip").write_bytes(content)
    with pytest.raises(InvalidValue):
        nbtrack.import_run("a.zip")


def test_a_damaged_file_is_refused(run, fresh):
    whole = nbtrack.export_run(run, "a.zip").read_bytes()
    for place in range(0, len(whole), 97):
        (fresh / "b.zip").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            again = nbtrack.import_run("b.zip")
        except InvalidValue:
            continue
        assert again.data.params == run.data.params


def test_a_missing_file_and_a_missing_run_are_told(fresh):
    with pytest.raises(NotFound, match=r"File .* not found"):
        nbtrack.import_run("nowhere.zip")
    with pytest.raises(NotFound, match="no run"):
        nbtrack.export_run("nobody", "a.zip")
