// Controls on one line; those that it has no room for are in a menu behind "…".

import type { Stop } from "../carrier/carrier.ts";
import { h } from "../ui/dom.ts";
import { Popover } from "../ui/popover.ts";

const GAP = 6;

export class OverflowLine {
  readonly el = h("div", { class: "nbt-action-line" });
  readonly stop: Stop;
  readonly #more: Popover;
  #controls: readonly HTMLElement[] = [];
  #room = -1;

  constructor() {
    this.#more = new Popover({ name: "More", title: "More actions", label: "…" }, [], () => {
      this.#more.place();
    });
    this.#more.menu.classList.add("nbt-more-actions");
    this.stop = this.#more.stop;
  }

  /** Show these controls, in this order. */
  show(controls: readonly HTMLElement[]): void {
    if (controls.length === this.#controls.length && controls.every((control, i) => control === this.#controls[i])) return;
    this.#controls = controls;
    this.#room = -1;
    this.fit();
  }

  /** Divide the controls between the line and the menu, when the room has changed. */
  fit(): void {
    const room = this.el.clientWidth;
    if (room === this.#room) return;
    this.#room = room;
    this.#more.el.hidden = false;
    this.el.replaceChildren(...this.#controls, this.#more.el);
    const widths = this.#controls.map((control) => control.offsetWidth);
    const count = room === 0 ? widths.length : fitting(widths, room, this.#more.el.offsetWidth);
    this.#more.el.hidden = count === widths.length;
    this.#more.menu.replaceChildren(...this.#controls.slice(count));
  }

  /** Open the menu when a control is in it. */
  reveal(control: HTMLElement): void {
    if (this.#more.menu.contains(control)) this.#more.open();
  }
}

/** How many controls of these widths fit into the room; unless all do, beside the button for the others. */
export function fitting(widths: readonly number[], room: number, more: number): number {
  const shown = widths.filter((width) => width > 0);
  const whole = shown.reduce((sum, width) => sum + width + GAP, -GAP);
  if (whole <= room) return widths.length;
  let left = room - more;
  const beyond = widths.findIndex((width) => width > 0 && (left -= width + GAP) < 0);
  return beyond < 0 ? widths.length : beyond;
}
