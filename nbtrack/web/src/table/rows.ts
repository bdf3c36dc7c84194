// The rows on screen: a few elements, reused while the rest of the table stays numbers.

import { h, setAttributes } from "../ui/dom.ts";
import { type Cell, type CellContext, makeCell } from "./cells.ts";
import type { ColumnView } from "./columns.ts";
import type { Range } from "./scroller.ts";
import type { Row } from "./types.ts";

class RowElement {
  readonly el = h("div", { role: "row", class: "nbt-row", "data-action": "select" });
  row: Row | undefined;
  index = -1;
  readonly #cells: Cell[] = [];

  /** Have a cell for each of these columns. */
  widen(columns: readonly ColumnView[]): void {
    for (const column of columns.slice(this.#cells.length)) {
      const cell = makeCell(column);
      this.#cells.push(cell);
      this.el.append(cell.el);
    }
  }

  place(index: number, id: string, rowHeight: number): void {
    this.index = index;
    this.el.hidden = false;
    this.el.style.top = `${index * rowHeight}px`;
    this.el.classList.toggle("nbt-odd", index % 2 === 1);
    setAttributes(this.el, { id, "aria-rowindex": index + 2 });
  }

  retire(): void {
    setAttributes(this.el, { id: null, hidden: true });
  }

  fill(row: Row | undefined, context: CellContext): void {
    this.row = row;
    this.el.classList.toggle("nbt-loading", row === undefined);
    const isHeading = row?.id === "";
    this.el.classList.toggle("nbt-heading", isHeading);
    this.el.classList.toggle("nbt-baseline", row?.baseline === true);
    setAttributes(this.el, { "aria-expanded": row?.key === undefined ? null : String(row.closed !== true) });
    this.#cells.forEach((cell, i) => {
      if (row && (i === 0 || !isHeading || (row.v[i] ?? null) !== null)) cell.fill(row, context);
      else cell.blank();
    });
  }

  mark(selected: boolean, active: boolean): void {
    this.el.setAttribute("aria-selected", String(selected));
    this.el.classList.toggle("nbt-active", active);
  }

  get chips(): readonly HTMLElement[] {
    return [...this.el.querySelectorAll<HTMLElement>(".nbt-chip")];
  }

  titleAt(target: Node): string {
    const cell = this.#cells.find(({ el }) => el.contains(target));
    return cell && this.row ? cell.title(this.row) : "";
  }
}

export interface RowStyles {
  readonly context: CellContext;
  readonly selected: ReadonlySet<string>;
  readonly active: number;
}

export class Rows {
  readonly el = h("div", { role: "rowgroup", class: "nbt-rows nbt-aging" });
  #columns: readonly ColumnView[] = [];
  #drawn: readonly ColumnView[] = [];
  #shown = new Map<number, RowElement>();
  #spare: RowElement[] = [];
  readonly #stem: string;
  readonly #rowHeight: number;

  constructor(
    stem: string,
    rowHeight: number,
  ) {
    this.#stem = stem;
    this.#rowHeight = rowHeight;
    this.el.addEventListener("pointerover", this.#explain);
  }

  /** Start over with other columns, none of which is drawn yet. */
  reset(columns: readonly ColumnView[]): void {
    this.#columns = columns;
    this.#drawn = [];
    this.#shown.clear();
    this.#spare = [];
    this.el.replaceChildren();
  }

  /** Draw the first so many columns. */
  widen(columns: number): void {
    if (columns > this.#drawn.length) this.#drawn = this.#columns.slice(0, columns);
  }

  draw(range: Range, rowAt: (index: number) => Row | undefined, styles: RowStyles): void {
    this.#release(range);
    for (let index = range.first; index < range.end; index++) {
      const element = this.#shown.get(index) ?? this.#acquire(index);
      element.widen(this.#drawn);
      element.fill(rowAt(index), styles.context);
    }
    for (const element of this.#spare) element.retire();
    this.mark(styles);
  }

  mark({ selected, active }: RowStyles): void {
    for (const element of this.#shown.values()) {
      const id = element.row?.id;
      element.mark(id !== undefined && id !== "" && selected.has(id), element.index === active);
    }
  }

  /** The id of a row's element while it is on screen. */
  idOf(index: number): string | null {
    return this.#shown.get(index)?.el.id ?? null;
  }

  /** The tags that a row shows while it is on screen. */
  chipsOf(index: number): readonly HTMLElement[] {
    return this.#shown.get(index)?.chips ?? [];
  }

  indexAt(target: EventTarget | null): number | null {
    return this.#elementAt(target)?.index ?? null;
  }

  #elementAt(target: EventTarget | null): RowElement | null {
    if (!(target instanceof Node)) return null;
    for (const element of this.#shown.values()) if (element.el.contains(target)) return element;
    return null;
  }

  #release(range: Range): void {
    for (const [index, element] of this.#shown) {
      if (index >= range.first && index < range.end) continue;
      this.#shown.delete(index);
      this.#spare.push(element);
    }
  }

  #acquire(index: number): RowElement {
    const element = this.#spare.pop() ?? this.#make();
    element.place(index, `${this.#stem}-${index}`, this.#rowHeight);
    this.#shown.set(index, element);
    return element;
  }

  #make(): RowElement {
    const element = new RowElement();
    this.el.append(element.el);
    return element;
  }

  #explain = (event: PointerEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest(".nbt-cell") : null;
    if (cell) setAttributes(cell, { title: this.#elementAt(cell)?.titleAt(cell) ?? "" });
  };
}

/** The runs that a chart draws unless some are selected: those with curves, else those with metrics. */
export function runsToChart(rows: readonly Row[]): readonly string[] {
  const runs = rows.filter(({ id, without_metrics }) => id !== "" && without_metrics !== true);
  const curved = runs.filter(({ without_curves }) => without_curves !== true);
  return (curved.length > 0 ? curved : runs).map(({ id }) => id);
}
