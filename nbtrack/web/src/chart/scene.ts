// What one plot shows: lines with their styles, how far the axes reach, and points found by x.

import { type Line, type Points, smoothed, type Spread } from "./lines.ts";
import type { Span, XMode } from "./types.ts";

export interface LineStyle {
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly faded: boolean;
}

export interface DrawnLine extends LineStyle {
  readonly run: string;
  readonly raw: Points;
  /** The raw line itself when nothing is smoothed. */
  readonly points: Points;
  readonly spread: Spread | null;
}

export type Goal = "min" | "max";

/** The best point of a plot. */
export interface Best {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}

export interface Axes {
  readonly mode: XMode;
  readonly logX: boolean;
  readonly logY: boolean;
}

export interface Scene extends Axes {
  readonly lines: readonly DrawnLine[];
  readonly x: Span;
  readonly y: Span;
  /** Points of the full histories, when not all of them are drawn. */
  readonly total: number | null;
  readonly best: Best | null;
  /** What is best; null where nobody knows. */
  readonly goal: Goal | null;
  /** Whether every run has one point only. */
  readonly once: boolean;
}

interface Smoothed {
  readonly stamp: string;
  readonly ys: Float64Array;
}

const memory = new WeakMap<Line, Smoothed>();

/** A line as it was smoothed over its whole history; until the store has done so, over what is drawn of it. */
function smoothLine(line: Line, raw: Points, weight: number): Points {
  if (weight <= 0) return raw;
  const { xs, ys, smooth } = raw;
  if (line.smoothing === weight) return smooth ? { xs, ys: smooth } : raw;
  const stamp = `${weight} ${line.total} ${line.length}`;
  const known = memory.get(line);
  if (known?.stamp === stamp) return { xs, ys: known.ys };
  const fresh = smoothed(ys, weight);
  memory.set(line, { stamp, ys: fresh });
  return { xs, ys: fresh };
}

export function drawnLine(line: Line, pen: LineStyle, smoothing: number): DrawnLine {
  const raw = line.points;
  return { ...pen, run: line.run, raw, points: smoothLine(line, raw, smoothing), spread: line.spread };
}

/** How far the x axis of all plots reaches. */
export function sharedX(lines: readonly Line[], logX: boolean): Span | null {
  const span = xSpan(lines.map((line) => line.points), logX);
  return span && drawable(span, logX);
}

/** Compose a plot, or null when it has nothing to show for this range. */
export function sceneOf(
  lines: readonly Line[],
  drawn: readonly DrawnLine[],
  x: Span,
  axes: Axes,
  goal: Goal | null,
): Scene | null {
  const raws = drawn.flatMap(reachOf);
  const y = ySpan(raws, x, axes.logY) ?? (hasPoints(raws) ? { min: 0.1, max: 1 } : null);
  if (!y) return null;
  const once = lines.every(({ total }) => total <= 1);
  return { ...axes, lines: drawn, x, y: withMargin(y, axes.logY), total: hiddenTotal(lines), best: bestOf(drawn, goal), goal, once };
}

/** All that a line covers: its points, and the sides of its band. */
function reachOf({ raw, spread }: DrawnLine): readonly Points[] {
  if (!spread) return [raw];
  return [raw, { xs: raw.xs, ys: spread.lows }, { xs: raw.xs, ys: spread.highs }];
}

/** The lowest or the highest point of all; null where that says nothing, or nobody knows which is better. */
export function bestOf(drawn: readonly DrawnLine[], goal: Goal | null): Best | null {
  let best: Best | null = null;
  if (goal === null) return null;
  for (const { raw, colour, spread } of drawn) {
    if (spread || raw.xs.length < 2) continue;
    raw.ys.forEach((y, i) => {
      const isBetter = Number.isFinite(y) && (best === null || (goal === "min" ? y < best.y : y > best.y));
      if (isBetter) best = { x: raw.xs[i] ?? NaN, y, colour };
    });
  }
  return best;
}

function hasPoints(raws: readonly Points[]): boolean {
  return raws.some(({ xs }) => xs.length > 0);
}

function hiddenTotal(lines: readonly Line[]): number | null {
  const drawn = lines.reduce((sum, line) => sum + line.length, 0);
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  return total > drawn ? total : null;
}

const MARGIN = 0.06;

function within(values: Float64Array, from: number, to: number, log: boolean): Span | null {
  let min = Infinity;
  let max = -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : null;
}

function joined(spans: readonly (Span | null)[]): Span | null {
  const known = spans.filter((span) => span !== null);
  if (known.length === 0) return null;
  return {
    min: Math.min(...known.map((span) => span.min)),
    max: Math.max(...known.map((span) => span.max)),
  };
}

/** The span of all xs. */
export function xSpan(all: readonly Points[], log: boolean): Span | null {
  return joined(all.map(({ xs }) => within(xs, 0, xs.length, log)));
}

/** The span of the ys whose x is in sight. */
export function ySpan(all: readonly Points[], x: Span, log: boolean): Span | null {
  return joined(
    all.map(({ xs, ys }) => {
      const to = lowerBound(xs, x.max);
      return within(ys, lowerBound(xs, x.min), xs[to] === x.max ? to + 1 : to, log);
    }),
  );
}

/** The span with some air around it; a single value stands in the middle. */
export function withMargin({ min, max }: Span, log: boolean): Span {
  if (log) {
    const factor = min === max ? 2 : (max / min) ** MARGIN;
    return { min: min / factor, max: max * factor };
  }
  const air = min === max ? Math.abs(min) * 0.1 || 1 : (max - min) * MARGIN;
  return { min: min - air, max: max + air };
}

/** The span of x, made wide enough to draw. */
export function drawable({ min, max }: Span, log: boolean): Span {
  if (min < max) return { min, max };
  return withMargin({ min, max }, log);
}

/** The first index whose x is not below. */
export function lowerBound(xs: Float64Array, x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? Infinity) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the nearest x, or -1 when there is none. */
export function nearest(xs: Float64Array, x: number): number {
  const after = lowerBound(xs, x);
  const before = after - 1;
  if (before < 0) return xs.length > 0 ? 0 : -1;
  if (after === xs.length) return before;
  return x - (xs[before] ?? NaN) <= (xs[after] ?? NaN) - x ? before : after;
}

/** The indices to draw for a range of x: those inside, and one beyond on either side. */
export function around({ xs }: Points, span: Span): { from: number; to: number } {
  const from = Math.max(0, lowerBound(xs, span.min) - 1);
  let to = lowerBound(xs, span.max);
  while (to < xs.length && xs[to] === span.max) to++;
  return { from, to: Math.min(xs.length, to + 1) };
}
