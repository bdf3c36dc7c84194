// Small controls that the menus of the table are made of.

import { h, listen } from "../dom.ts";
import type { Stop } from "../source.ts";

export function button(word: string, title: string): HTMLButtonElement {
  const action = word.toLowerCase().replaceAll(" ", "-");
  return h("button", { type: "button", class: "nbt-button", title, "data-action": action }, word);
}

export function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}

/** Do something on Enter, which must not press the button that has the focus after it as well. */
export function onEnter(input: HTMLInputElement, act: () => void): Stop {
  return listen(input, "keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    act();
  });
}
