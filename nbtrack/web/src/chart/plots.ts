// The grid of plots: one per metric, made and dropped as metrics come and go.

import { freshId, h } from "../ui/dom.ts";
import type { ChartTheme } from "./axes.ts";
import { type Hover, Plot, type PlotEvents } from "./plot.ts";
import type { Scene } from "./scene.ts";

interface Section {
  readonly prefix: string;
  readonly metrics: readonly string[];
}

/** Metrics in sections by what stands before their first slash; those without one come first. */
export function sectionsOf(metrics: readonly string[]): readonly Section[] {
  const sections = new Map<string, string[]>([["", []]]);
  for (const metric of metrics) {
    const prefix = metric.slice(0, Math.max(0, metric.indexOf("/")));
    sections.set(prefix, [...(sections.get(prefix) ?? []), metric]);
  }
  return [...sections].map(([prefix, all]) => ({ prefix, metrics: all })).filter((section) => section.metrics.length > 0);
}

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

  /** The width of the plots in px; 0 without any that has an x axis. */
  get width(): number {
    return Math.max(0, ...[...this.#plots.values()].map(({ width }) => width));
  }

  /** Have exactly these metrics, in this order. */
  show(metrics: readonly string[]): void {
    const gone = new Set(this.#plots.keys());
    for (const metric of metrics) gone.delete(metric);
    for (const metric of gone) this.#drop(metric);
    const plots = metrics.map((metric) => this.#plotFor(metric).el);
    const before = this.el.querySelectorAll(".nbt-plot");
    const same = plots.length === before.length && plots.every((plot, i) => before[i] === plot);
    if (same) return;
    const sections = sectionsOf(metrics);
    this.el.classList.toggle("nbt-sectioned", sections.length > 1);
    this.el.replaceChildren(...sections.map((section) => this.#section(section)));
  }

  #section({ prefix, metrics }: Section): HTMLElement {
    const plots = h("div", { class: "nbt-plot-grid" }, ...metrics.map((metric) => this.#plotFor(metric).el));
    if (prefix === "") return plots;
    return h("section", { "aria-label": prefix }, h("h4", { class: "nbt-prefix nbt-ellipsis" }, prefix), plots);
  }

  resize(height: number): void {
    for (const plot of this.#plots.values()) plot.resize(plot.el.clientWidth, height);
  }

  showBusy(busy: boolean): void {
    this.el.setAttribute("aria-busy", String(busy));
  }

  draw(sceneFor: (metric: string) => Scene | null, blankFor: (metric: string) => string): void {
    for (const [metric, plot] of this.#plots) plot.draw(sceneFor(metric), blankFor(metric));
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
