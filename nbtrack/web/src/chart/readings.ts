// What stands at the cursor: the reading of each line, and a dot on it.

import type uPlot from "uplot";
import { h } from "../ui/dom.ts";
import { type DrawnLine, nearest } from "./scene.ts";

export interface Reading {
  readonly line: DrawnLine;
  readonly x: number;
  readonly raw: number;
  readonly value: number;
}

/** One reading per line that reaches to x, within some slack at its ends; highest value first. */
export function readingsAt(
  lines: readonly DrawnLine[],
  x: number,
  slack: number,
): readonly Reading[] {
  return lines
    .flatMap((line) => readingOf(line, x, slack) ?? [])
    .sort((a, b) => rank(b.value) - rank(a.value));
}

function readingOf(line: DrawnLine, x: number, slack: number): Reading | null {
  const { xs, ys } = line.points;
  const first = xs[0];
  const last = xs.at(-1);
  if (first === undefined || last === undefined) return null;
  if (x < first - slack || x > last + slack) return null;
  const i = nearest(xs, x);
  return { line, x: xs[i] ?? NaN, value: ys[i] ?? NaN, raw: line.raw.ys[i] ?? NaN };
}

function rank(value: number): number {
  return Number.isNaN(value) ? -Infinity : Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE));
}

const MOST = 24;

export class Dots {
  readonly el = h("div", { class: "nbt-dots", "aria-hidden": "true" });
  readonly #dots: HTMLElement[] = [];

  show(readings: readonly Reading[], u: uPlot, log: boolean): void {
    const isInside = ({ value }: Reading): boolean => {
      const top = u.valToPos(value, "y");
      return top >= 0 && top <= u.over.clientHeight;
    };
    const shown = readings.filter((reading) => isOnScale(reading, log) && isInside(reading)).slice(0, MOST);
    shown.forEach((reading, i) => {
      const dot = this.#dot(i);
      dot.hidden = false;
      dot.style.backgroundColor = reading.line.colour;
      dot.style.left = `${u.valToPos(reading.x, "x")}px`;
      dot.style.top = `${u.valToPos(reading.value, "y")}px`;
    });
    for (const dot of this.#dots.slice(shown.length)) dot.hidden = true;
  }

  #dot(index: number): HTMLElement {
    const known = this.#dots[index];
    if (known) return known;
    const dot = h("span", { class: "nbt-dot" });
    this.#dots.push(dot);
    this.el.append(dot);
    return dot;
  }
}

function isOnScale({ value }: Reading, log: boolean): boolean {
  return Number.isFinite(value) && !(log && value <= 0);
}
