// The grid of plots: one per metric, made and dropped as metrics come and go.

import { freshId, h } from "../ui/dom.ts";
import type { ChartTheme } from "./axes.ts";
import { type Hover, Plot, type PlotEvents } from "./plot.ts";
import type { Scene } from "./scene.ts";

export class Plots {
  readonly el = h("div", { class: "nbt-plots" });
  readonly #plots = new Map<string, Plot>();
  readonly #syncKey = freshId("sync");
  readonly #theme: () => ChartTheme;
  readonly #events: PlotEvents;

  constructor(theme: () => ChartTheme, events: PlotEvents) {
    this.#theme = theme;
    this.#events = events;
  }

  get any(): Plot | undefined {
    return this.#plots.values().next().value;
  }

  /** Have exactly these metrics, in this order. */
  show(metrics: readonly string[]): void {
    const gone = new Set(this.#plots.keys());
    for (const metric of metrics) gone.delete(metric);
    for (const metric of gone) this.#drop(metric);
    const elements = metrics.map((metric) => this.#plotFor(metric).el);
    const same =
      elements.length === this.el.childElementCount &&
      elements.every((element, i) => this.el.children[i] === element);
    if (!same) this.el.replaceChildren(...elements);
  }

  resize(height: number): void {
    for (const plot of this.#plots.values()) plot.resize(plot.el.clientWidth, height);
  }

  showBusy(busy: boolean): void {
    this.el.setAttribute("aria-busy", String(busy));
  }

  draw(sceneFor: (metric: string) => Scene | null, blank: string): void {
    for (const [metric, plot] of this.#plots) plot.draw(sceneFor(metric), blank);
  }

  /** Point at a place of one plot; the cursors of the others go along. */
  point(plot: Plot, share: number): Hover | null {
    const hover = plot.point(share);
    for (const each of this.#plots.values()) if (each !== plot) each.accompany((plot.left / plot.width) * each.width);
    return hover;
  }

  /** The plot that holds an element. */
  holding(target: EventTarget | null): Plot | undefined {
    return [...this.#plots.values()].find(
      (plot) => target instanceof Node && plot.focusable.contains(target),
    );
  }

  stop(): void {
    for (const metric of [...this.#plots.keys()]) this.#drop(metric);
  }

  #plotFor(metric: string): Plot {
    const known = this.#plots.get(metric);
    if (known) return known;
    const plot = new Plot(metric, this.#syncKey, this.#theme, this.#events);
    this.#plots.set(metric, plot);
    return plot;
  }

  #drop(metric: string): void {
    this.#plots.get(metric)?.destroy();
    this.#plots.delete(metric);
  }
}
