"""Importing TensorBoard's logs, as tensorboardX and TensorFlow 2 write them."""

from __future__ import annotations

import math
import os
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from tensorboardX import SummaryWriter
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary
from tensorboardX.proto.tensor_pb2 import TensorProto
from tensorboardX.proto.tensor_shape_pb2 import TensorShapeProto

import nbtrack
from nbtrack.errors import StorageFailed, Unsupported
from nbtrack.importers import event_file, import_runs, protobuf_fields


@pytest.fixture
def logs(tmp_path):
    """Return a folder with the logs of two runs."""
    folder = tmp_path / "digits"
    for number, rate in enumerate((0.5, 0.1)):
        with SummaryWriter(str(folder / f"rate-{rate}"), flush_secs=1) as writer:
            for step in range(200):
                writer.add_scalar("val/loss", 1 / (step + 1) + number, step, walltime=1000 + step)
            writer.add_scalar("odd", math.nan, -3, walltime=1300.5)
            writer.add_scalar("odd", math.inf, 2**40, walltime=1301)
            writer.add_histogram("weights", np.arange(10.0), 1, walltime=1302)
            writer.add_text("note", "hello", walltime=1303)
    return folder


def imported(tmp_path, experiment="digits"):
    client = nbtrack.MlflowClient(tmp_path / "into")
    found = client.search_runs([client.get_experiment_by_name(experiment).experiment_id])
    return client, {run.info.run_name: run for run in found}


@pytest.mark.usefixtures("few_points_in_memory")
def test_scalars_come_in_point_by_point(logs, tmp_path):
    summary = import_runs(logs, tmp_path / "into")
    assert (summary.new, summary.points, summary.files, summary.left_out) == (2, 404, 2, {})
    client, runs = imported(tmp_path)
    assert runs.keys() == {"rate-0.5", "rate-0.1"}
    run = runs["rate-0.1"]
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FINISHED", 1_000_000, 1_301_000)
    points = client.get_metric_history(run.info.run_id, "val/loss")
    written = [float(np.float32(1 / (step + 1) + 1)) for step in range(200)]
    assert [(each.value, each.step, each.timestamp) for each in points] == [
        (value, step, (1000 + step) * 1000) for step, value in enumerate(written)
    ]
    odd = client.get_metric_history(run.info.run_id, "odd")
    assert [(repr(each.value), each.step, each.timestamp) for each in odd] == [
        ("nan", -3, 1_300_500),
        ("inf", 2**40, 1_301_000),
    ]
    (file,) = client.list_artifacts(run.info.run_id, "tensorboard")
    (original,) = (logs / "rate-0.1").iterdir()
    assert Path(client.download_artifacts(run.info.run_id, file.path)).read_bytes() == original.read_bytes()


@pytest.mark.usefixtures("few_points_in_memory")
def test_a_second_import_adds_only_what_is_new(logs, tmp_path):
    import_runs(logs, tmp_path / "into")
    assert import_runs(logs, tmp_path / "into") == (0, 0, 2, 0, 0, {})
    with SummaryWriter(str(logs / "rate-0.5"), filename_suffix=".resumed") as writer:
        writer.add_scalar("val/loss", 0.25, 200)
    assert import_runs(logs, tmp_path / "into") == (0, 1, 1, 1, 1, {})
    client, runs = imported(tmp_path)
    assert client.get_metric_history(runs["rate-0.5"].info.run_id, "val/loss")[-1].value == 0.25


@pytest.mark.usefixtures("few_points_in_memory")
def test_an_import_without_room_for_its_temporary_file_is_completed_later(logs, tmp_path, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        with pytest.raises(StorageFailed, match="TMPDIR"):
            import_runs(logs, tmp_path / "into")
    assert import_runs(logs, tmp_path / "into").points == 404


def test_hyperparameters_become_parameters(tmp_path):
    folder = tmp_path / "search"
    with SummaryWriter(str(folder)) as writer:
        writer.add_hparams({"lr": 0.5, "layers": 3, "optimizer": "sgd", "bias": True}, {"accuracy": 0.75}, name="one")
    import_runs(folder, tmp_path / "into")
    _, runs = imported(tmp_path, "search")
    assert runs["one"].data.params == {"lr": "0.5", "layers": "3", "optimizer": "sgd", "bias": "true"}
    assert runs["one"].data.metrics == {"accuracy": 0.75}


def record(message):
    return struct.pack("<QI", len(message), 0) + message + b"\0" * 4


def summary(**value):
    return Event(wall_time=5, step=7, summary=Summary(value=[Summary.Value(tag="t", **value)])).SerializeToString()


TENSORS = [
    (TensorProto(dtype=1, float_val=[0.5]), 0.5),
    (TensorProto(dtype=2, double_val=[1 / 3]), 1 / 3),
    (TensorProto(dtype=1, tensor_content=struct.pack("<f", 0.25)), 0.25),
    (TensorProto(dtype=2, tensor_content=struct.pack("<d", 1 / 3)), 1 / 3),
    (TensorProto(dtype=9, tensor_content=struct.pack("<q", -4)), -4.0),
    (TensorProto(dtype=3, int_val=[500]), 500.0),
    (TensorProto(dtype=9, int64_val=[-5]), -5.0),
    (TensorProto(dtype=1, float_val=[1, 2], tensor_shape=TensorShapeProto(dim=[{"size": 2}])), None),
    (TensorProto(dtype=7, string_val=[b"x"]), None),
]


@pytest.mark.parametrize(("tensor", "value"), TENSORS)
def test_scalars_of_tensorflow_2(tmp_path, tensor, value):
    file = tmp_path / "events.out.tfevents.1"
    file.write_bytes(record(summary(tensor=tensor)))
    found = [(each.step, each.moment, each.scalars) for each in event_file.events(file)]
    assert found == ([] if value is None else [(7, 5000, {"t": value})])


@pytest.mark.parametrize("cut", [1, 8, 20, 40])
def test_a_log_that_was_cut_off_keeps_what_comes_before(tmp_path, cut):
    whole = record(summary(simple_value=1.0))
    file = tmp_path / "logs" / "events.out.tfevents.1"
    file.parent.mkdir()
    file.write_bytes(whole * 3 + whole[:-cut] if cut < len(whole) else whole * 3)
    assert len(list(event_file.events(file))) == 3
    assert import_runs(file.parent, tmp_path / "into").points == 3


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<QI", 2**63, 0),
        record(b"\xff" * 30),
        record(b"\x2a\xff\xff\xff\xff\x0f"),
        record(b"\x2a\x02\x0a\x7f"),
        record(b"\x0b\x0b\x0b"),
        b"\0" * 5000,
        b"not a log at all, but text",
    ],
)
def test_what_is_no_event_ends_the_file(tmp_path, content):
    file = tmp_path / "logs" / "events.out.tfevents.1"
    file.parent.mkdir()
    file.write_bytes(record(summary(simple_value=1.0)) + content + record(summary(simple_value=2.0)))
    assert next(event_file.events(file)).scalars == {"t": 1.0}
    assert import_runs(file.parent, tmp_path / "into").new == 1


def test_folders_without_scalars_are_reported(logs, tmp_path):
    (logs / "images").mkdir()
    (logs / "images" / "events.out.tfevents.1").write_bytes(record(b"\xff" * 30))
    assert list(import_runs(logs, tmp_path / "into").left_out) == ["run images"]


def test_links_and_pipes_among_logs_are_reported(logs, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (logs / "old").symlink_to(tmp_path / "elsewhere")
    (logs / "latest").symlink_to(logs / "rate-0.1")
    os.mkfifo(logs / "rate-0.1" / "events.out.tfevents.2")
    (logs / "rate-0.5" / "events.out.tfevents.2").symlink_to(next((logs / "rate-0.1").glob("*.tfevents.1*")))
    summary = import_runs(logs, tmp_path / "into")
    assert summary.new == 2
    assert summary.left_out == {
        "old": "it is a link",
        "rate-0.1/events.out.tfevents.2": "it is not a regular file",
        "rate-0.5/events.out.tfevents.2": "it is a link",
    }


def test_links_among_logs_are_not_followed(logs, tmp_path):
    (tmp_path / "linked").mkdir()
    for each in (logs / "rate-0.1").iterdir():
        (tmp_path / "linked" / each.name).symlink_to(each)
    (tmp_path / "linked" / "below").symlink_to(logs)
    with pytest.raises(Unsupported):
        import_runs(tmp_path / "linked", tmp_path / "into")


def test_integers_of_messages():
    assert list(protobuf_fields.fields(b"\x08\x96\x01")) == [(1, 150)]
    assert protobuf_fields.signed(2**64 - 3) == -3
    with pytest.raises(ValueError):
        list(protobuf_fields.fields(b"\x08" + b"\xff" * 20))
