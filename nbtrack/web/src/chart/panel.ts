// The chart: puts its parts together and says who hears what.

import { h, listen, setText } from "../dom.ts";
import { keepKeys } from "../keys.ts";
import { kernelNotice } from "../notice.ts";
import { type Host, stopAll } from "../panel.ts";
import type { Message, Stop } from "../source.ts";
import { followTheme, type Theme } from "../theme.ts";
import { Visibility } from "../visible.ts";
import { Cast } from "./cast.ts";
import { Curves } from "./curves.ts";
import { Legend } from "./legend.ts";
import { type Look, lookOf } from "./look.ts";
import { Pace } from "./pace.ts";
import type { Hover, Plot } from "./plot.ts";
import { Plots } from "./plots.ts";
import { Segments } from "./segments.ts";
import { Spots } from "./spots.ts";
import { type Axes, bestOf, drawnLine, type Scene, sceneOf, sharedX } from "./scene.ts";
import { Toolbar } from "./toolbar.ts";
import { spoken, Tooltip } from "./tooltip.ts";
import type { ChartState, Kind, Span } from "./types.ts";
import { stepOf, zoomedAbout } from "./walk.ts";
import { Zoom } from "./zoom.ts";

/** Of metrics of the machine none is the best. */
const SYSTEM = "system/";
const KINDS: readonly (readonly [Kind, string])[] = [
  ["history", "Curves"],
  ["scatter", "Scatter"],
  ["parallel", "Parallel"],
];
const PUSH_PAUSE = 250;
/** A theme's style sheet may come some time after its name. */
const SHEET_LOADS = 600;

export class ChartPanel {
  readonly #host: Host<ChartState>;
  readonly #root = h("div", { class: "nbtrack nbt-chart" });
  readonly #curves = new Curves();
  readonly #cast = new Cast();
  readonly #tooltip = new Tooltip();
  readonly #reader = h("div", { class: "nbt-spoken", role: "status" });
  readonly #empty = h("div", { class: "nbt-empty", hidden: true });
  readonly #plots: Plots;
  readonly #legend: Legend;
  readonly #toolbar: Toolbar;
  readonly #kinds: Segments<Kind>;
  readonly #spots: Spots;
  readonly #zoom: Zoom;
  readonly #pace: Pace;
  readonly #visibility: Visibility;
  readonly #stops: Stop[] = [];
  #look: Look = lookOf(this.#root);
  #arrival = 0;
  #restyling: ReturnType<typeof setTimeout> | undefined;
  #whole: Span | null = null;

  constructor(host: Host<ChartState>) {
    this.#host = host;
    this.#visibility = new Visibility(this.#root, (visible) => {
      this.#pace.catchUp();
      if (host.source.liveness !== "gone" && host.state.get("visible") !== visible) host.state.set("visible", visible);
    });
    this.#pace = new Pace(this.#draw, () => this.#visibility.visible);
    this.#zoom = new Zoom(host.source, this.#curves, this.#redraw);
    this.#plots = new Plots(() => this.#look, {
      hovered: this.#hovered,
      zoomed: this.#zoomTo,
    });
    this.#legend = new Legend({
      toggled: (run) => {
        this.#cast.toggle(run);
        this.#redraw();
      },
      isolated: (run) => {
        this.#cast.isolate(run);
        this.#redraw();
      },
      pointed: (run) => {
        this.#cast.pointed = run;
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
    this.#spots = new Spots(host.state, this.#root, this.#reader);
    this.#assemble();
    this.#connect();
    this.#dataCame();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  #assemble(): void {
    const { el, source } = this.#host;
    const notice = kernelNotice(this.#root, source, (gone) => {
      for (const part of [this.#toolbar, this.#kinds, this.#spots.bar]) part.enable(!gone);
    });
    this.#root.append(
      h("div", { class: "nbt-toolbar" }, this.#kinds.el, this.#toolbar.el, this.#spots.bar.el),
      this.#plots.el,
      this.#spots.el,
      this.#empty,
      h("div", { class: "nbt-footer" }, this.#legend.el, this.#spots.summary, notice.el, this.#toolbar.reset),
      this.#tooltip.el,
      this.#spots.tip,
      this.#reader,
    );
    this.#stops.push(
      notice.stop,
      followTheme(this.#root, this.#themeCame),
      keepKeys(this.#root),
    );
    el.classList.add("nbtrack-host");
    el.append(this.#root);
  }

  #connect(): void {
    const { state, source } = this.#host;
    const sizes = new ResizeObserver(this.#redraw);
    for (const el of [this.#plots.el, this.#spots.el]) sizes.observe(el);
    this.#stops.push(
      () => {
        sizes.disconnect();
        cancelAnimationFrame(this.#arrival);
        clearTimeout(this.#restyling);
        this.#visibility.stop();
        this.#pace.stop();
        this.#toolbar.stop();
        this.#plots.stop();
        this.#spots.stop();
      },
      source.onPush(this.#pushed),
      state.on("frame", this.#arriving),
      state.on("data", this.#arriving),
      ...(["runs", "lines", "lower", "band", "groups", "metrics", "available", "smoothing", "log_x", "log_y", "height", "empty"] as const).map(
        (key) => state.on(key, this.#redraw),
      ),
      ...(["kind", "axes", "logs", "choices", "spots", "shaded"] as const).map((key) => state.on(key, this.#redraw)),
      state.on("selected", () => {
        this.#spots.mark();
      }),
      state.on("x", () => {
        this.#toolbar.show(this.#zoom.span !== null);
      }),
      listen(this.#plots.el, "keydown", this.#pressed),
      listen(this.#plots.el, "focusout", () => {
        this.#hovered(null);
      }),
    );
  }

  /** Frame and data are two traits: wait until both have come. */
  #arriving = (): void => {
    cancelAnimationFrame(this.#arrival);
    this.#arrival = requestAnimationFrame(this.#dataCame);
  };

  #dataCame = (): void => {
    const { state } = this.#host;
    this.#plots.showBusy(false);
    const before = this.#curves.x;
    const { span } = this.#zoom;
    this.#curves.replace(state.get("frame"), state.get("data"), state.get("x"));
    if (span && before === this.#curves.x) void this.#zoom.to({ ...span }, this.#plotWidth);
    else this.#zoom.forget();
    this.#redraw();
  };

  #pushed = (message: Message): void => {
    if (this.#curves.push(message)) this.#pace.within(PUSH_PAUSE);
  };

  #redraw = (): void => {
    this.#pace.soon();
  };

  get #plotWidth(): number {
    return this.#plots.any?.width ?? 0;
  }

  get #axes(): Axes {
    const { state } = this.#host;
    const mode = this.#curves.x;
    return { mode, logX: state.get("log_x") && mode !== "time", logY: state.get("log_y") };
  }

  #draw = (): void => {
    const { state } = this.#host;
    this.#look = lookOf(this.#root);
    if (this.#showKind() !== "history") return;
    const lines = state.get("lines");
    this.#cast.runs = lines.length > 0 ? lines : state.get("runs");
    this.#toolbar.show(this.#zoom.span !== null);
    this.#legend.show(this.#cast.runs, (run) => this.#cast.chip(run));
    const metrics = state.get("empty") !== null ? [] : state.get("metrics");
    this.#plots.show(metrics);
    this.#plots.resize(state.get("height"));
    this.#drawPlots(metrics);
  };

  /** Show the parts of the chart's kind, and draw those that are no curves. */
  #showKind(): Kind {
    const kind = this.#host.state.get("kind");
    const empty = this.#showEmpty(this.#host.state.get("empty"));
    const curves = kind === "history";
    this.#kinds.show(kind);
    this.#toolbar.el.hidden = this.#toolbar.reset.hidden = !curves;
    this.#plots.el.hidden = this.#legend.el.hidden = !curves || empty;
    this.#spots.bar.el.hidden = this.#spots.summary.hidden = this.#spots.el.hidden = curves || empty;
    if (!curves && !empty) this.#spots.draw(this.#cast.theme);
    return kind;
  }

  #drawPlots(metrics: readonly string[]): void {
    const axes = this.#axes;
    const shown = this.#cast.shown.map((run) => run.id);
    const all = metrics.flatMap((metric) => this.#curves.of(metric, shown));
    this.#whole = sharedX(all, axes.logX);
    const x = this.#zoom.span ?? this.#whole;
    this.#plots.draw((metric) => x && this.#scene(metric, x, axes), "No points yet");
  }

  #scene(metric: string, x: Span, axes: Axes): Scene | null {
    const { shown } = this.#cast;
    const pens = new Map(shown.map((run) => [run.id, this.#cast.penOf(run)]));
    const lines = this.#curves.of(metric, [...pens.keys()]);
    const drawn = lines.flatMap((line) => {
      const pen = pens.get(line.run);
      return pen ? drawnLine(line, pen, this.#toolbar.smoothing) : [];
    });
    const best = metric.startsWith(SYSTEM) ? null : bestOf(drawn, this.#host.state.get("lower").includes(metric));
    return sceneOf(lines, drawn, x, axes, best);
  }

  #showEmpty(text: string | null): boolean {
    setText(this.#empty, text ?? "");
    this.#empty.hidden = text === null;
    return text !== null;
  }

  #hovered = (hover: Hover | null): void => {
    this.#tooltip.show(hover, this.#root);
  };

  #zoomTo = (span: Span | null): void => {
    this.#tooltip.show(null, this.#root);
    void this.#zoom.to(span, this.#plotWidth);
  };

  #themeCame = (theme: Theme): void => {
    this.#cast.theme = theme;
    this.#redraw();
    clearTimeout(this.#restyling);
    this.#restyling = setTimeout(this.#redraw, SHEET_LOADS);
  };

  #pressed = (event: KeyboardEvent): void => {
    const plot = this.#plots.holding(event.target);
    if (!plot || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = stepOf(event.key, event.shiftKey, plot.pointed);
    if (!step) return;
    event.preventDefault();
    if (step.kind === "point") this.#point(plot, step.share);
    else if (step.kind === "reset") this.#zoomTo(null);
    else this.#zoomBy(step.factor, plot.pointed ?? 0.5);
  };

  #point(plot: Plot, share: number): void {
    const hover = this.#plots.point(plot, share);
    if (hover) setText(this.#reader, spoken(hover));
  }

  #zoomBy(factor: number, share: number): void {
    const whole = this.#whole;
    const span = this.#zoom.span ?? whole;
    if (span && whole) this.#zoomTo(zoomedAbout(span, whole, share, factor, this.#axes.logX));
  }
}
