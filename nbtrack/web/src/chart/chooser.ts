// A menu of metrics to draw: a button, and a list of checkboxes above the page.

import { freshId, h, icon, listen, setText } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";

const SEARCH_FROM = 10;

export class Chooser {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #label = h("span");
  readonly #button: HTMLButtonElement;
  readonly #menu: HTMLElement;
  readonly #list = h("div", { class: "nbt-choices" });
  readonly #search = h("input", {
    type: "text",
    class: "nbt-input",
    placeholder: "Find a metric",
    "aria-label": "Find a metric",
    spellcheck: "false",
  });
  readonly #chosen: (metrics: readonly string[]) => void;
  #enabled = true;
  #metrics: readonly string[] = [];
  #available: readonly string[] = [];

  constructor(chosen: (metrics: readonly string[]) => void) {
    this.#chosen = chosen;
    const id = freshId("metrics");
    this.#menu = h(
      "div",
      { class: "nbt-menu", id, popover: "auto", role: "group", "aria-label": "Metrics" },
      this.#search,
      this.#list,
    );
    this.#button = h(
      "button",
      { type: "button", class: "nbt-button", popovertarget: id, title: "Choose metrics" },
      this.#label,
      icon("M3 4.8 6 7.8 9 4.8"),
    );
    this.el = h("div", { class: "nbt-chooser" }, this.#button, this.#menu);
    this.stop = stopAll([
      listen(this.#menu, "beforetoggle", this.#toggled),
      listen(this.#search, "input", this.#filter),
      listen(this.#list, "change", this.#changed),
      listen(this.#menu, "keydown", this.#pressed),
    ]);
  }

  show(metrics: readonly string[], available: readonly string[]): void {
    const all = [...new Set([...metrics, ...available])].sort();
    const grew = all.join("\n") !== this.#available.join("\n");
    this.#metrics = metrics;
    this.#available = all;
    setText(this.#label, `${metrics.length} of ${all.length} metrics`);
    if (grew) this.#fill();
    this.enable(this.#enabled);
    for (const box of this.#boxes()) box.checked = metrics.includes(box.value);
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.#button.disabled = !enabled || this.#available.length === 0;
    if (!enabled && this.#menu.matches(":popover-open")) this.#menu.hidePopover();
  }

  #toggled = (event: ToggleEvent): void => {
    if (event.newState !== "open") return;
    this.#search.value = "";
    this.#search.hidden = this.#available.length < SEARCH_FROM;
    this.#filter();
    requestAnimationFrame(this.#place);
  };

  #place = (): void => {
    const button = this.#button.getBoundingClientRect();
    const below = innerHeight - button.bottom - 8;
    const above = button.top - 8;
    const upwards = below < 180 && above > below;
    const left = Math.max(4, Math.min(button.left, innerWidth - this.#menu.offsetWidth - 4));
    this.#menu.style.maxHeight = `${Math.min(320, upwards ? above : below)}px`;
    this.#menu.style.left = `${left}px`;
    this.#menu.style.top = upwards ? "auto" : `${button.bottom + 4}px`;
    this.#menu.style.bottom = upwards ? `${innerHeight - button.top + 4}px` : "auto";
    this.#inputs()[0]?.focus({ preventScroll: true });
  };

  #fill(): void {
    this.#list.replaceChildren(...this.#available.map(choice));
    this.#filter();
  }

  /** Those that can be seen. */
  #inputs(): HTMLInputElement[] {
    return [...this.#menu.querySelectorAll("input")].filter((input) => input.offsetParent !== null);
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

  #pressed = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const inputs = this.#inputs();
    const at = inputs.findIndex((input) => input === document.activeElement);
    inputs[Math.max(0, Math.min(at + step, inputs.length - 1))]?.focus();
    event.preventDefault();
  };
}

function choice(metric: string): HTMLElement {
  return h(
    "label",
    { class: "nbt-choice", title: metric },
    h("input", { type: "checkbox", value: metric }),
    h("span", { class: "nbt-ellipsis" }, metric),
  );
}
