// What stands behind the name of a run: whether it is the baseline, marks when it has alerts or a note, and its tags, each a button that filters by it.

import { h, icon } from "../ui/dom.ts";
import { written } from "./completer.ts";
import type { Row } from "./types.ts";

const SHOWN = 2;
const LONGEST = 80;
const NOTE = "M2.5 2h7v5.2L7 10H2.5ZM7 10V7.2h2.5M4.5 4.4h3M4.5 6.4h1.6";

const ALERT = "M6 1.5 11 10.5H1ZM6 4.8v2.6M6 8.9v.2";
const LEVELS = ["info", "warning", "error"];

type Marks = Pick<Row, "alerts" | "baseline" | "note" | "tags">;

export class RowMarks {
  readonly el = h("span", { class: "nbt-row-marks" });
  #shown = "";

  /** Touch nothing while the marks stay the same. */
  show(marks: Marks): void {
    const { alerts = [], baseline = false, note, tags = [] } = marks;
    const wanted = marksText(marks) === "" ? "" : JSON.stringify([alerts, baseline, note, tags]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    const more = tags.length - SHOWN;
    this.el.replaceChildren(
      ...(alerts.length === 0 ? [] : [alertMark(alerts)]),
      ...(baseline ? [h("span", { class: "nbt-pinned" }, "baseline")] : []),
      ...(note === undefined ? [] : [noteMark(note)]),
      ...tags.slice(0, SHOWN).map(chip),
      ...(more > 0 ? [h("span", { class: "nbt-faint" }, `+${more}`)] : []),
    );
  }
}

function alertMark(alerts: readonly (readonly [level: string, title: string])[]): HTMLElement {
  const worst = Math.max(...alerts.map(([level]) => LEVELS.indexOf(level)), 0);
  const label = `Alerts: ${alerts.map(([, title]) => title).join("; ")}`;
  return h("span", { class: "nbt-alert-mark", role: "img", "aria-label": label, "data-level": LEVELS[worst] ?? "" }, icon(ALERT));
}

function noteMark(note: string): HTMLElement {
  return h("span", { class: "nbt-note-mark", role: "img", "aria-label": `Note: ${note}` }, icon(NOTE));
}

function chip([key, value]: readonly [string, string]): HTMLElement {
  const name = value === "" ? key : `${key}: ${value}`;
  return h("span", { role: "button", class: "nbt-chip nbt-ellipsis", "aria-label": name, "data-key": key, "data-value": value }, value === "" ? key : value);
}

/** What the tooltip says of the marks. */
export function marksText({ alerts = [], baseline = false, note, tags = [] }: Marks): string {
  const raised = alerts.map(([level, title]) => `${level}: ${title}`);
  return [...raised, ...(baseline ? ["Other runs are compared with this one"] : []), ...(note === undefined ? [] : [note]), ...tags.map(([key, value]) => `${key}: ${value}`)].join("\n");
}

/** About as many characters as the marks take, for the width of the column. */
export function marksWidth({ alerts = [], baseline = false, note, tags = [] }: Marks): number {
  const chips = tags.slice(0, SHOWN).map(([key, value]) => Math.min((value || key).length, 12) + 4);
  return (alerts.length === 0 ? 0 : 3) + (baseline ? 10 : 0) + (note === undefined ? 0 : 3) + chips.reduce((sum, each) => sum + each, 0) + (tags.length > SHOWN ? 3 : 0);
}

/** A filter with one more condition, the tag of a chip, or without it where it is there; null when no filter can say it. */
export function filterByTag(filter: string, key: string, value: string): string | null {
  const quote = ["'", '"'].find((each) => !value.includes(each));
  if (quote === undefined || value.length > LONGEST) return null;
  const condition = `${written(`tags.${key}`)} = ${quote}${value}${quote}`;
  if (filter.includes(condition)) return withoutCondition(filter, condition);
  const before = filter.trim();
  if (before === "") return condition;
  return / or /i.test(before) ? `(${before}) AND ${condition}` : `${before} AND ${condition}`;
}

/** A filter without one of the conditions that it joins by AND; null where the condition is a part of something else. */
function withoutCondition(filter: string, condition: string): string | null {
  if (filter.trim() === condition) return "";
  const joined = [` AND ${condition}`, ` and ${condition}`, `${condition} AND `, `${condition} and `].find((each) => filter.includes(each));
  return joined === undefined ? null : filter.replace(joined, () => "").trim();
}
