// Parallel coordinates: an axis beside the other, a line across them for each run, and brushes on the axes.

import { h, listen, s, setAttributes } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { between, type Brush, isWithin, pressed } from "./brush.ts";
import { gestureOf, type Picture, type PictureEvents, type Size } from "./picture.ts";
import type { Axis, Field, Placed } from "./placed.ts";
import { cut } from "./scatter.ts";

const TOP = 34;
const BOTTOM = 14;
const SIDE = 34;
const GRIP = 13;
const NEAR = 10;
const SHORTEST = 0.01;
const LETTER = 6.2;

interface Line {
  readonly placed: Placed;
  /** A height for each axis, in px. */
  readonly ys: readonly (number | null)[];
  readonly el: SVGPathElement;
}

export class Parallel implements Picture {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #svg = s("svg", { class: "nbt-drawing", role: "group" });
  readonly #lines = s("g", { class: "nbt-spots" });
  readonly #hot = s("path", { class: "nbt-hot", visibility: "hidden" });
  readonly #axes = s("g");
  readonly #titles = h("div", { class: "nbt-axis-titles" });
  readonly #brushes = new Map<string, Brush>();
  readonly #events: PictureEvents;
  readonly #logged: (axis: string) => void;
  #field: Field = { axes: [], placed: [], left: 0 };
  #size: Size = { width: 0, height: 0 };
  #drawn: readonly Line[] = [];
  #stamp = "";
  #dragged: { readonly axis: number; readonly from: number } | null = null;

  constructor(events: PictureEvents, logged: (axis: string) => void) {
    this.#events = events;
    this.#logged = logged;
    this.#svg.append(this.#lines, this.#hot, this.#axes);
    this.el = h("div", { class: "nbt-field" }, this.#titles, this.#svg);
    this.stop = stopAll([
      listen(this.el, "pointermove", this.#moved),
      listen(this.el, "pointerleave", () => {
        this.#point(null);
      }),
      listen(this.el, "pointerdown", this.#down),
      listen(this.el, "pointerup", this.#up),
      listen(this.el, "keydown", this.#pressed),
    ]);
  }

  draw(field: Field, size: Size): void {
    this.#field = field;
    this.#size = size;
    this.#svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    this.#drawAxes();
    this.#drawn = field.placed.map((placed) => {
      const ys = placed.shares.map((share) => (share === null ? null : this.#y(share)));
      const el = s("path", { class: "nbt-spot", d: this.#path(ys) });
      el.style.stroke = placed.colour;
      return { placed, ys, el };
    });
    this.#lines.replaceChildren(...this.#drawn.map(({ el }) => el));
    this.#point(null);
  }

  mark(selected: ReadonlySet<string>): void {
    this.#lines.classList.toggle("nbt-some", selected.size > 0 || this.#brushes.size > 0);
    for (const { el, placed } of this.#drawn) el.classList.toggle("nbt-picked", selected.has(placed.spot.id));
  }

  /** Somebody else has selected: the brushes say no longer what is. */
  clearBrushes(): void {
    this.#brushes.clear();
    this.#showBrushes();
  }

  #x(axis: number): number {
    const last = this.#field.axes.length - 1;
    return SIDE + (last > 0 ? axis / last : 0.5) * (this.#size.width - 2 * SIDE);
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
        const part = y === null ? "" : `${pen}${this.#x(i).toFixed(1)} ${y.toFixed(1)}`;
        pen = y === null ? "M" : "L";
        return part;
      })
      .join("");
  }

  /** Axes stay as they are, with the keyboard's place, until something about them changes. */
  #drawAxes(): void {
    const { axes } = this.#field;
    const stamp = JSON.stringify([this.#size, axes.map(({ id, scale }) => [id, scale.log, scale.marks])]);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    const held = this.#axes.contains(document.activeElement) ? document.activeElement?.getAttribute("data-axis") : null;
    const ids = new Set(axes.map(({ id }) => id));
    for (const id of this.#brushes.keys()) if (!ids.has(id)) this.#brushes.delete(id);
    this.#axes.replaceChildren(...axes.map((axis, i) => this.#axis(axis, i)));
    this.#titles.replaceChildren(...axes.map((axis, i) => this.#title(axis, i)));
    this.#showBrushes();
    if (held) this.#axes.querySelector<SVGElement>(`[data-axis="${held}"]`)?.focus();
  }

  #axis({ id, label, scale }: Axis, i: number): SVGElement {
    const x = this.#x(i);
    const room = Math.floor(((this.#size.width - 2 * SIDE) / Math.max(1, this.#field.axes.length - 1) - 8) / LETTER);
    const isLast = i === this.#field.axes.length - 1;
    const beside = isLast ? { x: x - 6, "text-anchor": "end" } : { x: x + 6, "text-anchor": "start" };
    const step = Math.ceil((scale.marks.length * 14) / Math.max(14, this.#size.height - TOP - BOTTOM));
    return s(
      "g",
      { class: "nbt-axis", "data-axis": i, tabindex: 0, role: "slider", "aria-orientation": "vertical", "aria-label": `Brush ${label}`, "data-id": id, "aria-valuemin": 0, "aria-valuemax": 100 },
      s("rect", { class: "nbt-grip", x: x - GRIP, y: TOP - 6, width: 2 * GRIP, height: this.#size.height - TOP - BOTTOM + 12 }),
      s("line", { class: "nbt-frame", x1: x, x2: x, y1: this.#y(1), y2: this.#y(0) }),
      s("rect", { class: "nbt-brush", x: x - GRIP + 5, width: 2 * GRIP - 10, y: 0, height: 0, visibility: "hidden" }),
      ...scale.marks
        .filter((_, k) => k % step === 0)
        .map(({ share, text }) =>
          s("text", { class: "nbt-tick nbt-halo", y: this.#y(share) + 4, ...beside }, s("title", {}, text), cut(text, Math.min(room, 16))),
        ),
    );
  }

  #title({ id, label, scale }: Axis, i: number): HTMLElement {
    const title = h(
      "button",
      {
        type: "button",
        class: "nbt-axis-title",
        "aria-pressed": scale.canLog ? String(scale.log) : null,
        title: scale.canLog ? `${label}: make the axis ${scale.log ? "linear" : "logarithmic"}` : label,
        disabled: !scale.canLog,
      },
      h("span", { class: "nbt-ellipsis" }, label),
      scale.log ? h("span", { class: "nbt-faint" }, "log") : null,
    );
    const gap = (this.#size.width - 2 * SIDE) / Math.max(1, this.#field.axes.length - 1);
    const width = Math.min(gap - 6, 2 * Math.min(this.#x(i), this.#size.width - this.#x(i)) + SIDE);
    title.style.maxWidth = `${Math.max(24, width)}px`;
    const shift = i === 0 ? "0" : i === this.#field.axes.length - 1 ? "-100%" : "-50%";
    const at = i === 0 ? 4 : i === this.#field.axes.length - 1 ? this.#size.width - 4 : this.#x(i);
    title.style.left = `${at}px`;
    title.style.transform = `translateX(${shift})`;
    title.addEventListener("click", () => {
      this.#logged(id);
    });
    return title;
  }

  #showBrushes(): void {
    this.#field.axes.forEach(({ id, scale }, i) => {
      const group = this.#axes.children[i];
      const rect = group?.querySelector(".nbt-brush");
      const brush = this.#brushes.get(id);
      if (!group || !rect) return;
      const [low, high] = brush ?? [0, 1];
      setAttributes(group, {
        "aria-valuenow": Math.round(100 * high),
        "aria-valuetext": brush ? `${scale.textAt(low)} to ${scale.textAt(high)}` : "all",
      });
      setAttributes(rect, { visibility: brush ? "visible" : "hidden", y: this.#y(high), height: this.#y(low) - this.#y(high) });
    });
  }

  #brush(axis: number, brush: Brush | null): void {
    const id = this.#field.axes[axis]?.id;
    if (id === undefined) return;
    if (brush) this.#brushes.set(id, brush);
    else this.#brushes.delete(id);
    this.#showBrushes();
    const { axes, placed } = this.#field;
    const within = placed.filter(({ shares }) =>
      isWithin(new Map(axes.map((each, i) => [each.id, shares[i] ?? null])), this.#brushes),
    );
    this.#events.picked(this.#brushes.size > 0 ? within.map(({ spot }) => spot.id) : [], "only");
  }

  #at(event: MouseEvent): { x: number; y: number } {
    const box = this.#svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** The axis whose grip is under the pointer, or -1. */
  #axisAt(x: number): number {
    return this.#field.axes.findIndex((_, i) => Math.abs(this.#x(i) - x) <= GRIP);
  }

  #nearest({ x, y }: { x: number; y: number }): Line | null {
    const right = this.#field.axes.findIndex((_, i) => this.#x(i) >= x);
    if (right < 0) return null;
    const left = Math.max(0, right - 1);
    const part = right === left ? 0 : (x - this.#x(left)) / (this.#x(right) - this.#x(left));
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
      this.#hot.style.stroke = line.placed.colour;
    }
    this.#events.pointed(line?.placed ?? null, line ? at : null);
  }

  #moved = (event: PointerEvent): void => {
    const at = this.#at(event);
    if (this.#dragged) {
      const brush = between(this.#dragged.from, this.#shareAt(at.y));
      if (brush[1] - brush[0] >= SHORTEST) this.#brush(this.#dragged.axis, brush);
      return;
    }
    this.#point(this.#nearest(at), { left: event.clientX, top: event.clientY });
  };

  #down = (event: PointerEvent): void => {
    if (event.button !== 0 || this.#titles.contains(event.target as Node)) return;
    const at = this.#at(event);
    const axis = this.#axisAt(at.x);
    if (axis < 0) return;
    this.#dragged = { axis, from: this.#shareAt(at.y) };
    this.el.setPointerCapture(event.pointerId);
  };

  #up = (event: PointerEvent): void => {
    const dragged = this.#dragged;
    this.#dragged = null;
    if (this.#titles.contains(event.target as Node) && !dragged) return;
    const at = this.#at(event);
    if (dragged) {
      if (Math.abs(this.#shareAt(at.y) - dragged.from) < SHORTEST) this.#brush(dragged.axis, null);
      return;
    }
    const line = this.#nearest(at);
    this.clearBrushes();
    this.#events.picked(line ? [line.placed.spot.id] : [], gestureOf(event));
  };

  #pressed = (event: KeyboardEvent): void => {
    const axis = event.target instanceof Element ? Number(event.target.getAttribute("data-axis") ?? NaN) : NaN;
    const id = this.#field.axes[axis]?.id;
    if (id === undefined) return;
    const brush = pressed(this.#brushes.get(id), event.key, event.shiftKey);
    if (brush === undefined) return;
    event.preventDefault();
    this.#brush(axis, brush);
  };
}
