// Runs set against one another: the picture of their kind, its bar, its readout and the selection.

import { h, setText } from "../dom.ts";
import { count, short } from "../format.ts";
import type { State } from "../panel.ts";
import type { Stop } from "../source.ts";
import type { Theme } from "../theme.ts";
import { Parallel } from "./parallel.ts";
import { type Pick, pickedFrom, type Picture, type PictureEvents } from "./picture.ts";
import { type Field, fieldOf, type Placed } from "./placed.ts";
import { Scatter } from "./scatter.ts";
import { SpotBar, toggledIn } from "./spotbar.ts";
import { placeBeside } from "./tooltip.ts";
import type { ChartState, Value } from "./types.ts";

/** Of the height of a small chart. */
const TALLER = 1.45;

export class Spots {
  readonly el = h("div", { class: "nbt-field-host nbt-aging" });
  readonly bar: SpotBar;
  readonly tip = h("div", { class: "nbt-tooltip", hidden: true, "aria-hidden": "true" });
  readonly summary = h("span", { class: "nbt-summary nbt-faint", role: "status" });
  readonly #state: State<ChartState>;
  readonly #around: HTMLElement;
  readonly #reader: HTMLElement;
  readonly #scatter: Scatter;
  readonly #parallel: Parallel;
  #field: Field = { axes: [], placed: [], left: 0 };
  #sent: readonly string[] | null = null;

  /** @param reader - Where the run that the keyboard points at is told. */
  constructor(state: State<ChartState>, around: HTMLElement, reader: HTMLElement) {
    this.#state = state;
    this.#around = around;
    this.#reader = reader;
    this.bar = new SpotBar(state);
    const events: PictureEvents = { pointed: this.#pointed, picked: this.#picked };
    this.#scatter = new Scatter(events);
    this.#parallel = new Parallel(events, (axis) => {
      state.set("logs", toggledIn(state.get("logs"), axis));
    });
  }

  stop: Stop = () => {
    this.#scatter.stop();
    this.#parallel.stop();
    this.bar.stop();
  };

  draw(theme: Theme): void {
    const state = this.#state;
    const picture = this.#picture;
    if (this.el.firstElementChild !== picture.el) this.el.replaceChildren(picture.el);
    const keys = ["axes", "logs", "spots", "kind", "shaded"] as const;
    const [axes, logs, spots, kind, shaded] = keys.map((key) => state.get(key)) as [ChartState["axes"], ChartState["logs"], ChartState["spots"], ChartState["kind"], boolean];
    this.#field = fieldOf({ axes, logs, spots, kind, shaded }, theme);
    this.bar.show(this.#field);
    const width = this.el.clientWidth;
    const height = Math.round(TALLER * state.get("height"));
    this.el.style.height = `${height}px`;
    if (width > 0) picture.draw(this.#field, { width, height });
    this.mark();
  }

  /** Show what is selected; a selection from elsewhere takes the brushes away. */
  mark(): void {
    const selected = this.#state.get("selected");
    if (this.#sent !== null && selected.join() !== this.#sent.join()) {
      this.#sent = null;
      this.#parallel.clearBrushes();
    }
    this.#picture.mark(new Set(selected));
    const runs = this.#field.placed.length;
    const more = this.#state.get("found") - this.#state.get("spots").length;
    const parts = [
      selected.length > 0 ? `${count(selected.length)} of ${count(runs)} runs selected` : `${count(runs)} ${runs === 1 ? "run" : "runs"}`,
      this.#field.left > 0 ? `${count(this.#field.left)} without a value` : "",
      more > 0 ? `${count(more)} more not drawn` : "",
    ];
    setText(this.summary, parts.filter((part) => part !== "").join(" · "));
  }

  get #picture(): Picture {
    return this.#state.get("kind") === "scatter" ? this.#scatter : this.#parallel;
  }

  #picked = (ids: readonly string[], how: Pick): void => {
    const selected = pickedFrom(this.#state.get("selected"), ids, how);
    this.#sent = selected;
    this.#state.set("selected", selected);
    this.mark();
  };

  #pointed = (placed: Placed | null, at: { readonly left: number; readonly top: number } | null): void => {
    this.tip.hidden = placed === null;
    if (!placed || !at) return;
    const values = this.#field.axes.map(({ label }, i): [string, string] => [label, written(placed.spot.v[i] ?? null)]);
    const dot = h("span", { class: "nbt-sample" });
    dot.style.color = placed.colour;
    this.tip.replaceChildren(
      h("div", { class: "nbt-reading" }, dot, h("b", { class: "nbt-ellipsis" }, placed.spot.name)),
      ...values.map(([label, value]) =>
        h("div", { class: "nbt-reading" }, h("span", { class: "nbt-ellipsis nbt-faint" }, label), h("span", { class: "nbt-value" }, value)),
      ),
    );
    placeBeside(this.tip, at, this.#around.getBoundingClientRect());
    setText(this.#reader, `${placed.spot.name}: ${values.map((pair) => pair.join(" ")).join(", ")}`);
  };
}

function written(value: Value): string {
  if (value === null) return "–";
  return typeof value === "number" ? short(value) : value;
}
