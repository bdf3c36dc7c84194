// Of a metric that every run has logged once: a bar and the value for each run.

import { h } from "../ui/dom.ts";
import { aligned, type NumberStyle, recordedStyle } from "../ui/format.ts";
import type { DrawnLine, Goal } from "./scene.ts";

export interface BarValue {
  readonly line: DrawnLine;
  readonly value: number;
}

/** The values of lines of one point each. */
export function barValues(lines: readonly DrawnLine[]): readonly BarValue[] {
  return lines.flatMap((line) => {
    const value = line.raw.ys[0];
    return value === undefined ? [] : [{ line, value }];
  });
}

/** The best of several different values; null where no goal is known. */
export function bestValue(bars: readonly BarValue[], goal: Goal | null): number | null {
  const finite = bars.map(({ value }) => value).filter(Number.isFinite);
  if (goal === null || new Set(finite).size < 2) return null;
  return goal === "min" ? Math.min(...finite) : Math.max(...finite);
}

export class Bars {
  readonly el = h("div", { class: "nbt-bar-list", role: "list", hidden: true });

  draw(bars: readonly BarValue[], goal: Goal | null): void {
    const values = bars.map(({ value }) => value);
    const finite = values.filter(Number.isFinite);
    const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
    const share = (value: number): number => (high > low ? (value - low) / (high - low) : 0);
    const style = recordedStyle(values);
    const best = bestValue(bars, goal);
    this.el.replaceChildren(...bars.map((bar) => barOf(bar, share, style, bar.value === best)));
  }
}

function barOf({ line, value }: BarValue, share: (value: number) => number, style: NumberStyle, isBest: boolean): HTMLElement {
  const { text, pad } = aligned(value, style);
  const bar = h("span", { class: "nbt-bar-fill" });
  if (Number.isFinite(value)) {
    bar.style.left = `${100 * share(Math.min(0, value))}%`;
    bar.style.width = `${100 * (share(Math.max(0, value)) - share(Math.min(0, value)))}%`;
  }
  bar.style.backgroundColor = line.colour;
  return h(
    "div",
    { class: line.faded ? "nbt-bar-row nbt-faded" : "nbt-bar-row", role: "listitem", title: `${line.name}: ${value}` },
    h("span", { class: "nbt-ellipsis" }, line.name),
    h("span", { class: "nbt-bar-track", "aria-hidden": "true" }, bar),
    h("span", { class: isBest ? "nbt-value nbt-best" : "nbt-value" }, text, h("span", { class: "nbt-pad", "aria-hidden": "true" }, pad)),
  );
}
