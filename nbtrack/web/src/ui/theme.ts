// Light or dark, as the page around a panel is, and the colour of each run.

import palette from "../../palette.json";
import type { Stop } from "../carrier/carrier.ts";

export type Theme = "light" | "dark";

const DARK = "(prefers-color-scheme: dark)";
const WATCHED = ["data-jp-theme-light", "data-theme", "class"];

export function themeOf(document: Document): Theme {
  const { body, documentElement: html } = document;
  const jupyter = body.getAttribute("data-jp-theme-light");
  if (jupyter !== null) return jupyter === "false" ? "dark" : "light";
  const named = body.getAttribute("data-theme") ?? html.getAttribute("data-theme");
  if (named !== null) return named.includes("dark") ? "dark" : "light";
  return matchMedia(DARK).matches ? "dark" : "light";
}

/** Mark the root with the theme, now and whenever it changes, and tell the handler of changes. */
export function followTheme(root: HTMLElement, changed: (theme: Theme) => void): Stop {
  const document = root.ownerDocument;
  const mark = (): void => {
    const theme = themeOf(document);
    if (root.dataset.nbtTheme === theme) return;
    root.dataset.nbtTheme = theme;
    changed(theme);
  };
  const observer = new MutationObserver(mark);
  for (const node of [document.body, document.documentElement]) {
    observer.observe(node, { attributes: true, attributeFilter: WATCHED });
  }
  const media = matchMedia(DARK);
  media.addEventListener("change", mark);
  mark();
  return () => {
    observer.disconnect();
    media.removeEventListener("change", mark);
  };
}

export const PALETTE: Readonly<Record<Theme, readonly string[]>> = palette;

export function colourIndex(runId: string): number {
  const digit = Number.parseInt(runId.slice(-1), 16);
  return Number.isNaN(digit) ? 0 : digit;
}

export function colourOf(runId: string, theme: Theme): string {
  return PALETTE[theme][colourIndex(runId)] ?? "currentColor";
}

const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3]];

/** A dash pattern per run, so that runs that share a colour differ still. */
export function dashesOf(runIds: readonly string[]): readonly (readonly number[])[] {
  const seen = new Map<number, number>();
  return runIds.map((id) => {
    const index = colourIndex(id);
    const earlier = seen.get(index) ?? 0;
    seen.set(index, earlier + 1);
    return DASHES[earlier % DASHES.length] ?? [];
  });
}
