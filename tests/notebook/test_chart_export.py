"""A chart as a file: pictures, and the points as they were recorded."""

import pytest

import nbtrack
from nbtrack.errors import InvalidValue


@pytest.fixture
def chart(fresh):
    for number in range(2):
        with nbtrack.start_run(run_name=f"r{number} $x$"):
            nbtrack.log_params({"lr": 0.1 / (number + 1), "depth": number})
            for step in range(3):
                nbtrack.log_metrics({"loss": number + step / 8, "acc": 0.5}, step=step)
            nbtrack.log_metric("once", number)
    made = nbtrack.chart()
    yield made
    made.close()


def exported(chart, format, **more):
    asked = {"run_ids": [each["id"] for each in chart.runs], "metrics": chart.metrics, "format": format, **more}
    head, (content,) = chart.answer("nbtrack/charts/export", asked)
    return head, content


@pytest.mark.parametrize("more", [{}, {"logs": ["x", "y"]}, {"x": "time"}, {"band": "lr"}, {"smoothing": 0.5}])
def test_curves_are_pictures(chart, more):
    assert chart.metrics == ["acc", "loss", "once"]
    head, picture = exported(chart, "png", **more)
    assert head == {"name": "chart.png", "type": "image/png"}
    assert picture.startswith(b"\x89PNG")
    assert b"<svg" in exported(chart, "svg", **more)[1]


def test_points_are_written_as_they_were_recorded(chart):
    head, content = exported(chart, "csv", metrics=["loss"], smoothing=0.9)
    assert head == {"name": "chart.csv", "type": "text/csv"}
    heads, *lines = content.decode().splitlines()
    assert heads == "run_id,run,metric,step,timestamp,value"
    newest = chart.runs[0]
    cells = [line.split(",") for line in lines]
    assert [(each[0], each[1], each[2], each[3], each[5]) for each in cells[:3]] == [
        (newest["id"], "r1 $x$", "loss", str(step), str(1 + step / 8)) for step in range(3)
    ]
    assert len(cells) == 6


@pytest.mark.parametrize("kind", ["scatter", "parallel"])
def test_scatter_and_parallel_coordinates_are_files(chart, kind):
    axes = ["params.lr", "metrics.loss"]
    assert exported(chart, "png", kind=kind, axes=axes, logs=["params.lr"])[1].startswith(b"\x89PNG")
    heads, first, _ = exported(chart, "csv", kind=kind, axes=axes)[1].decode().splitlines()
    assert heads == "run_id,run,params.lr,metrics.loss"
    assert first.split(",")[1:] == ["r1 $x$", "0.05", "1.25"]


def test_rows_are_files(chart):
    with nbtrack.start_run(run_name="sweep") as run:
        nbtrack.log_metric("score", 0.5)
        nbtrack.log_table({"C": [1, 10], "score": [0.25, 0.5]}, "rows.json")
    asked = {"run_ids": [run.info.run_id], "rows": run.info.run_id, "kind": "scatter", "axes": ["C", "score"]}
    _, content = exported(chart, "csv", **asked)
    assert [line.split(",")[-2:] for line in content.decode().splitlines()[1:]] == [["1.0", "0.25"], ["10.0", "0.5"]]


def test_invalid_exports_are_refused(chart):
    with pytest.raises(InvalidValue, match="'exe'; accepted are csv, png and svg"):
        exported(chart, "exe")
    with pytest.raises(InvalidValue, match="up to 100 runs and 50 metrics"):
        exported(chart, "png", metrics=["loss"] * 51)
