// What a saved view holds, taken from a table and given to it. Pure.

import type { State } from "../ui/panel.ts";
import type { TableState } from "./types.ts";

const OPTIONS = ["filter", "sort", "columns", "group", "values", "marks", "chart"] as const;
const EMPTY: Pick<TableState, (typeof OPTIONS)[number]> = { filter: "", sort: [], columns: [], group: "", values: {}, marks: {}, chart: {} };
/** In place of an experiment: all of them, or several. */
const ALL = "";

export type View = Partial<typeof EMPTY>;

export interface SavedView {
  readonly name: string;
  readonly view: View;
}

export interface Views {
  readonly views: readonly SavedView[];
  /** The name of the default view; empty for none. */
  readonly default: string;
}

/** The experiment that has the views of a table. */
export function home(state: State<TableState>): string {
  const [first = ALL, ...more] = state.get("experiment_ids");
  return more.length > 0 ? ALL : first;
}

/** What a table shows, without what is so by default. */
export function viewOf(state: State<TableState>): View {
  const shown = OPTIONS.map((option) => [option, state.get(option)] as const);
  return Object.fromEntries(shown.filter(([option, value]) => written(value) !== written(EMPTY[option])));
}

/** Whether a table shows a view; a chart that it says nothing about may be set up in any way. */
export function isView(state: State<TableState>, view: View): boolean {
  return OPTIONS.every((option) => (option === "chart" && view.chart === undefined) || written(state.get(option)) === written(view[option] ?? EMPTY[option]));
}

export function applyView(state: State<TableState>, view: View): void {
  for (const option of OPTIONS) {
    const value = view[option] ?? EMPTY[option];
    if (written(state.get(option)) !== written(value)) state.set(option, value);
  }
}

/** The same text for the same value, in whichever order its entries came. */
function written(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}
