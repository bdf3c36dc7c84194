// Runs with their places on some axes: what a scatter and parallel coordinates are drawn from. Pure.

import { colourOf } from "../colour.ts";
import type { Theme } from "../theme.ts";
import { scaleOf, type Scale } from "./scale.ts";
import type { ChartState, Spot } from "./types.ts";

export interface Axis {
  /** As a filter writes it. */
  readonly id: string;
  readonly label: string;
  readonly scale: Scale;
}

export interface Placed {
  readonly spot: Spot;
  readonly colour: string;
  /** For each axis from 0 to 1; null where the run has no value, or one that the axis can't show. */
  readonly shares: readonly (number | null)[];
}

export interface Field {
  readonly axes: readonly Axis[];
  readonly placed: readonly Placed[];
  /** Runs without a place. */
  readonly left: number;
}

type Wanted = Pick<ChartState, "axes" | "logs" | "spots" | "kind" | "shaded">;

export function fieldOf(state: Wanted, theme: Theme): Field {
  const axes = state.axes.map((id, i) => ({
    id,
    label: id.slice(id.indexOf(".") + 1),
    scale: scaleOf(state.spots.map((spot) => spot.v[i] ?? null), state.logs.includes(id)),
  }));
  const needed = state.kind === "scatter" ? axes.map((_, i) => i) : [axes.length - 1];
  const all = state.spots.map((spot) => ({ spot, shares: axes.map(({ scale }, i) => scale.share(spot.v[i] ?? null)) }));
  const placed = all.filter(({ shares }) => needed.every((i) => (shares[i] ?? null) !== null));
  const shaded = state.kind === "parallel" && state.shaded;
  return {
    axes,
    left: all.length - placed.length,
    placed: placed.map(({ spot, shares }) => ({
      spot,
      shares,
      colour: shaded ? shade(shares.at(-1) ?? 0) : colourOf(spot.id, theme),
    })),
  };
}

/** From the quiet end of a ramp to the loud one. */
function shade(share: number): string {
  return `color-mix(in oklab, var(--nbt-ramp-high) ${(100 * share).toFixed(1)}%, var(--nbt-ramp-low))`;
}
