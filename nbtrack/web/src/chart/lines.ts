// The points of one run and metric, in order of x, with room to grow: smoothed and decimated.

/** A line longer than this is decimated, so that a long training does not fill the page's memory. */
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
    this.#smooth?.set(continueSmoothing(more.ys, this.smoothing, before), this.#length);
    this.#length += more.xs.length;
    this.total += more.xs.length;
    if (!isAscending(more.xs, last)) this.#take(sorted(this.points));
    if (this.#length > MOST_POINTS) this.#take(decimated(this.points, MOST_POINTS / 2));
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

export interface Points {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** The ys smoothed over the whole history, where the store has done so. */
  readonly smooth?: Float64Array;
}

/** Some of the points, in this order. */
export function chosen({ xs, ys, smooth }: Points, places: readonly number[]): Points {
  const of = (column: Float64Array): Float64Array => Float64Array.from(places, (i) => column[i] ?? NaN);
  return { xs: of(xs), ys: of(ys), ...(smooth && { smooth: of(smooth) }) };
}

/** Keep about `target` points, among them the first, the last, and each stretch's extremes. */
export function decimated(points: Points, target: number): Points {
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

/** Go on smoothing after a value that rests on a long history. */
export function continueSmoothing(ys: Float64Array, weight: number, before: number): Float64Array {
  let mean = before;
  return ys.map((y) => {
    if (!Number.isFinite(y)) return y;
    mean = Number.isFinite(mean) ? weight * mean + (1 - weight) * y : y;
    return mean;
  });
}

/** Smooth with a weight of 0 (none) to below 1; values that are not finite are unchanged and skipped. */
export function smoothed(ys: Float64Array, weight: number): Float64Array {
  if (weight <= 0) return ys;
  let mean = 0;
  let share = 0;
  return ys.map((y) => {
    if (!Number.isFinite(y)) return y;
    mean = weight * mean + (1 - weight) * y;
    share = weight * share + (1 - weight);
    return mean / share;
  });
}
