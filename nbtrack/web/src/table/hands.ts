// Mouse and keyboard on the grid, turned into moves and picks.

import { listen } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { type Command, commandOf } from "./commands.ts";
import type { Grid } from "./grid.ts";
import type { Picker } from "./picker.ts";
import { gestureOf } from "./selection.ts";

export function connectHands(grid: Grid, picker: Picker, rename: () => void): Stop {
  return stopAll([
    listen(grid.el, "keydown", (event) => {
      const command = commandOf(event);
      if (command?.kind === "rename") {
        picker.only();
        rename();
        event.preventDefault();
      } else if (command && obey(command, grid, picker, event.shiftKey)) event.preventDefault();
    }),
    listen(grid.body, "mousedown", keepTextUnmarked),
    listen(grid.body, "click", (event) => {
      click(event, grid, picker);
    }),
  ]);
}

/** Clicks select rows, and the browser would mark a word or the text between them as well; text is marked by dragging. */
function keepTextUnmarked(event: MouseEvent): void {
  if (event.shiftKey || event.detail > 1) event.preventDefault();
}

function click(event: MouseEvent, grid: Grid, picker: Picker): void {
  const index = grid.indexAt(event.target);
  if (index === null) return;
  if (event.target instanceof Element && event.target.closest(".nbt-fold:not(:empty)") !== null) {
    picker.toggleFold(index);
    return;
  }
  const onBox = event.target instanceof Element && event.target.closest(".nbt-box") !== null;
  const gesture = gestureOf(event);
  picker.click(index, onBox && gesture === "only" ? "toggle" : gesture);
}

/** Do what a key says; false when it says nothing here. */
function obey(command: Exclude<Command, { kind: "rename" }>, grid: Grid, picker: Picker, shift: boolean): boolean {
  const onHead = picker.active < 0;
  switch (command.kind) {
    case "move":
      return goTo(picker.active + command.by, command.extend, grid, picker);
    case "screen":
      return goTo(Math.max(0, picker.active + command.by * grid.screen), command.extend, grid, picker);
    case "edge":
      return goTo(command.last ? Infinity : 0, command.extend, grid, picker);
    case "column":
      if (!onHead) return picker.fold(command.by < 0);
      grid.moveHead(command.by);
      picker.refresh();
      return true;
    case "menu":
      return onHead && grid.openHeadMenu();
    case "toggle":
    case "apply":
      if (onHead) grid.sortByActiveHead(shift);
      else picker.apply(command.kind);
      return true;
    default:
      picker.apply(command.kind);
      return true;
  }
}

function goTo(index: number, extend: boolean, grid: Grid, picker: Picker): true {
  picker.move(index, extend);
  grid.reveal(picker.active);
  return true;
}
