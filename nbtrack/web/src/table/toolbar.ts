// Above the table: how many runs there are, what is identical in all of them; and the store's clock.

import { h, icon, setText } from "../ui/dom.ts";
import { count, plural } from "../ui/format.ts";
import type { Page } from "./types.ts";

export class Counter {
  readonly el: HTMLElement;
  readonly #text = h("span", { class: "nbt-count", role: "status" });
  readonly #more = h("button", { type: "button", class: "nbt-button nbt-quiet nbt-more", "data-action": "more-columns" });
  readonly #clear = h(
    "button",
    { type: "button", class: "nbt-button nbt-quiet", title: "Clear the selection (Esc)", "aria-label": "Clear the selection" },
    icon("M3 3 9 9M9 3 3 9"),
  );

  /**
   * @param cleared - Called to clear the selection.
   * @param chooses - Called to choose among more columns.
   */
  constructor(cleared: () => void, chooses: () => void) {
    this.#clear.addEventListener("click", cleared);
    this.#more.addEventListener("click", chooses);
    this.el = h("div", { class: "nbt-counter" }, this.#more, this.#text, this.#clear);
  }

  /** @param shown - How many of the selected runs are known to be among those of the table. */
  show(page: Page, selected: number, shown: number): void {
    const moreColumns = page.more_columns;
    setText(this.#text, written(page.runs, selected, shown, page.estimated));
    setText(this.#more, moreColumns > 0 ? `+${plural(moreColumns, "column")}` : "");
    this.#more.hidden = moreColumns === 0;
    this.#more.title = `Choose among ${plural(moreColumns, "more column")}`;
    this.#clear.classList.toggle("nbt-unseen", selected === 0);
    this.#clear.disabled = selected === 0;
  }
}

/** Runs that the filter does not find may be selected as well: these are not among those of the table. */
export function written(total: number, selected: number, shown: number, estimated = false): string {
  const runs = estimated ? `≈ ${plural(Number(total.toPrecision(2)), "run")}` : plural(total, "run");
  if (selected === 0) return runs;
  return shown === selected && !estimated ? `${count(selected)} of ${count(total)} selected` : `${runs} · ${count(selected)} selected`;
}

/** `Identical in all runs: epochs=5, seed=0`, on one line until it is clicked. */
export class Constants {
  readonly el = h("button", {
    type: "button",
    class: "nbt-constants",
    "aria-expanded": "false",
    hidden: true,
  });

  constructor() {
    this.el.addEventListener("click", () => {
      const expanded = this.el.getAttribute("aria-expanded") === "true";
      this.el.setAttribute("aria-expanded", String(!expanded));
    });
  }

  show(constant: Page["constant"]): void {
    const text = constant.map(([label, value]) => `${label}=${value}`).join(", ");
    this.el.hidden = constant.length === 0;
    this.el.title = text;
    this.el.replaceChildren(h("span", { class: "nbt-faint" }, "Identical in all runs: "), text);
  }
}

export class Clock {
  #base = 0;
  #since: number | null = null;

  set(now: number): void {
    this.#base = now;
    this.#since = performance.now();
  }

  get now(): number {
    return this.#since === null ? this.#base : this.#base + performance.now() - this.#since;
  }

  freeze(): void {
    this.#base = this.now;
    this.#since = null;
  }

  thaw(): void {
    this.#since ??= performance.now();
  }
}
