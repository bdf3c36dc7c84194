// Exponential smoothing without the pull towards zero at the start. Pure.

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
