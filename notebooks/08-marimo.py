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
    # Each call is a run: its arguments are parameters, its loop gives a curve, what it returns are metrics.
    @nbtrack.track
    def descent(rate, steps=40):
        weight = 5.0
        for _step in range(steps):
            loss = weight**2
            weight -= rate * 2 * weight
        return {"loss": loss, "distance": math.fabs(weight)}

    for _rate in (0.05, 0.1, 0.2, 0.4):
        descent(_rate)
    return


@app.cell
def _(nbtrack):
    def accelerated(weight, rate, momentum):
        speed = 0.0
        for _step in range(40):
            loss = weight**2
            speed = momentum * speed - rate * 2 * weight
            weight += speed
        return loss

    # The block is a run: its constants are parameters, loops in the functions that it calls give curves.
    with nbtrack.auto_run("momentum"):
        start, slope, inertia = 5.0, 0.05, 0.8
        last_loss = accelerated(start, slope, inertia)
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
    _best = nbtrack.search_runs(order_by=["metrics.loss"], max_results=2)
    nbtrack.compare(*_best["run_id"])
    return


@app.cell
def _(nbtrack):
    nbtrack.show("momentum")
    return


if __name__ == "__main__":
    app.run()
