"""A callback logs to the run of the tracked cell that it is used in."""

from __future__ import annotations

from kernels import Kernel

import nbtrack


def test_callback_logs_to_the_run_of_its_cell(tmp_path):
    kernel = Kernel(tmp_path)
    try:
        kernel.run("%load_ext nbtrack")
        done = kernel.run(
            "%%track boosted\n"
            "import lightgbm, numpy as np\n"
            "from nbtrack.integrations.lightgbm import NbtrackCallback\n"
            "data = lightgbm.Dataset(np.arange(40.).reshape(20, 2), np.arange(20.))\n"
            "settings = {'objective': 'l2', 'verbose': -1}\n"
            "model = lightgbm.train(settings, data, 3, valid_sets=[data], callbacks=[NbtrackCallback('own')])"
        )
        assert done.reply["status"] == "ok", done.errors
    finally:
        kernel.stop()
    client = nbtrack.MlflowClient(str(tmp_path / "mlruns"))
    (run,) = client.search_runs(["0"])
    assert (run.info.run_name, run.info.status) == ("boosted", "FINISHED")
    assert [each.step for each in client.get_metric_history(run.info.run_id, "training-l2")] == [0, 1, 2]
