// The tags of a run, each to be taken off or given another value.

import { h } from "../dom.ts";
import { actionButton } from "./buttons.ts";

interface Tag {
  readonly key: string;
  readonly value: string;
}

interface TagChanges {
  set(key: string, value: string): Promise<boolean>;
  remove(key: string): Promise<boolean>;
}

export class TagEditor {
  readonly el: HTMLElement;
  readonly #changes: TagChanges;
  readonly #list = h("ul", { class: "nbt-tags" });
  readonly #key = field("Key");
  readonly #value = field("Value");

  constructor(changes: TagChanges) {
    this.#changes = changes;
    const add = h("button", { class: "nbt-button", "data-action": "set-tag", title: "Set this tag" }, "Set tag");
    const form = h("form", { class: "nbt-tag-form" }, this.#key, this.#value, add);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#set();
    });
    this.el = h("section", { class: "nbt-tag-editor", "aria-label": "Tags" }, h("h2", {}, "tags"), this.#list, form);
  }

  show(tags: readonly Tag[]): void {
    this.#list.replaceChildren(...tags.map((tag) => this.#chip(tag)));
  }

  #chip({ key, value }: Tag): HTMLElement {
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
    const off = actionButton("delete-tag", "×", `Take off ${key}`, () => void this.#changes.remove(key));
    off.classList.add("nbt-quiet");
    return h("li", { class: "nbt-tag" }, edit, off);
  }

  async #set(): Promise<void> {
    const key = this.#key.value.trim();
    if (key === "") {
      this.#key.focus();
      return;
    }
    if (!(await this.#changes.set(key, this.#value.value))) return;
    this.#key.value = "";
    this.#value.value = "";
    this.#key.focus();
  }
}

function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}
