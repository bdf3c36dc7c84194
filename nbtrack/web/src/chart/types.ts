// The chart's contract with whoever feeds it.

export type XMode = "step" | "time" | "relative";

export interface RunName {
  readonly id: string;
  readonly name: string;
}

/** Where one series stands in the buffer: `length` xs at `offset` floats, then `length` ys. */
export interface SeriesPlace {
  readonly run: string;
  readonly metric: string;
  readonly offset: number;
  readonly length: number;
  /** Points in the full history, when they are more than were sent. */
  readonly total?: number;
  /** Where the lower sides of a band stand, and after them the upper ones. */
  readonly spread?: number;
  /** Where the smoothed ys stand. */
  readonly smooth?: number;
}

/** What the buffer holds. */
export interface Frame {
  readonly version: number;
  readonly series: readonly SeriesPlace[];
  /** What the xs are; without it, what the state says. */
  readonly x?: XMode;
  /** By how much the whole histories were smoothed. */
  readonly smoothing?: number;
}

export type Kind = "history" | "scatter" | "parallel";
export type Value = number | string | null;

/** A run among others: for each axis a number, a word, or nothing. */
export interface Point {
  readonly id: string;
  readonly name: string;
  readonly v: readonly Value[];
}

export interface ChartState {
  readonly uid: string;
  /** Whether anyone can see the chart. */
  readonly visible: boolean;
  /** The uid of the table whose runs it draws; empty: none. */
  readonly table_uid: string;
  readonly kind: Kind;
  /** Of a scatter across and up; of parallel coordinates all. As a filter writes them. */
  readonly axes: readonly string[];
  /** The logarithmic ones. */
  readonly logs: readonly string[];
  /** What may be an axis. */
  readonly choices: readonly string[];
  readonly points: readonly Point[];
  /** The id of the run whose rows the points are, if it has any; empty: they are runs. */
  readonly rows: string;
  /** How many runs there are to draw; more than are drawn when they are too many. */
  readonly found: number;
  /** Ids of runs. */
  readonly selected: readonly string[];
  /** Whether the last of parallel axes gives the colours. */
  readonly colour_by_metric: boolean;
  readonly runs: readonly RunName[];
  /** The run that they are compared with, drawn beneath them; empty: none. */
  readonly baseline: Partial<RunName>;
  /** Drawn in place of the runs. */
  readonly lines: readonly RunName[];
  /** What runs share a line by; none: each has its own. */
  readonly band: string;
  /** What they may share one by. */
  readonly groups: readonly string[];
  /** Metrics of which less is better. */
  readonly lower: readonly string[];
  /** Those of which more is better. */
  readonly higher: readonly string[];
  readonly metrics: readonly string[];
  readonly available: readonly string[];
  readonly x: XMode;
  readonly smoothing: number;
  readonly log_x: boolean;
  readonly log_y: boolean;
  /** Of one plot, in px. */
  readonly height: number;
  /** What to say when there is nothing to draw. */
  readonly empty: string | null;
  /** Not `layout`: every ipywidget has one of its own. */
  readonly frame: Frame;
  readonly data: ArrayBufferView | null;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}
