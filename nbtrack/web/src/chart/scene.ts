// What one plot shows: lines with their looks, and how far the axes reach.

import { smoothed } from "./smooth.ts";
import type { Line, Spread } from "./line.ts";
import type { Points } from "./points.ts";
import { drawable, withMargin, xSpan, ySpan } from "./span.ts";
import type { Span, XMode } from "./types.ts";

export interface Pen {
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly faded: boolean;
}

export interface DrawnLine extends Pen {
  readonly run: string;
  readonly raw: Points;
  /** The raw line itself when nothing is smoothed. */
  readonly points: Points;
  readonly spread: Spread | null;
}

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

export function drawnLine(line: Line, pen: Pen, smoothing: number): DrawnLine {
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
  best: Best | null,
): Scene | null {
  const raws = drawn.flatMap(reachOf);
  const y = ySpan(raws, x, axes.logY) ?? (hasPoints(raws) ? { min: 0.1, max: 1 } : null);
  if (!y) return null;
  return { ...axes, lines: drawn, x, y: withMargin(y, axes.logY), total: hiddenTotal(lines), best };
}

/** All that a line covers: its points, and the sides of its band. */
function reachOf({ raw, spread }: DrawnLine): readonly Points[] {
  if (!spread) return [raw];
  return [raw, { xs: raw.xs, ys: spread.lows }, { xs: raw.xs, ys: spread.highs }];
}

/** The lowest or the highest point of all; null where that says nothing. */
export function bestOf(drawn: readonly DrawnLine[], least: boolean): Best | null {
  let best: Best | null = null;
  for (const { raw, colour, spread } of drawn) {
    if (spread || raw.xs.length < 2) continue;
    raw.ys.forEach((y, i) => {
      const isBetter = Number.isFinite(y) && (best === null || (least ? y < best.y : y > best.y));
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
