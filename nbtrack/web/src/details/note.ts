// The note of a run: rendered Markdown, and the text of it while it is edited. It is kept when the writing rests.

import { messageOf, type Stop } from "../carrier/carrier.ts";
import { h, listen, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { markupOf } from "./markup.ts";
import type { Note } from "./sections.ts";

const RESTS = 800;

export class NoteSection {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #text = h("div", { class: "nbt-markdown" });
  readonly #box = h("textarea", { class: "nbt-input", rows: 1, "aria-label": "Note, in Markdown", placeholder: "Add a note…", "data-action": "write-note" });
  readonly #edit = h("button", { type: "button", class: "nbt-button nbt-quiet", title: "Edit the note, in Markdown", "data-action": "edit-note" }, "Edit");
  readonly #status = h("span", { class: "nbt-faint nbt-saved", role: "status" });
  readonly #save: (text: string) => Promise<void>;
  readonly #left: () => void;
  #saved = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param save - Keeps the text.
   * @param left - Called after the last change was kept, when the text is no longer edited.
   */
  constructor(save: (text: string) => Promise<void>, left: () => void) {
    this.#save = save;
    this.#left = left;
    this.el = h("section", { class: "nbt-section nbt-is-note" }, this.#text, this.#box, this.#status, this.#edit);
    this.stop = stopAll([
      () => {
        clearTimeout(this.#timer);
      },
      listen(this.#edit, "click", this.#open),
      listen(this.#box, "input", this.#typed),
      listen(this.#box, "blur", () => void this.#leave()),
      listen(this.#box, "keydown", (event) => {
        if (event.key === "Escape") this.#box.blur();
      }),
    ]);
  }

  /** Show what the store has; a text that is edited stays as it is. */
  show({ text, content }: Note): void {
    this.#text.replaceChildren(...markupOf(content));
    this.#saved = text;
    if (this.#box.ownerDocument.activeElement === this.#box) return;
    this.#box.value = text;
    this.#showText(text !== "");
  }

  #showText(isText: boolean): void {
    this.#text.hidden = this.#edit.hidden = !isText;
    this.#box.hidden = isText;
  }

  #open = (): void => {
    this.#showText(false);
    this.#box.focus();
  };

  #typed = (): void => {
    setText(this.#status, "");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keep(), RESTS);
  };

  async #leave(): Promise<void> {
    clearTimeout(this.#timer);
    if (await this.#keep()) this.#left();
    if (this.#box.ownerDocument.activeElement !== this.#box) this.#showText(this.#box.value !== "");
  }

  /** Keep the text where it differs; false when that failed. */
  async #keep(): Promise<boolean> {
    const { value } = this.#box;
    if (value === this.#saved) return true;
    try {
      await this.#save(value);
      this.#saved = value;
      setText(this.#status, "Saved");
      return true;
    } catch (error) {
      setText(this.#status, messageOf(error));
      return false;
    }
  }
}
