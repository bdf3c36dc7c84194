// Light or dark: as the system has it, unless the reader chose otherwise on this page.

import { h, icon, setAttributes } from "../dom.ts";

const KEPT = "nbtrack-theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");
const HALF = "M6 .5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11Zm0 1.3v8.4a4.2 4.2 0 0 1 0-8.4Z";

function chosen(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function current(): "light" | "dark" {
  const wanted = chosen();
  if (wanted === "light" || wanted === "dark") return wanted;
  return DARK.matches ? "dark" : "light";
}

/** A button that turns the page from light to dark and back. */
export function themeButton(): HTMLButtonElement {
  const button = h("button", { type: "button", class: "nbt-button nbt-quiet", "data-action": "theme" }, icon(HALF, true));
  const show = (): void => {
    const theme = current();
    document.documentElement.dataset.theme = theme;
    const other = theme === "dark" ? "Light theme" : "Dark theme";
    setAttributes(button, { title: other, "aria-label": other });
  };
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT, current() === "dark" ? "light" : "dark");
    } catch {
      // A page that may keep nothing follows the system.
    }
    show();
  });
  DARK.addEventListener("change", show);
  show();
  return button;
}
