// Exponential smoothing without the pull towards zero at the start. Pure.

/** Go on smoothing after a value that rests on a long history. */
export function smoothedOn(ys: Float64Array, weight: number, before: number): Float64Array {
  let mean = before;
  return ys.map((y) => {
    if (!Number.isFinite(y)) return y;
    mean = Number.isFinite(mean) ? weight * mean + (1 - weight) * y : y;
    return mean;
  });
}

/** Smooth with a weight of 0 (none) to below 1; what is not finite stays and is skipped. */
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
