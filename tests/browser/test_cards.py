"""The links of the cards: what they open while the kernel answers, and that nothing dead is left."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser
TRAIN = """%%track training
rate, epochs = {rate}, 5
for epoch in range(epochs):
    loss = math.exp(-rate * epoch)
note = "<img src=x onerror=alert(1)>"
"""
CELLS = ["%load_ext nbtrack\nimport math, nbtrack", TRAIN.format(rate=0.5)]
SHUT_DOWN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await (panel.sessionContext ?? panel.content.sessionContext).shutdown();
}"""
RESTART = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await (panel.sessionContext ?? panel.content.sessionContext).restartKernel();
}"""
ACTIVATE = """number => {
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = number;
}"""
LINKS = ["Chart", "Compare with last", "Code", "Edit values"]


@pytest.fixture(params=["lab", "notebook"])
def notebook(open_notebook, request):
    """Return a notebook whose cell has run twice, so that its card has all links."""
    opened = open_notebook(CELLS, app=request.param)
    opened.run_all()
    opened.page.locator(".nbt-link", has_text="Compare").wait_for()
    return opened


def link(notebook, name):
    return notebook.page.locator(".nbtrack-card .nbt-links").get_by_role("button", name=name, exact=True)


def section(notebook, name):
    return notebook.page.get_by_role("region", name=name, exact=True)


def test_each_link_opens_below_the_card_and_closes(notebook):
    page = notebook.page
    assert page.locator(".nbt-links button").all_inner_texts() == LINKS
    inside = {
        "Chart": ".nbt-chart canvas",
        "Compare with last": ".nbt-sides",
        "Code": "text=rate, epochs = 0.5, 5",
        "Edit values": "text=rate",
    }
    for name, what in inside.items():
        link(notebook, name).click()
        section(notebook, name).locator(what).first.wait_for()
        assert link(notebook, name).get_attribute("aria-expanded") == "true"
    row = section(notebook, "Edit values").get_by_role("row").filter(has_text="rate")
    assert row.locator("th, td").all_inner_texts() == ["rate", "0.5", "constant assigned on line 2", "×"]
    for name in inside:
        link(notebook, name).click()
        section(notebook, name).wait_for(state="detached")
        assert link(notebook, name).get_attribute("aria-expanded") == "false"
    assert notebook.faults == []


def test_a_dropped_value_leaves_the_run_the_card_and_the_saved_notebook(notebook):
    page = notebook.page
    link(notebook, "Edit values").click()
    found = section(notebook, "Edit values")
    found.get_by_text("<img src=x onerror=alert(1)>").wait_for()
    assert page.locator("img[src=x]").count() == 0
    found.get_by_role("button", name="Drop loss").click()
    found.get_by_role("button", name="Drop loss").wait_for(state="detached")
    page.wait_for_function(
        "() => !document.querySelector('.nbtrack-card > div:not(:last-child) [data-nbtrack-key=loss]')"
    )
    page.wait_for_function("() => document.activeElement?.getAttribute('aria-label')?.startsWith('Drop ')")
    assert found.get_by_role("button").count() == 3, "the list stays open in the card that was drawn anew"
    saved = notebook.save().cells[1].outputs[-1]["data"]["text/html"]
    assert "loss" not in saved
    assert not re.search(r"<button|<script|\son\w+=", saved)
    notebook.run_all()
    page.wait_for_selector(".nbtrack-card >> text=training-3")
    assert page.locator(".nbtrack-card [data-nbtrack-key=loss]").count() == 0, "it is not found again"


USED = "%%track used\nloss = math.exp(-1) / 2\nacc = math.exp(-loss)"


def test_a_value_that_was_not_recorded_is_kept(open_notebook):
    notebook = open_notebook([CELLS[0], USED])
    keep = notebook.page.get_by_role("button", name="Keep loss")
    keep.click()
    keep.wait_for(state="detached")
    notebook.page.locator(".nbtrack-card [data-nbtrack-key=loss]").wait_for()
    saved = notebook.save().cells[1].outputs[-1]["data"]["text/html"]
    assert "Not recorded" not in saved
    assert "<button" not in saved
    notebook.run_all()
    notebook.page.wait_for_selector(".nbtrack-card >> text=used-2")
    assert notebook.page.locator(".nbtrack-card [data-nbtrack-key=loss]").count() == 1, "it is recorded from now on"
    assert notebook.faults == []


def test_links_go_with_the_kernel_and_what_is_open_can_be_closed(notebook):
    page = notebook.page
    link(notebook, "Chart").click()
    section(notebook, "Chart").locator("canvas").first.wait_for()
    link(notebook, "Edit values").click()
    page.evaluate(SHUT_DOWN)
    link(notebook, "Code").wait_for(state="hidden")
    assert page.locator(".nbt-links button:visible").all_inner_texts() == ["Chart"]
    section(notebook, "Edit values").wait_for(state="detached")
    section(notebook, "Chart").locator(".nbt-toolbar").first.hover()
    section(notebook, "Chart").get_by_text("reading the store").wait_for()
    link(notebook, "Chart").click()
    link(notebook, "Chart").wait_for(state="hidden")
    assert page.locator(".nbt-links button:visible").count() == 0


def test_cards_of_an_earlier_kernel_are_served_by_the_next(open_notebook):
    cells = [CELLS[0], "%%track other\nwidth = 3", CELLS[1]]
    notebook = open_notebook(cells)
    page = notebook.page
    page.locator(".nbt-links").nth(1).wait_for()
    page.evaluate(RESTART)
    page.locator(".nbt-link", has_text="Code").first.wait_for(state="hidden")
    for number in (0, 2):
        page.evaluate(ACTIVATE, number)
        notebook.command("notebook:run-cell")
        notebook.idle()
    links = page.locator(".nbtrack-card .nbt-links")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.nbtrack-card')]"
        ".every(card => card.querySelectorAll('.nbt-link:not([hidden])').length > 1)"
    )
    links.first.get_by_role("button", name="Code").click()
    section(notebook, "Code").get_by_text("width = 3").wait_for()


def test_links_are_there_again_after_the_page_was_loaded_anew(open_notebook):
    notebook = open_notebook(CELLS)
    link(notebook, "Code").wait_for()
    notebook.save()
    notebook.page.reload()
    link(notebook, "Chart").click()
    section(notebook, "Chart").locator("canvas").first.wait_for()
    assert notebook.faults == []


def test_an_untrusted_notebook_has_no_links(open_notebook):
    notebook = open_notebook(CELLS)
    link(notebook, "Code").wait_for()
    saved = notebook.save()
    for cell in saved.cells:
        cell.metadata.pop("trusted", None)
        cell.source += "  # not what was signed"
    shown = open_notebook(saved, run=False)
    shown.page.locator(".nbtrack-card", has_text="training").wait_for()
    assert shown.page.locator(".nbtrack-card button").count() == 0
    assert shown.page.locator("[data-nbtrack-run]").count() == 0


STYLES = """table => [table, ...table.querySelectorAll("tr, th, td")].map(each => {
    const style = getComputedStyle(each);
    const row = ["backgroundColor", "borderTop", "borderBottom"];
    const text = ["textAlign", "verticalAlign", "whiteSpace", "padding", "fontSize", "fontWeight", "lineHeight", "color"];
    const of = each.tagName === "TR" ? row : [...row, ...text, "margin", "maxWidth"];
    return [each.tagName, ...of.map(name => style[name])].join(" | ");
})"""


def test_comparison_in_a_card_looks_like_the_one_of_its_own(open_notebook):
    first = CELLS[1].replace("training", "styled")
    notebook = open_notebook([CELLS[0], first, first.replace("0.5", "0.7"), "%compare styled styled-2"])
    link(notebook, "Compare with last").click()
    tables = section(notebook, "Compare with last").locator("table.nbt-sides")
    own = notebook.page.locator("table.nbt-sides:not(.nbtrack-card *)")
    for number in range(2):
        looks = []
        for host in (tables.nth(number), own.nth(number)):
            host.locator("tbody tr").first.hover()
            looks.append(host.evaluate(STYLES))
        assert looks[0] == looks[1]
