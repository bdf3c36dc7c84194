// Parallel coordinates: parallel axes, a line across them for each run, and a brush on each axis. An axis is a ruler
// with its labels in it, so that no line crosses them.

import { type BrushBehavior, brushY, type D3BrushEvent } from "d3-brush";
import { select } from "d3-selection";
import type { Stop } from "../carrier/carrier.ts";
import { h, listen, s, setAttributes } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { type Brush, isWithin, pressed } from "./brush.ts";
import type { Axis, ProjectedRun, Projection } from "./projection.ts";
import { truncated } from "./scatter.ts";
import { gestureOf, type ScatterEvents, type ScatterView, type Size } from "./scatterView.ts";

const TOP = 34;
const BOTTOM = 14;
/** How far a ruler reaches beyond its ends. */
const RIM = 7;
const NARROWEST = 30;
const MOST_LETTERS = 16;
/** Share of the width that rulers may take. */
const MOST_RULED = 0.62;
const NEAR = 10;
const LETTER = 6.2;

interface Line {
  readonly run: ProjectedRun;
  /** A height for each axis, in px. */
  readonly ys: readonly (number | null)[];
  readonly el: SVGPathElement;
}

export class Parallel implements ScatterView {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #svg = s("svg", { class: "nbt-drawing", role: "group" });
  readonly #lines = s("g", { class: "nbt-points" });
  readonly #hot = s("path", { class: "nbt-hot", visibility: "hidden" });
  readonly #axes = s("g");
  readonly #titles = h("div", { class: "nbt-axis-titles" });
  readonly #brushes = new Map<string, Brush>();
  readonly #events: ScatterEvents;
  readonly #logged: (axis: string) => void;
  #projection: Projection = { axes: [], runs: [], omitted: 0 };
  #size: Size = { width: 0, height: 0 };
  #drawn: readonly Line[] = [];
  #stamp = "";
  #behaviors: BrushBehavior<unknown>[] = [];

  constructor(events: ScatterEvents, logged: (axis: string) => void) {
    this.#events = events;
    this.#logged = logged;
    this.#svg.append(this.#lines, this.#hot, this.#axes);
    this.el = h("div", { class: "nbt-field" }, this.#titles, this.#svg);
    this.stop = stopAll([
      listen(this.el, "pointermove", this.#moved),
      listen(this.el, "pointerleave", () => {
        this.#point(null);
      }),
      listen(this.el, "pointerup", this.#clicked),
      listen(this.el, "keydown", this.#pressed),
    ]);
  }

  draw(projection: Projection, size: Size): void {
    this.#projection = projection;
    this.#size = size;
    this.#svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.#drawAxes();
    this.#drawn = projection.runs.map((run) => {
      const ys = run.shares.map((share) => (share === null ? null : this.#y(share)));
      const el = s("path", { class: "nbt-point", d: this.#path(ys) });
      el.style.stroke = run.colour;
      return { run, ys, el };
    });
    this.#lines.replaceChildren(...this.#drawn.map(({ el }) => el));
    this.#point(null);
  }

  mark(selected: ReadonlySet<string>): void {
    this.#lines.classList.toggle("nbt-some", selected.size > 0 || this.#brushes.size > 0);
    for (const { el, run } of this.#drawn) el.classList.toggle("nbt-picked", selected.has(run.point.id));
  }

  /** Somebody else has selected: the brushes say no longer what is. */
  clearBrushes(): void {
    this.#brushes.clear();
    this.#showBrushes();
  }

  /** The middle of a ruler. */
  #x(axis: number): number {
    const last = this.#projection.axes.length - 1;
    const [left, right] = [this.#half(0), this.#size.width - this.#half(last)];
    return left + (last > 0 ? axis / last : 0.5) * (right - left);
  }

  /** Half the width of a ruler: it has room for its longest label, and leaves the lines some. */
  #half(axis: number): number {
    const { axes } = this.#projection;
    const letters = Math.max(0, ...(axes[axis]?.scale.marks ?? []).map(({ text }) => Math.min(text.length, MOST_LETTERS)));
    const most = (MOST_RULED * this.#size.width) / Math.max(1, axes.length);
    return Math.min(Math.max(NARROWEST, letters * LETTER + 10), most) / 2;
  }

  #y(share: number): number {
    return this.#size.height - BOTTOM - share * (this.#size.height - TOP - BOTTOM);
  }

  #shareAt(y: number): number {
    return (this.#size.height - BOTTOM - y) / (this.#size.height - TOP - BOTTOM);
  }

  #path(ys: readonly (number | null)[]): string {
    let pen = "M";
    return ys
      .map((y, i) => {
        const [x, half] = [this.#x(i), this.#half(i)];
        const part = y === null ? "" : `${pen}${(x - half).toFixed(1)} ${y.toFixed(1)}H${(x + half).toFixed(1)}`;
        pen = y === null ? "M" : "L";
        return part;
      })
      .join("");
  }

  /** Axes stay as they are, with the keyboard's place, until something about them changes. */
  #drawAxes(): void {
    const { axes } = this.#projection;
    const stamp = JSON.stringify([this.#size, axes.map(({ id, scale }) => [id, scale.log, scale.marks])]);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const refocus = this.#keptFocus();
    const ids = new Set(axes.map(({ id }) => id));
    for (const id of this.#brushes.keys()) if (!ids.has(id)) this.#brushes.delete(id);
    this.#axes.replaceChildren(...axes.map((axis, i) => this.#axis(axis, i)));
    this.#titles.replaceChildren(...axes.map((axis, i) => this.#title(axis, i)));
    this.#showBrushes();
    refocus();
  }

  /** Return what focuses the same axis, or its title, once they have been made anew. */
  #keptFocus(): () => void {
    const { activeElement } = this.el.getRootNode() as Document | ShadowRoot;
    const part = [this.#axes, this.#titles].find((each) => each.contains(activeElement));
    const id = activeElement?.getAttribute("data-id");
    return () => {
      const all = [...(part?.querySelectorAll<HTMLElement | SVGElement>("[data-id]") ?? [])];
      (all.find(({ dataset }) => dataset.id === id) ?? all[0])?.focus();
    };
  }

  #axis({ id, label, scale }: Axis, i: number): SVGElement {
    const [x, half] = [this.#x(i), this.#half(i)];
    const room = Math.floor((2 * half - 6) / LETTER);
    const step = Math.ceil((scale.marks.length * 14) / Math.max(14, this.#size.height - TOP - BOTTOM));
    return s(
      "g",
      { class: "nbt-axis", "data-axis": i, tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-label": `Brush ${label}`, "data-id": id, "aria-valuemin": 0, "aria-valuemax": 100 },
      s("rect", { class: "nbt-ruler", x: x - half, width: 2 * half, y: this.#y(1) - RIM, height: this.#y(0) - this.#y(1) + 2 * RIM, rx: 3 }),
      this.#brushOn(i),
      ...scale.marks
        .filter((_, k) => k % step === 0)
        .map(({ share, text }) =>
          s("text", { class: "nbt-tick", x, y: this.#y(share) + 4, "text-anchor": "middle" }, s("title", {}, text), truncated(text, room)),
        ),
    );
  }

  #brushOn(axis: number): SVGElement {
    const group = s("g", { class: "nbt-brush" });
    const [x, half] = [this.#x(axis), this.#half(axis)];
    const behavior = brushY<unknown>()
      .extent([[x - half, this.#y(1)], [x + half, this.#y(0)]])
      .keyModifiers(false)
      .on("brush end", ({ selection, sourceEvent, type }: D3BrushEvent<unknown>) => {
        if (!sourceEvent || (type === "end" && selection !== null)) return;
        const [top, bottom] = (selection ?? []) as number[];
        this.#brush(axis, top === undefined || bottom === undefined ? null : [this.#shareAt(bottom), this.#shareAt(top)], axis);
      });
    this.#behaviors[axis] = behavior;
    select(group).call(behavior);
    return group;
  }

  #title({ id, label, scale }: Axis, i: number): HTMLElement {
    const title = h(
      "button",
      {
        type: "button",
        class: "nbt-axis-title",
        "data-id": id,
        "aria-pressed": scale.canLog ? String(scale.log) : null,
        title: scale.canLog ? `${label}: make the axis ${scale.log ? "linear" : "logarithmic"}` : label,
        disabled: !scale.canLog,
      },
      h("span", { class: "nbt-ellipsis" }, label),
      scale.log ? h("span", { class: "nbt-faint" }, "log") : null,
    );
    const gap = this.#size.width / Math.max(1, this.#projection.axes.length);
    const isInner = i > 0 && i < this.#projection.axes.length - 1;
    const width = isInner ? Math.min(gap - 6, 2 * Math.min(this.#x(i), this.#size.width - this.#x(i))) : gap - 6;
    title.style.maxWidth = `${Math.max(24, width)}px`;
    const shift = i === 0 ? "0" : i === this.#projection.axes.length - 1 ? "-100%" : "-50%";
    const at = i === 0 ? 4 : i === this.#projection.axes.length - 1 ? this.#size.width - 4 : this.#x(i);
    title.style.left = `${at}px`;
    title.style.transform = `translateX(${shift})`;
    title.addEventListener("click", () => {
      this.#logged(id);
    });
    return title;
  }

  /** @param dragged - The axis whose brush is being dragged. */
  #showBrushes(dragged = -1): void {
    this.#projection.axes.forEach(({ id, scale }, i) => {
      const group = this.#axes.children[i];
      const brush = this.#brushes.get(id);
      const behavior = this.#behaviors[i];
      const area = group?.querySelector<SVGGElement>(".nbt-brush");
      if (!group || !area || !behavior) return;
      const [low, high] = brush ?? [0, 1];
      setAttributes(group, {
        "aria-valuenow": Math.round(100 * high),
        "aria-valuetext": brush ? `${scale.textAt(low)} to ${scale.textAt(high)}` : "all",
      });
      if (i !== dragged) behavior.move(select(area), brush ? [this.#y(high), this.#y(low)] : null);
    });
  }

  #brush(axis: number, brush: Brush | null, dragged = -1): void {
    const id = this.#projection.axes[axis]?.id;
    if (id === undefined) return;
    if (brush) this.#brushes.set(id, brush);
    else this.#brushes.delete(id);
    this.#showBrushes(dragged);
    const { axes, runs } = this.#projection;
    const within = runs.filter(({ shares }) =>
      isWithin(new Map(axes.map((each, i) => [each.id, shares[i] ?? null])), this.#brushes),
    );
    this.#events.picked(this.#brushes.size > 0 ? within.map(({ point }) => point.id) : [], "only");
  }

  #at(event: MouseEvent): { x: number; y: number } {
    const box = this.#svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** The axis whose grip is under the pointer, or -1. */
  #axisAt(x: number): number {
    return this.#projection.axes.findIndex((_, i) => Math.abs(this.#x(i) - x) <= this.#half(i));
  }

  #nearest({ x, y }: { x: number; y: number }): Line | null {
    const right = this.#projection.axes.findIndex((_, i) => this.#x(i) >= x);
    if (right < 0) return null;
    const left = Math.max(0, right - 1);
    const [start, end] = [this.#x(left) + this.#half(left), this.#x(right) - this.#half(right)];
    const part = right === left ? 0 : Math.max(0, Math.min((x - start) / (end - start), 1));
    let best: Line | null = null;
    let least = NEAR;
    for (const line of this.#drawn) {
      const [from, to] = [line.ys[left] ?? null, line.ys[right] ?? null];
      if (from === null || to === null) continue;
      const away = Math.abs(from + part * (to - from) - y);
      if (away < least) [best, least] = [line, away];
    }
    return best;
  }

  #point(line: Line | null, at: { left: number; top: number } | null = null): void {
    this.#hot.setAttribute("visibility", line ? "visible" : "hidden");
    if (line) {
      this.#hot.setAttribute("d", this.#path(line.ys));
      this.#hot.style.stroke = line.run.colour;
    }
    this.#events.pointed(line?.run ?? null, line ? at : null);
  }

  #moved = (event: PointerEvent): void => {
    if (event.buttons === 0) this.#point(this.#nearest(this.#at(event)), { left: event.clientX, top: event.clientY });
  };

  #clicked = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (event.button !== 0 || this.#titles.contains(event.target as Node) || this.#axisAt(at.x) >= 0) return;
    const line = this.#nearest(at);
    this.clearBrushes();
    this.#events.picked(line ? [line.run.point.id] : [], gestureOf(event));
  };

  #pressed = (event: KeyboardEvent): void => {
    const axis = event.target instanceof Element ? Number(event.target.getAttribute("data-axis") ?? NaN) : NaN;
    const id = this.#projection.axes[axis]?.id;
    if (id === undefined) return;
    const brush = pressed(this.#brushes.get(id), event.key, event.shiftKey);
    if (brush === undefined) return;
    event.preventDefault();
    this.#brush(axis, brush);
  };
}
