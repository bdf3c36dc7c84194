"""Reports: one file that needs nothing else, and in which nothing of a store runs."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from click.testing import CliRunner
from hostile import HOSTILE
from matplotlib.figure import Figure
from PIL import Image

import nbtrack
from nbtrack import tags as reserved
from nbtrack.cli import main
from nbtrack.errors import InvalidValue, NotFound

CODE = "rate = {}\n" + "".join(f"x{number} = fit(rate, {number})  # a step of the fit\n" for number in range(40))


def picture(seed, size):
    """Return a picture that takes much room as PNG and little as WebP."""
    random, written = np.random.default_rng(seed), io.BytesIO()
    wave = np.sin(np.linspace(0, 9, size))[:, None, None] * [[[100, 60, 20]]] + 128
    content = np.broadcast_to(wave, (size, size, 3)) + random.normal(0, 3, (size, size, 3))
    Image.fromarray(content.astype(np.uint8)).save(written, "PNG", compress_level=1)
    return written.getvalue()


def _record(name, seed, *, code="", pictures=(), note="", **params):
    with nbtrack.start_run(run_name=name, tags={reserved.CELL: "fit", reserved.NOTE: note}) as run:
        nbtrack.log_params({"seed": seed, **params})
        for step in range(40):
            nbtrack.log_metrics({"loss": 1 / (step + seed + 1), "val/loss": 2 / (step + seed + 1)}, step=step)
        nbtrack.log_metrics({"accuracy": 0.9 + seed / 1000, "diverged": float("nan")})
        nbtrack.log_text(code, "cell.py")
        for number, each in enumerate(pictures):
            nbtrack.log_stream(io.BytesIO(each), f"plot-{number}.png")
    return run.info.run_id


@pytest.fixture
def record(fresh):
    """Return what records a run, in an empty store."""
    return _record


def test_it_has_table_curves_differences_comparison_figures_code_and_notes(record):
    first = record("svm-0", 0, code=CODE.format(1), model="svm", note="**Good** [page](https://example.org)")
    for seed in range(1, 3):
        record(f"svm-{seed}", seed, code=CODE.format(1), model="svm")
    for seed in range(3):
        record(f"tree-{seed}", seed, code=CODE.format(2), model="tree", pictures=[picture(0, 20)])
    text = nbtrack.export_report("report.html").read_text()
    assert "<h1>Default</h1>" in text
    assert text.count("<tr data-run=") == 6
    assert text.count('<figure class="chart">') == 2
    assert text.count('class="line run-') == 12
    assert "<strong>Good</strong>" in text
    assert "model</dt><dd>svm → tree" in text
    assert 'class="removed"' in text
    assert "Over seeds" in text
    assert 'src="data:image/png;base64,' in text
    assert 'the same as in <a href="#run-' in text
    assert f'id="run-{first}"' in text
    assert " style=" not in text


def test_fifty_runs_with_large_figures_fit_into_two_megabytes(record):
    pictures = [picture(1, 300), picture(2, 20)]
    for seed in range(50):
        record(f"run-{seed}", seed, code=CODE.format(seed), pictures=pictures, **{f"p{n}": n * seed for n in range(30)})
    written = nbtrack.export_report("report.html")
    assert written.stat().st_size < 2_000_000
    assert written.read_text().count('src="data:image/webp') == 50


def test_runs_are_chosen_by_name_filter_and_experiment(record):
    for seed in range(3):
        record(f"r{seed}", seed)

    def shown(**chosen):
        return set(re.findall(r">(r\d)</a>", nbtrack.export_report("r.html", **chosen).read_text()))

    assert shown() == {"r0", "r1", "r2"}
    assert shown(runs=["r0", "r2"]) == {"r0", "r2"}
    assert shown(filter="params.seed > 0.5") == {"r1", "r2"}
    assert "<h1>Mine</h1>" in nbtrack.export_report("r.html", title="Mine").read_text()
    for wrong, error in (
        ({"filter": "params.seed > 7"}, NotFound),
        ({"runs": ["r7"]}, NotFound),
        ({"runs": []}, InvalidValue),
    ):
        with pytest.raises(error):
            nbtrack.export_report("other.html", **wrong)
    with pytest.raises(InvalidValue, match=r"such as report\.html"):
        nbtrack.export_report("report.pdf")
    with pytest.raises(NotFound):
        nbtrack.export_report("other.html", experiment_ids=["77"])


def test_the_command_line_writes_one(record, tmp_path):
    record("r0", 0)
    record("r1", 1)
    done = CliRunner().invoke(main, ["export", "report.html", "--filter", "params.seed > 0.5", "-x", "Default"])
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"Wrote report\.html \([\d,]+ bytes\)\n", done.output)
    refused = CliRunner().invoke(main, ["export", "runs.csv", "r0"])
    assert (refused.exit_code, "exported as a report" in refused.output) == (2, True)


@pytest.mark.browser
def test_it_can_be_sorted_and_filtered_and_what_is_hostile_stays_text(record, chromium, tmp_path):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>parent.hacked = 1</script></svg>'
    for number, name in enumerate(HOSTILE):
        run = record(name, number, code=f"'''{name}'''\n</script><script>hacked = 1</script>", note=name, model=name)
        nbtrack.MlflowClient().log_stream(run, io.BytesIO(svg), "evil.svg")
        nbtrack.MlflowClient().log_batch(run, tags=[("team", name)])
    nbtrack.set_experiment("plain")
    for seed in range(3):
        record(f"run-{seed}", seed)
    said = []
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.on("console", lambda each: said.append(each.text))
        page.on("pageerror", lambda each: said.append(str(each)))
        page.on("request", lambda each: None if each.url.startswith(("file:", "data:")) else said.append(each.url))
        page.goto(nbtrack.export_report(tmp_path / "hostile.html", experiment_ids=["0"]).as_uri())
        assert page.locator("table.runs tbody tr").count() == len(HOSTILE)
        assert page.evaluate("[typeof hacked, typeof hit]") == ["undefined", "undefined"]
        page.goto(nbtrack.export_report(tmp_path / "plain.html").as_uri())
        names = page.locator("table.runs tbody tr:visible td:first-child")
        page.get_by_role("button", name="accuracy").click()
        assert [each.strip() for each in names.all_inner_texts()] == ["run-0", "run-1", "run-2"]
        page.get_by_role("button", name="accuracy").click()
        assert [each.strip() for each in names.all_inner_texts()] == ["run-2", "run-1", "run-0"]
        page.get_by_label("Filter these runs").fill("run-1")
        assert names.count() == page.locator("details:visible").count() == 1
        names.locator("a").click()
        page.locator("details[open] dl").first.wait_for()
        page.locator(".chart svg").first.hover()
        page.locator(".reading", has_text="run-1: ").first.wait_for()
    finally:
        context.close()
    assert said == []


def test_a_figure_of_a_library_is_in_it(record):
    run = record("r0", 0)
    figure = Figure()
    figure.subplots().plot([1, 2])
    nbtrack.MlflowClient().log_figure(run, figure, "curve.png")
    assert 'alt="curve.png"' in nbtrack.export_report("report.html").read_text()
