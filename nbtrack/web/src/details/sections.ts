// The sections of the details: values, grids of values side by side, code and other runs, as elements.

import type { Json } from "../carrier/carrier.ts";
import { h, setAttributes, setText } from "../ui/dom.ts";
import type { Host } from "../ui/panel.ts";
import { runLink, type RunName } from "../ui/runLink.ts";
import { STATUSES } from "../ui/status.ts";
import { colourOf, type Theme } from "../ui/theme.ts";
import { codeLine, type Markup, type Piece } from "./markup.ts";

const SIGNS: Readonly<Record<string, string>> = { "+": "nbt-added", "-": "nbt-removed", "@": "nbt-place" };
const LONG = 14;

export function valuesOf({ rows }: Values): HTMLElement {
  return h(
    "dl",
    { class: "nbt-values" },
    ...rows.map(([key, text]) =>
      h("div", {}, h("dt", { class: "nbt-ellipsis", title: key }, key), h("dd", {}, text)),
    ),
  );
}

/** The state of a run in a line, and the error that ended it. */
export function stateOf({ status, facts, error }: RunState): HTMLElement {
  const style = STATUSES.get(status);
  const mark = h("span", { class: "nbt-mark" }, style?.draw() ?? null);
  const line = h("div", { class: "nbt-run-state", "data-nbt-status": status }, mark, h("span", {}, style?.word ?? status), ...facts.map((fact) => h("span", { class: "nbt-faint" }, fact)));
  return h("div", {}, line, error === "" ? null : h("div", { class: "nbt-run-error" }, error));
}

/** Other runs, each with its colour. */
export function runsOf({ runs, total }: Runs, host: Host<DetailsState>, theme: Theme): HTMLElement {
  const items = runs.map((run) => h("li", {}, dot(run.run_id, theme), runLink(host, run, host.state.get("can_open"))));
  return h("ul", { class: "nbt-runs" }, ...items, total > runs.length ? h("li", { class: "nbt-faint" }, "and more") : null);
}

/** Values side by side; rows that are the same in all can be hidden. */
export function gridOf({ runs, rows }: Grid, host: Host<DetailsState>, theme: Theme, onlyDiffering: boolean): HTMLElement {
  const shown = onlyDiffering ? rows.filter(([, , differs]) => differs) : rows;
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, h("span", { class: "nbt-spoken" }, "key")),
    ...runs.map((run) => h("th", { scope: "col" }, dot(run.run_id, theme), runLink(host, run, host.state.get("can_open")))),
  );
  const body = shown.map((row) => lineOf(row));
  const columns = h("colgroup", {}, h("col"), ...runs.map(() => h("col")));
  const table = h("table", { class: "nbt-sides" }, columns, h("thead", {}, head), h("tbody", {}, ...body));
  table.style.setProperty("--nbt-runs", String(runs.length));
  return h("div", { class: "nbt-wide" }, table);
}

function dot(id: string, theme: Theme): HTMLElement {
  const element = h("span", { class: "nbt-dot", "data-run": id, "aria-hidden": "true" });
  element.style.backgroundColor = colourOf(id, theme);
  return element;
}

function lineOf([key, texts, differs, best]: GridRow): HTMLElement {
  return h(
    "tr",
    { class: differs ? "nbt-differs" : "nbt-same" },
    h("th", { scope: "row", class: "nbt-ellipsis", title: key }, key),
    ...texts.map((text, place) => {
      const cell = h("td", { title: text }, text);
      if (place === best) {
        cell.classList.add("nbt-best");
        setAttributes(cell, { "aria-label": `${text}, best` });
      }
      return cell;
    }),
  );
}

/** Lines with their signs; a long text is folded until it is asked for. */
export function codeOf({ lines }: Code): HTMLElement {
  const code = h(
    "pre",
    { class: "nbt-code" },
    ...lines.map(([sign, pieces]) => h("span", { class: `nbt-line ${SIGNS[sign] ?? ""}` }, sign === "@" ? "" : sign, ...codeLine(pieces), "\n")),
  );
  if (lines.length <= LONG) return code;
  code.classList.add("nbt-folded");
  const more = h("button", { type: "button", class: "nbt-button nbt-quiet nbt-unfold" }, `Show all ${lines.length} lines`);
  more.addEventListener("click", () => {
    const folded = code.classList.toggle("nbt-folded");
    setText(more, folded ? `Show all ${lines.length} lines` : "Show less");
  });
  return h("div", {}, code, more);
}

export interface Values {
  readonly kind: "values";
  readonly title: string;
  readonly rows: readonly (readonly [key: string, text: string])[];
}

export type GridRow = readonly [key: string, texts: readonly string[], differs: boolean, best: number | null];

export interface Grid {
  readonly kind: "grid";
  readonly title: string;
  readonly runs: readonly RunName[];
  readonly rows: readonly GridRow[];
}

export interface Code {
  readonly kind: "code";
  readonly title: string;
  readonly lines: readonly (readonly [sign: string, pieces: readonly Piece[]])[];
}

export interface RunState {
  readonly kind: "state";
  readonly status: string;
  readonly facts: readonly string[];
  /** What ended the run; empty for nothing. */
  readonly error: string;
}

/** The place of the curves. */
interface Charts {
  readonly kind: "charts";
}

export interface Tags {
  readonly kind: "tags";
  readonly title: string;
  readonly rows: readonly (readonly [key: string, value: string])[];
}

export interface Runs {
  readonly kind: "runs";
  readonly title: string;
  readonly runs: readonly RunName[];
  /** How many there are, as far as they were counted. */
  readonly total: number;
}

export interface Note {
  readonly kind: "note";
  readonly text: string;
  /** The same as Markdown. */
  readonly content: readonly Markup[];
}

export interface Files {
  readonly kind: "files";
  readonly title: string;
  readonly run_id: string;
  readonly files: readonly (readonly [path: string, bytes: number])[];
}

export interface Images {
  readonly kind: "images";
  readonly title: string;
  readonly images: readonly (readonly [run: string, name: string, path: string])[];
}

export interface RowColumn {
  readonly label: string;
  /** The run whose values they are, where there are several. */
  readonly run_id: string;
  readonly run_name: string;
  readonly kind: "number" | "text";
}

export type RowCell = number | string | boolean | null;

export interface Rows {
  readonly kind: "rows";
  readonly title: string;
  readonly runs: readonly string[];
  readonly columns: readonly RowColumn[];
  readonly rows: readonly (readonly RowCell[])[];
  /** How many rows there are. */
  readonly total: number;
}

export type Section = Values | Grid | Code | RunState | Note | Charts | Tags | Runs | Files | Images | Rows;

/** What stands above the charts, or below them, or all of it. */
export function partOf(sections: readonly Section[], part: DetailsState["part"]): readonly Section[] {
  const place = sections.findIndex((section) => section.kind === "charts");
  if (part === "" || place < 0) return part === "below" ? [] : sections.filter((section) => section.kind !== "charts");
  return part === "above" ? sections.slice(0, place) : sections.slice(place + 1);
}

export interface DetailsState {
  readonly uid: string;
  readonly title: string;
  readonly sections: readonly Section[];
  /** As what a comparison can be exported. */
  readonly exports: readonly string[];
  /** Ids of the run, or of those that are compared. */
  readonly runs: readonly string[];
  readonly part: "" | "above" | "below";
  /** Whether it was opened in another panel, and can be closed. */
  readonly can_close: boolean;
  /** Whether the names of runs open them. */
  readonly can_open: boolean;
  /** The run as in MLflow's API, once it was loaded. */
  readonly run: Json | null;
}
