// Fields for the live values of a run: what its code reads in each iteration, and a user can change.

import { h } from "../ui/dom.ts";

export class LiveValues {
  readonly el = h("div", { class: "nbt-live-values" });
  readonly #fields = new Map<string, HTMLInputElement>();
  readonly #change: (name: string, value: string) => void;

  constructor(change: (name: string, value: string) => void) {
    this.#change = change;
  }

  /** Show values as they are in the store; a field that is being edited stays as it is. */
  show(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#fields.get(name) ?? this.#added(name);
      if (field !== document.activeElement) field.value = value;
    }
  }

  #added(name: string): HTMLInputElement {
    const field = h("input", { class: "nbt-input", size: "8", autocomplete: "off", spellcheck: "false" });
    field.addEventListener("change", () => {
      this.#change(name, field.value);
    });
    this.#fields.set(name, field);
    this.el.append(h("label", {}, h("span", { class: "nbt-dim" }, name), " ", field));
    return field;
  }
}
