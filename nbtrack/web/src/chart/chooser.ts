// A menu of metrics to draw: a button, and a list of checkboxes above the page.

import { h, listen, setAttributes, setText } from "../dom.ts";
import { stopAll } from "../panel.ts";
import { Popover } from "../popover.ts";
import type { Stop } from "../source.ts";

const SEARCH_FROM = 10;

export class Chooser {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #label = h("span");
  readonly #popover: Popover;
  readonly #list = h("div", { class: "nbt-choices" });
  readonly #search = h("input", {
    type: "text",
    class: "nbt-input",
    spellcheck: "false",
  });
  readonly #chosen: (metrics: readonly string[]) => void;
  readonly #nouns: string;
  #enabled = true;
  #metrics: readonly string[] = [];
  #available: readonly string[] = [];

  /** @param nouns - What is chosen: one, and several. */
  constructor(
    chosen: (metrics: readonly string[]) => void,
    [noun, nouns]: readonly [string, string] = ["metric", "metrics"],
  ) {
    this.#chosen = chosen;
    this.#nouns = nouns;
    setAttributes(this.#search, { placeholder: `Find a ${noun}`, "aria-label": `Find a ${noun}` });
    const look = { name: capital(nouns), title: `Choose ${nouns}`, label: this.#label };
    this.#popover = new Popover(look, [this.#search, this.#list], this.#opened);
    this.el = this.#popover.el;
    this.stop = stopAll([
      this.#popover.stop,
      listen(this.#search, "input", this.#filter),
      listen(this.#list, "change", this.#changed),
    ]);
  }

  show(metrics: readonly string[], available: readonly string[]): void {
    const all = [...new Set([...metrics, ...available])].sort();
    const grew = all.join("\n") !== this.#available.join("\n");
    this.#metrics = metrics;
    this.#available = all;
    setText(this.#label, `${metrics.length} of ${all.length} ${this.#nouns}`);
    if (grew) this.#fill();
    this.enable(this.#enabled);
    for (const box of this.#boxes()) box.checked = metrics.includes(box.value);
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.#popover.enable(enabled && this.#available.length > 0);
  }

  #opened = (): void => {
    this.#search.value = "";
    this.#search.hidden = this.#available.length < SEARCH_FROM;
    this.#filter();
  };

  #fill(): void {
    this.#list.replaceChildren(...this.#available.map(choice));
    this.#filter();
  }

  #filter = (): void => {
    const wanted = this.#search.value.toLowerCase();
    for (const label of this.#list.children) {
      if (!(label instanceof HTMLElement)) continue;
      label.hidden = !label.title.toLowerCase().includes(wanted);
    }
  };

  #boxes(): HTMLInputElement[] {
    return [...this.#list.querySelectorAll("input")];
  }

  #changed = (): void => {
    const boxes = this.#boxes().filter((box) => box.checked);
    const checked = new Set(boxes.map((box) => box.value));
    const kept = this.#metrics.filter((metric) => checked.has(metric));
    this.#chosen([...new Set([...kept, ...checked])]);
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function choice(metric: string): HTMLElement {
  return h(
    "label",
    { class: "nbt-choice", title: metric },
    h("input", { type: "checkbox", value: metric }),
    h("span", { class: "nbt-ellipsis" }, metric),
  );
}
