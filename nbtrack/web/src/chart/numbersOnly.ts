// What d3's scales and brushes need of d3-interpolate and d3-transition here: numbers, and no animation. The build puts
// this module in the place of both, which would bring colours, timers and easing along.

type Interpolator = (share: number) => number;

export function interpolateNumber(from: number, to: number): Interpolator {
  return (share) => from * (1 - share) + to * share;
}

export { interpolateNumber as interpolate, interpolateNumber as piecewise };

export function interpolateRound(from: number, to: number): Interpolator {
  return (share) => Math.round(from * (1 - share) + to * share);
}

/** Nothing is animated, so there is nothing to interrupt. */
export function interrupt(): void {
  // See above.
}
