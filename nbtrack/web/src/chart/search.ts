// Finding points by x. Pure; xs ascend.

import type { Points } from "./points.ts";
import type { Span } from "./types.ts";

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
