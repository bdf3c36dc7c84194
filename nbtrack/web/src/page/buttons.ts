// Buttons of the page; each names the action that it stands for.

import { h, type Child } from "../dom.ts";

export function actionButton(action: string, word: Child, title: string, act: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "nbt-button", title, "data-action": action }, word);
  button.addEventListener("click", act);
  return button;
}
