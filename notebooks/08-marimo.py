"""The panels of nbtrack in marimo: `marimo edit notebooks/08-marimo.py`, after `pip install marimo`."""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    import math

    import nbtrack

    return math, nbtrack


@app.cell
def _(math, nbtrack):
    for rate in (0.05, 0.1, 0.2, 0.4):
        with nbtrack.start_run(run_name=f"descent {rate}"):
            nbtrack.log_param("rate", rate)
            weight = 5.0
            for step in range(40):
                nbtrack.log_metric("loss", weight**2, step=step)
                weight -= rate * 2 * weight
            nbtrack.log_metric("distance", math.fabs(weight))
    return


@app.cell
def _(nbtrack):
    nbtrack.runs()
    return


@app.cell
def _(nbtrack):
    nbtrack.chart("loss")
    return


@app.cell
def _(nbtrack):
    nbtrack.compare("descent 0.1", "descent 0.4")
    return


if __name__ == "__main__":
    app.run()
