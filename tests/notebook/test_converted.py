"""What nbconvert makes of a notebook with panels: the static fallbacks stay, in HTML and in Markdown."""

import re

import nbconvert
import nbformat
import pytest

MAKE = """
for number in range(3):
    with nbtrack.start_run(run_name=f"r{number}"):
        nbtrack.log_params({"lr": 0.1 / 10**number, "optimizer": ["adam", "<b>sgd</b>"][number % 2]})
        for step in range(3):
            nbtrack.log_metric("acc", number + step, step=step)
"""
CELLS = ["%runs", "%chart acc", "%chart --scatter lr acc", "%chart --parallel lr optimizer acc", "%compare r0 r1", "%track show r2"]  # fmt: skip


@pytest.fixture
def notebook(kernel):
    kernel.run(MAKE)
    cells = []
    for source in CELLS:
        outputs = [
            nbformat.v4.new_output("display_data", data=each["data"])
            for each in kernel.run(source).outputs
            if "data" in each
        ]
        cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize("kind", [nbconvert.HTMLExporter, nbconvert.MarkdownExporter])
def test_every_panel_leaves_its_sibling(notebook, kind):
    converted, _ = kind().from_notebook_node(notebook)
    assert "3 runs" in converted
    assert len(re.findall(r'<img [^>]*src="data:image/png;base64,', converted)) >= 4
    assert len(re.findall("data-nbtrack-static", converted)) >= 6
    assert "<b>sgd</b>" not in converted.replace("&lt;", "<lt>")


def test_a_sibling_has_no_script_and_less_than_200_kilobytes(notebook):
    for cell in notebook.cells:
        for output in cell.outputs:
            html = output.data.get("text/html", "")
            assert len(html) < 200_000
            assert not re.search(r"<script|<button|javascript:|\son\w+=", html)
