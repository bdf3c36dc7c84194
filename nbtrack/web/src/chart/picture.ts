// What a scatter and parallel coordinates have in common for those who show them.

import type { Stop } from "../source.ts";
import type { Field, Placed } from "./placed.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Pick = "only" | "toggle" | "add";

export interface PictureEvents {
  /** The run under the pointer, and where that is on the page. */
  pointed(placed: Placed | null, at: { readonly left: number; readonly top: number } | null): void;
  picked(ids: readonly string[], how: Pick): void;
}

export interface Picture {
  readonly el: HTMLElement;
  readonly stop: Stop;
  draw(field: Field, size: Size): void;
  mark(selected: ReadonlySet<string>): void;
}

/** What a click means with the keys held down. */
export function gestureOf(event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }): Pick {
  return event.ctrlKey || event.metaKey || event.shiftKey ? "toggle" : "only";
}

/** The selection after a pick. */
export function pickedFrom(selected: readonly string[], ids: readonly string[], how: Pick): readonly string[] {
  if (how === "only") return ids;
  const gone = how === "toggle" ? selected.filter((id) => ids.includes(id)) : [];
  return [...new Set([...selected, ...ids])].filter((id) => !gone.includes(id));
}
