// Runs side by side, and their curves over one another.

import type { Stop } from "../carrier/carrier.ts";
import { h } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import type { Context } from "./context.ts";
import { chartOn, detailsOn } from "./panels.ts";

const EXPORTS = ["CSV", "Markdown", "LaTeX"];

export class ComparisonView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" }, "Comparison");
  readonly stop: Stop;

  constructor({ carrier }: Context, runs: readonly string[]) {
    const [details, chart] = [detailsOn(carrier, { runs, exports: EXPORTS }), chartOn(carrier, { runs })];
    this.el.append(h("header", { class: "nbt-view-head" }, this.heading), details.el, chart.el);
    this.stop = stopAll([details.stop, chart.stop]);
  }
}
