// What a table over REST shows, as far as a chart beside it needs to know.

export interface Among {
  readonly experiment_ids: readonly string[];
  readonly filter: string;
  readonly sort: readonly (readonly string[])[];
}

export interface Seen {
  /** Of the page. */
  readonly version: number;
  /** Ids of runs. */
  readonly selected: readonly string[];
  /** Those of the first rows. */
  readonly first: readonly string[];
  /** What finds the runs. */
  readonly among: Among;
}

const DRAWN_AT_FIRST = 5;

/** The runs whose curves are drawn: those that are selected, else the first few. */
export function curvesOf({ selected, first }: Seen): readonly string[] {
  return selected.length > 0 ? selected : first.slice(0, DRAWN_AT_FIRST);
}

/** The selection of a table after some runs were picked among those that are drawn. */
export function selectedAfter(selected: readonly string[], drawn: readonly string[], picked: readonly string[]): readonly string[] {
  return [...selected.filter((id) => !drawn.includes(id)), ...picked];
}
