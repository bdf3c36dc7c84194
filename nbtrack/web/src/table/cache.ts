// The rows that have arrived, by their place in the view.

import type { Row } from "./types.ts";
import { clamp, type Range } from "./window.ts";

interface Kept {
  readonly row: Row;
  readonly version: number;
}

/** Rows of the newest version are fresh; older ones stay to be shown until fresh ones arrive. */
export class RowCache {
  total = 0;
  #version = -1;
  #kept = new Map<number, Kept>();

  /** Begin a new version with its first rows; `keep` says whether old rows are still worth showing. */
  begin(version: number, total: number, rows: readonly Row[], keep: boolean): void {
    this.#version = version;
    this.total = total;
    if (!keep) this.#kept.clear();
    for (const index of this.#kept.keys()) if (index >= total) this.#kept.delete(index);
    this.add(version, 0, rows);
  }

  /** Take rows in; false when they are of another version. */
  add(version: number, offset: number, rows: readonly Row[]): boolean {
    if (version !== this.#version) return false;
    rows.forEach((row, i) => this.#kept.set(offset + i, { row, version }));
    return true;
  }

  at(index: number): Row | undefined {
    return this.#kept.get(index)?.row;
  }

  /** The name of a run, where it has arrived. */
  nameOf(run: string): string {
    for (const { row } of this.#kept.values()) if (row.id === run) return String(row.v[0] ?? "");
    return "";
  }

  /** The loaded ones among some rows, in order. */
  loaded({ first, end }: Range): readonly Row[] {
    const rows: Row[] = [];
    for (let index = first; index < end; index++) {
      const row = this.at(index);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** The next rows to ask for, about one page, so that all of `wanted` becomes fresh. */
  missing(wanted: Range, page: number): Range | null {
    const first = this.#firstStale(wanted);
    if (first === null) return null;
    const end = clamp(first + page, 0, this.total);
    const start = clamp(end - page, 0, first);
    return { first: this.#isStale(start) ? start : first, end };
  }

  #firstStale({ first, end }: Range): number | null {
    for (let index = first; index < Math.min(end, this.total); index++) {
      if (this.#isStale(index)) return index;
    }
    return null;
  }

  #isStale(index: number): boolean {
    return this.#kept.get(index)?.version !== this.#version;
  }
}
