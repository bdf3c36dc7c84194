// One metric: a title and a uPlot that lends its axes, cursor and drag; the lines are our own.

import uPlot from "uplot";
import { h, setText } from "../ui/dom.ts";
import { count } from "../ui/format.ts";
import { Bars, barValues } from "./bars.ts";
import { axesFor, type ChartTheme, NAMES } from "./axes.ts";
import { paint } from "./paint.ts";
import { Dots, type Reading, readingsAt } from "./readings.ts";
import type { Axes, Scene } from "./scene.ts";
import type { Span, XMode } from "./types.ts";

const SLACK = 12;
const SHORTEST_DRAG = 6;
/** px across the direction of a drag up to which it selects a range, and no rectangle. */
const MOST_STRAY = 36;
/** Half the longest label of the x axis. */
const RIGHT_AIR = 18;

export interface Hover {
  readonly x: number;
  readonly mode: XMode;
  readonly readings: readonly Reading[];
  /** Where the cursor is, on the page. */
  readonly at: { readonly left: number; readonly top: number };
}

/** A part of a plot: of a range that is null all of it. */
export interface Part {
  readonly x: Span | null;
  readonly y: Span | null;
}

export interface PlotEvents {
  hovered(hover: Hover | null): void;
  /** A part of the plot of a metric was selected, or with null all plots are to show everything. */
  zoomed(part: Part | null, metric: string): void;
}

export class Plot {
  readonly el: HTMLElement;
  readonly #canvas = h("div", { class: "nbt-canvas nbt-aging", tabindex: 0, role: "group" });
  readonly #caption = h("span", { class: "nbt-caption nbt-faint" });
  readonly #blank = h("div", { class: "nbt-blank nbt-faint" });
  readonly #dots = new Dots();
  readonly #bars = new Bars();
  readonly #metric: string;
  readonly #syncKey: string;
  readonly #theme: () => ChartTheme;
  readonly #events: PlotEvents;
  #scene: Scene | null = null;
  #chart: { u: uPlot; axes: string } | null = null;
  #hasPointer = false;
  #isDragging = false;
  #walked: { readonly share: number; readonly left: number } | null = null;
  #width = 0;
  #height = 0;

  constructor(metric: string, syncKey: string, theme: () => ChartTheme, events: PlotEvents) {
    this.#metric = metric;
    this.#syncKey = syncKey;
    this.#theme = theme;
    this.#events = events;
    this.el = h(
      "figure",
      { class: "nbt-plot" },
      h(
        "figcaption",
        { class: "nbt-title" },
        h("span", { class: "nbt-ellipsis", title: metric }, metric.slice(metric.indexOf("/") + 1) || metric),
        this.#caption,
      ),
      h("div", { class: "nbt-stage" }, this.#canvas, this.#bars.el, this.#blank),
    );
  }

  /** The element that has the keyboard. */
  get focusable(): HTMLElement {
    return this.#canvas;
  }

  get width(): number {
    return this.#chart?.u.over.clientWidth ?? 0;
  }

  resize(width: number, height: number): void {
    if (width <= 0 || (width === this.#width && height === this.#height)) return;
    this.#width = width;
    this.#height = height;
    this.#canvas.style.height = this.#bars.el.style.maxHeight = `${height}px`;
    this.#chart?.u.setSize({ width, height });
  }

  /** Show a scene; null shows the words for an empty plot. */
  draw(scene: Scene | null, blank: string): void {
    this.#scene = scene;
    setText(this.#blank, scene ? "" : blank);
    setText(this.#caption, scene?.total ? `min–max of ${count(scene.total)} points` : "");
    this.#canvas.setAttribute("aria-label", this.#describe());
    const isBars = scene?.once ?? false;
    this.#bars.el.hidden = !isBars;
    this.#canvas.hidden = isBars;
    if (scene && isBars) this.#bars.draw(barValues(scene.lines), scene.goal);
    if (!scene || isBars || this.#width === 0) {
      this.#takeDown();
      return;
    }
    const u = this.#chartFor(scene);
    u.setData([
      [scene.x.min, scene.x.max],
      [scene.y.min, scene.y.max],
    ]);
    this.#follow(u);
  }

  /** Put the cursor at the points that are nearest to a share of the width, as the keyboard does. */
  point(share: number): Hover | null {
    const u = this.#chart?.u;
    if (!u) return null;
    const wanted = share * u.over.clientWidth;
    this.#putCursor(u, wanted);
    this.#walked = { share, left: u.cursor.left ?? -1 };
    return this.#tell(u);
  }

  /** Put the cursor where another plot of the same width has it. */
  accompany(left: number): void {
    if (this.#chart) this.#putCursor(this.#chart.u, left);
  }

  #putCursor(u: uPlot, left: number): void {
    u.setCursor({ left, top: u.over.clientHeight / 3 });
  }

  /** Where the cursor stands, in px from the left edge of the plot. */
  get left(): number {
    return this.#chart?.u.cursor.left ?? -1;
  }

  /** The cursor's share of the width, or null when it is elsewhere; the keyboard goes on from where it meant to be. */
  get pointed(): number | null {
    const { left } = this;
    if (this.#walked?.left === left) return this.#walked.share;
    return left < 0 || this.width === 0 ? null : left / this.width;
  }

  destroy(): void {
    this.#takeDown();
    this.el.remove();
  }

  #describe(): string {
    const lines = this.#scene?.lines.length ?? 0;
    return `${this.#metric} by ${NAMES[this.#scene?.mode ?? "step"]}: ${lines === 1 ? "1 line" : `${lines} lines`}`;
  }

  #takeDown(): void {
    this.#chart?.u.destroy();
    this.#chart = null;
  }

  #chartFor(scene: Scene): uPlot {
    const axes = [scene.mode, scene.logX, scene.logY].join(" ");
    if (this.#chart?.axes !== axes) {
      this.#takeDown();
      this.#chart = { u: new uPlot(this.#options(scene), [[], []], this.#canvas), axes };
      this.#chart.u.over.append(this.#dots.el);
      this.#listen(this.#chart.u);
    }
    return this.#chart.u;
  }

  #options(axes: Axes): uPlot.Options {
    const range = (pick: (scene: Scene) => Span) => (): uPlot.Range.MinMax => {
      const span = this.#scene ? pick(this.#scene) : { min: 0, max: 1 };
      return [span.min, span.max];
    };
    return {
      width: this.#width,
      height: this.#height,
      ms: 1,
      padding: [6, RIGHT_AIR, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        move: this.#snapped,
        drag: { x: true, y: true, uni: MOST_STRAY, setScale: false, dist: SHORTEST_DRAG },
        bind: { dblclick: () => this.#reset },
        sync: {
          key: this.#syncKey,
          setSeries: false,
          scales: ["x", null],
          filters: { pub: (type) => type === "mousemove" || type === "mouseleave" },
        },
      },
      scales: {
        x: { time: axes.mode === "time", distr: distribution(axes.logX), range: range(({ x }) => x) },
        y: { distr: distribution(axes.logY), range: range(({ y }) => y) },
      },
      axes: axesFor(axes, this.#theme),
      series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
      hooks: { draw: [this.#paint], setSelect: [this.#selected], setCursor: [this.#follow] },
    };
  }

  #listen(u: uPlot): void {
    u.over.addEventListener("pointerenter", () => {
      this.#hasPointer = true;
    });
    u.over.addEventListener("pointerdown", () => {
      this.#isDragging = true;
      addEventListener("pointerup", () => (this.#isDragging = false), { once: true });
    });
    u.over.addEventListener("pointerleave", () => {
      this.#hasPointer = false;
      this.#events.hovered(null);
    });
  }

  #paint = (u: uPlot): void => {
    if (this.#scene) paint(u.ctx, u.bbox, this.#scene, devicePixelRatio);
  };

  #reset = (): null => {
    this.#events.zoomed(null, this.#metric);
    return null;
  };

  #selected = (u: uPlot): void => {
    const { left, top, width, height } = u.select;
    if (width < SHORTEST_DRAG || height < SHORTEST_DRAG) return;
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    const isWide = width >= u.over.clientWidth - 1;
    const isHigh = height >= u.over.clientHeight - 1;
    const x = { min: u.posToVal(left, "x"), max: u.posToVal(left + width, "x") };
    const y = { min: u.posToVal(top + height, "y"), max: u.posToVal(top, "y") };
    this.#events.zoomed({ x: isWide ? null : x, y: isHigh ? null : y }, this.#metric);
  };

  /** The cursor stands at the nearest point, except while it draws a frame. */
  #snapped = (u: uPlot, left: number, top: number): [left: number, top: number] => {
    if (left < 0 || this.#isDragging) return [left, top];
    const places = this.#readingsAt(u, left).map(({ x }) => u.valToPos(x, "x"));
    const nearest = places.reduce((best, each) => (Math.abs(each - left) < Math.abs(best - left) ? each : best), places[0] ?? left);
    return [nearest, top];
  };

  /** Put a dot on each line at the cursor. */
  #follow = (u: uPlot): void => {
    this.#dots.show(this.#readings(u), u, this.#scene?.logY ?? false);
    if (this.#hasPointer) this.#tell(u);
  };

  #tell(u: uPlot): Hover | null {
    const { left = -1, top = -1 } = u.cursor;
    if (left < 0 || !this.#scene) return null;
    const box = u.over.getBoundingClientRect();
    const hover = {
      x: u.posToVal(left, "x"),
      mode: this.#scene.mode,
      readings: this.#readings(u),
      at: { left: box.left + left, top: box.top + top },
    };
    this.#events.hovered(hover);
    return hover;
  }

  #readings(u: uPlot): readonly Reading[] {
    return this.#readingsAt(u, u.cursor.left ?? -1);
  }

  #readingsAt(u: uPlot, left: number): readonly Reading[] {
    if (left < 0 || !this.#scene) return [];
    const x = u.posToVal(left, "x");
    const slack = Math.abs(u.posToVal(left + SLACK, "x") - x);
    return readingsAt(this.#scene.lines.filter((line) => !line.faded), x, slack);
  }
}

/** uPlot's number for a linear or a logarithmic scale. */
function distribution(log: boolean): number {
  return log ? 3 : 1;
}
