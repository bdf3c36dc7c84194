// The grid: header, rows and scroller as one thing that shows a page and what has arrived of it.

import { freshId } from "../ui/dom.ts";
import type { Popover } from "../ui/popover.ts";
import { columnsWithin, type ColumnView, type Measure, sameColumns, viewColumns } from "./columns.ts";
import { Head } from "./head.ts";
import type { RowCache } from "./rowLoader.ts";
import { type RowStyles, Rows } from "./rows.ts";
import { clamp, type Range, ROW_HEIGHT, rowsPerScreen, Scroller } from "./scroller.ts";
import type { Column, Page, Row, Sort } from "./types.ts";

const DRAWN_BEYOND = 8;
const LOADED_BEYOND = 30;

export interface GridEvents {
  menuOf(column: Column): Popover;
  sorted(column: Column, add: boolean): void;
  scrolled(): void;
  /** Show all runs again. */
  cleared(): void;
}

export class Grid {
  readonly el: HTMLElement;
  readonly body: HTMLElement;
  readonly #head: Head;
  readonly #rows: Rows;
  readonly #scroller: Scroller;
  #views: readonly ColumnView[] = [];
  #activeHead = 0;
  /** The key of the tag that the keyboard is on, in whichever row is active; null for the row itself. */
  #chip: string | null = null;
  readonly #cache: RowCache;
  readonly #measure: Measure;
  readonly #events: GridEvents;

  constructor(
    cache: RowCache,
    measure: Measure,
    events: GridEvents,
    public maxHeight: number,
  ) {
    this.#cache = cache;
    this.#measure = measure;
    this.#events = events;
    const stem = freshId("grid");
    this.#head = new Head(
      stem,
      (column, add) => {
        events.sorted(column, add);
      },
      (column) => events.menuOf(column),
    );
    this.#rows = new Rows(stem, ROW_HEIGHT);
    this.#scroller = new Scroller(
      this.#head.el,
      this.#rows.el,
      () => {
        events.scrolled();
      },
      () => {
        events.cleared();
      },
    );
    this.el = this.#scroller.el;
    this.body = this.#rows.el;
  }

  get columns(): readonly Column[] {
    return this.#views.map((view) => view.column);
  }

  /** Rows to load for the place where the reader is. */
  get wanted(): Range {
    return this.#scroller.inView(this.#cache.total, LOADED_BEYOND);
  }

  get screen(): number {
    return rowsPerScreen(this.#scroller.view);
  }

  show(page: Page, sort: Sort, filtered: boolean): void {
    if (sameColumns(this.columns, page.columns)) {
      this.#views.forEach((view, i) => {
        view.column = page.columns[i] ?? view.column;
      });
    } else {
      this.#views = viewColumns(page.columns, this.#measure);
      this.#head.reset(this.#views);
      this.#rows.reset(this.#views);
    }
    this.showSort(sort);
    this.#scroller.showEmpty(page.total === 0 ? (page.empty ?? "No runs") : null, filtered);
    this.learn(page.rows);
  }

  showSort(sort: Sort): void {
    this.#head.showSort(sort);
  }

  /** Fit widths and number formats to more rows. */
  learn(rows: readonly Row[]): void {
    for (const view of this.#views) view.learn(rows);
    this.shape();
  }

  shape(): void {
    this.#scroller.shape(this.#cache.total, this.#views.map(cssWidth), this.#views.map(cssTrack), this.maxHeight);
  }

  /** Draw what can be in view at first. */
  drawFirst(styles: RowStyles): void {
    this.#draw(styles, 0, columnsWithin(this.#views, this.el.ownerDocument.documentElement.clientWidth));
  }

  /** Draw the rows in view, and beyond them as many as a short scroll needs. */
  draw(styles: RowStyles): void {
    this.#draw(styles, DRAWN_BEYOND, this.#views.length);
  }

  #draw(styles: RowStyles, beyond: number, columns: number): void {
    for (const part of [this.#head, this.#rows]) part.widen(columns);
    const range = this.#scroller.inView(this.#cache.total, beyond);
    this.#rows.draw(range, (index) => this.#cache.at(index), styles);
    this.mark(styles);
  }

  mark(styles: RowStyles): void {
    this.#rows.mark(styles);
    const onHead = styles.active < 0;
    const head = this.#head.showActive(onHead ? this.#activeHead : -1);
    const id = onHead ? head : (this.#markChip(styles.active) ?? this.#rows.idOf(styles.active));
    if (id === null) this.el.removeAttribute("aria-activedescendant");
    else this.el.setAttribute("aria-activedescendant", id);
  }

  showBusy(busy: boolean): void {
    this.el.setAttribute("aria-busy", String(busy));
  }

  indexAt(target: EventTarget | null): number | null {
    return this.#rows.indexAt(target);
  }

  reveal(index: number): void {
    this.#scroller.reveal(Math.max(0, index));
  }

  toTop(): void {
    this.el.scrollTop = 0;
  }

  /** Move the keyboard's place along the headers. */
  moveHead(by: number): void {
    this.#activeHead = clamp(this.#activeHead + by, 0, this.#views.length - 1);
    const extent = this.#activeHead > 0 ? this.#head.extent(this.#activeHead) : null;
    this.#scroller.revealColumn(extent ?? { left: 0, right: 0 }, this.#head.extent(0)?.right ?? 0);
  }

  /** The tag of a row that the keyboard is on, or null. */
  chipOf(row: number): HTMLElement | null {
    return this.#rows.chipsOf(row).find(({ dataset }) => dataset.key === this.#chip) ?? null;
  }

  /** Move the keyboard's place along the tags of a row, and before the first back to the row; false when it stays. */
  moveChip(row: number, by: number): boolean {
    const chips = this.#rows.chipsOf(row);
    const before = chips.findIndex(({ dataset }) => dataset.key === this.#chip);
    const at = clamp(before + by, -1, chips.length - 1);
    this.#chip = chips[at]?.dataset.key ?? null;
    return at !== before;
  }

  leaveChip(): void {
    this.#chip = null;
  }

  /** Mark the tag that the keyboard is on, and return its id. */
  #markChip(row: number): string | null {
    for (const each of this.body.querySelectorAll(".nbt-chip.nbt-active")) {
      each.classList.remove("nbt-active");
      each.removeAttribute("id");
    }
    const chip = this.chipOf(row);
    if (!chip) return null;
    chip.classList.add("nbt-active");
    chip.id = `${this.#rows.idOf(row) ?? ""}-tag`;
    return chip.id;
  }

  openHeadMenu(): boolean {
    return this.#head.openMenu(this.#activeHead);
  }

  sortByActiveHead(add: boolean): void {
    const column = this.columns[this.#activeHead];
    if (column) this.#events.sorted(column, add);
  }

  stop(): void {
    this.#scroller.stop();
    this.#head.stop();
  }
}

/** Narrow panels give the name less room and show statuses without the word. */
function cssWidth({ column, width }: ColumnView): string {
  if (column.kind === "name") return `min(${width}px, max(150px, 28cqi))`;
  if (column.kind === "status") return `var(--nbt-status, ${width}px)`;
  return `${width}px`;
}

/** Where there is room, a column is as wide as its whole label and its values. */
function cssTrack(view: ColumnView): string {
  const width = cssWidth(view);
  return view.full > view.width ? `minmax(${width}, ${view.full}px)` : width;
}
