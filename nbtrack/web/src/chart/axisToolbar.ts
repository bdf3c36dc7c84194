// Above a scatter or parallel coordinates: which axes, and which of them are logarithmic.

import { h } from "../ui/dom.ts";
import type { State } from "../ui/panel.ts";
import type { Projection } from "./projection.ts";
import { Chooser } from "./toolbar.ts";
import type { ChartState } from "./types.ts";

/** Axes after others were chosen: those that stay keep their order, and the last stays last. */
export function axesAfter(axes: readonly string[], chosen: readonly string[]): readonly string[] {
  const last = axes.slice(-1);
  return [...chosen.filter((id) => !last.includes(id)), ...last];
}

/** Axes with another one at a place; one that was elsewhere changes places with it. */
export function axesWith(axes: readonly string[], at: number, id: string): readonly string[] {
  const before = axes[at] ?? "";
  return axes.map((each, i) => (i === at ? id : each === id ? before : each));
}

export function toggledIn(all: readonly string[], one: string): readonly string[] {
  return all.includes(one) ? all.filter((each) => each !== one) : [...all, one];
}

export class AxisToolbar {
  readonly el = h("div", { class: "nbt-bar" });
  readonly #state: State<ChartState>;
  readonly #chooser: Chooser;
  readonly #across = select("Horizontal axis");
  readonly #up = select("Vertical axis");
  readonly #logX = this.#log("log x", 0);
  readonly #logY = this.#log("log y", 1);
  readonly #byMetric = h("button", { type: "button", class: "nbt-button", "aria-pressed": "false", title: "Colour the lines by the metric on the last axis" }, "Colour by metric");

  constructor(state: State<ChartState>) {
    this.#state = state;
    this.#chooser = new Chooser((chosen) => {
      state.set("axes", axesAfter(state.get("axes"), chosen));
    }, ["axis", "axes"]);
    this.#across.addEventListener("change", () => {
      state.set("axes", axesWith(state.get("axes"), 0, this.#across.value));
    });
    this.#up.addEventListener("change", () => {
      const axes = state.get("axes");
      state.set("axes", axesWith(axes, axes.length - 1, this.#up.value));
    });
    this.#byMetric.addEventListener("click", () => {
      state.set("colour_by_metric", !state.get("colour_by_metric"));
    });
    this.el.append(this.#across, this.#chooser.el, h("span", { class: "nbt-faint" }, "→"), this.#up, this.#logX, this.#logY, this.#byMetric);
  }

  show({ axes }: Projection): void {
    const state = this.#state;
    const isScatter = state.get("kind") === "scatter";
    const choices = [...new Set([...state.get("choices"), ...state.get("axes")])];
    const last = state.get("axes").at(-1) ?? "";
    fill(this.#across, choices, state.get("axes")[0] ?? "");
    fill(this.#up, choices, last);
    this.#up.setAttribute("aria-label", isScatter ? "Vertical axis" : "Last axis");
    this.#up.title = isScatter ? "Vertical axis" : "Last axis";
    for (const each of [this.#across, this.#logX, this.#logY]) each.hidden = !isScatter;
    this.#chooser.el.hidden = this.#byMetric.hidden = isScatter;
    this.#chooser.show(state.get("axes").slice(0, -1), choices.filter((id) => id !== last));
    [this.#logX, this.#logY].forEach((button, i) => {
      const scale = axes[i]?.scale;
      button.disabled = scale?.canLog !== true;
      button.setAttribute("aria-pressed", String(scale?.log ?? false));
    });
    this.#byMetric.setAttribute("aria-pressed", String(state.get("colour_by_metric")));
  }

  /** Enable or disable what needs the kernel. */
  enable(enabled: boolean): void {
    this.#across.disabled = this.#up.disabled = !enabled;
    this.#chooser.enable(enabled);
  }

  stop(): void {
    this.#chooser.stop();
  }

  #log(word: string, axis: number): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button", "aria-pressed": "false" }, word);
    button.addEventListener("click", () => {
      const id = this.#state.get("axes")[axis];
      if (id !== undefined) this.#state.set("logs", toggledIn(this.#state.get("logs"), id));
    });
    return button;
  }
}

function select(name: string): HTMLSelectElement {
  return h("select", { class: "nbt-select", "aria-label": name, title: name });
}

function fill(el: HTMLSelectElement, choices: readonly string[], value: string): void {
  if ([...el.options].map((option) => option.value).join("\n") !== choices.join("\n")) {
    el.replaceChildren(...choices.map((each) => h("option", { value: each }, each)));
  }
  el.value = value;
}
