// A stretch of an axis that is brushed, and what keys make of it. Pure.

export type Brush = readonly [low: number, high: number];
export type Brushes = ReadonlyMap<string, Brush>;

const STEP = 0.05;
const AT_FIRST: Brush = [0.75, 1];
/** Values at the very ends of an axis count as within. */
const SLACK = 1e-9;

/** What a key makes of a brush: arrows move it, with shift they move its upper end; undefined when it says nothing. */
export function pressed(brush: Brush | undefined, key: string, shift: boolean): Brush | null | undefined {
  if (key === "Escape" || key === "Delete") return brush ? null : undefined;
  const by = key === "ArrowUp" ? STEP : key === "ArrowDown" ? -STEP : 0;
  if (by === 0) return undefined;
  if (!brush) return AT_FIRST;
  const [low, high] = brush;
  if (shift) return [low, Math.max(low + STEP, Math.min(1, high + by))];
  const moved = Math.max(-low, Math.min(by, 1 - high));
  return [low + moved, high + moved];
}

/** Tell whether a run, by its shares of some axes, lies within all brushes. */
export function isWithin(shares: ReadonlyMap<string, number | null>, brushes: Brushes): boolean {
  return [...brushes].every(([axis, [low, high]]) => {
    const share = shares.get(axis) ?? null;
    return share !== null && share >= low - SLACK && share <= high + SLACK;
  });
}
