"""Figures of matplotlib and plotly."""

from __future__ import annotations

import io
import sys

import matplotlib.figure
import pytest

from nbtrack.errors import InvalidValue, Unsupported
from nbtrack.media import figure_bytes, image_bytes, image_from_bytes


@pytest.fixture
def figure():
    made = matplotlib.figure.Figure(figsize=(2, 1), dpi=50)
    made.subplots().plot([1, 2])
    return made


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        (".png", b"\x89PNG"),
        ("", b"\x89PNG"),
        ("PDF", b"%PDF"),
        (".svg", b"<?xml"),
        (".jpg", b"\xff\xd8"),
        (".webp", b"RIFF"),
    ],
)
def test_formats_of_matplotlib(figure, suffix, start):
    assert figure_bytes(figure, suffix).startswith(start)


def test_without_pyplot(figure):
    figure_bytes(figure, ".png")
    assert "matplotlib.pyplot" not in sys.modules or figure.number is None if hasattr(figure, "number") else True


def test_options_are_passed_on(figure):
    assert image_from_bytes(figure_bytes(figure, ".png", {"dpi": 100})).size == (200, 100)
    assert figure_bytes(figure, ".png", {"format": "pdf"}).startswith(b"%PDF")


@pytest.mark.parametrize("suffix", [".html", ".txt", ".exe"])
def test_formats_that_matplotlib_lacks(figure, suffix):
    with pytest.raises(InvalidValue, match=r"matplotlib can't write .* only .*png"):
        figure_bytes(figure, suffix)


def test_axes_are_not_figures(figure):
    with pytest.raises(InvalidValue, match=r"not Axes: pass its \.figure"):
        figure_bytes(figure.axes[0], ".png")


@pytest.mark.parametrize("thing", [None, 3, "a", b"", [1]])
def test_other_values_are_no_figures(thing):
    with pytest.raises(InvalidValue, match="must be a matplotlib or plotly figure"):
        figure_bytes(thing, ".png")


class Grid:
    """What seaborn's grids are: something with `savefig`."""

    def savefig(self, file, **options):
        file.write(repr(options).encode())


def test_things_with_savefig():
    assert figure_bytes(Grid(), ".png") == b"{'format': 'png'}"


class PlotlyFigure:
    """What a figure of plotly is to us."""

    def __init__(self, error=None):
        self.error = error

    def to_plotly_json(self):
        return {}

    def to_html(self, **options):
        return f"<html>é {options}</html>"

    def to_image(self, **options):
        if self.error is not None:
            raise self.error
        buffer = io.BytesIO()
        image_from_bytes(image_bytes(__import__("numpy").zeros((2, 2)))).save(buffer, options["format"])
        return buffer.getvalue()


def test_pages_of_plotly():
    made = figure_bytes(PlotlyFigure(), ".html", {"include_plotlyjs": "cdn", "auto_open": False})
    assert made.decode() == "<html>é {'include_plotlyjs': 'cdn'}</html>"


def test_images_of_plotly():
    assert image_from_bytes(figure_bytes(PlotlyFigure(), ".png")).size == (2, 2)
    assert image_from_bytes(image_bytes(PlotlyFigure(), ".webp")).format == "WEBP"


@pytest.mark.parametrize(
    "error", [RuntimeError("\nneeds  kaleido"), ValueError("needs kaleido"), ImportError("needs kaleido")]
)
def test_images_of_plotly_without_what_they_need(error):
    with pytest.raises(Unsupported, match=r"as \.html\. It says: needs kaleido"):
        figure_bytes(PlotlyFigure(error), ".png")


def test_formats_that_plotly_lacks():
    with pytest.raises(InvalidValue, match="plotly can't write"):
        figure_bytes(PlotlyFigure(), ".txt")


def test_the_real_plotly():
    graphs = pytest.importorskip("plotly.graph_objects")
    made = figure_bytes(graphs.Figure(graphs.Scatter(x=[0, 1], y=[2, 3])), ".html")
    assert len(made) > 1_000_000
    assert b"cdn.plot.ly" not in made.split(b"<script", 2)[1]
