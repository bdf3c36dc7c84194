// The sections of the details: values, grids of values side by side, and code, as elements.

import type { Json } from "../carrier/carrier.ts";
import { h, setAttributes, setText } from "../ui/dom.ts";
import { colourOf, type Theme } from "../ui/theme.ts";

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

/** Values side by side; rows that are the same in all can be hidden. */
export function gridOf({ runs, rows }: Grid, theme: Theme, onlyDiffering: boolean): HTMLElement {
  const shown = onlyDiffering ? rows.filter(([, , differs]) => differs) : rows;
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, h("span", { class: "nbt-spoken" }, "key")),
    ...runs.map(([id, name]) => h("th", { scope: "col" }, dot(id, theme), h("span", {}, name))),
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
    ...lines.map(([sign, text]) => h("span", { class: `nbt-line ${SIGNS[sign] ?? ""}` }, `${sign === "@" ? "" : sign}${text}\n`)),
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
  readonly runs: readonly (readonly [id: string, name: string])[];
  readonly rows: readonly GridRow[];
}

export interface Code {
  readonly kind: "code";
  readonly title: string;
  readonly lines: readonly (readonly [sign: string, text: string])[];
}

export interface Note {
  readonly kind: "note";
  readonly text: string;
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

export type Section = Values | Grid | Code | Note | Files | Images | Rows;

export interface DetailsState {
  readonly uid: string;
  readonly title: string;
  readonly sections: readonly Section[];
  /** As what a comparison can be exported. */
  readonly exports: readonly string[];
  /** Ids of the run, or of those that are compared. */
  readonly runs: readonly string[];
  /** Whether it was opened in another panel, and can be closed. */
  readonly can_close: boolean;
  /** The run as in MLflow's API, once it was loaded. */
  readonly run: Json | null;
}
