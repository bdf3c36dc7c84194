// The tags of a run, each to be edited and removed, and a form that sets one.

import { messageOf } from "../carrier/carrier.ts";
import { h, setText } from "../ui/dom.ts";

type Tag = readonly [key: string, value: string];

export interface TagChanges {
  set(key: string, value: string): Promise<void>;
  remove(key: string): Promise<void>;
}

export class TagEditor {
  readonly el: HTMLElement;
  readonly #changes: TagChanges;
  readonly #list = h("ul", { class: "nbt-tags" });
  readonly #key = field("Key");
  readonly #value = field("Value");
  readonly #status = h("span", { class: "nbt-faint", role: "status" });

  constructor(changes: TagChanges) {
    this.#changes = changes;
    const add = h("button", { class: "nbt-button", "data-action": "set-tag", title: "Set this tag" }, "Set tag");
    const form = h("form", { class: "nbt-tag-form" }, this.#key, this.#value, add, this.#status);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#set();
    });
    this.el = h("div", { class: "nbt-tag-editor" }, this.#list, form);
  }

  show(tags: readonly Tag[]): void {
    this.#list.replaceChildren(...tags.map((tag) => this.#chip(tag)));
  }

  #chip([key, value]: Tag): HTMLElement {
    const edit = h(
      "button",
      { type: "button", class: "nbt-tag-text", title: `${key}: ${value}` },
      h("span", { class: "nbt-faint nbt-ellipsis" }, key),
      h("span", { class: "nbt-ellipsis" }, value),
    );
    edit.addEventListener("click", () => {
      this.#key.value = key;
      this.#value.value = value;
      this.#value.select();
    });
    const word = `Remove tag "${key}"`;
    const off = h("button", { type: "button", class: "nbt-button nbt-quiet", title: word, "aria-label": word, "data-action": "delete-tag" }, "×");
    off.addEventListener("click", () => void this.#try(() => this.#changes.remove(key)));
    return h("li", { class: "nbt-tag" }, edit, off);
  }

  async #set(): Promise<void> {
    const key = this.#key.value.trim();
    if (key !== "" && (await this.#try(() => this.#changes.set(key, this.#value.value)))) this.#key.value = this.#value.value = "";
    this.#key.focus();
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      setText(this.#status, "");
      return true;
    } catch (error) {
      setText(this.#status, messageOf(error));
      return false;
    }
  }
}

function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}
