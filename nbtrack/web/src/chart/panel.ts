// The chart: puts its parts together and connects their events.

import type { Message, Stop } from "../carrier/carrier.ts";
import { h, keepKeys, listen, setText } from "../ui/dom.ts";
import { type Host, kernelNotice, stopAll, Visibility } from "../ui/panel.ts";
import { followTheme, type Theme } from "../ui/theme.ts";
import { type ChartTheme, chartTheme } from "./axes.ts";
import { ChartLoader } from "./chartLoader.ts";
import { Curves } from "./curves.ts";
import { Downloads } from "./downloads.ts";
import { DrawScheduler } from "./drawScheduler.ts";
import { Legend, runCount, RunStyles } from "./legend.ts";
import type { Hover, Part, Plot } from "./plot.ts";
import { Plots } from "./plots.ts";
import { ScatterSection } from "./scatterView.ts";
import { SceneComposer } from "./sceneComposer.ts";
import { Segments, Toolbar } from "./toolbar.ts";
import { spokenText, Tooltip } from "./tooltip.ts";
import type { ChartState, Kind, Span } from "./types.ts";
import { stepFor, Zoom, zoomedAbout } from "./zoom.ts";

const KINDS: readonly (readonly [Kind, string])[] = [
  ["history", "Curves"],
  ["scatter", "Scatter"],
  ["parallel", "Parallel"],
];
const PUSH_PAUSE = 250;
/** A theme's style sheet may load some time after its name is set. */
const SHEET_LOADS = 600;

export class ChartPanel {
  readonly #host: Host<ChartState>;
  readonly #root = h("div", { class: "nbtrack nbt-chart" });
  readonly #curves = new Curves();
  readonly #styles = new RunStyles();
  readonly #tooltip = new Tooltip();
  readonly #reader = h("div", { class: "nbt-spoken", role: "status" });
  readonly #empty = h("div", { class: "nbt-empty", hidden: true });
  readonly #composer: SceneComposer;
  readonly #plots: Plots;
  readonly #legend: Legend;
  readonly #toolbar: Toolbar;
  readonly #kinds: Segments<Kind>;
  readonly #downloads: Downloads;
  readonly #scatter: ScatterSection;
  readonly #zoom: Zoom;
  readonly #scheduler: DrawScheduler;
  readonly #visibility: Visibility;
  readonly #stops: Stop[] = [];
  #theme: ChartTheme = chartTheme(this.#root);
  #arrival = 0;
  #restyling: ReturnType<typeof setTimeout> | undefined;
  #whole: Span | null = null;

  constructor(host: Host<ChartState>) {
    this.#host = host;
    this.#composer = new SceneComposer(host.state, this.#curves, this.#styles);
    this.#visibility = new Visibility(this.#root, (visible) => {
      this.#scheduler.catchUp();
      if (host.carrier.liveness !== "gone" && host.state.get("visible") !== visible) host.state.set("visible", visible);
    });
    this.#scheduler = new DrawScheduler(this.#draw, () => this.#visibility.visible);
    this.#zoom = new Zoom(host.carrier, this.#curves, this.#zoomQuery, this.#redraw);
    this.#plots = new Plots(() => this.#theme, {
      hovered: this.#hovered,
      zoomed: this.#framed,
    });
    this.#legend = new Legend({
      toggled: (run) => {
        this.#styles.toggle(run);
        this.#redraw();
      },
      isolated: (run) => {
        this.#styles.isolate(run);
        this.#redraw();
      },
      pointed: (run) => {
        this.#styles.pointed = run;
        this.#redraw();
      },
    });
    this.#toolbar = new Toolbar(host.state, {
      restyled: this.#redraw,
      asked: () => {
        this.#plots.showBusy(true);
      },
      reset: () => {
        this.#zoomTo(null);
      },
    });
    this.#kinds = new Segments("Chart", KINDS, (kind) => {
      this.#plots.showBusy(true);
      host.state.set("kind", kind);
    });
    this.#downloads = new Downloads(host.carrier, host.state, () => this.#styles.shown);
    this.#scatter = new ScatterSection(host.state, this.#root, this.#reader);
    this.#assemble();
    this.#connect();
    this.#updateData();
    this.#stops.push(new ChartLoader(host).stop);
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  #assemble(): void {
    const { el, carrier } = this.#host;
    const notice = kernelNotice(this.#root, carrier, (gone) => {
      for (const part of [this.#toolbar, this.#kinds, this.#scatter.bar, this.#downloads]) part.enable(!gone);
    });
    this.#root.append(
      h("div", { class: "nbt-toolbar" }, this.#kinds.el, this.#toolbar.el, this.#scatter.bar.el, this.#downloads.el),
      this.#plots.el,
      this.#scatter.el,
      this.#empty,
      h("div", { class: "nbt-footer" }, this.#legend.el, this.#legend.total, this.#scatter.summary, this.#scatter.ramp, notice.el, this.#toolbar.reset),
      this.#tooltip.el,
      this.#scatter.tip,
      this.#reader,
    );
    this.#stops.push(
      notice.stop,
      followTheme(this.#root, this.#setTheme),
      keepKeys(this.#root),
    );
    el.classList.add("nbtrack-host");
    el.append(this.#root);
  }

  #connect(): void {
    const { state, carrier } = this.#host;
    const sizes = new ResizeObserver(this.#redraw);
    for (const el of [this.#plots.el, this.#scatter.el]) sizes.observe(el);
    this.#stops.push(
      () => {
        sizes.disconnect();
        cancelAnimationFrame(this.#arrival);
        clearTimeout(this.#restyling);
        this.#visibility.stop();
        this.#scheduler.stop();
        this.#toolbar.stop();
        this.#downloads.stop();
        this.#plots.stop();
        this.#scatter.stop();
      },
      carrier.onEvent(this.#pushed),
      state.on("frame", this.#scheduleUpdate),
      state.on("data", this.#scheduleUpdate),
      ...(["runs", "found", "baseline", "lines", "lower", "higher", "band", "groups", "metrics", "available", "smoothing", "log_x", "log_y", "height", "empty"] as const).map(
        (key) => state.on(key, this.#redraw),
      ),
      ...(["kind", "axes", "logs", "choices", "points", "colour_by_metric"] as const).map((key) => state.on(key, this.#redraw)),
      state.on("log_y", () => {
        this.#zoom.heights.clear();
      }),
      state.on("selected", () => {
        this.#scatter.mark();
      }),
      state.on("x", () => {
        this.#toolbar.show(this.#zoom.isZoomed);
      }),
      listen(this.#plots.el, "keydown", this.#pressed),
      listen(this.#plots.el, "focusout", () => {
        this.#hovered(null);
      }),
    );
  }

  /** Frame and data are two traits: wait until both have come. */
  #scheduleUpdate = (): void => {
    cancelAnimationFrame(this.#arrival);
    this.#arrival = requestAnimationFrame(this.#updateData);
  };

  #updateData = (): void => {
    const { state } = this.#host;
    this.#plots.showBusy(false);
    const before = this.#curves.x;
    const { span } = this.#zoom;
    this.#curves.replace(state.get("frame"), state.get("data"), state.get("x"));
    if (before !== this.#curves.x) this.#zoom.forget();
    else if (span) void this.#zoom.to({ ...span }, this.#plotWidth);
    this.#redraw();
  };

  #pushed = (message: Message): void => {
    if (this.#curves.push(message)) this.#scheduler.within(PUSH_PAUSE);
  };

  #zoomQuery = (): object => {
    const { state } = this.#host;
    const run_ids = state.get("runs").map(({ id }) => id);
    return { run_ids, metrics: state.get("metrics"), x: this.#curves.x, band: state.get("band"), smoothing: state.get("smoothing") };
  };

  #redraw = (): void => {
    this.#scheduler.soon();
  };

  get #plotWidth(): number {
    return this.#plots.width;
  }

  #draw = (): void => {
    const { state } = this.#host;
    this.#theme = chartTheme(this.#root);
    if (this.#showKind() !== "history") return;
    const lines = state.get("lines");
    if (lines.length > 0) this.#styles.show(lines);
    else this.#styles.show(state.get("runs"), state.get("baseline"));
    this.#toolbar.show(this.#zoom.isZoomed);
    this.#legend.show(this.#styles.runs, (run) => this.#styles.chip(run), runCount(state.get("runs").length, state.get("found")));
    const metrics = state.get("empty") !== null ? [] : state.get("metrics");
    this.#plots.show(metrics);
    this.#plots.resize(state.get("height"));
    this.#drawPlots(metrics);
  };

  /** Show the parts of the chart's kind, and draw those that are no curves. */
  #showKind(): Kind {
    const kind = this.#host.state.get("kind");
    const empty = this.#showEmpty(this.#host.state.get("empty"));
    this.#downloads.el.hidden = empty;
    const curves = kind === "history";
    this.#kinds.show(kind);
    this.#toolbar.el.hidden = this.#toolbar.reset.hidden = !curves;
    this.#plots.el.hidden = this.#legend.el.hidden = this.#legend.total.hidden = !curves || empty;
    this.#scatter.bar.el.hidden = this.#scatter.summary.hidden = this.#scatter.el.hidden = curves || empty;
    if (curves || empty) this.#scatter.ramp.hidden = true;
    else this.#scatter.draw(this.#styles.theme);
    return kind;
  }

  #drawPlots(metrics: readonly string[]): void {
    const composer = this.#composer;
    this.#whole = composer.whole(metrics);
    const x = this.#zoom.span ?? this.#whole;
    this.#plots.draw(
      (metric) => composer.scene(metric, x, this.#zoom.heights.get(metric), this.#toolbar.smoothing),
      (metric) => composer.blank(metric),
    );
  }

  #showEmpty(text: string | null): boolean {
    setText(this.#empty, text ?? "");
    this.#empty.hidden = text === null;
    return text !== null;
  }

  #hovered = (hover: Hover | null): void => {
    this.#tooltip.show(hover, this.#root);
  };

  #framed = (part: Part | null, metric: string): void => {
    if (part?.y) this.#zoom.heights.set(metric, part.y);
    if (part === null || part.x) this.#zoomTo(part?.x ?? null);
    else this.#redraw();
  };

  #zoomTo = (span: Span | null): void => {
    this.#tooltip.show(null, this.#root);
    void this.#zoom.to(span, this.#plotWidth);
  };

  #setTheme = (theme: Theme): void => {
    this.#styles.theme = theme;
    this.#redraw();
    clearTimeout(this.#restyling);
    this.#restyling = setTimeout(this.#redraw, SHEET_LOADS);
  };

  #pressed = (event: KeyboardEvent): void => {
    const plot = this.#plots.holding(event.target);
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepFor(event.key, event.shiftKey, plot.pointed);
    if (!step) return;
    event.preventDefault();
    if (step.kind === "point") this.#point(plot, step.share);
    else if (step.kind === "reset") this.#zoomTo(null);
    else this.#zoomBy(step.factor, plot.pointed ?? 0.5);
  };

  #point(plot: Plot, share: number): void {
    const hover = this.#plots.point(plot, share);
    if (hover) setText(this.#reader, spokenText(hover));
  }

  #zoomBy(factor: number, share: number): void {
    const whole = this.#whole;
    const span = this.#zoom.span ?? whole;
    if (span && whole) this.#zoomTo(zoomedAbout(span, whole, share, factor, this.#composer.axes.logX));
  }
}
