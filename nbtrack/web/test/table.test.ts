import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RowCache } from "../src/table/rowLoader.ts";
import { columnsWithin, sameColumns, viewColumns } from "../src/table/columns.ts";
import { added, moved } from "../src/table/columnMenus.ts";
import { completion, written } from "../src/table/completer.ts";
import { written as counted } from "../src/table/toolbar.ts";
import { fitting } from "../src/table/overflowLine.ts";
import { changed, nextSort, placeIn } from "../src/table/head.ts";
import { commandOf } from "../src/table/gridInput.ts";
import { gestureOf, joined, MOST_AT_ONCE, span, toggled } from "../src/table/selection.ts";
import type { Column, Row, Sort } from "../src/table/types.ts";
import { rowsInView, rowsPerScreen, scrollToShow } from "../src/table/scroller.ts";

const rows = (from: number, to: number): Row[] =>
  Array.from({ length: to - from }, (_, i) => ({ id: `r${from + i}`, v: [] }));

describe("the window of rows", () => {
  const view = { scrollTop: 280, height: 100, rowHeight: 28 };

  it("holds what is in sight, also in part", () => {
    assert.deepEqual(rowsInView(view, 1000), { first: 10, end: 14 });
  });

  it("does not reach beyond the table", () => {
    assert.deepEqual(rowsInView(view, 1000, 20), { first: 0, end: 34 });
    assert.deepEqual(rowsInView(view, 12, 20), { first: 0, end: 12 });
    assert.deepEqual(rowsInView(view, 0), { first: 0, end: 0 });
  });

  it("scrolls as little as it must", () => {
    assert.equal(scrollToShow(11, view), 280);
    assert.equal(scrollToShow(9, view), 252);
    assert.equal(scrollToShow(20, view), 20 * 28 + 28 - 100);
    assert.equal(rowsPerScreen(view), 2);
  });
});

describe("the cache of rows", () => {
  it("asks for a page from the first missing row", () => {
    const cache = new RowCache();
    cache.begin(1000, rows(0, 60), false);
    assert.equal(cache.missing({ first: 0, end: 60 }, 60), null);
    assert.deepEqual(cache.missing({ first: 30, end: 90 }, 60), { first: 60, end: 120 });
    assert.deepEqual(cache.missing({ first: 970, end: 1000 }, 60), { first: 940, end: 1000 });
  });

  it("keeps old rows on show until new ones have come", () => {
    const cache = new RowCache();
    cache.begin(100, rows(0, 60), false);
    cache.add(1, 60, rows(60, 100));
    cache.begin(90, rows(0, 60), true);
    assert.equal(cache.at(70)?.id, "r70");
    assert.equal(cache.at(95), undefined);
    assert.deepEqual(cache.missing({ first: 70, end: 80 }, 60), { first: 70, end: 90 });
    cache.begin(90, rows(0, 60), false);
    assert.equal(cache.at(70), undefined);
  });

  it("takes no rows of another version", () => {
    const cache = new RowCache();
    cache.begin(100, [], false);
    assert.equal(cache.add(0, 0, rows(0, 10)), false);
    assert.deepEqual(cache.loaded({ first: 0, end: 10 }), []);
  });
});

describe("the selection", () => {
  it("toggles and joins without repeats", () => {
    assert.deepEqual(toggled(["a", "b"], "a"), ["b"]);
    assert.deepEqual(toggled(["b"], "a"), ["b", "a"]);
    assert.deepEqual(joined(["a", "b"], ["b", "c"]), ["a", "b", "c"]);
  });

  it("spans both ways and stops at the limit, nearest to the anchor", () => {
    assert.deepEqual(span(5, 8), { first: 5, end: 9 });
    assert.deepEqual(span(8, 5), { first: 5, end: 9 });
    assert.deepEqual(span(0, 9999), { first: 0, end: MOST_AT_ONCE });
    assert.deepEqual(span(9999, 0), { first: 9999 - MOST_AT_ONCE + 1, end: 10_000 });
  });

  it("reads the keys held with a click", () => {
    const held = { shiftKey: false, ctrlKey: false, metaKey: false };
    assert.equal(gestureOf(held), "only");
    assert.equal(gestureOf({ ...held, metaKey: true }), "toggle");
    assert.equal(gestureOf({ ...held, shiftKey: true }), "extend");
    assert.equal(gestureOf({ ...held, shiftKey: true, ctrlKey: true }), "add");
  });
});

describe("the order", () => {
  const loss: Column = { id: "metrics.loss", label: "loss", kind: "number", group: "metric" };
  const name: Column = { id: "name", label: "Name", kind: "name", group: "run" };

  it("goes from natural to reverse to none", () => {
    const first = nextSort([], loss, false);
    assert.deepEqual(first, [["metrics.loss", "desc"]]);
    const second = nextSort(first, loss, false);
    assert.deepEqual(second, [["metrics.loss", "asc"]]);
    assert.deepEqual(nextSort(second, loss, false), []);
    assert.deepEqual(nextSort([], name, false), [["name", "asc"]]);
  });

  it("adds, turns and removes one column among others", () => {
    const both = nextSort([["metrics.loss", "desc"]], name, true);
    assert.deepEqual(both, [["metrics.loss", "desc"], ["name", "asc"]]);
    assert.deepEqual(nextSort(both, loss, true), [["metrics.loss", "asc"], ["name", "asc"]]);
    const reversed: Sort = [["metrics.loss", "asc"], ["name", "asc"]];
    assert.deepEqual(nextSort(reversed, loss, true), [["name", "asc"]]);
  });

  it("says which place a column has", () => {
    assert.deepEqual(placeIn([["name", "asc"]], "name"), { direction: "asc", rank: 0 });
    assert.deepEqual(placeIn([["a", "asc"], ["name", "desc"]], "name"), {
      direction: "desc",
      rank: 2,
    });
    assert.equal(placeIn([], "name"), null);
  });
});

describe("keys in the grid", () => {
  const press = (key: string, held: object = {}) =>
    commandOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

  it("move, pick and select", () => {
    assert.deepEqual(press("ArrowDown"), { kind: "move", by: 1, extend: false });
    assert.deepEqual(press("End", { shiftKey: true }), { kind: "edge", last: true, extend: true });
    assert.deepEqual(press(" "), { kind: "toggle" });
    assert.deepEqual(press("a", { metaKey: true }), { kind: "all" });
    assert.deepEqual(press("ArrowDown", { altKey: true }), { kind: "menu" });
  });

  it("leave everything else to the browser", () => {
    assert.equal(press("a"), null);
    assert.equal(press("c", { ctrlKey: true }), null);
    assert.equal(press("ArrowUp", { altKey: true }), null);
    assert.equal(press("toString"), null);
  });
});

describe("the columns", () => {
  const columns: Column[] = [
    { id: "name", label: "Name", kind: "name", group: "run" },
    { id: "metrics.acc", label: "acc", kind: "number", group: "metric" },
  ];
  const measure = (text: string): number => text.length * 8;

  it("grow with what they hold, and never shrink", () => {
    const [, acc] = viewColumns(columns, measure);
    const before = acc!.width;
    acc!.learn([{ id: "1", v: ["a", 123456789] }]);
    const wide = acc!.width;
    acc!.learn([{ id: "2", v: ["a", 1] }]);
    assert.ok(wide > before);
    assert.equal(acc!.width, wide);
    assert.equal(acc!.startsGroup, true);
  });

  it("have room for the word that says which value they show", () => {
    const acc: Column = { id: "metrics.accuracy", label: "accuracy", kind: "number", group: "metric" };
    const widths = [acc, { ...acc, reading: "max" as const }].map((column) => viewColumns([column], measure)[0]!.width);
    assert.ok(widths[1]! >= widths[0]! + measure("max"));
    assert.equal(sameColumns([acc], [{ ...acc, low: 1 }]), true);
    assert.equal(sameColumns([acc], [{ ...acc, reading: "max" }]), false);
  });

  it("are drawn first as far as there is room, the one at the edge too", () => {
    const views = viewColumns(columns, measure);
    const [name, acc] = views.map(({ width }) => width);
    assert.equal(columnsWithin(views, name! - 1), 1);
    assert.equal(columnsWithin(views, name! + 1), 2);
    assert.equal(columnsWithin(views, name! + acc! + 500), 2);
    assert.equal(columnsWithin([], 100), 0);
  });
});

describe("the completion of keys", () => {
  const columns = ["params.lr", "metrics.loss", "metrics.val loss", "metrics.a`b", "attributes.status"].map(
    (id): Column => ({ id, label: id, kind: "text", group: "run" }),
  );
  const after = (text: string) => completion(text, text.length, columns).texts;

  it("offers keys by what they begin with, by their name, and by what they hold", () => {
    assert.deepEqual(after("metrics.l"), ["metrics.loss"]);
    assert.deepEqual(after("loss"), ["metrics.loss", "metrics.`val loss`"]);
    assert.deepEqual(after("metrics.acc > 1 and stat"), ["attributes.status"]);
  });

  it("offers every key where one is due", () => {
    assert.equal(after("").length, columns.length);
    assert.equal(after("metrics.loss < 1 and ").length, columns.length);
  });

  it("writes a key whose title leaves a container out as that title, unless another is called so", () => {
    const column = (id: string, label: string): Column => ({ id, label, kind: "number", group: "metric" });
    const doubled = [column("metrics.metrics.acc", "acc"), column("params.params.lr", "lr"), column("params.lr", "lr"), column("metrics.val.acc", "val.acc")];
    assert.deepEqual(completion("", 0, doubled).texts, ["metrics.acc", "params.params.lr", "params.lr", "metrics.val.acc"]);
  });

  it("offers dates where a time is compared", () => {
    const now = Date.UTC(2026, 10, 30, 12);
    const dates = (text: string) => completion(text, text.length, columns, now);
    assert.deepEqual(dates("started > ").texts, ["'2026-11-30'", "'2026-11-29'", "'2026-11-23'", "'2026-10-31'"]);
    assert.deepEqual(dates("metrics.loss < 1 and attributes.start_time >= '2026-11-2"), { start: 46, texts: ["'2026-11-29'", "'2026-11-23'"], hints: ["yesterday", "a week ago"] });
    assert.deepEqual(dates("params.lr > ").texts, []);
  });

  it("writes keys as a filter reads them", () => {
    assert.equal(written("metrics.val loss"), "metrics.`val loss`");
    assert.equal(written("metrics.a`b"), 'metrics."a`b"');
    assert.equal(written("params.a.b-c"), "params.a.b-c");
  });

  it("keeps silent where an operator or a value is due", () => {
    assert.deepEqual(after("metrics.loss l"), []);
    assert.deepEqual(after("params.lr = l"), []);
    assert.deepEqual(after("metrics.loss < 1 and (l"), ["params.lr", "metrics.loss", "metrics.`val loss`"]);
    assert.deepEqual(after("NOT stat"), ["attributes.status"]);
  });

  it("keeps silent in texts, after numbers and for what is whole", () => {
    assert.deepEqual(after("params.x = 'los"), []);
    assert.deepEqual(after("params.x = 1"), []);
    assert.deepEqual(after("params.lr"), []);
  });
});

describe("a line of controls", () => {
  it("leaves room for the button of those that do not fit", () => {
    assert.equal(fitting([50, 50, 50], 162, 30), 3);
    assert.equal(fitting([50, 50, 50], 161, 30), 2);
    assert.equal(fitting([50, 50, 50], 100, 30), 1);
    assert.equal(fitting([50, 0, 50], 106, 30), 3);
    assert.equal(fitting([50, 50], 20, 30), 0);
  });
});

describe("chosen columns", () => {
  it("move, and stay at the ends", () => {
    assert.deepEqual(moved(["a", "b", "c"], "b", -1), ["b", "a", "c"]);
    assert.deepEqual(moved(["a", "b", "c"], "b", 1), ["a", "c", "b"]);
    assert.deepEqual(moved(["a", "b"], "a", -1), ["a", "b"]);
    assert.deepEqual(moved(["a"], "gone", 1), ["a"]);
  });

  it("are added behind the last of their group", () => {
    const shown = ["attributes.status", "params.lr", "params.a.b", "metrics.loss"];
    assert.deepEqual(added(shown, "params.seed"), [...shown.slice(0, 3), "params.seed", "metrics.loss"]);
    assert.deepEqual(added(shown, "metrics.acc"), [...shown, "metrics.acc"]);
    assert.deepEqual(added(shown, "tags.team"), [...shown, "tags.team"]);
  });

  it("keep what is unusual only", () => {
    assert.deepEqual(changed({ loss: "best" }, "acc", "max", "last"), { loss: "best", acc: "max" });
    assert.deepEqual(changed({ loss: "best" }, "loss", "last", "last"), {});
  });
});

describe("the counter", () => {
  it("says how many of the runs are selected, and no more than it knows", () => {
    assert.equal(counted(8, 0, 0), "8 runs");
    assert.equal(counted(8, 1, 1), "1 of 8 selected");
    assert.equal(counted(8, 2, 1), "8 runs · 2 selected");
    assert.equal(counted(1, 3, 0), "1 run · 3 selected");
    assert.equal(counted(1_234_567, 0, 0, true), "≈ 1,200,000 runs");
    assert.equal(counted(1_234_567, 2, 2, true), "≈ 1,200,000 runs · 2 selected");
  });
});
