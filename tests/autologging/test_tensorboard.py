"""Autologging of TensorBoard's writers."""

from __future__ import annotations

import pytest

import nbtrack

MODULES = ["tensorboardX", "torch.utils.tensorboard"]


@pytest.fixture(params=MODULES)
def writer(request, tmp_path):
    """Return what makes writers, with autologging on, and log to a folder of the test."""
    module = pytest.importorskip(request.param, exc_type=ImportError)
    nbtrack.set_tracking_uri(tmp_path / "store")
    nbtrack.autolog()
    yield lambda: module.SummaryWriter(str(tmp_path / "events"))
    nbtrack.autolog(disable=True)


def test_scalars_and_hyperparameters_go_to_the_active_run(writer):
    with nbtrack.start_run() as run:
        events = writer()
        for step in range(4):
            events.add_scalar("loss/train", 1 / (step + 1), step)
        events.add_scalars("acc", {"train": 0.5, "val": 0.25}, global_step=3)
        events.add_hparams({"lr": 0.1, "act": "relu"}, {"hparam/acc": 0.75})
        events.close()
    found = nbtrack.get_run(run.info.run_id).data
    assert found.metrics == {"loss/train": 0.25, "acc/train": 0.5, "acc/val": 0.25, "hparam/acc": 0.75}
    assert found.params == {"lr": "0.1", "act": "relu"}
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss/train")
    assert [each.step for each in history] == [0, 1, 2, 3]


def test_a_writer_has_a_run_of_its_own_that_ends_with_it(writer):
    events = writer()
    events.add_scalar("loss", 1.0, walltime=12.5)
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.status, run.data.tags["mlflow.autologging"]) == ("RUNNING", "pytorch")
    events.add_scalar("loss", 0.5, 1)
    events.close()
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"loss": 0.5})
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert history[0].timestamp == 12_500


def test_every_so_many_steps_are_logged_and_nothing_when_it_is_off(writer):
    nbtrack.pytorch.autolog(log_every_n_step=2)
    with nbtrack.start_run() as run:
        events = writer()
        for step in range(5):
            events.add_scalar("loss", step, step)
        nbtrack.pytorch.autolog(disable=True)
        events.add_scalar("loss", 6, 6)
        events.close()
    history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
    assert [each.step for each in history] == [0, 2, 4]


def test_a_run_that_accepts_no_writes_breaks_no_training(writer):
    events = writer()
    with nbtrack.start_run() as run, pytest.warns(UserWarning, match="Autologging could not log everything"):
        nbtrack.MlflowClient().delete_run(run.info.run_id)
        events.add_hparams({"lr": 1}, {"acc": 1.0})
        nbtrack.MlflowClient().restore_run(run.info.run_id)
    events.close()


@pytest.mark.parametrize("own", [False, True], ids=["active", "own"])
def test_nothing_is_logged_after_the_run_of_a_writer_has_ended(writer, own):
    events = writer()
    if own:
        events.add_scalar("loss", 1.0, 0)
        events.close()
    else:
        with nbtrack.start_run():
            events.add_scalar("loss", 1.0, 0)
    with pytest.warns(UserWarning, match="The run of a SummaryWriter has ended") as warned:
        events.add_scalar("loss", 0.5, 1)
        events.add_scalar("late", 0.5, 2)
    assert len(warned) == 1
    (run,) = nbtrack.search_runs(output_format="list")
    assert (run.info.status, run.data.metrics) == ("FINISHED", {"loss": 1.0})
    with nbtrack.start_run() as later:
        events.add_scalar("loss", 0.25, 3)
    events.close()
    assert nbtrack.get_run(later.info.run_id).data.metrics == {"loss": 0.25}
