// Asks for rows that the view wants, one page at a time, newest wish first.

import type { Source } from "../source.ts";
import type { RowCache } from "./cache.ts";
import type { Page, RowsReply } from "./types.ts";
import type { Range } from "./window.ts";

const PAGE = 60;

export class Loader {
  #wanted: Range = { first: 0, end: 0 };
  #asking = false;
  readonly #source: Source;
  readonly #cache: RowCache;
  readonly #page: () => Page;
  readonly #arrived: (rows: RowsReply["rows"]) => void;

  constructor(
    source: Source,
    cache: RowCache,
    page: () => Page,
    arrived: (rows: RowsReply["rows"]) => void,
  ) {
    this.#source = source;
    this.#cache = cache;
    this.#page = page;
    this.#arrived = arrived;
  }

  /** See to it that these rows arrive; an earlier wish is forgotten. */
  want(range: Range): void {
    this.#wanted = range;
    if (!this.#asking) void this.#askOn();
  }

  /** Have all of these rows, or as many as the other side gives. */
  async have(range: Range): Promise<void> {
    const gap = this.#cache.missing(range, range.end - range.first);
    if (gap) await this.#ask(gap).catch(() => false);
  }

  async #askOn(): Promise<void> {
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
    return this.#cache.missing(this.#wanted, PAGE);
  }

  /** Ask once; false when asking on would get nothing more. */
  async #ask({ first, end }: Range): Promise<boolean> {
    const { version } = this.#page();
    const { content } = await this.#source.request("rows", {
      version,
      offset: first,
      limit: end - first,
    });
    const reply = content as unknown as RowsReply;
    const taken = this.#cache.add(reply.version, reply.offset, reply.rows);
    if (taken) this.#arrived(reply.rows);
    return taken ? reply.rows.length > 0 : this.#page().version !== version;
  }
}
