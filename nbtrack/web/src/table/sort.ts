// How clicks on headers change the order. Pure.

import type { Column, Direction, Sort } from "./types.ts";

const NATURAL: Readonly<Record<Column["kind"], Direction>> = {
  name: "asc",
  status: "asc",
  text: "asc",
  time: "desc",
  duration: "desc",
  number: "desc",
};

function nextDirection(column: Column, current: Direction | undefined): Direction | null {
  const natural = NATURAL[column.kind];
  if (current === undefined) return natural;
  if (current !== natural) return null;
  return natural === "asc" ? "desc" : "asc";
}

/** A click: natural direction, then the other, then none. With `add`, the other columns stay. */
export function nextSort(sort: Sort, column: Column, add: boolean): Sort {
  const current = sort.find(([id]) => id === column.id)?.[1];
  const direction = nextDirection(column, current);
  if (!add) return direction === null ? [] : [[column.id, direction]];
  if (current === undefined) return direction === null ? sort : [...sort, [column.id, direction]];
  if (direction === null) return sort.filter(([id]) => id !== column.id);
  return sort.map(([id, old]) => [id, id === column.id ? direction : old]);
}

export interface Place {
  readonly direction: Direction;
  /** 1 for the first key of several, 0 when it is the only one. */
  readonly rank: number;
}

export function placeIn(sort: Sort, id: string): Place | null {
  const index = sort.findIndex(([column]) => column === id);
  const entry = sort[index];
  return entry ? { direction: entry[1], rank: sort.length > 1 ? index + 1 : 0 } : null;
}
