// The note of a live card: a field that Enter saves and closes, and the text that was saved.

import type { Stop } from "../carrier/carrier.ts";
import { h, listen, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";

const DELAY = 800;

export class CardNote {
  readonly #tags = h("span");
  readonly #text = h("i");
  readonly #line = h("div", { class: "nbt-card-note nbt-dim", hidden: true }, this.#tags, this.#text);
  readonly #box = h("input", { class: "nbt-input", placeholder: "Add a note…", "aria-label": "Note", hidden: true });
  readonly el = h("div", {}, this.#line, this.#box);
  readonly button = h("button", { type: "button", class: "nbt-button" }, "Note");
  readonly #save: (text: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saved = "";

  constructor(save: (text: string) => void) {
    this.#save = save;
  }

  start(): Stop {
    return stopAll([
      listen(this.button, "click", this.#toggle),
      listen(this.#box, "keydown", this.#press),
      listen(this.#box, "input", this.#wait),
      () => {
        clearTimeout(this.#timer);
      },
    ]);
  }

  /** What the store has once the run has ended: the field is gone. */
  conclude(note: string, tags: readonly (readonly [key: string, value: string])[]): void {
    this.close();
    setText(this.#tags, tags.map(([key, value]) => `${key}=${value}`).join("  "));
    this.#showText(note);
  }

  close(): void {
    this.#box.hidden = true;
  }

  #toggle = (): void => {
    this.#box.hidden = !this.#box.hidden;
    if (!this.#box.hidden) this.#box.focus();
  };

  #press = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key !== "Enter" && key !== "Escape") return;
    event.preventDefault(); // Enter would press the button that has the focus next.
    if (key === "Enter") this.#keep();
    else this.#box.value = this.#saved;
    clearTimeout(this.#timer);
    this.close();
    this.button.focus();
  };

  #wait = (): void => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#keep, DELAY);
  };

  #keep = (): void => {
    const { value } = this.#box;
    if (value === this.#saved) return;
    this.#saved = value;
    this.#save(value);
    this.#showText(value);
  };

  #showText(text: string): void {
    setText(this.#text, text);
    this.#line.hidden = text === "" && this.#tags.textContent === "";
  }
}
