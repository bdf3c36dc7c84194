// The view of runs against one another: a scatter or parallel coordinates, its tooltip, summary and selection.

import type { Stop } from "../carrier/carrier.ts";
import { h, setText } from "../ui/dom.ts";
import { count, plural, recorded } from "../ui/format.ts";
import { type State, stopAll } from "../ui/panel.ts";
import type { Theme } from "../ui/theme.ts";
import { AxisToolbar, toggledIn } from "./axisToolbar.ts";
import { Parallel } from "./parallel.ts";
import { type ProjectedRun, type Projection, projectionOf } from "./projection.ts";
import { Scatter } from "./scatter.ts";
import { placeBeside } from "./tooltip.ts";
import type { ChartState, Value } from "./types.ts";

/** Of the height of a small chart. */
const TALLER = 1.45;

export class ScatterSection {
  readonly el = h("div", { class: "nbt-field-host nbt-aging" });
  readonly bar: AxisToolbar;
  readonly tip = h("div", { class: "nbt-tooltip", hidden: true, "aria-hidden": "true" });
  readonly summary = h("span", { class: "nbt-summary nbt-faint", role: "status" });
  /** What the colours of lines mean. */
  readonly ramp = h("span", { class: "nbt-ramp", role: "img", hidden: true });
  readonly #state: State<ChartState>;
  readonly #around: HTMLElement;
  readonly #reader: HTMLElement;
  readonly #scatter: Scatter;
  readonly #parallel: Parallel;
  readonly #stops: Stop[];
  #answer: Answer;
  #projection: Projection = { axes: [], runs: [], omitted: 0 };
  #sent: readonly string[] | null = null;

  /** @param reader - Where the run under the cursor is announced to screen readers. */
  constructor(state: State<ChartState>, around: HTMLElement, reader: HTMLElement) {
    this.#state = state;
    this.#around = around;
    this.#reader = reader;
    this.bar = new AxisToolbar(state);
    const events: ScatterEvents = { pointed: this.#pointed, picked: this.#picked };
    this.#scatter = new Scatter(events);
    this.#parallel = new Parallel(events, (axis) => {
      state.set("logs", toggledIn(state.get("logs"), axis));
    });
    this.#answer = answerIn(state);
    this.#stops = (["points", "frame"] as const).map((key) =>
      state.on(key, () => {
        this.#answer = answerIn(state);
      }),
    );
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#scatter.stop();
    this.#parallel.stop();
    this.bar.stop();
  };

  draw(theme: Theme): void {
    const state = this.#state;
    const picture = this.#picture;
    if (this.el.firstElementChild !== picture.el) this.el.replaceChildren(picture.el);
    this.#projection = projectionOf({ ...this.#answer, logs: state.get("logs"), colour_by_metric: state.get("colour_by_metric") }, theme);
    this.bar.show(this.#projection);
    this.#showRamp();
    const width = this.el.clientWidth;
    const height = Math.round(TALLER * state.get("height"));
    this.el.style.height = `${height}px`;
    if (width > 0) picture.draw(this.#projection, { width, height });
    this.mark();
  }

  #showRamp(): void {
    const metric = this.#projection.axes.at(-1);
    this.ramp.hidden = this.#answer.kind !== "parallel" || !this.#state.get("colour_by_metric") || !metric;
    if (this.ramp.hidden || !metric) return;
    const { label, scale } = metric;
    this.ramp.setAttribute("aria-label", `Colour: ${label} from ${scale.textAt(0)} to ${scale.textAt(1)}`);
    this.ramp.replaceChildren(
      h("span", { class: "nbt-ellipsis" }, label),
      h("span", { class: "nbt-faint" }, scale.textAt(0)),
      h("span", { class: "nbt-gradient" }),
      h("span", { class: "nbt-faint" }, scale.textAt(1)),
    );
  }

  /** Show what is selected; a selection from elsewhere takes the brushes away. */
  mark(): void {
    const selected = this.#state.get("selected");
    if (this.#sent !== null && selected.join() !== this.#sent.join()) {
      this.#sent = null;
      this.#parallel.clearBrushes();
    }
    this.#picture.mark(new Set(selected));
    const runs = this.#projection.runs.length;
    const more = this.#state.get("found") - this.#answer.points.length;
    const parts = [
      selected.length > 0 ? `${count(selected.length)} of ${plural(runs, this.#noun)} selected` : plural(runs, this.#noun),
      this.#projection.omitted > 0 ? `${count(this.#projection.omitted)} without a value` : "",
      more > 0 ? `${count(more)} more not drawn` : "",
    ];
    setText(this.summary, parts.filter((part) => part !== "").join(" · "));
  }

  get #noun(): string {
    const [first] = this.#answer.points;
    const run = this.#state.get("rows");
    return first && run !== "" && first.id !== run ? "row" : "run";
  }

  get #picture(): ScatterView {
    return this.#answer.kind === "scatter" ? this.#scatter : this.#parallel;
  }

  #picked = (ids: readonly string[], how: Pick): void => {
    const selected = pickedFrom(this.#state.get("selected"), ids, how);
    this.#sent = selected;
    this.#state.set("selected", selected);
    this.mark();
  };

  #pointed = (run: ProjectedRun | null, at: { readonly left: number; readonly top: number } | null): void => {
    this.tip.hidden = run === null;
    if (!run || !at) return;
    const values = this.#projection.axes.map(({ label }, i): [string, string] => [label, written(run.point.v[i] ?? null)]);
    const dot = h("span", { class: "nbt-sample" });
    dot.style.color = run.colour;
    this.tip.replaceChildren(
      h("div", { class: "nbt-reading" }, dot, h("b", { class: "nbt-ellipsis" }, run.point.name)),
      ...values.map(([label, value]) =>
        h("div", { class: "nbt-reading" }, h("span", { class: "nbt-ellipsis nbt-faint" }, label), h("span", { class: "nbt-value" }, value)),
      ),
    );
    placeBeside(this.tip, at, this.#around.getBoundingClientRect());
    setText(this.#reader, `${run.point.name}: ${values.map((pair) => pair.join(" ")).join(", ")}`);
  };
}

/** Points, and the kind and axes that they were computed for: what the reader chooses next, is drawn once it has been answered. */
interface Answer {
  readonly kind: ChartState["kind"];
  readonly axes: ChartState["axes"];
  readonly points: ChartState["points"];
}

function answerIn(state: State<ChartState>): Answer {
  return { kind: state.get("kind"), axes: state.get("axes"), points: state.get("points") };
}

function written(value: Value): string {
  if (value === null) return "–";
  return typeof value === "number" ? recorded(value) : value;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Pick = "only" | "toggle" | "add";

export interface ScatterEvents {
  /** The run under the pointer, and where that is on the page. */
  pointed(run: ProjectedRun | null, at: { readonly left: number; readonly top: number } | null): void;
  picked(ids: readonly string[], how: Pick): void;
}

export interface ScatterView {
  readonly el: HTMLElement;
  readonly stop: Stop;
  draw(projection: Projection, size: Size): void;
  mark(selected: ReadonlySet<string>): void;
}

/** What a click means with the keys held down. */
export function gestureOf(event: { ctrlKey: boolean; metaKey: boolean; shiftKey: boolean }): Pick {
  return event.ctrlKey || event.metaKey || event.shiftKey ? "toggle" : "only";
}

/** The selection after a pick. */
export function pickedFrom(selected: readonly string[], ids: readonly string[], how: Pick): readonly string[] {
  if (how === "only") return ids;
  const gone = how === "toggle" ? selected.filter((id) => ids.includes(id)) : [];
  return [...new Set([...selected, ...ids])].filter((id) => !gone.includes(id));
}
