// Small controls that the menus of the table are made of.

import { h } from "../dom.ts";

export function button(word: string, title: string): HTMLButtonElement {
  const action = word.toLowerCase().replaceAll(" ", "-");
  return h("button", { type: "button", class: "nbt-button", title, "data-action": action }, word);
}

export function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}
