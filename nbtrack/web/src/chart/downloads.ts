// The chart as a file: a picture as matplotlib draws it, or the points behind it.

import { type Carrier, messageOf, type Stop } from "../carrier/carrier.ts";
import { h, saveFile, setText } from "../ui/dom.ts";
import { Popover } from "../ui/popover.ts";
import type { State } from "../ui/panel.ts";
import type { ChartState, RunName } from "./types.ts";

const FORMATS = ["PNG", "SVG", "CSV"] as const;
const KEYS = ["kind", "rows", "metrics", "x", "band", "smoothing", "axes"] as const;

export class Downloads {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #popover: Popover;
  readonly #failure = h("div", { class: "nbt-faint", role: "status" });
  readonly #carrier: Carrier;
  readonly #state: State<ChartState>;
  readonly #shown: () => readonly RunName[];

  /** @param shown - The runs whose curves are not hidden. */
  constructor(carrier: Carrier, state: State<ChartState>, shown: () => readonly RunName[]) {
    this.#carrier = carrier;
    this.#state = state;
    this.#shown = shown;
    const buttons = FORMATS.map((format) => this.#button(format));
    this.#popover = new Popover({ name: "Chart-file", title: "Download the chart", label: "Download" }, [h("div", { class: "nbt-formats" }, ...buttons), this.#failure], () => {
      setText(this.#failure, "");
    });
    this.#popover.menu.setAttribute("aria-label", "Download the chart");
    this.el = this.#popover.el;
    this.stop = this.#popover.stop;
  }

  enable(enabled: boolean): void {
    this.#popover.enable(enabled);
  }

  #button(format: (typeof FORMATS)[number]): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-button", "data-action": `download-${format.toLowerCase()}` }, format);
    button.addEventListener("click", () => {
      this.#save(format.toLowerCase()).then(
        () => {
          this.#popover.close();
        },
        (error: unknown) => {
          setText(this.#failure, messageOf(error));
        },
      );
    });
    return button;
  }

  async #save(format: string): Promise<void> {
    const state = this.#state;
    const isHistory = state.get("kind") === "history";
    const runs = isHistory && state.get("band") === "" ? this.#shown() : state.get("runs");
    const logs = isHistory ? [...(state.get("log_x") ? ["x"] : []), ...(state.get("log_y") ? ["y"] : [])] : state.get("logs");
    const colour = state.get("colour_by_metric") ? "metric" : "run";
    const asked = Object.fromEntries(KEYS.map((key) => [key, state.get(key)]));
    saveFile(await this.#carrier.call("nbtrack/charts/export", { ...asked, run_ids: runs.map(({ id }) => id), logs, colour, format }));
  }
}
