"""The panels in JupyterLab and Notebook 7, as a user sees and clicks them."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

MANY = """
import nbtrack, math
with_runs = []
for i in range(12):
    with nbtrack.start_run(run_name=f"net-{i}") as run:
        nbtrack.log_params({"lr": 0.1 / (i + 1), "depth": i % 3, "seed": 0})
        for step in range(30):
            nbtrack.log_metrics({"loss": math.exp(-step / (5 + i)), "acc": 1 - math.exp(-step / (4 + i))}, step=step)
"""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_table_shows_runs(open_notebook, app, tmp_path):
    sheet = open_notebook(["import nbtrack, os\nos.environ['MLFLOW_TRACKING_URI']=%r" % str(tmp_path / "mlruns"), MANY, "nbtrack.runs().table"], app=app)
    sheet.page.wait_for_timeout(1500)
    sheet.page.screenshot(path=f"/tmp/shot-{app}.png")
