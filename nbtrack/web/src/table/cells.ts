// One cell of each kind: an element, and a way to fill it that touches only what changed.

import { h, icon, setAttributes, setText } from "../ui/dom.ts";
import { age, aligned, asNumber, count, duration, moment } from "../ui/format.ts";
import type { Host } from "../ui/panel.ts";
import { toRun } from "../ui/routes.ts";
import { STATUSES } from "../ui/status.ts";
import { colourOf, type Theme } from "../ui/theme.ts";
import { changeText, type ColumnView } from "./columns.ts";
import { marksText, RowMarks } from "./rowMarks.ts";
import type { Column, Row, TableState } from "./types.ts";

/** What a cell needs to know besides its own value. */
export interface CellContext {
  /** The store's clock, now. */
  readonly now: number;
  readonly dot: (runId: string) => string;
  /** Whether names open their runs, and what their links lead to, if to anything. */
  readonly opens: boolean;
  readonly address: (runId: string) => string | null;
  /** When a run that is still running was started, else null. */
  readonly runningSince: (row: Row) => number | null;
}

export interface Cell {
  readonly el: HTMLElement;
  fill(row: Row, context: CellContext): void;
  blank(): void;
  /** The whole value in words, for the tooltip. */
  title(row: Row): string;
}

type Value = string | number | null;

const MISSING = "–";

function cellElement(view: ColumnView, ...children: (Node | string)[]): HTMLElement {
  const classes = ["nbt-cell", `nbt-${view.column.kind}`];
  if (view.startsGroup) classes.push("nbt-group-start");
  return h(
    "div",
    { role: "gridcell", class: classes.join(" "), "aria-colindex": view.index + 1 },
    ...children,
  );
}

function valueIn(row: Row, view: ColumnView): Value {
  return row.v[view.index] ?? null;
}

function markMissing(el: HTMLElement, missing: boolean): void {
  el.classList.toggle("nbt-missing", missing);
}

/** A cell whose value is one line of text; null is missing. */
function lineCell(
  view: ColumnView,
  write: (value: Value, row: Row, context: CellContext) => string | null,
  title: (value: Value) => string = (value) => String(value ?? ""),
): Cell {
  const el = cellElement(view);
  return {
    el,
    fill(row, context) {
      const text = write(valueIn(row, view), row, context);
      markMissing(el, text === null);
      setText(el, text ?? MISSING);
    },
    blank() {
      markMissing(el, false);
      setText(el, "");
    },
    title: (row) => title(valueIn(row, view)),
  };
}

function showLink(name: HTMLElement, run: string, { opens, address }: CellContext): void {
  name.classList.toggle("nbt-open", run !== "" && opens);
  setAttributes(name, { href: run === "" ? null : address(run) });
}

function nameCell(view: ColumnView): Cell {
  const box = h("span", { class: "nbt-box", "aria-hidden": "true" }, icon("M2.5 6.2 5 8.6 9.5 3.6"));
  const dot = h("span", { class: "nbt-dot", "aria-hidden": "true" });
  const fold = h("span", { class: "nbt-fold", "aria-hidden": "true" });
  const text = h("a", { class: "nbt-ellipsis", tabindex: -1 });
  const below = h("span", { class: "nbt-below nbt-faint" });
  const marks = new RowMarks();
  const el = cellElement(view, box, fold, dot, text, below, marks.el);
  return {
    el,
    fill(row, context) {
      const { id, key, label, depth = 0, runs = 0, closed = false } = row;
      box.hidden = dot.hidden = id === "";
      setText(fold, key === undefined ? "" : closed ? "▸" : "▾");
      el.style.setProperty("--nbt-depth", String(depth));
      if (id !== "") dot.style.backgroundColor = context.dot(id);
      showLink(text, id, context);
      setText(text, id === "" ? (label ?? "") : String(valueIn(row, view) ?? id));
      setText(below, runs > 0 ? count(runs) : "");
      marks.show(row);
    },
    blank() {
      dot.style.backgroundColor = "transparent";
      for (const part of [fold, text, below]) setText(part, "");
      marks.show({});
    },
    title: (row) => [String(valueIn(row, view) ?? row.label ?? ""), row.id, marksText(row)].filter((line) => line !== "").join("\n"),
  };
}

function statusCell(view: ColumnView): Cell {
  const mark = h("span", { class: "nbt-mark" });
  const word = h("span", { class: "nbt-word" });
  const el = cellElement(view, mark, word);
  const show = (status: string): void => {
    if (el.dataset.nbtStatus === status) return;
    el.dataset.nbtStatus = status;
    const style = STATUSES.get(status);
    mark.replaceChildren(...(style ? [style.draw()] : []));
    setText(word, style?.word ?? status);
  };
  return {
    el,
    fill(row) {
      show(String(valueIn(row, view) ?? ""));
    },
    blank() {
      show("");
    },
    title: (row) => String(valueIn(row, view) ?? ""),
  };
}

function numberCell(view: ColumnView): Cell {
  const text = document.createTextNode("");
  const pad = h("span", { class: "nbt-pad", "aria-hidden": "true" });
  const changed = h("span", { class: "nbt-change" });
  const el = cellElement(view, changed, text, pad);
  const { mark } = view.column;
  if (mark) el.classList.add(`nbt-${mark}`);
  const show = (shown: string, padding: string): void => {
    if (text.data !== shown) text.data = shown;
    setText(pad, padding);
  };
  return {
    el,
    fill(row) {
      const given = valueIn(row, view);
      const value = asNumber(given);
      markMissing(el, given === null);
      if (mark) el.style.setProperty("--nbt-share", String(shareOf(value, view)));
      el.classList.toggle("nbt-best", value !== null && value === view.column.best);
      if (value === null) show(String(given ?? MISSING), "");
      else {
        const number = aligned(value, view.style);
        show(number.text, number.pad);
      }
      showChange(changed, row, view);
    },
    blank() {
      markMissing(el, false);
      setText(changed, "");
      el.classList.remove("nbt-best");
      show("", "");
    },
    title(row) {
      const value = String(valueIn(row, view) ?? "");
      const best = view.column.best !== undefined && asNumber(valueIn(row, view)) === view.column.best ? `${value}, best` : value;
      const change = changeText(row, view.index);
      return change === "" ? best : `${best}\n${change} against the baseline`;
    },
  };
}

/** Show how a value stands against the baseline: better, worse, or just other where nobody knows. */
function showChange(el: HTMLElement, row: Row, { index, column: { goal } }: ColumnView): void {
  const text = changeText(row, index);
  setText(el, text);
  const rises = text.startsWith("+");
  el.classList.toggle("nbt-better", text !== "" && goal !== undefined && rises === (goal === "max"));
  el.classList.toggle("nbt-worse", text !== "" && goal !== undefined && rises !== (goal === "max"));
}

/** Where a value lies among all of its column, from 0 to 1; the best is the hottest, and bars show size. */
function shareOf(value: number | null, { column: { low, high, lower, mark } }: ColumnView): number {
  if (value === null || !Number.isFinite(value)) return 0;
  const [least, most] = [low ?? value, high ?? value];
  if (most <= least) return 0;
  const share = Math.max(0, Math.min((value - least) / (most - least), 1));
  return mark === "heat" && lower === true ? 1 - share : share;
}

/** What the names of the runs of a page lead to. */
export function linksOf({ state, addresses }: Host<TableState>): Pick<CellContext, "opens" | "address"> {
  const { experiment } = state.get("page");
  return {
    opens: state.get("opens").includes("show"),
    address: (run) => (addresses ? toRun(experiment?.id ?? "all", run) : null),
  };
}

function writeDuration(value: Value, row: Row, context: CellContext): string | null {
  if (typeof value === "number") return duration(value);
  const since = context.runningSince(row);
  return since === null ? null : duration(context.now - since, true);
}

export function makeCell(view: ColumnView): Cell {
  switch (view.column.kind) {
    case "name":
      return nameCell(view);
    case "status":
      return statusCell(view);
    case "number":
      return numberCell(view);
    case "time":
      return lineCell(
        view,
        (value, _, context) => (typeof value === "number" ? age(value, context.now) : null),
        (value) => (typeof value === "number" ? moment(value) : ""),
      );
    case "duration":
      return lineCell(view, writeDuration, (value) =>
        typeof value === "number" ? `${value / 1000} s` : "",
      );
    case "text":
      return lineCell(view, (value) => (value === null ? null : String(value)));
  }
}

export function cellContext(columns: readonly Column[], now: number, theme: Theme, names: Pick<CellContext, "opens" | "address">): CellContext {
  const status = columns.findIndex((column) => column.kind === "status");
  const time = columns.findIndex((column) => column.kind === "time");
  return {
    now,
    ...names,
    dot: (runId) => colourOf(runId, theme),
    runningSince(row) {
      const start = row.v[time];
      return row.v[status] === "RUNNING" && typeof start === "number" ? start : null;
    },
  };
}
