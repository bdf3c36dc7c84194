// Mouse and keyboard on the grid, turned into moves and selections.

import type { Stop } from "../carrier/carrier.ts";
import { listen } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import type { Grid } from "./grid.ts";
import { gestureOf, type Selection } from "./selection.ts";

export interface RowCommands {
  /** Rename the selected run. */
  rename(): void;
  /** Open the view of a run. */
  show(run: string): void;
  /** Show only the runs that have a tag as well, or no longer only these. */
  filterByTag(key: string, value: string): void;
}

export function connectInput(grid: Grid, selection: Selection, commands: RowCommands): Stop {
  return stopAll([
    listen(grid.el, "keydown", (event) => {
      const command = commandOf(event);
      if (command?.kind === "rename") {
        selection.only();
        commands.rename();
        event.preventDefault();
      } else if (command?.kind === "open") {
        openAt(selection.active, selection, commands);
        event.preventDefault();
      } else if (command?.kind === "apply" || command?.kind === "toggle") {
        const chip = grid.chipOf(selection.active);
        if (chip) filterBy(chip, commands);
        else execute(command, grid, selection, event.shiftKey);
        event.preventDefault();
      } else if (command && execute(command, grid, selection, event.shiftKey)) event.preventDefault();
    }),
    listen(grid.body, "mousedown", keepTextUnmarked),
    listen(grid.body, "click", (event) => {
      click(event, grid, selection, commands);
    }),
  ]);
}

/** Clicks select rows, and the browser would mark a word or the text between them as well; text is marked by dragging. */
function keepTextUnmarked(event: MouseEvent): void {
  if (event.shiftKey || event.detail > 1) event.preventDefault();
}

function openAt(index: number, selection: Selection, commands: RowCommands): void {
  const run = selection.runAt(index);
  if (run !== "") commands.show(run);
}

/** A name opens its run, and a tag finds the others; with a key held down they select, as the rest of the row does. */
function click(event: MouseEvent, grid: Grid, selection: Selection, commands: RowCommands): void {
  const index = grid.indexAt(event.target);
  if (index === null) return;
  grid.leaveChip();
  const [name, chip, fold, box] = [".nbt-open", ".nbt-chip", ".nbt-fold:not(:empty)", ".nbt-box"].map((part) => partAt(event, part));
  if (name) event.preventDefault();
  const gesture = gestureOf(event);
  if (name && gesture === "only") openAt(index, selection, commands);
  else if (chip && gesture === "only") filterBy(chip, commands);
  else if (fold) selection.toggleFold(index);
  else selection.click(index, box && gesture === "only" ? "toggle" : gesture);
}

function filterBy({ dataset }: HTMLElement, commands: RowCommands): void {
  commands.filterByTag(dataset.key ?? "", dataset.value ?? "");
}

function partAt({ target }: MouseEvent, part: string): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>(part) : null;
}

/** Execute a command; false when it does not apply here. */
function execute(command: Exclude<Command, { kind: "rename" | "open" }>, grid: Grid, selection: Selection, shift: boolean): boolean {
  const onHead = selection.active < 0;
  switch (command.kind) {
    case "move":
      return goTo(selection.active + command.by, command.extend, grid, selection);
    case "screen":
      return goTo(Math.max(0, selection.active + command.by * grid.screen), command.extend, grid, selection);
    case "edge":
      return goTo(command.last ? Infinity : 0, command.extend, grid, selection);
    case "column":
      if (!onHead) return alongRow(command.by, grid, selection);
      grid.moveHead(command.by);
      selection.refresh();
      return true;
    case "menu":
      return onHead && grid.openHeadMenu();
    case "toggle":
    case "apply":
      if (onHead) grid.sortByActiveHead(shift);
      else selection.apply(command.kind);
      return true;
    default:
      selection.apply(command.kind);
      return true;
  }
}

/** Open or close what is below a row, and where there is nothing to open, go along its tags. */
function alongRow(by: number, grid: Grid, selection: Selection): boolean {
  const onChip = grid.chipOf(selection.active) !== null;
  if (!onChip && selection.fold(by < 0)) return true;
  if (!grid.moveChip(selection.active, by)) return false;
  selection.refresh();
  return true;
}

function goTo(index: number, extend: boolean, grid: Grid, selection: Selection): true {
  grid.leaveChip();
  selection.move(index, extend);
  grid.reveal(selection.active);
  return true;
}

export type Command =
  | { readonly kind: "move"; readonly by: number; readonly extend: boolean }
  | { readonly kind: "screen"; readonly by: number; readonly extend: boolean }
  | { readonly kind: "edge"; readonly last: boolean; readonly extend: boolean }
  | { readonly kind: "column"; readonly by: number }
  | { readonly kind: "toggle" | "apply" | "all" | "clear" | "menu" }
  | { readonly kind: "rename" }
  | { readonly kind: "open" };

export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

type Reading = (extend: boolean) => Command;

const KEYS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["ArrowDown", (extend) => ({ kind: "move", by: 1, extend })],
  ["ArrowUp", (extend) => ({ kind: "move", by: -1, extend })],
  ["PageDown", (extend) => ({ kind: "screen", by: 1, extend })],
  ["PageUp", (extend) => ({ kind: "screen", by: -1, extend })],
  ["Home", (extend) => ({ kind: "edge", last: false, extend })],
  ["End", (extend) => ({ kind: "edge", last: true, extend })],
  ["ArrowRight", () => ({ kind: "column", by: 1 })],
  ["ArrowLeft", () => ({ kind: "column", by: -1 })],
  [" ", () => ({ kind: "toggle" })],
  ["Enter", () => ({ kind: "apply" })],
  ["Escape", () => ({ kind: "clear" })],
  ["F2", () => ({ kind: "rename" })],
]);

export function commandOf(press: Press): Command | null {
  if (press.altKey) return press.key === "ArrowDown" ? { kind: "menu" } : null;
  if (press.ctrlKey || press.metaKey) {
    if (press.key === "Enter") return { kind: "open" };
    return press.key.toLowerCase() === "a" ? { kind: "all" } : null;
  }
  return KEYS.get(press.key)?.(press.shiftKey) ?? null;
}
