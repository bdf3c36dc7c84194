"""The Tracking UI in a real browser, as somebody uses it."""

from __future__ import annotations

import json
import re
import zipfile

import pytest
from accessibility import AXE, serious_violations
from hostile import HOSTILE
from ui_server import looked_at

import nbtrack

pytestmark = pytest.mark.browser


@pytest.fixture
def visit(chromium, fresh):
    """Return a function that opens the page on the store ``mlruns``; nothing may go wrong on it."""
    with looked_at(fresh / "mlruns") as address:
        context = chromium.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
        wrong: list[str] = []

        def open_(path="", **more):
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
            page.on(
                "request",
                lambda asked: None if asked.url.startswith((address, "blob:", "data:")) else wrong.append(asked.url),
            )
            page.goto(f"{address}/{path}", **more)
            page.wait_for_selector(".nbt-page")
            return page

        open_.address, open_.wrong, open_.context = address, wrong, context
        yield open_
        context.close()
    assert wrong == []


def act(page, action):
    """Press what stands for an action."""
    page.locator(f"[data-action='{action}']:visible").first.click()


def rows(page):
    return page.locator(".nbt-row:not([hidden]) .nbt-name").all_inner_texts()


def until(page, script, argument=None):
    page.wait_for_function(script, arg=argument)


def test_the_address_of_an_unknown_run_says_so_and_offers_nothing(runs, visit):
    page = visit(f"#/experiments/1/runs/{'0' * 32}")
    page.get_by_role("heading", name="Run not found").wait_for()
    assert page.locator(".nbt-view button").count() == 0
    page.get_by_role("link", name="Show all runs").click()
    page.wait_for_selector(".nbt-row >> text=net-2")
    visit.wrong[:] = [each for each in visit.wrong if "404" not in each]


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: .ci/web")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_is_wrong_with_the_page(runs, visit, theme):
    page = visit()
    page.emulate_media(color_scheme=theme)
    page.wait_for_selector(".nbt-row >> text=net-2")
    assert serious_violations(page, "body") == []
    act(page, "create-experiment")
    page.locator("dialog[open]").wait_for()
    assert serious_violations(page, "body") == []
    page.keyboard.press("Escape")
    with nbtrack.start_run(run_name="modelled") as run:
        nbtrack.log_table({"depth": [1, 2], "score": [0.5, 0.25]}, "rows.json")
        nbtrack.pyfunc.log_model(name="m", python_model=lambda frame: frame, input_example=[{"age": 1}])
    page.goto(f"{visit.address}/#/experiments/1/runs/{run.info.run_id}")
    page.get_by_text("model: m").wait_for()
    assert serious_violations(page, "body") == []
    page.goto(f"{visit.address}/#/experiments/1")
    page.click(".nbt-row:has-text('net-2') .nbt-status")
    page.click(".nbt-row:has-text('net-0') .nbt-status", modifiers=["Control"])
    act(page, "compare")
    page.locator(".nbt-sides").first.wait_for()
    assert serious_violations(page, "body") == []


def test_the_selection_is_there_after_the_way_back_from_a_comparison(runs, visit):
    page = visit("#/experiments/1")
    page.click(".nbt-row:has-text('net-2') .nbt-status")
    page.click(".nbt-row:has-text('net-0') .nbt-status", modifiers=["Control"])
    page.click(".nbt-actions button:text-is('Compare')")
    page.wait_for_url("**/compare**")
    page.go_back()
    until(page, "() => document.body.innerText.includes('2 of 3 selected')")


def test_deleted_experiments_are_shown_below_the_others(runs, visit):
    page = visit("#/experiments/1")
    page.wait_for_selector("h1 >> text=digits")
    before = page.locator(".nbt-experiment").all_inner_texts()
    page.get_by_label("Show deleted").check()
    page.wait_for_load_state("networkidle")
    assert page.locator(".nbt-experiment").all_inner_texts()[: len(before)] == before
    assert page.locator("h1").inner_text() == "digits"


def test_the_way_from_the_list_to_a_run_and_back(runs, visit):
    page = visit()
    page.wait_for_selector(".nbt-row >> text=net-2")
    page.click(".nbt-experiment >> text=digits")
    page.wait_for_selector("h1 >> text=digits")
    assert page.url.endswith("#/experiments/1")

    page.fill("[data-action=filter]", "params.lr = '0.05'")
    page.keyboard.press("Enter")
    until(page, "() => document.body.innerText.includes('1 run')")
    assert "filter=" in page.url
    page.reload()
    page.wait_for_selector(".nbt-row >> text=net-1")
    assert page.locator(".nbt-row:visible").count() == 1
    page.locator("[data-action=filter]").press("Escape")
    page.wait_for_selector(".nbt-row >> text=net-2")

    page.locator("[data-action=sort] >> text=loss").click()
    page.wait_for_selector("[aria-sort=ascending], [aria-sort=descending]")
    page.locator(".nbt-row:has-text('net-0') .nbt-status").first.click()
    until(page, "() => document.querySelector('.nbt-legend').innerText.trim() === 'net-0'")
    assert page.locator(".nbt-plot canvas").count() == 2

    page.locator(".nbt-row:has-text('net-1') .nbt-status").first.click(modifiers=["Control"])
    act(page, "compare")
    page.wait_for_selector(".nbt-sides >> text=0.05")
    with page.expect_download() as saved:
        act(page, "export-comparison")
    assert saved.value.suggested_filename == "comparison.csv"
    page.go_back()
    page.locator(".nbt-row >> text=net-2").first.dblclick()
    page.wait_for_selector("h1 >> text=net-2")
    assert re.search(rf"#/experiments/1/runs/{runs[2]}$", page.url)
    page.wait_for_selector(".nbt-plot canvas")
    page.evaluate("run => { location.hash = `#/experiments/all/runs/${run}`; }", runs[2])
    page.get_by_role("navigation", name="Location").get_by_role("link", name="All runs").wait_for()


def test_a_scatter_draws_what_the_table_finds_and_picks_in_it(runs, visit):
    page = visit("#/experiments/1")
    page.wait_for_selector(".nbt-plot canvas")
    page.get_by_role("radio", name="Scatter").click()
    until(page, "() => document.querySelectorAll('.nbt-points circle').length === 3")
    page.locator("svg.nbt-drawing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    until(page, "() => document.querySelectorAll('.nbt-row[aria-selected=true]').length === 1")
    page.fill("[data-action=filter]", "params.lr = '0.05'")
    page.keyboard.press("Enter")
    until(page, "() => document.querySelectorAll('.nbt-points circle').length === 1")
    page.get_by_role("radio", name="Curves").click()
    page.wait_for_selector(".nbt-plot canvas")


def test_a_run_is_annotated_tagged_renamed_deleted_and_back(runs, visit):
    page = visit(f"#/experiments/1/runs/{runs[0]}")
    page.wait_for_selector("h1 >> text=net-0")
    act(page, "edit-note")
    page.fill("[data-action=write-note]", "looks good")
    page.wait_for_selector(".nbt-saved >> text=Saved")
    page.fill(".nbt-tag-form [placeholder=Key]", "stage")
    page.fill(".nbt-tag-form [placeholder=Value]", "final")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbt-tag >> text=final")
    page.locator(".nbt-tag:has-text('team') [data-action=delete-tag]").click()
    page.wait_for_selector(".nbt-tag >> text=team", state="detached")
    act(page, "rename-run")
    page.fill("dialog input", "champion")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=champion")
    run = nbtrack.get_run(runs[0])
    assert run.info.run_name == "champion"
    assert run.data.tags["mlflow.note.content"] == "looks good"
    assert (run.data.tags.get("stage"), run.data.tags.get("team")) == ("final", None)
    act(page, "delete-run")
    page.wait_for_selector(".nbt-toast >> text=champion deleted")
    assert nbtrack.get_run(runs[0]).info.lifecycle_stage == "deleted"
    act(page, "undo")
    page.wait_for_selector(".nbt-row >> text=champion")


NOTE = """# Look

<b onclick="hit=1">bold</b> [paper](https://example.org/p) [trap](javascript:hit=1) ![dot](https://example.org/dot.png)

```python
def fit(rate): return rate
```
"""


def test_the_page_of_a_run_is_in_order_with_its_note_in_markdown_and_its_code_coloured(runs, visit):
    nbtrack.MlflowClient().set_tag(runs[0], "mlflow.note.content", NOTE)
    with nbtrack.start_run(run_id=runs[0]), nbtrack.start_run(run_name="fold", nested=True):
        nbtrack.log_metric("loss", 1)
    page = visit(f"#/experiments/1/runs/{runs[0]}")
    page.wait_for_selector(".nbt-plot canvas")
    titles = page.locator(".nbt-section-title").all_inner_texts()
    assert titles == ["metrics", "nested runs", "parameters", "code", "artifacts", "tags", "details"]
    above, chart, below = (
        page.locator(each).bounding_box()["y"]
        for each in (".nbt-details >> nth=0", ".nbt-chart", ".nbt-details >> nth=1")
    )
    assert above < chart < below
    note = page.locator(".nbt-is-note .nbt-markdown")
    assert note.locator("h5").inner_text() == "Look"
    assert note.locator("a").evaluate_all("links => links.map(a => [a.getAttribute('href'), a.rel])") == [
        ["https://example.org/p", "noopener noreferrer"]
    ]
    assert note.locator("img, b").count() == 0
    assert note.locator(".nbt-is-keyword").first.inner_text() == "def"
    assert page.locator(".nbt-is-code .nbt-is-number").inner_text() == "0.1"
    page.get_by_role("link", name="fold").click()
    page.wait_for_selector("h1 >> text=fold")
    page.get_by_role("link", name="net-0").click()
    page.wait_for_selector("h1 >> text=net-0")


def test_markdown_among_the_artifacts_leads_to_its_neighbours(runs, visit):
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(1, 1))
    client = nbtrack.MlflowClient()
    client.log_figure(runs[0], figure, "reports/plot.png")
    client.log_text(runs[0], "![again](plot.png) " * 60, "reports/many.md")
    client.log_text(
        runs[0], "![the plot](plot.png) [data](../sub/table.csv) [out](../../x) ![gone](no.png)", "reports/about.md"
    )
    page = visit(f"#/experiments/1/runs/{runs[0]}")
    page.locator("summary", has_text="about.md").click()
    shown = page.locator(".nbt-preview .nbt-markdown")
    image = shown.get_by_role("img", name="the plot")
    image.wait_for()
    until(page, "() => document.querySelector('.nbt-markdown img').naturalWidth > 0")
    assert "out gone" in shown.inner_text()
    assert shown.get_by_role("button").all_inner_texts() == ["data"]
    shown.get_by_role("button", name="data").click()
    page.get_by_role("columnheader", name="a", exact=True).wait_for()
    assert page.evaluate("() => document.activeElement.innerText").startswith("sub/table.csv")
    page.locator("summary", has_text="many.md").click()
    page.get_by_role("img", name="again").nth(48).wait_for()
    assert page.get_by_role("img", name="again").count() == 49


def test_names_of_runs_are_links_in_the_table_and_in_a_comparison(runs, visit):
    page = visit("#/experiments/1")
    name = page.locator(".nbt-row .nbt-name a", has_text="net-1")
    assert name.get_attribute("href") == f"#/experiments/1/runs/{runs[1]}"
    name.click(modifiers=["Control"])
    until(page, "() => document.body.innerText.includes('1 of 3 selected')")
    name.click()
    page.wait_for_selector("h1 >> text=net-1")
    page.goto(f"{visit.address}/#/compare-runs?runs={json.dumps(runs[:2])}")
    page.locator(".nbt-sides").get_by_role("link", name="net-0").first.click()
    page.wait_for_selector("h1 >> text=net-0")


def test_a_view_is_saved_shown_by_default_renamed_and_deleted(runs, visit):
    page = visit("#/experiments/1")
    page.wait_for_selector(".nbt-plot canvas")
    page.fill("[data-action=filter]", "params.lr < 0.1")
    page.keyboard.press("Enter")
    until(page, "() => document.querySelector('.nbt-count').innerText === '2 runs'")
    page.get_by_role("radio", name="Scatter").check(force=True)
    page.wait_for_selector("circle.nbt-point")
    page.locator("[data-action=views]").press("Enter")
    page.wait_for_selector(".nbt-views .nbt-menu >> text=No saved views yet")
    page.fill("[placeholder='View name']", "small <i>rates</i>")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbt-said >> text=small <i>rates</i> saved")
    page.check("[data-action=default-view]")
    page.wait_for_selector(".nbt-said >> text=is the default view")
    saved = json.loads(nbtrack.get_experiment("1").tags["nbtrack.view.small <i>rates</i>"])
    assert (saved["filter"], saved["chart"]["kind"]) == ("params.lr < 0.1", "scatter")

    again = visit("#/experiments/1")
    until(again, "() => document.querySelector('.nbt-count').innerText === '2 runs'")
    again.wait_for_selector("circle.nbt-point")
    assert again.locator("[data-action=views]").inner_text() == "small <i>rates</i>"
    again.locator("[data-action=filter]").press("Escape")
    again.wait_for_selector("[data-action=views] >> text=small <i>rates</i> · changed")
    again.locator("[data-action=views]").click()
    again.fill("[placeholder='View name']", "small")
    again.locator(".nbt-views [data-action=rename]").click()
    again.wait_for_selector(".nbt-said >> text=Renamed to small")
    again.locator(".nbt-views [data-action=delete]").click()
    again.locator(".nbt-views [data-action=undo]").click()
    again.wait_for_selector(".nbt-said >> text=small restored")
    again.locator(".nbt-views input[type=radio]").click()
    until(again, "() => document.querySelector('.nbt-count').innerText === '2 runs'")
    assert again.locator(".nbt-views i").count() == 0


def test_rows_have_notes_and_tags_and_a_tag_finds_the_others(runs, visit):
    nbtrack.MlflowClient().set_tag(runs[1], "stage", "it's <b>final</b>")
    page = visit("#/experiments/1")
    row = page.locator(".nbt-row", has_text="net-1")
    assert row.locator(".nbt-note-mark").get_attribute("aria-label") == "Note: first"
    assert row.locator(".nbt-chip").all_inner_texts() == ["it's <b>final</b>", "vision"]
    row.locator(".nbt-name").hover()
    until(page, "() => [...document.querySelectorAll('.nbt-name')].some(e => e.title.includes('team: vision'))")
    row.locator(".nbt-chip").first.click()
    until(page, "() => document.querySelector('.nbt-count').innerText === '1 run'")
    assert page.locator("[data-action=filter]").input_value() == 'tags.stage = "it\'s <b>final</b>"'
    page.locator(".nbt-chip", has_text="vision").click()
    until(page, "() => document.querySelector('[data-action=filter]').value.endsWith(\" AND tags.team = 'vision'\")")
    assert page.locator(".nbt-row:visible").count() == 1


def test_tags_of_a_row_are_reached_and_their_filter_is_set_and_removed_by_the_keyboard(runs, visit):
    nbtrack.MlflowClient().set_tag(runs[1], "stage", "final")
    page = visit("#/experiments/1")
    page.locator(".nbt-row", has_text="net-0").locator(".nbt-box").click()
    grid = page.locator(".nbt-grid")
    grid.focus()
    below = [each.split("\n")[0] for each in page.locator(".nbt-row").all_inner_texts()]
    way = "ArrowUp" if below.index("net-1") < below.index("net-0") else "ArrowDown"
    for key in (way, "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    until(page, "() => document.querySelector('[data-action=filter]').value === \"tags.team = 'vision'\"")
    page.wait_for_selector(".nbt-chip.nbt-active")
    chip = page.locator(f"id={grid.get_attribute('aria-activedescendant')}")
    assert (chip.get_attribute("role"), chip.get_attribute("aria-label")) == ("button", "team: vision")
    page.keyboard.press("Enter")
    until(page, "() => document.querySelector('[data-action=filter]').value === ''")
    page.wait_for_selector(".nbt-chip.nbt-active")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.wait_for_selector(".nbt-row[aria-selected=true] >> text=net-2")


def test_experiments_are_created_renamed_deleted_and_restored(runs, visit):
    page = visit()
    act(page, "create-experiment")
    page.fill("dialog input", "speech")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=speech")
    page.wait_for_selector(".nbt-table .nbt-empty >> text=No runs yet")
    line = page.locator(".nbt-experiments li:has-text('speech')")
    line.hover()
    line.locator("[data-action=rename-experiment]").click()
    page.fill("dialog input", "voices")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=voices")
    page.fill("[data-action=search-experiments]", "voi")
    until(page, "() => document.querySelectorAll('.nbt-experiments li').length === 1")
    page.fill("[data-action=search-experiments]", "")
    line = page.locator(".nbt-experiments li:has-text('voices')")
    line.hover()
    line.locator("[data-action=delete-experiment]").click()
    page.wait_for_selector(".nbt-toast >> text=voices and its runs deleted")
    page.check(".nbt-side input[type=checkbox]")
    line = page.locator(".nbt-experiments li:has-text('voices')")
    line.hover()
    line.locator("[data-action=restore-experiment]").click()
    page.wait_for_selector(".nbt-toast >> text=voices restored")
    assert nbtrack.get_experiment_by_name("voices").lifecycle_stage == "active"


def test_files_are_exported_and_a_run_travels(runs, visit, tmp_path):
    page = visit("#/experiments/1")
    page.wait_for_selector(".nbt-row >> text=net-2")
    with page.expect_download() as saved:
        act(page, "export")
    assert saved.value.path().read_text().count("\n") == 4
    with page.expect_download() as saved:
        act(page, "export-json")
    assert len(json.loads(saved.value.path().read_text())) == 3
    page.goto(f"{visit.address}/#/experiments/1/runs/{runs[0]}")
    with page.expect_download() as saved:
        act(page, "export-run")
    saved.value.save_as(tmp_path / "run.zip")
    assert "run.json" in zipfile.ZipFile(tmp_path / "run.zip").namelist()
    page.locator("[data-action=download]").first.click()
    page.goto(f"{visit.address}/#/experiments/0")
    page.wait_for_selector(".nbt-table .nbt-empty")
    with page.expect_file_chooser() as chooser:
        act(page, "import-run")
    chooser.value.set_files(tmp_path / "run.zip")
    page.wait_for_selector("h1 >> text=net-0")
    assert "/experiments/0/runs/" in page.url


def test_artifacts_are_shown_where_they_can_do_nothing(runs, visit):
    page = visit(f"#/experiments/1/runs/{runs[0]}")
    for name, shown in (("cell.py", "pre"), ("sub/table.csv", "table"), ("page.html", "iframe")):
        file = page.locator(f".nbt-file:has-text('{name}')")
        file.locator("summary").click()
        file.locator(f".nbt-preview {shown}").wait_for()
    frame = page.frame_locator(".nbt-file iframe")
    assert frame.locator("h1").inner_text() == "drawn"
    assert page.evaluate("() => window.hit") is None
    blocked = [each for each in visit.wrong if "sandboxed" in each and "allow-scripts" in each]
    assert blocked
    visit.wrong[:] = [each for each in visit.wrong if each not in blocked]


def test_charts_of_the_page_draw_runs_that_have_curves(runs, visit):
    for number in range(6):
        with nbtrack.start_run(run_name=f"bare-{number}"):
            nbtrack.log_param("lr", number)
        with nbtrack.start_run(run_name=f"fitted-{number}"):
            nbtrack.log_metric("loss", number)
    page = visit("#/experiments/1")
    until(page, "() => document.querySelector('.nbt-legend')?.innerText.includes('net-0')")
    assert set(page.locator(".nbt-legend .nbt-chip").all_inner_texts()) == {"net-0", "net-1", "net-2"}


def test_new_runs_appear_by_themselves_and_a_hidden_page_asks_nothing(runs, visit):
    page = visit("#/experiments/1")
    page.wait_for_selector(".nbt-row >> text=net-2")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with nbtrack.start_run(run_name="newcomer"):
        nbtrack.log_metric("loss", 1)
    page.wait_for_selector(".nbt-row >> text=newcomer", timeout=4_000)
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', {value: true, configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }"
    )
    page.wait_for_timeout(500)
    asked.clear()
    page.wait_for_timeout(3_500)
    assert asked == []


def test_hostile_text_stays_text(fresh, visit):
    for text in HOSTILE:
        key = text[:200]
        nbtrack.set_experiment(f"e {key}")
        with nbtrack.start_run(run_name=text) as run:
            nbtrack.log_param(key, text[:6000])
            for step in range(2):
                nbtrack.log_metric(key, step, step=step)
            nbtrack.set_tags({f"t{key}": text[:5000], "mlflow.note.content": text})
            name = "".join(each for each in text if each not in "/\\")[:100]
            nbtrack.log_text(text, f"{name}.txt")
            nbtrack.log_text(text, "cell.py")
    page = visit()
    page.wait_for_selector(".nbt-row")
    page.wait_for_selector(".nbt-plot canvas")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.locator(".nbt-row:visible").nth(1).click()
    page.click("[data-action=columns]")
    page.keyboard.press("Escape")
    page.goto(f"{visit.address}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}")
    page.wait_for_selector("h1 >> text=DROP TABLE")
    for summary in page.locator(".nbt-file summary").all():
        summary.click()
    page.wait_for_selector(".nbt-preview pre")
    found = nbtrack.search_runs(search_all_experiments=True, output_format="list")
    both = json.dumps([each.info.run_id for each in found[:12]])
    page.goto(f"{visit.address}/#/compare-runs?runs={both}")
    page.wait_for_selector(".nbt-sides")
    for each in found:
        page.goto(f"{visit.address}/#/experiments/{each.info.experiment_id}/runs/{each.info.run_id}")
        until(page, "id => document.querySelector('.nbt-view').innerText.includes(id)", each.info.run_id)
    assert page.evaluate("() => window.hit") is None
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "path",
    [
        "#/<img src=x onerror='hit=1'>",
        "#/experiments/%E0%A4%A/runs/",
        "#/compare-runs?runs=[1,{}]",
        "#/experiments/1?sort={&columns=7",
        "#//////",
    ],
)
def test_a_wrong_address_is_told_and_does_nothing(runs, visit, path):
    page = visit(path)
    page.wait_for_selector(".nbt-row, .nbt-nothing, [role=alert]:visible, .nbt-table")
    assert page.evaluate("() => window.hit") is None
    visit.wrong[:] = [each for each in visit.wrong if "status of 40" not in each]


def test_the_keyboard_is_enough(runs, visit):
    page = visit("#/experiments/1")
    page.wait_for_selector(".nbt-row >> text=net-2")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.closest('.nbt-grid') !== null"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    until(page, "() => document.body.innerText.includes('2 of 3 selected')")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=net-0")
    page.focus(".nbt-experiment >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".nbt-table")


def test_the_theme_follows_the_system_until_it_is_chosen(runs, visit):
    page = visit()
    page.wait_for_selector(".nbt-row")
    dark = "theme => [...document.querySelectorAll('.nbtrack')].every(e => e.dataset.nbtTheme === theme)"
    page.emulate_media(color_scheme="dark")
    until(page, dark, "dark")
    act(page, "theme")
    until(page, dark, "light")
    page.reload()
    page.wait_for_selector(".nbt-row")
    until(page, dark, "light")


def test_the_page_works_with_a_token_and_below_a_prefix(runs, chromium, fresh):
    with looked_at(fresh / "mlruns", token="t0k3n", prefix="/team/a") as address:
        context = chromium.new_context()
        page = context.new_page()
        assert page.goto(f"{address}/team/a/").status == 401
        page.goto(f"{address}/team/a/?token=t0k3n#/experiments/1/runs/{runs[0]}")
        page.wait_for_selector("h1 >> text=net-0")
        act(page, "edit-note")
        page.fill("[data-action=write-note]", "below a prefix")
        page.wait_for_selector(".nbt-saved >> text=Saved")
        assert "t0k3n" not in page.url
        context.close()


def test_a_server_that_is_gone_is_told_and_the_table_stays(runs, chromium, fresh):
    with looked_at(fresh / "mlruns") as address:
        page = chromium.new_page()
        page.goto(address)
        page.wait_for_selector(".nbt-row >> text=net-2")
    page.wait_for_selector("text=Server gone", timeout=10_000)
    assert page.locator(".nbt-row >> text=net-1").is_visible()
    page.close()


@pytest.mark.parametrize("width", [400, 600, 1600])
def test_nothing_scrolls_sideways(runs, visit, width):
    for path in ("", f"#/experiments/1/runs/{runs[0]}", f"#/compare-runs?runs={json.dumps(runs)}"):
        page = visit(path)
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_selector(".nbt-row, .nbt-values, .nbt-sides")
        page.wait_for_timeout(300)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        page.close()


def test_the_page_of_a_run_has_the_rows_of_its_sweep_and_draws_them(fresh, visit):
    with nbtrack.start_run(run_name="sweep") as run:
        nbtrack.log_metric("score", 0.75)
        columns = {"depth": [1, 2, 3], "kernel": ["rbf", "<img src=x>", "rbf"], "score": [0.5, 0.25, 0.75]}
        nbtrack.log_table(columns, "rows.json")
    page = visit(f"#/experiments/0/runs/{run.info.run_id}")
    first = page.locator(".nbt-sweep tbody tr").first
    first.locator("td >> text=0.5").wait_for()
    page.locator(".nbt-sorts", has_text="score").click()
    first.locator("td >> text=0.75").wait_for()
    page.get_by_role("radio", name="Scatter").check(force=True)
    page.wait_for_selector("circle.nbt-point:nth-of-type(3)")
    assert page.locator(".nbt-summary").inner_text() == "3 rows"
    act(page, "chart-file")
    with page.expect_download() as saved:
        act(page, "download-csv")
    assert saved.value.path().read_text().splitlines()[1].endswith(',"depth=1, kernel=rbf",1.0,0.5')
    assert page.locator(".nbt-sweep img").count() == 0


def test_a_run_becomes_the_baseline_of_the_others_and_ends_being_it(runs, visit):
    page = visit("#/experiments/1")
    page.locator(".nbt-row >> text=net-1").wait_for()
    page.locator(".nbt-row", has_text="net-0").locator(".nbt-status").click()
    page.get_by_role("button", name="Baseline", exact=True).click()
    page.locator(".nbt-row.nbt-baseline", has_text="net-0").wait_for()
    page.locator(".nbt-change", has_text=re.compile(r"^[+−]\d")).first.wait_for()
    assert "net-0" in rows(page)[0]
    page.goto(f"{visit.address}/#/experiments/1/runs/{runs[0]}")
    page.get_by_role("button", name="Remove baseline").click()
    page.get_by_role("button", name="Baseline", exact=True).wait_for()
    assert nbtrack.get_baseline(runs[1]) is None
