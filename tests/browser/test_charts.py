"""Charts in JupyterLab as a user sees them: metrics that were logged once, new names, how many runs there are."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser

SET_UP = "%load_ext nbtrack\nimport nbtrack, math\nnbtrack.set_tracking_uri({!r})"
FITS = """
for i in range(7):
    with nbtrack.start_run(run_name=f"forest-{i}"):
        nbtrack.log_param("depth", i)
        nbtrack.log_metrics({"accuracy": 0.9 + i / 100, "seconds": 3.25 * i})
"""


@pytest.fixture
def setting(tmp_path_factory):
    """Return a first cell that uses a store of its own."""
    return SET_UP.format(str(tmp_path_factory.mktemp("store") / "mlruns"))


def test_models_that_were_fitted_once_are_compared_by_bars(open_notebook, setting):
    rename = 'nbtrack.MlflowClient().update_run(nbtrack.last_active_run().info.run_id, name="best so far")'
    notebook = open_notebook([setting, FITS, "nbtrack.chart()", "%runs metrics.accuracy > 0.915", rename], height=1600)
    page = notebook.page
    chart, below = page.locator(".nbt-chart").nth(0), page.locator(".nbt-chart").nth(1)
    chart.scroll_into_view_if_needed()
    assert chart.locator(".nbt-title").all_inner_texts() == ["accuracy", "seconds"]
    assert chart.locator(".nbt-bar-row").count() == 10
    assert chart.locator(".nbt-best").all_inner_texts() == ["0.96"]
    assert chart.locator(".nbt-total").inner_text() == "5 of 7 runs"
    chart.locator(".nbt-chip >> text=best so far").wait_for(timeout=15_000)
    below.scroll_into_view_if_needed()
    below.locator(".nbt-bar-row").nth(9).wait_for()
    assert not below.locator(".nbt-total").inner_text()
    assert notebook.faults == []
