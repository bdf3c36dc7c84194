// An alert on the live card.

import { h } from "../ui/dom.ts";
import type { Alert } from "./spark.ts";

const SIGNS: ReadonlyMap<string, string> = new Map([
  ["info", "ℹ"],
  ["warning", "⚠"],
  ["error", "⛔"],
]);

export function alertLine([level, title, text]: Alert): HTMLElement {
  const sign = h("span", { class: "nbt-alert-sign", role: "img", "aria-label": level }, SIGNS.get(level) ?? "");
  return h("div", { "data-level": level }, sign, " ", h("b", {}, title), " ", h("span", { class: "nbt-dim" }, text));
}
