// The points of a line as columns of one length. Pure.

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
