"""What the panels and their peers do in their notebooks, and the stores that they look at."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from workloads.many_runs import made

if TYPE_CHECKING:
    from pathlib import Path

CURVES = 5
MOMENT = 1_700_000_000_000


class Contender(NamedTuple):
    """A cell that prepares, the cell that is measured, and a selector of what it must have painted."""

    prepare: str
    show: str
    painted: str
    peer: bool = False


def stored(folder: Path, *, runs: int, points: int) -> dict[str, str]:
    """Fill one store with runs of 15 parameters and 15 metrics, another with long curves; return where they are."""
    import nbtrack

    table, chart = str(folder / "table" / "mlruns"), str(folder / "chart" / "mlruns")
    nbtrack.set_tracking_uri(table)
    _runs(nbtrack.MlflowClient(), runs)
    nbtrack.set_tracking_uri(chart)
    _curves(nbtrack.MlflowClient(), points)
    return {"table": table, "chart": chart}


def _runs(client, count):
    from nbtrack.entities import Metric

    for number in range(count):
        params, metrics = made(number)
        run_id = client.create_run("0", run_name=f"run {number}").info.run_id
        points = [Metric(key, value, MOMENT + number, 0) for key, value in metrics.items()]
        if number >= count - CURVES:
            points += [Metric("metric 00", 1 / step, MOMENT + number, step) for step in range(1, 200)]
        client.log_batch(run_id, points, params.items())
        client.set_terminated(run_id)
    client.store.close()


def _curves(client, points):
    from nbtrack.entities import Metric

    chance = random.Random(0)
    for number in range(CURVES):
        run_id = client.create_run("0", run_name=f"curve {number}").info.run_id
        for start in range(0, points, 50_000):
            steps = range(start, min(points, start + 50_000))
            client.log_batch(
                run_id, [Metric("loss", number + 1 / (1 + s / 1000) + chance.random() / 9, MOMENT, s) for s in steps]
            )
        client.set_terminated(run_id)
    client.store.close()


_NBTRACK = """
import nbtrack
nbtrack.set_tracking_uri(SETTINGS["{}"])
%load_ext nbtrack
"""
_FRAME = (
    _NBTRACK.format("table")
    + """
import sys, ipywidgets
sys.path.append(SETTINGS["peers"])
frame = nbtrack.search_runs()
frame = frame[[c for c in frame.columns if c.startswith(("params.", "metrics."))]].convert_dtypes()
"""
)
_BARE = (
    _NBTRACK.format("chart")
    + '''
import anywidget, json, pathlib, traitlets
from nbtrack.presentation import metric_curves
uplot = pathlib.Path(nbtrack.__file__).parent / "web" / "node_modules" / "uplot" / "dist"

class Bare(anywidget.AnyWidget):
    _esm = (uplot / "uPlot.esm.js").read_text().replace("export { uPlot as default };", "") + """
    export default { render({ model, el }) {
      const values = new Float64Array(model.get("data").buffer.slice(0));
      const size = model.get("sizes");
      let at = 0;
      const lines = size.map((n) => { const line = [values.subarray(at, at + n), values.subarray(at + n, at + 2 * n)]; at += 2 * n; return line; });
      const box = document.createElement("div");
      el.append(box);
      const options = { width: 900, height: 220, scales: { x: { time: false } } };
      new uPlot({ ...options, series: [{}, ...lines.map(() => ({ stroke: "steelblue" }))] }, uPlot.join(lines), box);
    } };
    """
    _css = (uplot / "uPlot.min.css").read_text()
    data = traitlets.Bytes().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)

def bare():
    store = nbtrack.MlflowClient().store
    runs = nbtrack.search_runs(output_format="list")
    lines = [metric_curves.series(store.metric_history(run.info.run_id, "loss"), most=1000) for run in runs]
    return Bare(data=b"".join(each.x.tobytes() + each.y.tobytes() for each in lines), sizes=[len(each.x) for each in lines])
'''
)

ROWS = ".nbt-row .nbt-cell[aria-colindex='5']:not(:empty)"
"""The first parameter of the first run, beside its name, status, age and duration."""

TABLE = {
    "nbtrack, %runs": Contender(_NBTRACK.format("table"), "%runs", ROWS),
    "nbtrack, the table alone": Contender(
        _NBTRACK.format("table") + "from nbtrack.notebook.panels import RunTable",
        "RunTable()",
        ROWS,
    ),
    "ipywidgets.HTML, 60 rows": Contender(_FRAME, "ipywidgets.HTML(frame.head(60).to_html())", "tbody tr td"),
    "itables, as it comes": Contender(
        _FRAME + "import itables; itables.init_notebook_mode(connected=False)",
        "itables.show(frame)",
        "table.dataTable tbody tr td:not(.dt-empty)",
        peer=True,
    ),
}
CHART = {
    "nbtrack": Contender(_NBTRACK.format("chart"), "nbtrack.chart('loss')", ".nbt-plot canvas"),
    "a bare uPlot of the same points": Contender(_BARE, "bare()", ".uplot canvas"),
}
