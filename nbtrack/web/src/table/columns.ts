// How wide each column is and how its numbers are written. Both only ever grow, so that rows that arrive later do not
// make the table jump.

import { aligned, asNumber, change, numberStyle, type NumberStyle } from "../ui/format.ts";
import { marksWidth } from "./rowMarks.ts";
import type { Column, Group, Kind, Row } from "./types.ts";

export type Measure = (text: string) => number;

interface Limits {
  readonly least: number;
  readonly most: number;
}

const PADDING = 22;
const SORT_MARK = 16;
const NAME_MARKS = 52;
const STEP = 16;
const READING_GAP = 3;
const CHANGE_GAP = 8;
const WIDEST_LABEL = 150;
const WIDEST = 420;
const MEASURED = 4;
/** Titles of groups are written smaller than what is measured. */
const TITLE_SCALE = 0.9;

export const GROUPS: Readonly<Record<Group, string>> = {
  run: "",
  param: "parameters",
  metric: "metrics",
  tag: "tags",
};

const LIMITS: Readonly<Record<Kind, Limits>> = {
  name: { least: 120, most: 340 },
  status: { least: 100, most: 100 },
  time: { least: 98, most: 98 },
  duration: { least: 96, most: 110 },
  text: { least: 56, most: 200 },
  number: { least: 56, most: 220 },
};

export class ColumnView {
  width: number;
  /** As wide as the whole label and its values; a narrow table does not give it so much. */
  full: number;
  style: NumberStyle = { decimals: 0 };
  readonly numeric: boolean;
  readonly #measure: Measure;

  constructor(
    public column: Column,
    /** Where its values stand in a row. */
    readonly index: number,
    readonly startsGroup: boolean,
    measure: Measure,
    /** Of its group, when it is alone in it. */
    title = "",
  ) {
    this.#measure = measure;
    this.numeric = column.kind === "number" || column.kind === "duration";
    const label = measure(column.label) + SORT_MARK;
    const reading = column.reading ? measure(column.reading) + READING_GAP : 0;
    const least = title === "" ? 0 : TITLE_SCALE * measure(title) + PADDING;
    this.width = this.#limited(Math.max(Math.min(label, WIDEST_LABEL) + reading + PADDING, least));
    this.full = this.#whole(label + reading + PADDING);
  }

  learn(rows: readonly Row[]): void {
    const values = rows.map((row) => row.v[this.index] ?? null);
    if (this.column.kind === "number") {
      const changes = rows.map((row) => changeText(row, this.index)).filter((text) => text !== "");
      this.#learnNumbers(values.map(asNumber), Math.max(0, ...longest(changes).map((text) => this.#measure(text) + CHANGE_GAP)));
      this.#grow(values.filter((value) => asNumber(value) === null), 0);
    } else if (this.column.kind === "name") this.#grow(rows.map(nameOf), NAME_MARKS + indentOf(rows));
    else if (this.column.kind === "text") this.#grow(values, 0);
  }

  #learnNumbers(values: readonly (number | null)[], extra: number): void {
    const numbers = values.filter((value) => value !== null);
    this.style = numberStyle(numbers, this.style, this.column.group === "param");
    this.#grow(
      numbers.map((value) => {
        const { text, pad } = aligned(value, this.style);
        return text + pad;
      }),
      extra,
    );
  }

  #grow(texts: readonly (string | number | null)[], extra: number): void {
    for (const text of longest(texts)) {
      const width = this.#measure(text) + PADDING + extra;
      if (width > this.width) this.width = this.#limited(width);
      if (width > this.full) this.full = this.#whole(width);
    }
  }

  #whole(width: number): number {
    const isText = this.column.kind === "text" || this.column.kind === "number" || this.column.kind === "name";
    return Math.max(this.width, isText ? Math.ceil(Math.min(width, WIDEST)) : 0);
  }

  #limited(width: number): number {
    const { least, most } = LIMITS[this.column.kind];
    return Math.ceil(Math.min(Math.max(width, least), most));
  }
}

/** By how much a value differs from that of the baseline. */
export function changeText({ change: changes }: Row, index: number): string {
  return change(changes?.[index] ?? 0);
}

/** What the name's cell says: of a heading also how many runs are below it. */
function nameOf(row: Row): string {
  const { v, id, label, runs } = row;
  return id === "" ? `${label ?? ""}  ${runs ?? ""} runs` : `${String(v[0] ?? "").slice(0, 40)}${"n".repeat(marksWidth(row))}`;
}

function indentOf(rows: readonly Row[]): number {
  const deepest = Math.max(0, ...rows.map((row) => row.depth ?? 0));
  return rows.some((row) => row.key !== undefined) ? STEP * (deepest + 1) : 0;
}

/** The few texts among which the widest is: measuring takes longer than counting. */
function longest(texts: readonly (string | number | null)[]): readonly string[] {
  const found = new Set<string>();
  for (const text of texts) if (text !== null) found.add(String(text).slice(0, 60));
  return [...found].sort((a, b) => b.length - a.length).slice(0, MEASURED);
}

export function viewColumns(columns: readonly Column[], measure: Measure): readonly ColumnView[] {
  return columns.map((column, index) => {
    const before = columns[index - 1];
    const startsGroup = before !== undefined && before.group !== column.group;
    const isAlone = startsGroup && columns[index + 1]?.group !== column.group;
    return new ColumnView(column, index, startsGroup, measure, isAlone ? GROUPS[column.group] : "");
  });
}

/** Whether columns are displayed alike; the range of their values may differ. */
export function sameColumns(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column, i) => isSame(column, b[i]));
}

const LOOKS = ["id", "label", "kind", "group", "mark", "reading"] as const;

function isSame(a: Column, b: Column | undefined): boolean {
  return b !== undefined && LOOKS.every((fact) => a[fact] === b[fact]);
}

/** How many columns stand, wholly or in part, in the first so many px. */
export function columnsWithin(views: readonly ColumnView[], room: number): number {
  let left = 0;
  const beyond = views.findIndex(({ width }) => (left += width) > room);
  return beyond < 0 ? views.length : beyond + 1;
}

let canvas: CanvasRenderingContext2D | null = null;

/** Measure in the font that an element has at the time. */
export function measureIn(element: () => Element): Measure {
  return (text) => {
    canvas ??= document.createElement("canvas").getContext("2d");
    if (!canvas) return text.length * 8;
    const font = fontOf(element());
    if (canvas.font !== font) canvas.font = font;
    return canvas.measureText(text).width;
  };
}

const fonts = new WeakMap<Element, string>();

function fontOf(element: Element): string {
  const known = fonts.get(element);
  if (known !== undefined) return known;
  if (!element.isConnected) return pageFont(element.ownerDocument);
  const style = getComputedStyle(element);
  const font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  fonts.set(element, font);
  return font;
}

/** What an element will be written in, once it is on the page. */
function pageFont({ body }: Document): string {
  const style = getComputedStyle(body);
  const size = style.getPropertyValue("--jp-ui-font-size1").trim() || "13px";
  const family = style.getPropertyValue("--jp-ui-font-family").trim() || "system-ui, sans-serif";
  return `400 ${size} ${family}`;
}
