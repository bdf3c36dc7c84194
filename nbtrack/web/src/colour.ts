// A run's colour: the same everywhere, taken from the last digit of its id.

import palette from "../palette.json";
import type { Theme } from "./theme.ts";

export const PALETTE: Readonly<Record<Theme, readonly string[]>> = palette;

export function colourIndex(runId: string): number {
  const digit = Number.parseInt(runId.slice(-1), 16);
  return Number.isNaN(digit) ? 0 : digit;
}

export function colourOf(runId: string, theme: Theme): string {
  return PALETTE[theme][colourIndex(runId)] ?? "currentColor";
}

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

/** A dash pattern per run, so that runs that share a colour differ still. */
export function dashesOf(runIds: readonly string[]): readonly (readonly number[])[] {
  const seen = new Map<number, number>();
  return runIds.map((id) => {
    const index = colourIndex(id);
    const earlier = seen.get(index) ?? 0;
    seen.set(index, earlier + 1);
    return DASHES[earlier % DASHES.length] ?? [];
  });
}
