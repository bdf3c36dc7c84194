// The active row and the selection, as clicks and commands move them.

import type { State } from "../panel.ts";
import type { RowCache } from "./cache.ts";
import type { Loader } from "./loader.ts";
import { type Gesture, joined, MOST_AT_ONCE, span, toggled } from "./selection.ts";
import type { TableState } from "./types.ts";
import { clamp, type Range } from "./window.ts";

export class Picker {
  /** The row that keys act on, -1 for the header row. */
  active = 0;
  #anchor = 0;
  readonly #state: State<TableState>;
  readonly #cache: RowCache;
  readonly #loader: Loader;
  readonly #changed: () => void;

  constructor(
    state: State<TableState>,
    cache: RowCache,
    loader: Loader,
    changed: () => void,
  ) {
    this.#state = state;
    this.#cache = cache;
    this.#loader = loader;
    this.#changed = changed;
  }

  get selected(): readonly string[] {
    return this.#state.get("selected");
  }

  /** Begin at the first row again, or stay among the headers. */
  toTop(): void {
    this.active = Math.min(this.active, 0);
    this.#anchor = 0;
  }

  clear(): void {
    if (this.selected.length > 0) this.#select([]);
  }

  click(index: number, gesture: Gesture): void {
    this.active = index;
    if (gesture === "extend" || gesture === "add") void this.#extend(gesture === "add");
    else this.#pick(gesture);
  }

  /** Move the active row; with `extend` the selection follows from the anchor. */
  move(index: number, extend: boolean): void {
    this.active = clamp(index, extend ? 0 : -1, this.#cache.total - 1);
    if (extend) void this.#extend(false);
    else this.#anchor = Math.max(0, this.active);
    this.#changed();
  }

  async selectAll(): Promise<void> {
    const all: Range = { first: 0, end: Math.min(this.#cache.total, MOST_AT_ONCE) };
    await this.#loader.have(all);
    this.#select(this.#cache.loaded(all).map((row) => row.id));
  }

  apply(command: "toggle" | "apply" | "all" | "clear"): void {
    if (command === "all") void this.selectAll();
    else if (command === "clear") this.clear();
    else this.#pick(command === "toggle" ? "toggle" : "only");
  }

  refresh(): void {
    this.#changed();
  }

  #pick(gesture: "only" | "toggle"): void {
    this.#anchor = Math.max(0, this.active);
    const id = this.#cache.at(this.active)?.id;
    if (id !== undefined) this.#select(gesture === "toggle" ? toggled(this.selected, id) : [id]);
  }

  async #extend(keep: boolean): Promise<void> {
    const range = span(this.#anchor, this.active);
    await this.#loader.have(range);
    const ids = this.#cache.loaded(range).map((row) => row.id);
    this.#select(keep ? joined(this.selected, ids) : ids);
  }

  #select(ids: readonly string[]): void {
    this.#state.set("selected", ids);
    this.#changed();
  }
}
