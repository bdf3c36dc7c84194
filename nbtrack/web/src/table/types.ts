// The run table's contract with whoever feeds it.

import type { Json } from "../carrier/carrier.ts";

export type Kind = "name" | "status" | "time" | "duration" | "text" | "number";
export type Group = "run" | "param" | "metric" | "tag";
export type Direction = "asc" | "desc";
export type Highlight = "heat" | "bars";
export type Reading = "last" | "best" | "min" | "max";
export type Sort = readonly (readonly [column: string, direction: Direction])[];

export interface Column {
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly group: Group;
  /** How its numbers are marked, and between which values all of them lie. */
  readonly mark?: Highlight;
  readonly low?: number | null;
  readonly high?: number | null;
  /** Whether less of it is better. */
  readonly lower?: boolean;
  /** Which value of a metric it shows, when that is not the last. */
  readonly reading?: Exclude<Reading, "last">;
  /** The best of all its values. */
  readonly best?: number;
  /** What of it is better, where anybody knows. */
  readonly goal?: "min" | "max";
}

/** A run, or the heading of a group, which has no id. */
export interface Row {
  readonly id: string;
  readonly label?: string;
  /** How far it is set in. */
  readonly depth?: number;
  /** Names what can be closed. */
  readonly key?: string;
  /** How many runs are below it. */
  readonly runs?: number;
  readonly closed?: boolean;
  /** Its latest alerts. */
  readonly alerts?: readonly (readonly [level: string, title: string])[];
  /** The beginning of its note. */
  readonly note?: string;
  /** Its own tags that are no columns. */
  readonly tags?: readonly (readonly [key: string, value: string])[];
  /** Whether a chart has nothing to draw of it. */
  readonly without_metrics?: boolean;
  /** Whether a chart has no curve to draw of it, but single values, or points to come. */
  readonly without_curves?: boolean;
  /** Whether others are compared with it. */
  readonly baseline?: boolean;
  /** By how much it differs from its baseline: a number per column, or null. */
  readonly change?: readonly (number | null)[];
  /** One value per column; null is missing, NaN and ±Infinity are text, and so is a metric of a group. */
  readonly v: readonly (string | number | null)[];
}

export interface Experiment {
  readonly id: string;
  readonly name: string;
}

export interface Page {
  /** Lines, headings of groups among them. */
  readonly total: number;
  readonly runs: number;
  /** Whether these numbers are estimated, as those of very many runs are. */
  readonly estimated?: boolean;
  readonly offset: number;
  /** The store's clock, in ms. */
  readonly now: number;
  /** That whose runs these are, when it is just one that was asked for. */
  readonly experiment: Experiment | null;
  readonly columns: readonly Column[];
  /** What is the same in all rows. */
  readonly constant: readonly (readonly [label: string, text: string])[];
  readonly rows: readonly Row[];
  /** How many columns are not shown. */
  readonly more_columns: number;
  /** What to say when there are no rows. */
  readonly empty: string | null;
}

export interface FilterError {
  readonly message: string;
  /** Characters before the one in error; null when it is not the filter that is wrong. */
  readonly column: number | null;
  /** The filter that it is about; so the same mistake made again is a change. */
  readonly filter?: string;
}

export interface TableState {
  readonly uid: string;
  readonly page: Page;
  readonly filter: string;
  readonly sort: Sort;
  readonly error: FilterError | null;
  readonly selected: readonly string[];
  /** Chosen columns in order; none: what differs. */
  readonly columns: readonly string[];
  readonly group: string;
  readonly closed: readonly string[];
  /** By the id of a column. */
  readonly values: Readonly<Record<string, Reading>>;
  readonly marks: Readonly<Record<string, Highlight>>;
  /** Whose runs are shown; none: those of all. */
  readonly experiment_ids: readonly string[];
  /** Buttons that open something; with `experiments` the menu of them. */
  readonly opens: readonly string[];
  readonly visible: boolean;
  /** How the chart beside it is set up, as a saved view has it. */
  readonly chart: Json;
  readonly height: number;
}
