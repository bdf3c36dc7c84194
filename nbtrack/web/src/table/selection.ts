// Which runs are selected, and what a click or a key makes of that. Pure.

import type { Range } from "./window.ts";

/** The most rows that one gesture selects. */
export const MOST_AT_ONCE = 200;

export type Selected = readonly string[];

export function toggled(selected: Selected, id: string): Selected {
  return selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id];
}

export function joined(selected: Selected, more: Selected): Selected {
  return [...new Set([...selected, ...more])];
}

/** The rows from the anchor to the target, at most MOST_AT_ONCE, nearest to the anchor first. */
export function span(anchor: number, target: number): Range {
  const limit = MOST_AT_ONCE - 1;
  return target < anchor
    ? { first: Math.max(target, anchor - limit), end: anchor + 1 }
    : { first: anchor, end: Math.min(target, anchor + limit) + 1 };
}

export type Gesture = "only" | "toggle" | "extend" | "add";

/** What a click means with the keys held down. */
export function gestureOf(event: {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): Gesture {
  const command = event.ctrlKey || event.metaKey;
  if (event.shiftKey) return command ? "add" : "extend";
  return command ? "toggle" : "only";
}
