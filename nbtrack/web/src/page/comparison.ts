// Runs side by side, and their curves over one another.

import { h } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Section } from "../sheet/types.ts";
import type { Stop } from "../source.ts";
import { RestChart } from "./chart.ts";
import type { Context } from "./context.ts";
import { RestSheet } from "./sheet.ts";

export class ComparisonView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" }, "Comparison");
  readonly #context: Context;
  readonly #runs: readonly string[];
  readonly #sheet = h("div", { class: "nbt-slot" });
  readonly #chart: RestChart;
  readonly #stops: Stop[] = [];

  constructor(context: Context, runs: readonly string[]) {
    this.#context = context;
    this.#runs = runs;
    const plots = h("div", { class: "nbt-slot" });
    this.el.append(h("header", { class: "nbt-view-head" }, this.heading), this.#sheet, plots);
    this.#chart = new RestChart(plots, context.api);
    this.#stops.push(this.#chart.stop, context.live.on(() => void this.#chart.load().catch(() => undefined)));
    void this.#load();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
  };

  async #load(): Promise<void> {
    const { api } = this.#context;
    const asked = { run_ids: this.#runs };
    try {
      const { title, sections, exports } = await api.ask("sheets/comparison", asked);
      const start = { title: String(title), sections: sections as readonly Section[], exports: exports as readonly string[] };
      const sheet = new RestSheet(this.#sheet, api, start, {
        export: ({ as }: { as: string }) => api.file("sheets/comparison/export", { ...asked, kind: as }),
      });
      this.#stops.push(sheet.stop);
      await this.#chart.show(this.#runs);
    } catch (error) {
      this.#sheet.replaceChildren(h("div", { class: "nbt-nothing" }, error instanceof Error ? error.message : "refused"));
    }
  }
}
