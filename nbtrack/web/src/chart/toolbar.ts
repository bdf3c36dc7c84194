// Above the plots: what the x axis is, smoothing, logarithmic axes, metrics, and the way out of a zoom.

import { h, setText } from "../dom.ts";
import type { State } from "../panel.ts";
import { Chooser } from "./chooser.ts";
import { Segments } from "./segments.ts";
import type { ChartState, XMode } from "./types.ts";

const MODES: readonly (readonly [XMode, string])[] = [
  ["step", "Step"],
  ["time", "Time"],
  ["relative", "Relative"],
];
const MOST_SMOOTHING = 0.99;
const SEND_AFTER = 250;

export interface ToolbarEvents {
  /** A setting changed that needs no new data. */
  restyled(): void;
  /** A setting changed that needs new data. */
  asked(): void;
  reset(): void;
}

export class Toolbar {
  readonly el: HTMLElement;
  readonly chooser: Chooser;
  /** Stands apart, where its coming and going moves nothing. */
  readonly reset: HTMLButtonElement;
  /** The smoothing in effect; the state follows when the slider rests. */
  smoothing = 0;
  readonly #state: State<ChartState>;
  readonly #modes: Segments<XMode>;
  readonly #slider = h("input", {
    type: "range",
    class: "nbt-slider",
    min: 0,
    max: MOST_SMOOTHING,
    step: 0.01,
    "aria-label": "Smoothing",
  });
  readonly #amount = h("span", { class: "nbt-amount nbt-faint" });
  readonly #band = h("select", { class: "nbt-select", "aria-label": "Lines", title: "A line for each run, or a mean with its spread" });
  readonly #logX: HTMLButtonElement;
  readonly #logY: HTMLButtonElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: State<ChartState>, events: ToolbarEvents) {
    this.#state = state;
    this.#modes = new Segments("x axis", MODES, (mode) => {
      events.asked();
      state.set("x", mode);
    });
    this.#logX = this.#toggle("log x", "log_x");
    this.#logY = this.#toggle("log y", "log_y");
    this.reset = h(
      "button",
      { type: "button", class: "nbt-button", title: "Show everything again (double-click in a plot)" },
      "Reset zoom",
    );
    this.reset.addEventListener("click", () => {
      events.reset();
    });
    this.chooser = new Chooser((metrics) => {
      events.asked();
      state.set("metrics", metrics);
    });
    this.#slider.addEventListener("input", () => {
      this.#slid();
      events.restyled();
    });
    this.#band.addEventListener("change", () => {
      events.asked();
      state.set("band", this.#band.value);
    });
    this.el = h(
      "div",
      { class: "nbt-bar" },
      this.#modes.el,
      h("label", { class: "nbt-smoothing" }, "smooth", this.#slider, this.#amount),
      this.#logX,
      this.#logY,
      this.chooser.el,
      this.#band,
    );
  }

  show(zoomed: boolean): void {
    const state = this.#state;
    const x = state.get("x");
    this.#modes.show(x);
    this.#showSmoothing(state.get("smoothing"));
    this.#logX.setAttribute("aria-pressed", String(state.get("log_x")));
    this.#logY.setAttribute("aria-pressed", String(state.get("log_y")));
    this.#logX.disabled = x === "time";
    this.reset.classList.toggle("nbt-unseen", !zoomed);
    this.chooser.show(state.get("metrics"), state.get("available"));
    this.#showBand(state.get("band"), state.get("groups"));
  }

  /** Enable or disable what needs the kernel. */
  enable(enabled: boolean): void {
    this.#modes.enable(enabled);
    this.chooser.enable(enabled);
    this.#band.disabled = !enabled;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.chooser.stop();
  }

  #showBand(band: string, groups: readonly string[]): void {
    const choices = [...new Set(["", ...groups, band])];
    this.#band.hidden = choices.length === 1;
    if ([...this.#band.options].map((option) => option.value).join("\n") !== choices.join("\n")) {
      this.#band.replaceChildren(
        ...choices.map((value) => h("option", { value }, value === "" ? "a line per run" : `mean by ${value}`)),
      );
    }
    this.#band.value = band;
  }

  #toggle(word: string, key: "log_x" | "log_y"): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button", "aria-pressed": "false" }, word);
    button.addEventListener("click", () => {
      this.#state.set(key, !this.#state.get(key));
    });
    return button;
  }

  #slid(): void {
    this.smoothing = Number(this.#slider.value);
    setText(this.#amount, this.smoothing.toFixed(2));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#state.set("smoothing", this.smoothing);
    }, SEND_AFTER);
  }

  #showSmoothing(smoothing: number): void {
    if (this.#timer !== undefined) return;
    this.smoothing = Math.max(0, Math.min(smoothing, MOST_SMOOTHING));
    this.#slider.value = String(this.smoothing);
    setText(this.#amount, this.smoothing.toFixed(2));
  }
}
