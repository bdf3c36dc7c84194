"""Importing runs of W&B from the files that its offline mode writes, made here by hand after its message definitions."""

from __future__ import annotations

import json
import os
import struct

import pytest

import nbtrack
from nbtrack.importers import import_runs, wandb_file

BLOCK = 1 << 15


def varint(number):
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def field(number, value):
    """Return a field of a message: an integer, a double, or bytes or text with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def item(key, value):
    nested = [key] if isinstance(key, str) else key
    keys = field(1, nested[0]) if len(nested) == 1 else b"".join(field(2, each) for each in nested)
    return field(1, keys + field(16, json.dumps(value)))


def history(step, moment, **values):
    return field(
        2, b"".join(item(key, value) for key, value in {**values, "_step": step, "_timestamp": moment}.items())
    )


def moment(seconds):
    return field(1, seconds) + field(2, 500_000_000)


RUN = field(1, "abc12345") + field(3, "digits") + field(6, "folds") + field(7, "train") + field(8, "swift sun 3")
RUN += field(9, "my note") + field(10, "x") + field(10, "y") + field(17, moment(1000))
RUN += field(4, item("lr", 0.1) + item("model", {"layers": [1, 2]}) + item("_wandb", {"t": {}}))


def written(records):
    """Return records in the log format of LevelDB."""
    file = bytearray(b":W&B\xe1\xbe\0")
    for record in records:
        first = True
        while first or record:
            left = BLOCK - len(file) % BLOCK
            if left < 7:
                file += b"\0" * left
                continue
            part, record = record[: left - 7], record[left - 7 :]
            kind = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[first, not record]
            file += struct.pack("<IHB", 0, len(part), kind) + part
            first = False
    return bytes(file)


def write(folder, records, name="offline-run-20250601_100000-abc12345"):
    home = folder / "wandb" / name
    (home / "files" / "media").mkdir(parents=True)
    (home / "files" / "media" / "x.png").write_bytes(b"picture")
    (home / "run-abc12345.wandb").write_bytes(written(records))
    return home


def records(steps=200, exit_code=0):
    found = [field(1, 1) + field(17, RUN)]
    for step in range(steps):
        values = {"loss": 1 / (step + 1), "nested": {"acc": step}, "odd": float("nan"), "text": "x" * 400}
        found.append(history(step, 1000 + step, **values, image={"_type": "image-file", "path": "x.png"}))
    found.append(field(5, item("late", True) + item(["a", "b"], "c")))
    found.append(field(7, field(2, moment(1001)) + field(3, field(1, "gpu.0.gpu") + field(16, "40.5"))))
    found.append(field(3, item("best", 0.75) + item("loss", 0.5) + item("_runtime", 9) + item("verdict", "good")))
    found.append(field(3, item(["shown", "_type"], "image-file") + item(["shown", "width"], 4)))
    found.append(field(18, field(1, exit_code)))
    return found


def imported(tmp_path):
    client = nbtrack.MlflowClient(tmp_path / "into")
    return client, client.search_runs([client.get_experiment_by_name("digits").experiment_id])


@pytest.mark.usefixtures("few_points_in_memory")
@pytest.mark.parametrize("named", ["", "wandb", "wandb/offline-run-20250601_100000-abc12345"])
def test_a_run_comes_in_with_everything(tmp_path, named):
    home = write(tmp_path / "project", records())
    summary = import_runs(tmp_path / "project" / named, tmp_path / "into")
    assert (summary.new, summary.points, summary.files, summary.left_out) == (1, 602, 2, {})
    assert (home / "run-abc12345.wandb").stat().st_size > 3 * BLOCK
    client, (run,) = imported(tmp_path)
    assert (run.info.run_name, run.info.status) == ("swift sun 3", "FINISHED")
    assert (run.info.start_time, run.info.end_time) == (1_000_500, 1_199_000)
    assert run.data.params == {"lr": "0.1", "model.layers": "[1, 2]", "late": "true", "a.b": "c"}
    kept = {"mlflow.note.content": "my note", "wandb.tags": "x, y", "wandb.group": "folds", "wandb.job_type": "train"}
    kept["verdict"] = "good"
    assert kept.items() <= run.data.tags.items()
    assert run.data.metrics.keys() == {"loss", "nested.acc", "odd", "system/gpu.0.gpu", "best"}
    points = client.get_metric_history(run.info.run_id, "loss")
    assert [(each.value, each.step, each.timestamp) for each in points] == [
        (1 / (step + 1), step, (1000 + step) * 1000) for step in range(200)
    ]
    assert [each.path for each in client.list_artifacts(run.info.run_id, "media")] == ["media/x.png"]
    assert [each.path for each in client.list_artifacts(run.info.run_id, "wandb")] == ["wandb/run-abc12345.wandb"]


@pytest.mark.usefixtures("few_points_in_memory")
def test_a_run_that_goes_on_is_completed_later(tmp_path):
    write(tmp_path / "project", records()[:100])
    import_runs(tmp_path / "project", tmp_path / "into")
    assert imported(tmp_path)[1][0].info.status == "RUNNING"
    assert import_runs(tmp_path / "project", tmp_path / "into").unchanged == 1
    path = tmp_path / "project" / "wandb" / "offline-run-20250601_100000-abc12345" / "run-abc12345.wandb"
    path.write_bytes(written(records(exit_code=1)))
    assert import_runs(tmp_path / "project", tmp_path / "into").updated == 1
    client, (run,) = imported(tmp_path)
    assert run.info.status == "FAILED"
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 200


def test_a_run_that_was_killed_long_ago(tmp_path):
    home = write(tmp_path / "project", records()[:100])
    os.utime(home / "run-abc12345.wandb", (1, 1))
    import_runs(tmp_path / "project", tmp_path / "into")
    _, (run,) = imported(tmp_path)
    assert (run.info.status, run.info.end_time) == ("KILLED", 1_098_000)


@pytest.mark.parametrize("cut", [1, 5, 300, 40_000])
def test_a_file_that_was_cut_off_keeps_what_comes_before(tmp_path, cut):
    home = write(tmp_path / "project", records())
    file = home / "run-abc12345.wandb"
    file.write_bytes(file.read_bytes()[:-cut])
    assert import_runs(tmp_path / "project", tmp_path / "into").new == 1
    client, (run,) = imported(tmp_path)
    steps = [each.step for each in client.get_metric_history(run.info.run_id, "loss")]
    assert steps == list(range(len(steps)))
    assert len(steps) > 100


@pytest.mark.parametrize("content", [b"", b":W&B", b"not of W&B" * 100, b":W&B\xe1\xbe\0" + b"\xff" * 500])
def test_what_is_no_file_of_a_run_has_no_records(tmp_path, content):
    file = tmp_path / "run-x.wandb"
    file.write_bytes(content)
    assert list(wandb_file.records(file)) == []


@pytest.mark.parametrize(
    "odd",
    [field(16, "{"), field(16, "1" + "0" * 400), field(16, "[" * 9000), field(6, 0.5), field(5, 3), field(7, "x"), b""],
)
def test_odd_values_are_read_or_left_out(tmp_path, odd):
    write(tmp_path / "project", [*records(2), field(2, field(1, field(1, "odd value") + odd))])
    summary = import_runs(tmp_path / "project", tmp_path / "into")
    assert (summary.new, summary.left_out) == (1, {})


def test_texts_become_no_tags_that_nbtrack_acts_on(tmp_path):
    write(tmp_path / "project", [*records(2), field(3, item("nbtrack.control", "stop"))])
    import_runs(tmp_path / "project", tmp_path / "into")
    _, (run,) = imported(tmp_path)
    assert "nbtrack.control" not in run.data.tags
    assert run.data.tags["wandb.nbtrack.control"] == "stop"


def test_a_run_that_cannot_be_read_is_left_out(tmp_path):
    write(tmp_path / "project", records(2))
    write(tmp_path / "project", [field(17, RUN), history("x", 1)], "offline-run-2-odd")
    summary = import_runs(tmp_path / "project", tmp_path / "into")
    assert summary.new == 1
    assert list(summary.left_out) == ["run offline-run-2-odd"]


def test_links_are_not_followed(tmp_path):
    home = write(tmp_path / "project", records(2))
    (home / "files" / "host").symlink_to("/etc/hostname")
    (tmp_path / "project" / "wandb" / "latest-run").symlink_to(home)
    summary = import_runs(tmp_path / "project", tmp_path / "into")
    assert (summary.new, summary.files) == (1, 2)
