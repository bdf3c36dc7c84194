// The points of one run and metric, in order of x, with room to grow.

import { chosen, type Points } from "./points.ts";
import { smoothedOn } from "./smooth.ts";
import { thinned } from "./thin.ts";

/** A line longer than this is thinned, so that a long training does not fill the page's memory. */
export const MOST_POINTS = 4000;

/** The sides of a band, at the xs of its line. */
export interface Spread {
  readonly lows: Float64Array;
  readonly highs: Float64Array;
}

export class Line {
  total: number;
  #xs: Float64Array;
  #ys: Float64Array;
  #smooth: Float64Array | undefined;
  #length: number;

  /** @param smoothing - By how much the store has smoothed the line. */
  constructor(
    readonly run: string,
    readonly metric: string,
    points: Points,
    total = points.xs.length,
    readonly spread: Spread | null = null,
    readonly smoothing = 0,
  ) {
    const { xs, ys, smooth } = isAscending(points.xs) ? points : sorted(points);
    this.#xs = xs;
    this.#ys = ys;
    this.#smooth = smooth;
    this.#length = xs.length;
    this.total = Math.max(total, xs.length);
  }

  get length(): number {
    return this.#length;
  }

  get points(): Points {
    const upTo = this.#length;
    const smooth = this.#smooth?.subarray(0, upTo);
    return { xs: this.#xs.subarray(0, upTo), ys: this.#ys.subarray(0, upTo), ...(smooth && { smooth }) };
  }

  append(more: Points): void {
    const last = this.#xs[this.#length - 1] ?? -Infinity;
    this.#makeRoom(this.#length + more.xs.length);
    this.#xs.set(more.xs, this.#length);
    this.#ys.set(more.ys, this.#length);
    const before = this.#smooth?.[this.#length - 1] ?? NaN;
    this.#smooth?.set(smoothedOn(more.ys, this.smoothing, before), this.#length);
    this.#length += more.xs.length;
    this.total += more.xs.length;
    if (!isAscending(more.xs, last)) this.#take(sorted(this.points));
    if (this.#length > MOST_POINTS) this.#take(thinned(this.points, MOST_POINTS / 2));
  }

  #makeRoom(length: number): void {
    if (length <= this.#xs.length) return;
    const capacity = Math.max(64, length, this.#length * 2);
    this.#xs = grown(this.#xs, capacity);
    this.#ys = grown(this.#ys, capacity);
    this.#smooth &&= grown(this.#smooth, capacity);
  }

  #take({ xs, ys, smooth }: Points): void {
    this.#xs = xs;
    this.#ys = ys;
    this.#smooth = smooth;
    this.#length = xs.length;
  }
}

function grown(values: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(values);
  return larger;
}

function isAscending(xs: Float64Array, after = -Infinity): boolean {
  let last = after;
  for (const x of xs) {
    if (x < last) return false;
    last = x;
  }
  return true;
}

function sorted(points: Points): Points {
  const { xs } = points;
  return chosen(points, Array.from(xs.keys()).sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0) || a - b));
}
