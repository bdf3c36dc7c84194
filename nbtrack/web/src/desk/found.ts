// What was found in a cell, each with a button that takes it out of the run.

import { h, setText } from "../dom.ts";
import type { Source } from "../source.ts";

type Found = readonly (readonly [key: string, text: string, origin: string])[];

export class FoundList {
  readonly el = h("ul", { class: "nbt-found" });
  readonly #said = h("li", { class: "nbt-dim", role: "status" });
  readonly #source: Source;
  readonly #run: string;
  readonly #removed: (key: string) => void;

  /** @param removed - Hears what is no longer in the run. */
  constructor(source: Source, run: string, removed: (key: string) => void) {
    this.#source = source;
    this.#run = run;
    this.#removed = removed;
  }

  async load(): Promise<void> {
    const { content } = await this.#source.request("drop", { run: this.#run });
    this.#show(content.found as Found);
  }

  #show(found: Found): void {
    setText(this.#said, found.length > 0 ? "" : "Nothing is left that was found in this cell.");
    this.el.replaceChildren(...found.map(([key, text, origin]) => this.#row(key, text, origin)), this.#said);
  }

  #row(key: string, text: string, origin: string): HTMLElement {
    const button = h("button", { type: "button", class: "nbt-link", "aria-label": `Drop ${key}` }, "drop");
    button.addEventListener("click", () => {
      button.disabled = true;
      void this.#remove(key, button);
    });
    const place = h("span", { class: "nbt-dim" }, origin);
    return h("li", {}, h("span", { class: "nbt-dim nbt-key" }, key), h("b", {}, text), place, button);
  }

  async #remove(key: string, button: HTMLButtonElement): Promise<void> {
    try {
      const { content } = await this.#source.request("remove", { run: this.#run, key });
      const place = [...this.el.querySelectorAll("button")].indexOf(button);
      this.#removed(key);
      this.#show(content.found as Found);
      const buttons = this.el.querySelectorAll("button");
      buttons[Math.min(place, buttons.length - 1)]?.focus();
    } catch (error) {
      button.disabled = false;
      setText(this.#said, error instanceof Error ? error.message : "refused");
    }
  }
}
