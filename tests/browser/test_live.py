"""The live card of a cell that runs: its progress, and buttons that are heard meanwhile."""

from __future__ import annotations

import time

import pytest

from nbtrack import MlflowClient

pytestmark = pytest.mark.browser
LOOP = """%%track training
rate, epochs = 0.05, 2000
for epoch in range(epochs):
    loss = math.exp(-rate * epoch)
    score = math.tanh(rate * epoch)
    time.sleep(0.02)
print("after the loop")"""


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_pause_note_and_stop_while_the_cell_runs(open_notebook, app):
    cells = ["%load_ext nbtrack\nimport math, time", LOOP]
    notebook = open_notebook(cells, app=app, run=False)
    notebook.start_all()
    page = notebook.page
    card = page.locator(".nbt-card")
    card.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    assert "of 2,000" in card.locator(".nbt-steps").inner_text()
    page.wait_for_function("() => document.querySelector('.nbt-card').innerText.includes('left')")
    card.get_by_role("button", name="Pause").click()
    page.wait_for_function("() => document.querySelector('.nbt-status').innerText.includes('paused')")
    card.get_by_role("button", name="Resume").click()
    page.wait_for_function("() => document.querySelector('.nbt-status').innerText.includes('running')")
    card.get_by_role("button", name="Note").click()
    note = card.get_by_label("Note")
    note.fill("looks fine")
    note.press("Enter")
    assert note.is_hidden()
    assert card.get_by_text("looks fine").is_visible()
    card.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=after the loop", timeout=10_000)
    notebook.idle()
    assert page.locator(".nbt-card").count() == 0
    ended = page.locator(".nbtrack-card").inner_text()
    assert "killed" in ended
    assert "looks fine" in ended
    assert notebook.faults == []


LOGS = """%%track logging
import nbtrack
for epoch in range(2000):
    nbtrack.log_metric("loss", math.exp(-epoch / 100), step=epoch)
    time.sleep(0.02)
print("after the loop")"""
FIT = """%%track fitting
C = 2
time.sleep(600)"""


def test_a_loop_that_logs_is_followed_paused_and_stopped(open_notebook):
    notebook = open_notebook(["%load_ext nbtrack\nimport math, time", LOGS], run=False)
    notebook.start_all()
    page = notebook.page
    card = page.locator(".nbt-card")
    card.get_by_role("button", name="Pause").click(timeout=30_000)
    page.wait_for_function("() => document.querySelector('.nbt-card').innerText.includes('paused')")
    assert "of 2,000" in card.locator(".nbt-steps").inner_text()
    assert card.locator(".nbt-card-metric").all_inner_texts()[0].startswith("loss")
    assert card.locator(".nbt-card-metric path").get_attribute("d").count("L") > 20
    card.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=after the loop", timeout=10_000)
    notebook.idle()
    assert card.count() == 0
    assert notebook.faults == []


def test_parameters_are_compared_with_the_last_run_while_the_cell_runs(open_notebook):
    cell = "%%track steps\nimport nbtrack\nrate = 0.5\ntime.sleep({})\nnbtrack.log_param('late', {})\ntime.sleep({})"
    notebook = open_notebook(["%load_ext nbtrack\nimport time", cell.format(0, 1, 0)])
    notebook.idle()
    notebook.page.locator(".nbtrack-card").wait_for()
    changed = cell.format(3, 2, 600).replace("0.5", "0.25")
    notebook.page.evaluate(
        "text => window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource(text)", changed
    )
    notebook.start_all()
    page = notebook.page
    items = page.locator(".nbt-card-param")
    page.wait_for_function("() => document.querySelectorAll('.nbt-card-param').length === 2", timeout=30_000)
    assert sorted(items.all_inner_texts()) == ["late\t2\twas 1", "rate\t0.25\twas 0.5"]
    page.locator(".nbt-card").get_by_role("button", name="Stop").click()
    notebook.idle()
    assert notebook.faults == []


def test_a_cell_without_a_loop_shows_its_time_and_can_be_interrupted(open_notebook):
    notebook = open_notebook(["%load_ext nbtrack\nimport time", FIT], run=False)
    notebook.start_all()
    page = notebook.page
    card = page.locator(".nbt-card")
    card.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    assert card.get_by_role("button").all_inner_texts() == ["Stop", "Note"]
    before = card.locator(".nbt-time").inner_text()
    page.wait_for_function("before => document.querySelector('.nbt-time').innerText !== before", arg=before)
    card.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=KeyboardInterrupt", timeout=10_000)
    notebook.idle()
    ended = page.locator(".nbtrack-card").inner_text()
    assert "killed" in ended
    assert "KeyboardInterrupt:" not in ended
    assert notebook.faults == []


def test_the_finished_card_stands_in_the_place_of_the_live_one_and_reads_alike(open_notebook):
    cell = LOOP.replace("2000", "400") + "\nnumber = 0.123456789"
    notebook = open_notebook(["%load_ext nbtrack\nimport math, time", cell], run=False)
    notebook.start_all()
    page = notebook.page
    page.wait_for_function("() => document.querySelectorAll('.nbt-card-metric').length === 2", timeout=30_000)
    live = page.locator(".nbt-card tr").all_inner_texts()
    notebook.idle()
    assert page.locator(".nbt-card").count() == 0
    finished = page.locator(".nbtrack-card tr").all_inner_texts()
    names = [each.split("\t")[0] for each in finished]
    assert names == ["epochs", "number", "rate", "loss", "score"]
    assert [each.split("\t")[0] for each in live] == [each for each in names if each != "number"]
    outputs = page.locator(".jp-OutputArea-output").all_inner_texts()
    assert "training" in outputs[-2], "what the cell printed later stands below it"
    assert outputs[-1].strip() == "after the loop"
    assert notebook.faults == []


CLEARING = """%%track clearing
from IPython.display import clear_output
for epoch in range(60):
    loss = math.exp(-epoch)
    time.sleep(0.05)
clear_output()
print("only this")"""


SESSION = ("%track auto session day", "depth = 3\nscore = evaluate(depth)")


def test_a_cell_that_cleared_its_output_has_its_card_at_the_end(open_notebook):
    measure = "def evaluate(depth):\n    return math.exp(-depth)"
    notebook = open_notebook([f"%load_ext nbtrack\nimport math, time\n{measure}", CLEARING, *SESSION])
    cells = notebook.page.locator(".jp-CodeCell")
    outputs = cells.nth(1).locator(".jp-OutputArea-output").all_inner_texts()
    assert outputs[0].strip() == "only this"
    assert "clearing" in outputs[1]
    card = cells.nth(3).locator(".nbtrack-card").inner_text()
    assert ("recorded" in card, "running" in card) == (True, False), "the run of a session goes on, its card ends"


LONG = """%%track long
rate, epochs = 0.05, 4000
for epoch in range(epochs):
    loss = math.exp(-rate * epoch / 10)
    time.sleep(0.02)"""
RESTART = """() => {
    const panel = window.jupyterapp.shell.currentWidget;
    (panel.sessionContext ?? panel.content.sessionContext).restartKernel();
}"""
SHUT_DOWN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await (panel.sessionContext ?? panel.content.sessionContext).shutdown();
}"""


@pytest.fixture
def running(open_notebook):
    """Return a notebook in which a cell with a live card runs."""
    # A store of its own: other notebooks would begin with the run that is interrupted here.
    store = f"import nbtrack\nnbtrack.set_tracking_uri('interrupted-{time.time_ns()}')"
    notebook = open_notebook([f"{store}\n%load_ext nbtrack\nimport math, time", LONG], run=False)
    notebook.start_all()
    notebook.page.locator(".nbt-card").get_by_role("button", name="Stop").wait_for(timeout=30_000)
    return notebook


def test_a_restart_of_the_kernel_ends_the_live_card_and_the_run_is_resumed_from_it(running):
    page = running.page
    page.evaluate(RESTART)
    page.get_by_text("interrupted · kernel restarted").wait_for(timeout=3_000)
    resume = page.get_by_role("button", name="Resume")
    resume.wait_for(timeout=15_000)
    assert "KeyboardInterrupt" not in page.locator(".nbt-card").inner_text()
    resume.click()
    page.get_by_text("it continues this run").wait_for()
    running.idle()
    running.start_all()
    page.get_by_text("Run the cell again to continue run long.").wait_for(timeout=30_000)
    card = page.locator(".nbt-card")
    card.get_by_role("button", name="Stop").click(timeout=30_000)
    running.idle()
    assert "killed" in page.locator(".nbtrack-card").inner_text()
    assert "KeyboardInterrupt" not in page.locator(".nbtrack-card").inner_text()


def test_a_reload_of_the_page_while_the_cell_runs_has_a_live_card_again(running):
    page = running.page
    running.save()
    page.reload()
    page.get_by_role("button", name="Pause").wait_for(timeout=60_000)
    assert not page.get_by_text("Loading widget").is_visible()
    before = page.locator(".nbt-card-metric b").inner_text()
    page.wait_for_function("before => document.querySelector('.nbt-card-metric b').innerText !== before", arg=before)
    page.get_by_role("button", name="Stop").click()
    page.locator(".nbt-card").get_by_text("killed").wait_for()


def test_the_card_of_a_running_run_stays_when_its_store_misses_an_answer(running):
    page, missed = running.page, []
    running.save()
    page.reload()
    page.get_by_role("button", name="Pause").wait_for(timeout=60_000)

    def miss(route):
        missed.append(route.request.url)
        route.abort()

    page.route("**/nbtrack/runs/card*", miss)
    while len(missed) < 3:
        page.wait_for_timeout(100)
    assert page.locator(".nbt-card").get_by_text("running").is_visible()
    before = page.locator(".nbt-card-metric b").inner_text()
    page.unroute("**/nbtrack/runs/card*")
    page.wait_for_function("before => document.querySelector('.nbt-card-metric b').innerText !== before", arg=before)
    page.locator(".nbt-card").get_by_role("button", name="Stop").click()
    page.locator(".nbt-card").get_by_text("killed").wait_for()


SPEAKS = """%%track speaks
for epoch in range(60):
    loss = math.exp(-epoch / 10)
    while epoch > 2 and not left.exists():
        time.sleep(0.05)
    print(f"epoch {epoch} says {loss:.3f}")"""


def test_what_the_cell_printed_while_no_page_was_open_is_read_from_the_run(open_notebook):
    store = f"unseen-{time.time_ns()}"
    set_up = f"import nbtrack\nnbtrack.set_tracking_uri({store!r})\n%load_ext nbtrack\nimport math, time, pathlib"
    notebook = open_notebook([f"{set_up}\nleft = pathlib.Path({store!r}, 'left')", SPEAKS], run=False)
    page = notebook.page
    notebook.start_all()
    page.locator(".nbt-card").get_by_role("button", name="Stop").wait_for(timeout=30_000)
    notebook.command("docmanager:save")
    address = page.url
    page.goto("about:blank")
    (notebook.folder / store / "left").touch()
    client = MlflowClient(str(notebook.folder / store))
    while client.search_runs(["0"])[0].info.status == "RUNNING":
        time.sleep(0.2)
    page.goto(address)
    card = page.locator(".nbt-card")
    card.get_by_text("finished").wait_for(timeout=60_000)
    assert not page.get_by_text("epoch 59 says").is_visible()
    with page.context.expect_page() as opened:
        card.get_by_role("button", name="Show run").click()
    run = opened.value
    run.get_by_text("Show all 60 lines").click()
    run.get_by_text("epoch 59 says 0.003", exact=True).wait_for()


def test_a_notebook_that_was_saved_while_its_cell_ran_shows_how_the_run_ended(running):
    page = running.page
    running.save()
    page.evaluate(SHUT_DOWN)
    page.reload()
    page.get_by_role("button", name="Resume").wait_for(timeout=60_000)
    assert "interrupted" in page.locator(".nbt-card").inner_text()
    page.get_by_text("Error displaying widget").wait_for(state="hidden")
    running.idle()
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 0; }")
    running.command("notebook:run-cell")
    page.get_by_text("1 run interrupted").wait_for(timeout=30_000)


STEERED = """%%track steered
for epoch in range(2000):
    lr = nbtrack.live("lr", 0.1)
    loss = 5.0 if lr > 0.05 else 1.0 + lr
    time.sleep(0.02)
print("after the loop")"""


def test_an_alert_is_on_the_card_and_a_live_value_is_changed_there(open_notebook):
    first = '%load_ext nbtrack\nimport nbtrack, time\nnbtrack.set_experiment("steered")\nnbtrack.alert_rule("loss plateaus for 20")'
    notebook = open_notebook([first, STEERED], run=False)
    notebook.start_all()
    page = notebook.page
    card = page.locator(".nbt-card")
    card.get_by_role("button", name="Stop").wait_for(timeout=30_000)
    card.get_by_text("loss plateaus for 20").wait_for(timeout=30_000)
    field = card.get_by_label("lr", exact=True)
    assert field.input_value() == "0.1"
    field.fill("0.01")
    field.press("Enter")
    page.wait_for_function("() => document.querySelector('.nbt-card').innerText.includes('1.01')")
    card.get_by_role("button", name="Stop").click()
    page.wait_for_selector("text=after the loop", timeout=10_000)
    notebook.idle()
    assert "loss plateaus for 20" in page.locator(".nbtrack-card").inner_text()
    assert notebook.faults == []


SWEPT = """%%track swept --grid lr=1,2,3
lr = 0
for epoch in range(5000 if lr == 1 else 2):
    loss = lr / (epoch + 1)
    time.sleep(0.02)"""


def test_a_trial_is_skipped_in_the_table_of_its_sweep(open_notebook):
    notebook = open_notebook(["%load_ext nbtrack\nimport time", SWEPT], run=False)
    notebook.start_all()
    page = notebook.page
    page.locator(".nbt-row", has_text="lr=1").filter(has_text="running").click(timeout=60_000)
    page.get_by_role("button", name="Skip").click()
    notebook.idle()
    assert "3 trials: 2 finished, 1 stopped" in page.locator(".jp-OutputArea").last.inner_text()
    killed = page.locator(".nbt-row", has_text="Killed").locator(".nbt-name").all_inner_texts()
    assert [each.strip() for each in killed] == ["lr=1"]
    assert page.get_by_role("button", name="Skip").count() == 0
    assert notebook.faults == []
