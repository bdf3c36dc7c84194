// A few choices side by side, one of which holds.

import { freshId, h } from "../dom.ts";

export class Segments<T extends string> {
  readonly el: HTMLElement;
  readonly #radios: readonly HTMLInputElement[];

  constructor(name: string, choices: readonly (readonly [T, string])[], chosen: (value: T) => void) {
    const group = freshId("segments");
    this.#radios = choices.map(([value]) => h("input", { type: "radio", name: group, value }));
    const labels = choices.map(([, word], i) =>
      h("label", { class: "nbt-segment" }, this.#radios[i] ?? null, h("span", {}, word)),
    );
    this.el = h("div", { class: "nbt-segments", role: "radiogroup", "aria-label": name }, ...labels);
    this.el.addEventListener("change", () => {
      const radio = this.#radios.find((each) => each.checked);
      if (radio) chosen(radio.value as T);
    });
  }

  show(value: T): void {
    for (const radio of this.#radios) radio.checked = radio.value === value;
  }

  enable(enabled: boolean): void {
    for (const radio of this.#radios) radio.disabled = !enabled;
  }
}
