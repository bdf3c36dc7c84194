// The live card's contract with the kernel.

export interface Metric {
  readonly key: string;
  readonly value: number | null;
  readonly curve: readonly (number | null)[];
}

export type Param = readonly [key: string, value: string, old: string | null];

export interface Progress {
  readonly turns?: number;
  /** When the last of them was told, in ms since the epoch, by the kernel's clock. */
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
}
