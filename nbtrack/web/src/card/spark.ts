// What the live card draws: spark lines, steps and the rest of the time. Pure.

import { count } from "../ui/format.ts";

export const WIDTH = 72;
export const HEIGHT = 16;

/** The path of a curve in a box of WIDTH by HEIGHT; values that are missing leave a gap. */
export function sparkPath(curve: readonly (number | null)[]): string {
  const known = curve.filter((value): value is number => value !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known);
  const spread = Math.max(...known) - low || 1;
  const step = WIDTH / (curve.length - 1);
  let pen = "M";
  const parts: string[] = [];
  curve.forEach((value, index) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const y = HEIGHT - 1.5 - ((value - low) / spread) * (HEIGHT - 3);
    parts.push(`${pen}${(index * step).toFixed(1)} ${y.toFixed(1)}`);
    pen = "L";
  });
  return parts.join("");
}

/** How many iterations are done, as text; empty before the loop starts. */
export function steps(turns: number, total: number | null): string {
  if (total !== null && turns <= total) return `step ${count(turns)} of ${count(total)}`;
  return turns > 0 ? `step ${count(turns)}` : "";
}

/** How long the rest will take in ms, or null when it is not known yet. */
export function remaining(turns: number, total: number | null, pace: number | null): number | null {
  return total === null || pace === null || turns > total ? null : pace * (total - turns);
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w.@%+=:,/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export interface Metric {
  readonly key: string;
  /** As the card that follows writes it. */
  readonly value: string;
  readonly curve: readonly (number | null)[];
}

export type Param = readonly [key: string, value: string, old: string | null];

export type Alert = readonly [level: string, title: string, text: string];

export interface Progress {
  readonly turns?: number;
  /** How long an iteration takes, in ms. */
  readonly pace?: number | null;
  /** When the last of them was reported, in ms since the epoch, by the kernel's clock. */
  readonly at?: number;
  readonly metrics?: readonly Metric[];
}

export interface CardState {
  /** The name by which Jupyter's server offers the store of the run; empty: it does not. */
  readonly store: string;
  readonly run: string;
  readonly name: string;
  readonly began: number;
  readonly total: number | null;
  /** Whether the cell has a loop that can wait. */
  readonly pausable: boolean;
  readonly paused: boolean;
  /** Whether the run was asked to stop. */
  readonly stopping: boolean;
  /** What differs from the last run of the cell, as far as it is known. */
  readonly params: readonly Param[];
  readonly progress: Progress;
  /** The values that its code reads in each iteration, as text. */
  readonly live: Readonly<Record<string, string>>;
  /** The latest ones. */
  readonly alerts: readonly Alert[];
}
