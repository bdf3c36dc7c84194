// The scrolling grid: a header that stays, a body as tall as all rows, and only the rows in view as elements.

import { h, setAttributes, setText } from "../ui/dom.ts";

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
  readonly #words = h("div");
  readonly #clear = h("button", { type: "button", class: "nbt-button", "data-action": "clear-filter" }, "Clear filter");
  readonly #empty = h("div", { class: "nbt-empty", hidden: true }, this.#words, this.#clear);
  #frame = 0;
  #maxHeight = 0;
  readonly #head: HTMLElement;
  readonly #rows: HTMLElement;
  readonly #scrolled: () => void;

  constructor(
    head: HTMLElement,
    rows: HTMLElement,
    scrolled: () => void,
    cleared: () => void,
  ) {
    this.#head = head;
    this.#rows = rows;
    this.#scrolled = scrolled;
    this.#clear.addEventListener("click", cleared);
    this.el.append(h("div", { role: "rowgroup", class: "nbt-heads" }, head), rows, this.#empty);
    this.el.style.setProperty("--nbt-row", `${ROW_HEIGHT}px`);
    this.el.addEventListener("scroll", this.#queue, { passive: true });
  }

  /** Take the columns' least widths, as CSS lengths, the tracks of the grid, and the height. */
  shape(total: number, widths: readonly string[], tracks: readonly string[], maxHeight: number): void {
    this.#maxHeight = maxHeight;
    this.el.style.maxHeight = `${maxHeight}px`;
    this.el.style.setProperty("--nbt-columns", tracks.join(" "));
    this.el.style.setProperty("--nbt-width", `calc(${widths.join(" + ") || "0px"})`);
    this.#rows.style.height = `${total * ROW_HEIGHT}px`;
    setAttributes(this.el, { "aria-rowcount": total + 1, "aria-colcount": widths.length });
  }

  /** Say why there are no rows, in a grid that keeps its height. */
  showEmpty(text: string | null, filtered: boolean): void {
    const wasEmpty = !this.#empty.hidden;
    if (text !== null && !wasEmpty) this.el.style.minHeight = `${this.el.offsetHeight}px`;
    if (text === null) this.el.style.minHeight = "";
    this.#empty.hidden = text === null;
    this.#clear.hidden = !filtered;
    setText(this.#words, text ?? "");
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

export interface Range {
  readonly first: number;
  readonly end: number;
}

export interface View {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

/** The rows in view, and `overscan` more on either side. */
export function rowsInView(view: View, total: number, overscan = 0): Range {
  const first = Math.floor(view.scrollTop / view.rowHeight) - overscan;
  const end = Math.ceil((view.scrollTop + view.height) / view.rowHeight) + overscan;
  return { first: clamp(first, 0, total), end: clamp(end, 0, total) };
}

/** The nearest scroll position that shows a row whole. */
export function scrollToShow(index: number, view: View): number {
  const top = index * view.rowHeight;
  const bottom = top + view.rowHeight - view.height;
  if (top < view.scrollTop) return top;
  return Math.max(view.scrollTop, bottom);
}

export function rowsPerScreen(view: View): number {
  return Math.max(1, Math.floor(view.height / view.rowHeight) - 1);
}
