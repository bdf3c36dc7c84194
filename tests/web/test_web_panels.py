"""The built panels in a browser, over a model that stands in for the kernel's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def show_table(page: Page, total: int) -> None:
    page.evaluate("total => showTable(total)", total)
    page.wait_for_selector(".nbt-word" if total else ".nbt-empty")


def show_chart(page: Page) -> None:
    page.evaluate("showChart()")
    page.wait_for_selector(".nbt-plot canvas")


def selected(page: Page) -> list[str]:
    page.wait_for_timeout(100)
    found: list[str] = page.evaluate("model.get('selected')")
    return found


def test_text_of_the_store_stays_text(page: Page) -> None:
    show_table(page, 12)
    assert page.locator(".nbtrack img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert "<img src=x" in page.locator(".nbt-row .nbt-name").nth(1).inner_text()


@pytest.mark.parametrize("width", [420, 600, 1600])
@pytest.mark.parametrize("panel", ["table", "chart"])
def test_the_page_never_scrolls_sideways(page: Page, panel: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    if panel == "table":
        show_table(page, 100)
    else:
        show_chart(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_rows_far_down_are_asked_for(page: Page) -> None:
    show_table(page, 10_000)
    page.evaluate("document.querySelector('.nbt-grid').scrollTop = 28 * 5000")
    page.wait_for_selector("text=run-5003")
    asked = page.evaluate("model.sent.map((each) => each.arguments.limit)")
    assert 1 <= len(asked) <= 3
    assert max(asked) <= 60
    assert page.locator(".nbt-row").count() < 60


def test_keys_and_clicks_select(page: Page) -> None:
    show_table(page, 1_000)
    rows = page.locator(".nbt-row")
    rows.nth(2).click()
    assert selected(page) == ["0002"]
    rows.nth(4).click(modifiers=["Shift"])
    assert selected(page) == ["0002", "0003", "0004"]
    rows.nth(3).click(modifiers=["Control"])
    assert selected(page) == ["0002", "0004"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    assert selected(page) == ["0004", "0005"]
    page.keyboard.press("Control+a")
    page.wait_for_function("model.get('selected').length === 200")
    page.keyboard.press("Escape")
    assert selected(page) == []


def test_headers_sort(page: Page) -> None:
    show_table(page, 12)
    page.locator(".nbt-head .nbt-cell").last.click()
    page.locator(".nbt-head .nbt-cell").first.click(modifiers=["Shift"])
    assert page.evaluate("model.get('sort')") == [["metrics.acc", "desc"], ["name", "asc"]]
    assert page.locator("[aria-sort=descending]").count() == 1


def test_a_filter_is_applied_after_a_pause_and_its_error_stands_under_the_letter(
    page: Page,
) -> None:
    show_table(page, 12)
    page.fill(".nbt-filter .nbt-input", "metrics.acc >> 1")
    page.wait_for_function("model.get('filter') === 'metrics.acc >> 1'")
    top = page.locator(".nbt-grid").bounding_box()
    page.evaluate('model.put({ error: { message: "expected a value", column: 13 } })')
    assert page.locator("[role=alert]").inner_text() == "expected a value"
    assert page.locator(".nbt-grid").bounding_box() == top
    page.locator(".nbt-filter .nbt-input").press("Escape")
    assert page.evaluate("model.get('filter')") == ""
    assert not page.locator("[role=alert]").is_visible()


@pytest.mark.parametrize("width", [350, 420, 500, 600, 1100])
@pytest.mark.parametrize("said", ["no", "expected text in quotes, such as 'text', found '>', and so on, and on. " * 4])
def test_an_error_of_any_length_stays_in_the_panel_and_points_at_its_column(page: Page, width: int, said: str) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    show_table(page, 12)
    page.fill(".nbt-filter .nbt-input", "metrics.acc >> 1")
    page.wait_for_function("model.get('filter') === 'metrics.acc >> 1'")
    for column in (0, 12):
        page.evaluate("([message, column]) => model.put({ error: { message, column } })", [said, column])
        box, panel = (page.locator(each).bounding_box() for each in ("[role=alert]", ".nbt-table"))
        assert box
        assert panel
        assert box["x"] >= panel["x"]
        assert box["x"] + box["width"] <= panel["x"] + panel["width"]
        assert page.locator("[role=alert]").evaluate("e => e.scrollWidth <= e.clientWidth + 1")
        caret, field = (page.locator(each).bounding_box() for each in (".nbt-caret", ".nbt-filter .nbt-input"))
        assert caret
        assert field
        assert caret["x"] + caret["width"] <= box["x"] + box["width"] + 1
        letter = page.evaluate(
            """column => {
              const input = document.querySelector(".nbt-filter .nbt-input");
              const pen = document.createElement("canvas").getContext("2d");
              const { font, paddingLeft } = getComputedStyle(input);
              pen.font = font;
              return parseFloat(paddingLeft) + pen.measureText(input.value.slice(0, column)).width - input.scrollLeft;
            }""",
            column,
        )
        assert caret["x"] - field["x"] == pytest.approx(min(letter, field["width"] - 8), abs=4)


def test_what_is_wrong_beside_the_filter_is_told_without_a_caret(page: Page) -> None:
    show_table(page, 12)
    page.evaluate("""model.put({ error: { message: "can't sort by it", column: null, filter: "" } })""")
    assert page.locator("[role=alert]").inner_text() == "can't sort by it"
    assert not page.locator(".nbt-caret").is_visible()
    assert page.locator(".nbt-filter .nbt-input").get_attribute("aria-invalid") == "false"


def test_live_rows_do_not_move_the_table(page: Page) -> None:
    show_table(page, 1_000)
    page.evaluate("document.querySelector('.nbt-grid').scrollTop = 28 * 300")
    page.wait_for_selector("text=run-303")
    page.evaluate("model.put({ page: { ...model.get('page'), version: 2 } })")
    assert page.locator("text=run-303").is_visible()
    assert page.evaluate("document.querySelector('.nbt-grid').scrollTop") == 28 * 300


def test_an_empty_table_says_what_to_do(page: Page) -> None:
    show_table(page, 0)
    assert page.locator(".nbt-empty").inner_text() == "No runs yet"


@pytest.mark.parametrize("panel", ["table", "chart"])
def test_a_dead_kernel_is_told_and_the_panel_stays(page: Page, panel: str) -> None:
    if panel == "table":
        show_table(page, 12)
    else:
        show_chart(page)
    page.evaluate("model.fire('comm_live_update')")
    assert page.locator(".nbt-notice").inner_text() == "Kernel gone: showing the last data"
    assert page.locator(".nbt-toolbar input:disabled").count() >= 1
    assert page.locator(".nbt-row, canvas").first.is_visible()


@pytest.mark.parametrize("panel", ["table", "chart"])
def test_keys_do_not_reach_the_notebook(page: Page, panel: str) -> None:
    if panel == "table":
        show_table(page, 12)
    else:
        show_chart(page)
    page.evaluate("document.body.addEventListener('keydown', () => { window.leaked = true })")
    focusable = page.locator(".nbt-grid, .nbt-canvas").first
    focusable.focus()
    page.keyboard.press("d")
    assert page.evaluate("window.leaked") is None
    assert focusable.get_attribute("data-lm-suppress-shortcuts") == "true"


@pytest.mark.parametrize("panel", ["table", "chart"])
def test_nothing_stays_when_the_panel_goes(page: Page, panel: str) -> None:
    if panel == "table":
        show_table(page, 12)
    else:
        show_chart(page)
    rule = "[...document.querySelectorAll('style')].some(s => s.textContent.includes('nbtrack'))"
    assert page.evaluate(rule)
    page.evaluate("dispose()")
    assert page.locator(".nbtrack").count() == 0
    assert not page.evaluate(rule)
    assert page.evaluate("[...model.handlers.values()].every((all) => all.size === 0)")


def test_a_drag_asks_for_finer_points_and_a_double_click_ends_it(page: Page) -> None:
    show_chart(page)
    box = page.locator(".u-over").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    page.mouse.up()
    page.wait_for_function("model.sent.length === 1")
    asked = page.evaluate("model.sent[0].arguments")
    assert asked["x0"] == pytest.approx(250, abs=10)
    assert asked["x1"] == pytest.approx(500, abs=10)
    page.mouse.dblclick(box["x"] + 20, middle)
    page.wait_for_function("model.sent.length === 2")
    assert page.evaluate("model.sent[1].arguments.x0") is None


def test_the_readout_tells_each_run_once_highest_first(page: Page) -> None:
    show_chart(page)
    box = page.locator(".u-over").first.bounding_box()
    assert box is not None
    before = page.locator(".nbt-chart").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.move(box["x"] + 50, box["y"] + 40)
    page.wait_for_selector(".nbt-tooltip:visible")
    names = page.locator(".nbt-reading .nbt-ellipsis").all_inner_texts()
    assert [name[:5] for name in names] == ["run-2", "run-1", "<img "]
    assert page.locator(".nbt-chart").bounding_box() == before


def test_the_legend_hides_and_isolates(page: Page) -> None:
    show_chart(page)
    chips = page.locator(".nbt-chip")

    def shown() -> list[str | None]:
        page.wait_for_timeout(100)
        return [chip.get_attribute("aria-pressed") for chip in chips.all()]

    chips.nth(0).click()
    assert shown() == ["false", "true", "true"]
    chips.nth(2).click(modifiers=["Alt"])
    assert shown() == ["false", "false", "true"]
    chips.nth(2).dblclick()
    assert shown() == ["true", "true", "true"]


def test_pushed_points_are_drawn_at_most_four_times_a_second(page: Page) -> None:
    show_chart(page)
    drawn, seconds = page.evaluate(
        """async () => {
          const { prototype } = CanvasRenderingContext2D;
          const { clearRect } = prototype;
          const canvases = document.querySelectorAll("canvas").length;
          let cleared = 0;
          prototype.clearRect = function (...box) { cleared++; clearRect.apply(this, box); };
          const began = performance.now();
          for (let i = 0; i < 100; i++) {
            pushPoint("a1", "loss", 1001 + i, 1);
            await new Promise((done) => setTimeout(done, 10));
          }
          prototype.clearRect = clearRect;
          return [cleared / canvases, (performance.now() - began) / 1000];
        }"""
    )
    at_once, at_the_end = 2, 1
    assert 1 <= drawn <= 4 * seconds + at_once + at_the_end


def test_columns_are_chosen_and_moved(page: Page) -> None:
    show_table(page, 12)
    page.click("button:has-text('Columns')")
    menu = page.locator(".nbt-menu:popover-open")
    menu.locator(".nbt-choice >> text=metrics.acc").wait_for()
    menu.locator("input[value=status]").uncheck()
    assert page.evaluate("model.get('columns')") == ["name", "time", "duration", "params.lr", "metrics.acc"]
    menu.locator("button[value=duration][data-by='-1']").click()
    assert page.evaluate("model.get('columns')") == ["name", "duration", "time", "params.lr", "metrics.acc"]
    menu.locator("text=Show differing columns").click()
    assert page.evaluate("model.get('columns')") == []


def test_columns_that_are_not_shown_are_counted_on_a_button_that_opens_the_chooser(page: Page) -> None:
    show_table(page, 12)
    page.click("button:has-text('+2 columns')")
    page.locator(".nbt-menu:popover-open >> text=metrics.acc").wait_for()


MANY_KEYS = """kind => {
  const keys = Array.from({ length: 60 }, (_, i) => `key${i}`);
  const columns = keys.map((key) => ({ id: `params.${key}`, label: key, kind: "number", group: "param" }));
  if (kind === "chart") model.put({ available: keys });
  else model.answer = () => ({ result: { columns } });
}"""


@pytest.mark.parametrize("kind", ["table", "chart"])
def test_nothing_shows_through_around_the_search_box_of_a_menu(page: Page, kind: str) -> None:
    show_table(page, 12) if kind == "table" else show_chart(page)
    page.evaluate(MANY_KEYS, kind)
    page.click("button:has-text('Columns')" if kind == "table" else "button:has-text('metrics')")
    menu = page.locator(".nbt-menu:popover-open")
    menu.get_by_text("key50").wait_for()
    box, frame = menu.locator(".nbt-input").first.bounding_box(), menu.bounding_box()
    assert box
    assert frame
    left, top = frame["x"] + 1, frame["y"] + 1
    above = {"x": left, "y": top, "width": frame["width"] - 20, "height": box["y"] + box["height"] - top}
    before = page.screenshot(clip=above, caret="hide")
    menu.evaluate("menu => { menu.scrollTop = 317; }")
    assert menu.evaluate("menu => menu.scrollTop") == 317
    assert page.screenshot(clip=above, caret="hide") == before


def test_rows_further_down_are_asked_for_with_the_columns_that_are_shown(page: Page) -> None:
    show_table(page, 900)
    page.evaluate("document.querySelector('.nbt-grid').scrollTop = 20000")
    page.wait_for_function("model.sent.at(-1)?.arguments.offset > 600")
    asked = page.evaluate("model.sent.at(-1).arguments.columns")
    assert asked == ["name", "status", "time", "duration", "params.lr", "metrics.acc"]


def test_a_column_is_added_behind_the_last_of_its_group(page: Page) -> None:
    show_table(page, 12)
    page.evaluate("model.put({ columns: ['attributes.status', 'metrics.acc', 'tags.team'] })")
    page.evaluate(
        """() => {
          const { answer } = model;
          const loss = { id: "metrics.loss", label: "loss", kind: "number", group: "metric" };
          model.answer = (args, endpoint) => {
            const given = answer(args, endpoint);
            return endpoint === "nbtrack/runs/table/columns" ? { result: { columns: [...given.result.columns, loss] } } : given;
          };
        }"""
    )
    page.click("button:has-text('Columns')")
    page.locator(".nbt-menu:popover-open input[value='metrics.loss']").check()
    assert page.evaluate("model.get('columns')") == ["attributes.status", "metrics.acc", "metrics.loss", "tags.team"]


def test_a_tag_is_set_by_enter_and_the_fields_begin_empty(page: Page) -> None:
    show_table(page, 12)
    page.locator(".nbt-row").nth(2).click()
    page.click("button:has-text('Tag')")
    menu = page.locator(".nbt-menu:popover-open")
    menu.get_by_label("Key").fill("team")
    menu.get_by_label("Value").fill("a")
    menu.get_by_label("Value").press("Enter")
    page.wait_for_function("model.sent.at(-1).endpoint === 'nbtrack/runs/update'")
    tagged = {"run_ids": ["0002"], "tags": [{"key": "team", "value": "a"}]}
    assert page.evaluate("model.sent.at(-1).arguments") == tagged
    assert menu.count() == 0
    page.click("button:has-text('Tag')")
    assert [menu.get_by_label(each).input_value() for each in ("Key", "Value")] == ["", ""]


def test_a_double_click_marks_no_text_and_a_drag_does(page: Page) -> None:
    show_table(page, 12)
    cell = page.locator(".nbt-row").nth(3).locator(".nbt-cell").first
    marked = "getSelection().toString()"
    cell.locator(".nbt-ellipsis").dblclick()
    assert page.evaluate(marked) == ""
    assert selected(page) == ["0003"]
    box = cell.locator(".nbt-ellipsis").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 1, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, middle, steps=4)
    page.mouse.up()
    assert page.evaluate(marked).strip() == "run-3"


def test_keys_of_a_filter_are_completed(page: Page) -> None:
    show_table(page, 12)
    box = page.locator(".nbt-filter .nbt-input")
    box.focus()
    page.wait_for_function("model.sent.some(({ endpoint }) => endpoint === 'nbtrack/runs/table/columns')")
    box.press_sequentially("acc")
    page.wait_for_selector("[role=option] >> text=metrics.acc")
    box.press("Tab")
    assert box.input_value() == "metrics.acc "
    assert page.locator("[role=option]:visible").count() == 0
    box.press_sequentially("> 0.5 and params.zzz")
    assert page.locator("[role=option]:visible").count() == 0


def test_keys_are_proposed_in_an_empty_filter_and_a_word_that_is_completed_is_not_applied(page: Page) -> None:
    show_table(page, 12)
    box = page.locator(".nbt-filter .nbt-input")
    box.focus()
    page.wait_for_selector("[role=option] >> text=metrics.acc")
    page.clock.install()
    box.press_sequentially("me")
    page.clock.run_for(5000)
    assert page.evaluate("model.get('filter')") == ""
    box.press("Enter")
    assert page.evaluate("model.get('filter')") == "me"
    assert page.locator("[role=option]:visible").count() == 0


def test_what_is_wrong_with_the_last_word_is_said_once_the_typing_has_ended(page: Page) -> None:
    show_table(page, 12)
    page.clock.install()
    box = page.locator(".nbt-filter .nbt-input")
    box.press_sequentially("metrics.acc >")
    page.clock.run_for(600)
    page.evaluate("""model.put({ error: { message: "expected a number", column: 13, filter: "metrics.acc >" } })""")
    assert not page.locator("[role=alert]").is_visible()
    page.clock.run_for(1500)
    assert page.locator("[role=alert]").is_visible()


def test_an_empty_result_keeps_its_height_and_is_left_by_a_button(page: Page) -> None:
    show_table(page, 40)
    before = page.locator(".nbt-grid").bounding_box()
    page.evaluate(
        """model.put({ filter: "nothing" });
        model.put({ page: { ...model.get("page"), total: 0, runs: 0, rows: [], empty: "No run matches this filter." } })"""
    )
    page.wait_for_selector("text=No run matches")
    assert page.locator(".nbt-grid").bounding_box() == before
    page.click("button:has-text('Clear filter')")
    assert page.evaluate("model.get('filter')") == ""


@pytest.mark.parametrize("width", [360, 480, 900])
def test_actions_appear_with_a_selection_and_have_room_in_a_menu(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 600})
    show_table(page, 12)
    buttons = page.locator(".nbt-actions button")
    assert [each.inner_text() for each in buttons.all() if each.is_visible()] == ["Export"]
    page.locator(".nbt-row").nth(1).click()
    panel, line = (page.locator(each).bounding_box() for each in (".nbt-table", ".nbt-foot"))
    assert line["height"] < 40
    for each in buttons.all():
        if each.is_visible():
            box = each.bounding_box()
            assert panel["x"] <= box["x"]
            assert box["x"] + box["width"] <= panel["x"] + panel["width"]
    if width < 900:
        page.click("button[title='More actions']")
    page.click(".nbt-actions button:has-text('Rename')")
    page.get_by_label("New name").fill("other")
    page.get_by_label("New name").press("Enter")
    page.wait_for_function("model.sent.some(({ arguments: { run_name } }) => run_name === 'other')")


def test_deleted_runs_leave_the_selection_and_come_back_with_undo(page: Page) -> None:
    show_table(page, 12)
    page.locator(".nbt-row").nth(2).click()
    page.click(".nbt-actions button:text-is('Delete')")
    page.wait_for_function("model.get('selected').length === 0")
    page.wait_for_selector("button:focus >> text=Undo")
    page.keyboard.press("Enter")
    page.wait_for_function("model.get('selected').join() === '0002'")


def test_a_long_heading_is_whole_where_there_is_room(page: Page) -> None:
    label = "RandomForestClassifier_n_estimators"
    shown = "[...document.querySelectorAll('.nbt-head .nbt-label')].find(e => e.textContent.startsWith('Random'))"
    page.set_viewport_size({"width": 1300, "height": 600})
    show_table(page, 12)
    page.evaluate(
        """label => {
          const old = model.get("page");
          const columns = old.columns.map((each) => (each.id === "params.lr" ? { ...each, label } : each));
          model.put({ page: { ...old, columns } });
        }""",
        label,
    )
    page.wait_for_function(f"{shown}.scrollWidth <= {shown}.clientWidth")
    page.set_viewport_size({"width": 700, "height": 600})
    page.wait_for_function(f"{shown}.scrollWidth > {shown}.clientWidth")


def test_groups_fold_by_click_and_by_key(page: Page) -> None:
    show_table(page, 12)
    page.evaluate(
        """() => {
          const old = model.get("page");
          const v = [null, null, null, null, null, "0.85 ± 0.02, best 0.88"];
          const heading = { id: "", v, label: "lr = 0.1", key: "group:0.1", runs: 2 };
          const rows = [heading, { ...old.rows[0], depth: 1 }, { ...old.rows[1], depth: 1 }];
          model.put({ page: { ...old, version: 2, rows, total: 3 }, group: "params.lr" });
        }"""
    )
    heading = page.locator(".nbt-row.nbt-heading")
    assert heading.locator(".nbt-name").inner_text().split() == ["▾", "lr", "=", "0.1", "2"]
    summary = heading.locator(".nbt-number").last
    assert summary.inner_text() == "0.85 ± 0.02, best 0.88"
    assert summary.evaluate("e => e.scrollWidth <= e.clientWidth")
    heading.click()
    assert page.evaluate("model.get('closed')") == ["group:0.1"]
    assert selected(page) == []
    page.locator(".nbt-grid").press("ArrowLeft")
    assert page.evaluate("model.get('closed')") == []
    page.keyboard.press("Control+a")
    page.wait_for_function("model.get('selected').length === 2")


def test_a_column_of_numbers_can_be_marked_and_show_its_best(page: Page) -> None:
    show_table(page, 12)
    head = page.locator(".nbt-head .nbt-cell").last
    head.hover()
    head.locator(".nbt-head-menu").click()
    page.click(".nbt-menu:popover-open >> text=Best value")
    assert page.evaluate("model.get('values')") == {"metrics.acc": "best"}
    head.hover()
    head.locator(".nbt-head-menu").click()
    page.click(".nbt-menu:popover-open >> text=Bars")
    assert page.evaluate("model.get('marks')") == {"metrics.acc": "bars"}
    assert page.evaluate("model.get('sort')") == []
    page.locator(".nbt-grid").focus()
    for key in ("Home", "ArrowUp", *["ArrowRight"] * 5, "Alt+ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_function("document.activeElement.type === 'radio'")
    for key in ("ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    assert page.evaluate("model.get('values')") == {"metrics.acc": "min"}


@pytest.mark.parametrize("label", ["acc", "a very long name of a metric that has no room"])
def test_a_head_says_which_value_of_a_metric_is_shown(page: Page, label: str) -> None:
    show_table(page, 12)
    page.evaluate(
        """label => {
          const old = model.get("page");
          const columns = old.columns.map((each) => each.id === "metrics.acc" ? { ...each, label, reading: "max" } : each);
          model.put({ page: { ...old, version: 2, columns }, sort: [["metrics.acc", "desc"]] });
        }""",
        label,
    )
    head = page.locator(".nbt-head .nbt-cell").last
    word = head.get_by_text("max", exact=True)
    box, room, before = (each.bounding_box() for each in (word, head, head.locator(".nbt-label")))
    assert box
    assert room
    assert before
    assert before["x"] + before["width"] <= box["x"]
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    assert head.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert label != "acc" or head.locator(".nbt-label").evaluate("e => e.scrollWidth <= e.clientWidth")
    assert (head.get_attribute("title") or "").startswith("metrics.acc, highest value (max)")


def test_buttons_act_on_the_selection_and_deleting_can_be_undone(page: Page) -> None:
    show_table(page, 12)
    deletes = page.locator(".nbt-actions button:text-is('Delete')")
    assert deletes.count() == 0
    page.locator(".nbt-row").nth(2).click()
    deletes.click()
    page.click(".nbt-actions button:text-is('Undo')")
    page.wait_for_function("model.sent.length >= 2")
    page.click("text=Compare")
    page.click("button:has-text('Tag')")
    menu = page.locator(".nbt-menu:popover-open")
    menu.get_by_label("Key").fill("team")
    menu.get_by_label("Value").fill("<b>")
    menu.locator("text=Set tag").click()
    page.wait_for_function("model.sent.at(-1).arguments.tags")
    sent = [(each["endpoint"], each["arguments"]) for each in page.evaluate("model.sent")]
    assert [each for each in sent if each[0] != "nbtrack/runs/table"] == [
        ("nbtrack/runs/update", {"run_ids": ["0002"], "lifecycle_stage": "deleted"}),
        ("nbtrack/runs/update", {"run_ids": ["0002"], "lifecycle_stage": "active"}),
        ("kernel/open", {"panel": "compare", "run_ids": ["0002"]}),
        ("nbtrack/runs/update", {"run_ids": ["0002"], "tags": [{"key": "team", "value": "<b>"}]}),
    ]
    with page.expect_download() as download:
        page.click("text=Export")
    assert download.value.suggested_filename == "runs.csv"


def test_the_kernel_hears_whether_the_table_is_seen(page: Page) -> None:
    show_table(page, 12)
    page.wait_for_function("model.get('visible') === true")
    page.evaluate("document.body.style.paddingTop = '5000px'")
    page.wait_for_function("model.get('visible') === false")


def test_a_band_is_filled_and_named(page: Page) -> None:
    show_chart(page)
    page.get_by_label("Lines", exact=True).select_option("lr")
    assert page.evaluate("model.get('band')") == "lr"
    before = page.locator("canvas").first.evaluate("canvas => canvas.toDataURL()")
    page.evaluate(
        """() => {
          const xs = [0, 1, 2, 3];
          const values = [...xs, 1, 2, NaN, 1, 0, 1, NaN, 0, 2, 3, NaN, 2];
          const series = [{ run: "band-0", metric: "loss", offset: 0, length: 4, total: 4, spread: 8 }];
          model.put({
            lines: [{ id: "band-0", name: "lr = 0.1" }],
            frame: { version: 2, x: "step", series },
            data: new DataView(Float64Array.from(values).buffer),
          });
        }"""
    )
    page.wait_for_function(
        "before => ![undefined, before].includes(document.querySelector('canvas')?.toDataURL())", arg=before
    )
    assert page.locator(".nbt-legend").inner_text() == "lr = 0.1"


def test_the_cursor_that_the_keyboard_moves_stands_at_a_point_in_every_plot(page: Page) -> None:
    show_chart(page)
    page.evaluate("document.querySelectorAll('.nbt-canvas, .nbt-plot [tabindex]')[0].focus()")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    cursors = page.locator(".u-cursor-x").evaluate_all("all => all.map(each => each.style.transform)")
    assert len(cursors) > 1
    assert len(set(cursors)) == 1
    assert "-10px" not in cursors[0]
    assert "step" in page.locator(".nbt-chart .nbt-spoken").inner_text()
