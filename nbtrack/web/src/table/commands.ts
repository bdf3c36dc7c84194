// What a key means in the grid. Pure.

export type Command =
  | { readonly kind: "move"; readonly by: number; readonly extend: boolean }
  | { readonly kind: "screen"; readonly by: number; readonly extend: boolean }
  | { readonly kind: "edge"; readonly last: boolean; readonly extend: boolean }
  | { readonly kind: "column"; readonly by: number }
  | { readonly kind: "toggle" | "apply" | "all" | "clear" | "menu" }
  | { readonly kind: "rename" };

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
    return press.key.toLowerCase() === "a" ? { kind: "all" } : null;
  }
  return KEYS.get(press.key)?.(press.shiftKey) ?? null;
}
