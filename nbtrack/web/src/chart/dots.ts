// A dot on each line where the cursor stands.

import type uPlot from "uplot";
import { h } from "../dom.ts";
import type { Reading } from "./readings.ts";

const MOST = 24;

export class Dots {
  readonly el = h("div", { class: "nbt-dots", "aria-hidden": "true" });
  readonly #dots: HTMLElement[] = [];

  show(readings: readonly Reading[], u: uPlot, log: boolean): void {
    const shown = readings.filter((reading) => isOnScale(reading, log)).slice(0, MOST);
    shown.forEach((reading, i) => {
      const dot = this.#dot(i);
      dot.hidden = false;
      dot.style.backgroundColor = reading.line.colour;
      dot.style.left = `${u.valToPos(reading.x, "x")}px`;
      dot.style.top = `${u.valToPos(reading.value, "y")}px`;
    });
    for (const dot of this.#dots.slice(shown.length)) dot.hidden = true;
  }

  #dot(index: number): HTMLElement {
    const known = this.#dots[index];
    if (known) return known;
    const dot = h("span", { class: "nbt-dot" });
    this.#dots.push(dot);
    this.el.append(dot);
    return dot;
  }
}

function isOnScale({ value }: Reading, log: boolean): boolean {
  return Number.isFinite(value) && !(log && value <= 0);
}
