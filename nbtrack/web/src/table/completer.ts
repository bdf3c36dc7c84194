// The list of keys under the filter box, while something is typed that may become one.

import { freshId, h, listen, setAttributes } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { type Completion, completion } from "./complete.ts";
import type { Column } from "./types.ts";

export class Completer {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #input: HTMLInputElement;
  readonly #columns: () => Promise<readonly Column[]>;
  #known: readonly Column[] = [];
  #found: Completion = { start: 0, texts: [] };
  #at = -1;

  constructor(input: HTMLInputElement, columns: () => Promise<readonly Column[]>) {
    this.#input = input;
    this.#columns = columns;
    this.el = h("div", { class: "nbt-keys", role: "listbox", id: freshId("keys"), "aria-label": "Keys", hidden: true });
    setAttributes(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.el.id });
    this.stop = stopAll([
      listen(input, "focus", () => void this.#learn()),
      listen(input, "blur", this.close),
      listen(this.el, "mousedown", this.#clicked),
    ]);
    this.close();
  }

  get isOpen(): boolean {
    return !this.el.hidden;
  }

  /** Show what fits what was typed. */
  typed(): void {
    const caret = this.#input.selectionStart ?? this.#input.value.length;
    this.#found = completion(this.#input.value, caret, this.#known);
    this.#show(this.#found.texts.length > 0);
  }

  /** Do what a key means to the list; false when it means nothing to it. */
  pressed(key: string): boolean {
    if (!this.isOpen) return false;
    if (key === "ArrowDown" || key === "ArrowUp") this.#move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Tab" || (key === "Enter" && this.#at >= 0)) this.#take(Math.max(0, this.#at));
    else if (key === "Escape") this.close();
    else return false;
    return true;
  }

  close = (): void => {
    this.#show(false);
  };

  async #learn(): Promise<void> {
    this.#known = await this.#columns().catch(() => this.#known);
  }

  #show(open: boolean): void {
    this.#at = -1;
    this.el.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    this.#input.removeAttribute("aria-activedescendant");
    if (!open) return;
    this.el.replaceChildren(
      ...this.#found.texts.map((text, i) =>
        h("div", { class: "nbt-key nbt-ellipsis", role: "option", id: `${this.el.id}-${i}`, title: text }, text),
      ),
    );
  }

  #move(by: number): void {
    const { children } = this.el;
    children[this.#at]?.removeAttribute("aria-selected");
    this.#at = (this.#at + by + children.length) % children.length;
    const option = children[this.#at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  #take(index: number): void {
    const text = this.#found.texts[index];
    if (text === undefined) return;
    const caret = this.#input.selectionStart ?? this.#input.value.length;
    this.#input.setRangeText(`${text} `, this.#found.start, caret, "end");
    this.close();
  }

  #clicked = (event: MouseEvent): void => {
    event.preventDefault();
    const index = [...this.el.children].findIndex((option) => option === event.target);
    if (index >= 0) this.#take(index);
  };
}
