// What the lines say near the cursor. Pure.

import type { DrawnLine } from "./scene.ts";
import { nearest } from "./search.ts";

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
