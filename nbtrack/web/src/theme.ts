// Light or dark, as the page around the panel has it.

import type { Stop } from "./source.ts";

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
