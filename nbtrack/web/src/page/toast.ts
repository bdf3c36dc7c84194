// One line at the foot of the page about what was done, or why not, with a way back where there is one.

import { h, setText } from "../dom.ts";

const STAYS = 12_000;

export class Toast {
  readonly el = h("div", { class: "nbt-toast", role: "status", hidden: true });
  readonly #text = h("span", { class: "nbt-toast-text" });
  readonly #undo = h("button", { type: "button", class: "nbt-button", "data-action": "undo" }, "Undo");
  #back: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.el.append(this.#text, this.#undo);
    this.#undo.addEventListener("click", () => {
      const back = this.#back;
      this.hide();
      back?.();
    });
  }

  say(text: string, undo: (() => void) | null = null): void {
    setText(this.#text, text);
    this.#back = undo;
    this.#undo.hidden = undo === null;
    this.el.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.hide, STAYS);
  }

  complain = (error: unknown): void => {
    this.say(error instanceof Error ? error.message : "refused");
  };

  hide = (): void => {
    this.el.hidden = true;
    this.#back = null;
  };
}
