// The tooltip next to the cursor: one value per run, highest first.

import { h, setText } from "../ui/dom.ts";
import { aligned, count, duration, moment, type NumberStyle, recorded, recordedStyle } from "../ui/format.ts";
import type { Hover } from "./plot.ts";
import type { Reading } from "./readings.ts";
import type { XMode } from "./types.ts";

const MOST = 12;
const AWAY = 14;
const EDGE = 4;

export class Tooltip {
  readonly el = h("div", { class: "nbt-tooltip", hidden: true, "aria-hidden": "true" });

  show(hover: Hover | null, around: HTMLElement): void {
    this.el.hidden = hover === null || hover.readings.length === 0;
    if (hover === null || this.el.hidden) return;
    this.el.replaceChildren(
      h("div", { class: "nbt-tooltip-x nbt-faint" }, placeText(nearestX(hover), hover.mode)),
      ...rowsFor(hover.readings),
    );
    placeBeside(this.el, hover.at, around.getBoundingClientRect());
  }
}

/** Place a tooltip next to a point of the page, within its surroundings. */
export function placeBeside(el: HTMLElement, at: Hover["at"], around: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = el;
  const right = at.left - around.left + AWAY;
  const left = right + width > around.width ? right - width - 2 * AWAY : right;
  const lowest = Math.max(EDGE, around.height - height - EDGE);
  const top = Math.min(Math.max(EDGE, at.top - around.top + AWAY), lowest);
  el.style.transform = `translate(${Math.max(EDGE, left)}px, ${top}px)`;
}

/** The same for screen readers. */
export function spokenText(hover: Hover): string {
  const values = hover.readings.slice(0, MOST).map(({ line, value }) => `${line.name} ${recorded(value)}`);
  return `${placeText(nearestX(hover), hover.mode)}: ${values.join(", ") || "no values"}`;
}

function rowsFor(readings: readonly Reading[]): HTMLElement[] {
  const style = recordedStyle(readings.map(({ value }) => value));
  const rows = readings.slice(0, MOST).map((reading) => rowFor(reading, style));
  const rest = readings.length - rows.length;
  if (rest > 0) rows.push(h("div", { class: "nbt-faint" }, `and ${rest} more`));
  return rows;
}

function rowFor({ line, value, raw }: Reading, style: NumberStyle): HTMLElement {
  const sample = h("span", { class: line.dash.length > 0 ? "nbt-sample nbt-dashed" : "nbt-sample" });
  sample.style.color = line.colour;
  const number = h("span", { class: "nbt-value" });
  const { text, pad } = aligned(value, style);
  setText(number, text);
  number.append(h("span", { class: "nbt-pad" }, pad));
  const rawText = line.points === line.raw ? null : aligned(raw, style).text;
  return h(
    "div",
    { class: "nbt-reading" },
    sample,
    h("span", { class: "nbt-ellipsis" }, line.name),
    rawText === null ? null : h("span", { class: "nbt-value nbt-faint" }, rawText),
    number,
  );
}

/** The x of the point nearest to the cursor, which may itself stand between two. */
function nearestX({ readings, x }: Hover): number {
  const xs = readings.map((reading) => reading.x);
  return xs.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best), xs[0] ?? x);
}

function placeText(x: number, mode: XMode): string {
  if (mode === "time") return moment(x);
  return mode === "relative" ? duration(x * 1000) : `step ${count(x)}`;
}
