// The rows of a table: those that have arrived, and the requests for those that the view wants.

import { type Carrier, isCarrierError, messageOf } from "../carrier/carrier.ts";
import type { State } from "../ui/panel.ts";
import { clamp, type Range } from "./scroller.ts";
import type { FilterError, Page, Row, TableState } from "./types.ts";

const FIRST_ROWS = 40;
const ROWS = 60;

/** The traits that say which runs are shown, and how. */
export const QUERY_KEYS = ["experiment_ids", "filter", "sort", "columns", "group", "closed", "values"] as const;

/** What the endpoints of tables are called with. */
export function tableQuery(state: State<TableState>): Pick<TableState, (typeof QUERY_KEYS)[number]> {
  const entries = QUERY_KEYS.map((key) => [key, state.get(key)] as const);
  return Object.fromEntries(entries) as Pick<TableState, (typeof QUERY_KEYS)[number]>;
}

export class Loader {
  #wanted: Range = { first: 0, end: 0 };
  #asking = false;
  #asked = 0;
  readonly #carrier: Carrier;
  readonly #state: State<TableState>;
  readonly #cache: RowCache;
  readonly #arrived: (rows: readonly Row[]) => void;

  constructor(carrier: Carrier, state: State<TableState>, cache: RowCache, arrived: (rows: readonly Row[]) => void) {
    this.#carrier = carrier;
    this.#state = state;
    this.#cache = cache;
    this.#arrived = arrived;
  }

  /** Ask for the first rows of a new page. */
  reload = async (): Promise<void> => {
    const asked = ++this.#asked;
    const query = tableQuery(this.#state);
    try {
      const args = { ...query, marks: this.#state.get("marks"), limit: FIRST_ROWS };
      const { content } = await this.#carrier.call("nbtrack/runs/table", args);
      if (asked === this.#asked) this.#state.put({ page: content as unknown as Page, error: null });
    } catch (error) {
      if (asked === this.#asked) this.#state.put({ error: filterError(error, query.filter) });
    }
  };

  /** Request these rows; an earlier request that has not been sent is dropped. */
  want(range: Range): void {
    this.#wanted = range;
    if (!this.#asking) void this.#fill();
  }

  /** Have all of these rows, or as many as the other side gives. */
  async have(range: Range): Promise<void> {
    const gap = this.#cache.missing(range, range.end - range.first);
    if (gap) await this.#ask(gap).catch(() => false);
  }

  async #fill(): Promise<void> {
    this.#asking = true;
    try {
      for (let gap = this.#gap(); gap; gap = this.#gap()) {
        if (!(await this.#ask(gap))) break;
      }
    } catch {
      // The notice says that nobody answers; the next scroll, or a sign of life, asks again.
    } finally {
      this.#asking = false;
    }
  }

  #gap(): Range | null {
    return this.#cache.missing(this.#wanted, ROWS);
  }

  /** Ask once for the columns that are shown; false when asking on would get nothing more. */
  async #ask({ first, end }: Range): Promise<boolean> {
    const { version } = this.#cache;
    const columns = this.#state.get("page").columns.map(({ id }) => id);
    const args = { ...tableQuery(this.#state), columns, offset: first, limit: end - first };
    const { content } = await this.#carrier.call("nbtrack/runs/table", args);
    const rows = content.rows as readonly Row[];
    const taken = this.#cache.add(version, first, rows);
    if (taken) this.#arrived(rows);
    return taken ? rows.length > 0 : true;
  }
}

function filterError(error: unknown, filter: string): FilterError {
  const { reason, column } = isCarrierError(error) ? error.body : {};
  return {
    message: typeof reason === "string" ? reason : messageOf(error),
    column: typeof column === "number" ? column : null,
    filter,
  };
}

interface Kept {
  readonly row: Row;
  readonly version: number;
}

/** Rows of the newest version are fresh; older ones stay to be shown until fresh ones arrive. */
export class RowCache {
  total = 0;
  /** Counts the pages; rows that were asked for another one are not taken in. */
  version = 0;
  #kept = new Map<number, Kept>();

  /** Begin a new version with its first rows; `keep` says whether old rows are still worth showing. */
  begin(total: number, rows: readonly Row[], keep: boolean): void {
    this.version++;
    this.total = total;
    if (!keep) this.#kept.clear();
    for (const index of this.#kept.keys()) if (index >= total) this.#kept.delete(index);
    this.add(this.version, 0, rows);
  }

  /** Take rows in; false when they are of another version. */
  add(version: number, offset: number, rows: readonly Row[]): boolean {
    if (version !== this.version) return false;
    rows.forEach((row, i) => this.#kept.set(offset + i, { row, version }));
    return true;
  }

  at(index: number): Row | undefined {
    return this.#kept.get(index)?.row;
  }

  /** How many of some runs are among the fresh rows that have arrived. */
  count(runs: readonly string[]): number {
    if (runs.length === 0) return 0;
    const wanted = new Set(runs);
    let found = 0;
    for (const { row, version } of this.#kept.values()) if (version === this.version && wanted.has(row.id)) found++;
    return found;
  }

  /** The name of a run, where it has arrived. */
  nameOf(run: string): string {
    for (const { row } of this.#kept.values()) if (row.id === run) return String(row.v[0] ?? "");
    return "";
  }

  /** Whether a run that has arrived is a baseline. */
  isBaseline(run: string): boolean {
    for (const { row } of this.#kept.values()) if (row.id === run) return row.baseline === true;
    return false;
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
    return this.#kept.get(index)?.version !== this.version;
  }
}
