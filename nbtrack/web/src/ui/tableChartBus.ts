// Messages between a table and the chart of its runs, while no kernel connects them.

import type { Stop } from "../carrier/carrier.ts";

/** What finds the runs of a table. */
export interface RunQuery {
  readonly experiment_ids: readonly string[];
  readonly filter: string;
  readonly sort: readonly (readonly string[])[];
}

export interface TableSnapshot {
  /** Differs from page to page. */
  readonly version: number;
  /** Ids of runs. */
  readonly selected: readonly string[];
  /** Those of the first rows. */
  readonly first: readonly string[];
  readonly query: RunQuery;
  /** How many runs there are. */
  readonly total: number;
}

interface Messages {
  /** The table shows something else. */
  readonly shown: TableSnapshot;
  /** Runs were selected in the chart; these are now the table's selection. */
  readonly selected: readonly string[];
  /** The chart wants to know what the table shows. */
  readonly wanted: null;
}

interface Detail<Kind extends keyof Messages> {
  readonly table: string;
  readonly message: Messages[Kind];
}

/** @param table - The uid of the table; without one nobody listens. */
export function send<Kind extends keyof Messages>(kind: Kind, table: string, message: Messages[Kind]): void {
  document.dispatchEvent(new CustomEvent<Detail<Kind>>(`nbtrack-${kind}`, { detail: { table, message } }));
}

export function receive<Kind extends keyof Messages>(kind: Kind, table: string, handle: (message: Messages[Kind]) => void): Stop {
  const handler = (event: Event): void => {
    const { detail } = event as CustomEvent<Detail<Kind>>;
    if (table !== "" && detail.table === table) handle(detail.message);
  };
  document.addEventListener(`nbtrack-${kind}`, handler);
  return () => {
    document.removeEventListener(`nbtrack-${kind}`, handler);
  };
}

const DRAWN_AT_FIRST = 5;

/** The runs whose curves are drawn: those that are selected, else the first few, or the first page where they share lines. */
export function runsToDraw({ selected, first }: TableSnapshot, share: boolean): readonly string[] {
  return selected.length > 0 ? selected : first.slice(0, share ? first.length : DRAWN_AT_FIRST);
}

/** The selection of a table after some runs were selected among those that are drawn. */
export function selectionAfter(selected: readonly string[], drawn: readonly string[], picked: readonly string[]): readonly string[] {
  return [...selected.filter((id) => !drawn.includes(id)), ...picked];
}
