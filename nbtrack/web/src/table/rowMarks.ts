// What stands behind the name of a run: whether it is the baseline, a mark when it has a note, and its tags, of which a click on one finds the others.

import { h, icon } from "../ui/dom.ts";
import { written } from "./completer.ts";
import type { Row } from "./types.ts";

const SHOWN = 2;
const LONGEST = 80;
const NOTE = "M2.5 2h7v5.2L7 10H2.5ZM7 10V7.2h2.5M4.5 4.4h3M4.5 6.4h1.6";

type Marks = Pick<Row, "baseline" | "note" | "tags">;

export class RowMarks {
  readonly el = h("span", { class: "nbt-row-marks" });
  #shown = "";

  /** Touch nothing while the marks stay the same. */
  show({ baseline = false, note, tags = [] }: Marks): void {
    const wanted = !baseline && note === undefined && tags.length === 0 ? "" : JSON.stringify([baseline, note, tags]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const more = tags.length - SHOWN;
    this.el.replaceChildren(
      ...(baseline ? [h("span", { class: "nbt-pinned" }, "baseline")] : []),
      ...(note === undefined ? [] : [noteMark(note)]),
      ...tags.slice(0, SHOWN).map(chip),
      ...(more > 0 ? [h("span", { class: "nbt-faint" }, `+${more}`)] : []),
    );
  }
}

function noteMark(note: string): HTMLElement {
  return h("span", { class: "nbt-note-mark", role: "img", "aria-label": `Note: ${note}` }, icon(NOTE));
}

function chip([key, value]: readonly [string, string]): HTMLElement {
  return h("span", { class: "nbt-chip nbt-ellipsis", "data-key": key, "data-value": value }, value === "" ? key : value);
}

/** What the tooltip says of the marks. */
export function marksText({ baseline = false, note, tags = [] }: Marks): string {
  return [...(baseline ? ["The others are compared with it"] : []), ...(note === undefined ? [] : [note]), ...tags.map(([key, value]) => `${key}: ${value}`)].join("\n");
}

/** About as many characters as the marks take, for the width of the column. */
export function marksWidth({ baseline = false, note, tags = [] }: Marks): number {
  const chips = tags.slice(0, SHOWN).map(([key, value]) => Math.min((value || key).length, 12) + 4);
  return (baseline ? 10 : 0) + (note === undefined ? 0 : 3) + chips.reduce((sum, each) => sum + each, 0) + (tags.length > SHOWN ? 3 : 0);
}

/** A filter with one more condition: the tag of a chip; null when no filter can say it, or this one says it already. */
export function filterWithTag(filter: string, key: string, value: string): string | null {
  const quote = ["'", '"'].find((each) => !value.includes(each));
  if (quote === undefined || value.length > LONGEST) return null;
  const condition = `${written(`tags.${key}`)} = ${quote}${value}${quote}`;
  if (filter.includes(condition)) return null;
  const before = filter.trim();
  if (before === "") return condition;
  return / or /i.test(before) ? `(${before}) AND ${condition}` : `${before} AND ${condition}`;
}
