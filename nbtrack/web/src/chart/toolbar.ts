// Above the plots: what the x axis is, smoothing, logarithmic axes, metrics, and the way out of a zoom.

import type { Stop } from "../carrier/carrier.ts";
import { freshId, h, listen, setAttributes, setText } from "../ui/dom.ts";
import { type State, stopAll } from "../ui/panel.ts";
import { Popover } from "../ui/popover.ts";
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

const BANDS: ReadonlyMap<string, string> = new Map([
  ["", "One line per run"],
  ["settings", "Mean over seeds"],
]);

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
  readonly #band = h("select", { class: "nbt-select", "aria-label": "Lines", title: "One line per run, or the mean of several with its spread" });
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
      { type: "button", class: "nbt-button", title: "Reset the zoom (double-click a plot)" },
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
      h("label", { class: "nbt-smoothing" }, "Smoothing", this.#slider, this.#amount),
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
        ...choices.map((value) => h("option", { value }, BANDS.get(value) ?? `Mean by ${value}`)),
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
    const options = { name: capital(nouns), title: `Choose ${nouns}`, label: this.#label };
    this.#popover = new Popover(options, [this.#search, this.#list], this.#opened);
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
