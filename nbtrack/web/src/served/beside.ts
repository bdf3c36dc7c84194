// A table and the chart beside it, each a widget of its own: what they tell one another while the store feeds both.

import type { Seen } from "../page/seen.ts";
import type { Stop } from "../source.ts";

interface News {
  /** The table says what it shows. */
  readonly seen: Seen;
  /** The chart says which runs are selected now. */
  readonly picked: readonly string[];
  /** The chart asks what the table shows. */
  readonly wanted: null;
}

interface Told<Kind extends keyof News> {
  readonly table: string;
  readonly what: News[Kind];
}

function nameOf(kind: keyof News): string {
  return `nbtrack-${kind}`;
}

/** Tell those that stand beside a table. */
export function tell<Kind extends keyof News>(kind: Kind, table: string, what: News[Kind]): void {
  document.dispatchEvent(new CustomEvent<Told<Kind>>(nameOf(kind), { detail: { table, what } }));
}

/** Hear what is told beside a table. */
export function hear<Kind extends keyof News>(kind: Kind, table: string, heard: (what: News[Kind]) => void): Stop {
  const handler = (event: Event): void => {
    const { detail } = event as CustomEvent<Told<Kind>>;
    if (detail.table === table) heard(detail.what);
  };
  document.addEventListener(nameOf(kind), handler);
  return () => {
    document.removeEventListener(nameOf(kind), handler);
  };
}
