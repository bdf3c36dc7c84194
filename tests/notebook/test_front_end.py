"""Front ends that can't load live panels, recognised in real kernels by what their services set."""

from __future__ import annotations

import pytest
from kernels import Kernel

RUN = "%%track fit\nrate = 0.5\nfor epoch in range(3):\n    loss = rate ** epoch"
WIDGET = "application/vnd.jupyter.widget-view+json"
SERVICES = {
    "Kaggle": {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"},
    "Google Colab": {"COLAB_RELEASE_TAG": "release-colab_20261101"},
    "Databricks": {"DATABRICKS_RUNTIME_VERSION": "17.3"},
}


@pytest.fixture
def start(tmp_path):
    """Return a function that starts a kernel in an environment, with the extension loaded and one run."""
    started = []

    def start_(**variables):
        kernel = Kernel(tmp_path, **variables)
        started.append(kernel)
        kernel.run("%load_ext nbtrack\nimport nbtrack, sys")
        kernel.run(RUN)
        return kernel

    yield start_
    for each in started:
        each.stop()


@pytest.mark.parametrize("service", SERVICES)
def test_panels_are_plain_and_the_reason_is_said_once(start, service):
    kernel = start(**SERVICES[service])
    table = kernel.run("panel = nbtrack.runs()\npanel")
    assert WIDGET in table.outputs[-1]["data"]
    saved = table.outputs[-1]["data"]["text/html"]
    assert "fit" in saved.partition("data:image")[0]
    assert "data:image/png;base64," in saved
    assert table.text.startswith(service)
    assert table.text.count("plain here") == 1
    assert kernel.run("print('fit' in panel._table.value, bytes(panel.chart.image.value)[1:4])").text == "True b'PNG'\n"
    for again in ("%runs", "%chart loss", "nbtrack.show('fit')", RUN):
        assert kernel.run(again).text == ""


def test_live_panels_can_be_asked_for_all_the_same(start):
    kernel = start(**SERVICES["Kaggle"], NBTRACK_PANELS="live")
    assert kernel.run("print(type(nbtrack.runs()).__name__)").text == "RunsPanel\n"


def test_elsewhere_panels_are_live_and_nothing_is_said(start):
    kernel = start()
    assert kernel.run("print(type(nbtrack.runs()).__name__)").text == "RunsPanel\n"
    assert (
        kernel.run("import types\nsys.modules['google.colab'] = types.ModuleType('google.colab')").reply["status"]
        == "ok"
    )
    assert kernel.run("print(type(nbtrack.runs()).__name__)").text.splitlines()[-1] == "FallbackRunTable"
