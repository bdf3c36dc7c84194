// The scrolling grid: a header that stays, a body as tall as all rows, and only some of them real.

import { h, setAttributes } from "../dom.ts";
import { rowsInView, type Range, scrollToShow, type View } from "./window.ts";

export const ROW_HEIGHT = 28;

export interface Extent {
  readonly left: number;
  readonly right: number;
}

export class Scroller {
  readonly el = h("div", {
    class: "nbt-grid",
    role: "grid",
    tabindex: 0,
    "aria-multiselectable": "true",
    "aria-label": "Runs",
  });
  readonly #empty = h("div", { class: "nbt-empty", hidden: true });
  #frame = 0;
  #maxHeight = 0;
  readonly #head: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #scrolled: () => void;

  constructor(
    head: HTMLElement,
    rows: HTMLElement,
    scrolled: () => void,
  ) {
    this.#head = head;
    this.#rows = rows;
    this.#scrolled = scrolled;
    this.el.append(h("div", { role: "rowgroup", class: "nbt-heads" }, head), rows, this.#empty);
    this.el.style.setProperty("--nbt-row", `${ROW_HEIGHT}px`);
    this.el.addEventListener("scroll", this.#queue, { passive: true });
  }

  /** Take the columns' widths, as CSS lengths, and the height. */
  shape(total: number, widths: readonly string[], maxHeight: number): void {
    this.#maxHeight = maxHeight;
    this.el.style.maxHeight = `${maxHeight}px`;
    this.el.style.setProperty("--nbt-columns", widths.join(" "));
    this.el.style.setProperty("--nbt-width", `calc(${widths.join(" + ") || "0px"})`);
    this.#rows.style.height = `${total * ROW_HEIGHT}px`;
    setAttributes(this.el, { "aria-rowcount": total + 1, "aria-colcount": widths.length });
  }

  showEmpty(text: string | null): void {
    this.#empty.hidden = text === null;
    this.#empty.textContent = text ?? "";
  }

  /** What is seen; before the grid is on the page, what will be seen at most. */
  get view(): View {
    if (!this.el.isConnected) return { scrollTop: 0, height: this.#maxHeight, rowHeight: ROW_HEIGHT };
    const height = Math.max(0, this.el.clientHeight - this.#head.offsetHeight);
    return { scrollTop: this.el.scrollTop, height, rowHeight: ROW_HEIGHT };
  }

  inView(total: number, overscan: number): Range {
    return rowsInView(this.view, total, overscan);
  }

  reveal(index: number): void {
    this.el.scrollTop = scrollToShow(index, this.view);
  }

  /** Scroll sideways until a column is clear of the one that stays at the left. */
  revealColumn({ left, right }: Extent, pinned: number): void {
    const { scrollLeft, clientWidth } = this.el;
    if (left - pinned < scrollLeft) this.el.scrollLeft = left - pinned;
    else if (right > scrollLeft + clientWidth) this.el.scrollLeft = right - clientWidth;
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #queue = (): void => {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#scrolled);
  };
}
