// Fewer points that look the same: the lowest and the highest of every stretch. Pure.

import { chosen, type Points } from "./points.ts";

/** Keep about `target` points, among them the first, the last, and each stretch's extremes. */
export function thinned(points: Points, target: number): Points {
  const { xs, ys } = points;
  const length = xs.length;
  if (length <= target) return points;
  const stretches = Math.max(1, Math.floor((target - 2) / 2));
  const kept = [0];
  for (let i = 0; i < stretches; i++) {
    const from = 1 + Math.floor((i * (length - 2)) / stretches);
    const to = 1 + Math.floor(((i + 1) * (length - 2)) / stretches);
    kept.push(...extremes(ys, from, to));
  }
  kept.push(length - 1);
  return chosen(points, kept);
}

/** Where a stretch is lowest and highest, in order; a stretch of NaN stays a gap. */
function extremes(ys: Float64Array, from: number, to: number): number[] {
  let low = -1;
  let high = -1;
  for (let i = from; i < to; i++) {
    const y = ys[i] ?? NaN;
    if (Number.isNaN(y)) continue;
    if (low < 0 || y < (ys[low] ?? NaN)) low = i;
    if (high < 0 || y > (ys[high] ?? NaN)) high = i;
  }
  if (low < 0) return [from];
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}
