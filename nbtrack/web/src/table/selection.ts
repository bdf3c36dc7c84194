// The active row and the selection, as clicks and keys move them.

import type { State } from "../ui/panel.ts";
import type { Loader, RowCache } from "./rowLoader.ts";
import { clamp, type Range } from "./scroller.ts";
import type { Row, TableState } from "./types.ts";

export class Selection {
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

  /** The id of the run in a row; empty for a heading. */
  runAt(index: number): string {
    return this.#cache.at(index)?.id ?? "";
  }

  clear(): void {
    if (this.selected.length > 0) this.#select([]);
  }

  click(index: number, gesture: Gesture): void {
    this.active = index;
    if (gesture === "only" && this.#fold(index)) return;
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
    this.#select(runsOf(this.#cache.loaded(all)));
  }

  /** Select the active run alone. */
  only(): void {
    this.#pick("only");
  }

  apply(command: "toggle" | "apply" | "all" | "clear"): void {
    if (command === "all") void this.selectAll();
    else if (command === "clear") this.clear();
    else if (!this.#fold(this.active)) this.#pick(command === "toggle" ? "toggle" : "only");
  }

  /** Close or open what is below the active row; false when there is nothing below it. */
  fold(closed: boolean): boolean {
    const row = this.#cache.at(this.active);
    return row?.key !== undefined && (row.closed === true) !== closed && this.toggleFold(this.active);
  }

  /** Close what is open below a row, or open it. */
  toggleFold(index: number): boolean {
    const key = this.#cache.at(index)?.key;
    if (key === undefined) return false;
    this.#state.set("closed", toggled(this.#state.get("closed"), key));
    return true;
  }

  /** A click on a heading means the group. */
  #fold(index: number): boolean {
    return this.#cache.at(index)?.id === "" && this.toggleFold(index);
  }

  refresh(): void {
    this.#changed();
  }

  #pick(gesture: "only" | "toggle"): void {
    this.#anchor = Math.max(0, this.active);
    const id = this.runAt(this.active);
    if (id !== "") this.#select(gesture === "toggle" ? toggled(this.selected, id) : [id]);
  }

  async #extend(keep: boolean): Promise<void> {
    const range = span(this.#anchor, this.active);
    await this.#loader.have(range);
    const ids = runsOf(this.#cache.loaded(range));
    this.#select(keep ? joined(this.selected, ids) : ids);
  }

  #select(ids: readonly string[]): void {
    this.#state.set("selected", ids);
    this.#changed();
  }
}

/** The ids of runs among some rows; headings have none. */
function runsOf(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => row.id).filter((id) => id !== "");
}

/** The most rows that one gesture selects. */
export const MOST_AT_ONCE = 200;

export type Selected = readonly string[];

export function toggled(selected: Selected, id: string): Selected {
  return selected.includes(id) ? selected.filter((other) => other !== id) : [...selected, id];
}

export function joined(selected: Selected, more: Selected): Selected {
  return [...new Set([...selected, ...more])];
}

/** The rows from the anchor to the target, at most MOST_AT_ONCE, nearest to the anchor first. */
export function span(anchor: number, target: number): Range {
  const limit = MOST_AT_ONCE - 1;
  return target < anchor
    ? { first: Math.max(target, anchor - limit), end: anchor + 1 }
    : { first: anchor, end: Math.min(target, anchor + limit) + 1 };
}

export type Gesture = "only" | "toggle" | "extend" | "add";

/** What a click means with the keys held down. */
export function gestureOf(event: {
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}): Gesture {
  const command = event.ctrlKey || event.metaKey;
  if (event.shiftKey) return command ? "add" : "extend";
  return command ? "toggle" : "only";
}
