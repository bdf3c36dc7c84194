// A point for each run: one of its values across, another up.

import { brush, type D3BrushEvent } from "d3-brush";
import { select } from "d3-selection";
import type { Stop } from "../carrier/carrier.ts";
import { h, listen, s } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import type { Axis, TickMark, ProjectedRun, Projection } from "./projection.ts";
import { gestureOf, type ScatterEvents, type ScatterView, type Size } from "./scatterView.ts";

const RADIUS = 4.5;
const NEAR = 22;
const INSET = 12;
const BELOW = 42;
const ABOVE = 8;
const RIGHT = 14;
const LETTER = 6.2;
const LINE = 15;
const MOST_LETTERS = 16;

const STEPS: ReadonlyMap<string, number> = new Map([
  ["ArrowRight", 1],
  ["ArrowUp", 1],
  ["ArrowLeft", -1],
  ["ArrowDown", -1],
]);

interface Dot {
  readonly run: ProjectedRun;
  readonly x: number;
  readonly y: number;
  readonly el: SVGCircleElement;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export class Scatter implements ScatterView {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #svg = s("svg", { class: "nbt-drawing", tabindex: 0, role: "group" });
  readonly #frame = s("g");
  readonly #points = s("g", { class: "nbt-points" });
  readonly #frameBrush = s("g", { class: "nbt-brush" });
  readonly #brush = brush<unknown>().keyModifiers(false).filter((event: MouseEvent) => event.button === 0);
  readonly #ring = s("circle", { class: "nbt-ring", r: RADIUS + 3, visibility: "hidden" });
  readonly #events: ScatterEvents;
  #dots: readonly Dot[] = [];
  #pressedAt: Point = { x: 0, y: 0 };
  #walked = -1;

  constructor(events: ScatterEvents) {
    this.#events = events;
    this.#svg.append(this.#frame, this.#points, this.#ring, this.#frameBrush);
    this.#brush.on("end", this.#brushed);
    this.el = h("div", { class: "nbt-field" }, this.#svg);
    this.stop = stopAll([
      listen(this.el, "pointermove", this.#moved),
      listen(this.el, "pointerleave", () => {
        this.#point(null);
      }),
      listen(this.el, "pointerdown", (event) => {
        this.#pressedAt = this.#at(event);
      }),
      listen(this.el, "keydown", this.#pressed),
    ]);
  }

  draw({ axes, runs }: Projection, { width, height }: Size): void {
    const [across, up] = axes;
    if (!across || !up) return;
    const left = 14 + LINE + Math.max(...up.scale.marks.map(({ text }) => Math.min(text.length, MOST_LETTERS) * LETTER), 20);
    const inner = { left, top: ABOVE, right: width - RIGHT, bottom: height - BELOW };
    const x = (share: number): number => inner.left + INSET + share * (inner.right - inner.left - 2 * INSET);
    const y = (share: number): number => inner.bottom - INSET - share * (inner.bottom - inner.top - 2 * INSET);
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.setAttribute("aria-label", `${across.label} across, ${up.label} up: ${runs.length} runs. Arrow keys go from run to run, Space selects.`);
    this.#frame.replaceChildren(...frameOf(across, up, inner, x, y));
    this.#brush.extent([[0, 0], [width, height]]);
    select(this.#frameBrush).call(this.#brush);
    this.#dots = runs.map((each) => {
      const at = { x: x(each.shares[0] ?? 0), y: y(each.shares[1] ?? 0) };
      const el = s("circle", { class: "nbt-point", cx: at.x, cy: at.y, r: RADIUS });
      el.style.fill = each.colour;
      return { run: each, ...at, el };
    });
    this.#points.replaceChildren(...this.#dots.map(({ el }) => el));
    this.#ring.setAttribute("visibility", "hidden");
  }

  mark(selected: ReadonlySet<string>): void {
    this.#points.classList.toggle("nbt-some", selected.size > 0);
    for (const { el, run } of this.#dots) el.classList.toggle("nbt-picked", selected.has(run.point.id));
  }

  #at(event: PointerEvent | MouseEvent): Point {
    const box = this.#svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #nearest({ x, y }: Point): Dot | null {
    let best: Dot | null = null;
    let least = NEAR;
    for (const dot of this.#dots) {
      const away = Math.hypot(dot.x - x, dot.y - y);
      if (away < least) [best, least] = [dot, away];
    }
    return best;
  }

  #point(dot: Dot | null): void {
    this.#ring.setAttribute("visibility", dot ? "visible" : "hidden");
    if (dot) {
      this.#ring.setAttribute("cx", String(dot.x));
      this.#ring.setAttribute("cy", String(dot.y));
    }
    const box = this.#svg.getBoundingClientRect();
    this.#events.pointed(dot?.run ?? null, dot ? { left: box.left + dot.x, top: box.top + dot.y } : null);
  }

  #moved = (event: PointerEvent): void => {
    if (event.buttons === 0) this.#point(this.#nearest(this.#at(event)));
  };

  /** A frame selects what is in it; without one it was a click on the nearest point. */
  #brushed = ({ selection, sourceEvent }: D3BrushEvent<unknown>): void => {
    if (!(sourceEvent instanceof UIEvent)) return;
    const event = sourceEvent as MouseEvent;
    if (selection === null) {
      const dot = this.#nearest(this.#pressedAt);
      this.#events.picked(dot ? [dot.run.point.id] : [], gestureOf(event));
      return;
    }
    const [[left, top], [right, bottom]] = selection as [[number, number], [number, number]];
    const inside = this.#dots.filter(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom);
    select(this.#frameBrush).call((group) => {
      this.#brush.move(group, null);
    });
    this.#events.picked(inside.map(({ run }) => run.point.id), gestureOf(event) === "only" ? "only" : "add");
  };

  #pressed = (event: KeyboardEvent): void => {
    const by = STEPS.get(event.key) ?? 0;
    const order = [...this.#dots].sort((a, b) => a.x - b.x || b.y - a.y);
    if (by !== 0 && order.length > 0) {
      this.#walked = Math.max(0, Math.min(this.#walked + by, order.length - 1));
      this.#point(order[this.#walked] ?? null);
    } else if (event.key === " " || event.key === "Enter") {
      const dot = order[this.#walked];
      if (dot) this.#events.picked([dot.run.point.id], event.key === " " ? "toggle" : "only");
    } else if (event.key === "Escape") this.#events.picked([], "only");
    else return;
    event.preventDefault();
  };
}

interface Inner {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Place = (share: number) => number;

function frameOf(across: Axis, up: Axis, inner: Inner, x: Place, y: Place): SVGElement[] {
  const { left, top, right, bottom } = inner;
  const slot = (right - left) / Math.max(1, across.scale.marks.length);
  const every = Math.ceil(26 / slot);
  return [
    ...up.scale.marks.map(({ share }) => s("line", { class: "nbt-rule", x1: left, x2: right, y1: y(share), y2: y(share) })),
    ...up.scale.marks.map((mark) => label(mark, { x: left - 6, y: y(mark.share) + 4, "text-anchor": "end" }, MOST_LETTERS)),
    ...across.scale.marks
      .filter((_, i) => i % every === 0)
      .map((mark) => label(mark, { x: x(mark.share), y: bottom + LINE, "text-anchor": "middle" }, Math.floor((slot * every) / LETTER))),
    s("path", { class: "nbt-frame", d: `M${left} ${top}V${bottom}H${right}` }),
    s("text", { class: "nbt-axis-name", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle" }, truncated(across.label, Math.floor((right - left) / LETTER))),
    s(
      "text",
      { class: "nbt-axis-name", x: 0, y: 0, "text-anchor": "middle", transform: `translate(12 ${(top + bottom) / 2}) rotate(-90)` },
      truncated(up.label, Math.floor((bottom - top) / LETTER)),
    ),
  ];
}

function label({ text }: TickMark, attributes: Readonly<Record<string, string | number>>, letters: number): SVGElement {
  return s("text", { class: "nbt-tick", ...attributes }, s("title", {}, text), truncated(text, letters));
}

export function truncated(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}
