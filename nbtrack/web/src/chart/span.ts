// How far the axes reach. Pure.

import type { Points } from "./points.ts";
import { lowerBound } from "./search.ts";
import type { Span } from "./types.ts";

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
