// The header row: labels, groups, and the order of the rows.

import { h, icon, setAttributes } from "../dom.ts";
import type { Popover } from "../popover.ts";
import type { ColumnView } from "./columns.ts";
import type { Extent } from "./scroller.ts";
import { placeIn } from "./sort.ts";
import type { Column, Group, Sort } from "./types.ts";

const GROUPS: Readonly<Record<Group, string>> = {
  run: "",
  param: "parameters",
  metric: "metrics",
  tag: "tags",
};

const ARROWS = { asc: "M6 9.5V2.5M3 5.5 6 2.5 9 5.5", desc: "M6 2.5V9.5M3 6.5 6 9.5 9 6.5" };
const WORDS = { asc: "ascending", desc: "descending" };

export class Head {
  readonly el = h("div", { role: "row", class: "nbt-head", "aria-rowindex": 1 });
  #views: readonly ColumnView[] = [];
  #sort: Sort = [];
  #cells: HTMLElement[] = [];
  readonly #stem: string;
  readonly #clicked: (column: Column, add: boolean) => void;
  readonly #menuOf: (column: Column) => Popover;
  #menus: Popover[] = [];
  #promised: (() => Popover)[] = [];

  constructor(
    stem: string,
    clicked: (column: Column, add: boolean) => void,
    menuOf: (column: Column) => Popover,
  ) {
    this.#stem = stem;
    this.#menuOf = menuOf;
    this.#clicked = clicked;
  }

  /** Start over with other columns, none of which is drawn yet. */
  reset(views: readonly ColumnView[]): void {
    this.stop();
    this.#views = views;
    this.#promised = [];
    this.#cells = [];
    this.el.hidden = views.length === 0;
    this.el.replaceChildren();
  }

  /** Draw the first so many columns. */
  widen(columns: number): void {
    for (const view of this.#views.slice(this.#cells.length, columns)) {
      const cell = this.#makeCell(view);
      this.#showPlace(cell, view);
      this.#cells.push(cell);
      this.el.append(cell);
    }
  }

  showSort(sort: Sort): void {
    this.#sort = sort;
    this.#cells.forEach((cell, i) => {
      const view = this.#views[i];
      if (view) this.#showPlace(cell, view);
    });
  }

  #showPlace(cell: HTMLElement, { column }: ColumnView): void {
    const place = placeIn(this.#sort, column.id);
    setAttributes(cell, { "aria-sort": place ? WORDS[place.direction] : "none" });
    cell.querySelector(".nbt-order")?.replaceChildren(
      ...(place ? [icon(ARROWS[place.direction])] : []),
      place && place.rank > 0 ? String(place.rank) : "",
    );
  }

  /** Show the keyboard's place among the headers, -1 for none, and return its element's id. */
  showActive(index: number): string | null {
    this.#cells.forEach((cell, i) => cell.classList.toggle("nbt-active", i === index));
    return this.#cells[index]?.id ?? null;
  }

  /** Where a header stands in the row, in px. */
  extent(index: number): Extent | null {
    const cell = this.#cells[index];
    return cell ? { left: cell.offsetLeft, right: cell.offsetLeft + cell.offsetWidth } : null;
  }

  stop(): void {
    for (const menu of this.#menus.splice(0)) menu.stop();
  }

  /** Open the menu of a column, if it has one. */
  openMenu(index: number): boolean {
    const give = this.#promised[index];
    give?.().open();
    return give !== undefined;
  }

  /** A metric's column gets its menu when somebody first comes there; most are never looked for. */
  #promiseMenu(cell: HTMLElement, column: Column, index: number): void {
    if (column.group !== "metric") return;
    let given: Popover | undefined;
    const give = (): Popover => {
      if (given) return given;
      given = this.#menuOf(column);
      this.#menus.push(given);
      cell.append(given.el);
      return given;
    };
    this.#promised[index] = give;
    cell.addEventListener("pointerenter", give, { once: true });
  }

  #makeCell({ column, index, startsGroup, numeric }: ColumnView): HTMLElement {
    const classes = ["nbt-cell", `nbt-${column.kind}`];
    if (startsGroup) classes.push("nbt-group-start");
    if (numeric) classes.push("nbt-numeric");
    const cell = h(
      "div",
      {
        role: "columnheader",
        class: classes.join(" "),
        id: `${this.#stem}-h${index}`,
        title: titleOf(column),
        "aria-colindex": index + 1,
        "data-action": "sort",
      },
      h("span", { class: "nbt-label nbt-ellipsis" }, column.label),
      column.reading ? h("span", { class: "nbt-reading-of" }, column.reading) : null,
      h("span", { class: "nbt-order" }),
      startsGroup ? h("span", { class: "nbt-group" }, GROUPS[column.group]) : null,
    );
    this.#promiseMenu(cell, column, index);
    cell.addEventListener("click", (event) => {
      this.#clicked(column, event.shiftKey);
    });
    return cell;
  }
}

const READINGS = { best: "best", min: "lowest", max: "highest" };

function titleOf(column: Column): string {
  const reading = column.reading ? `, ${READINGS[column.reading]} value (${column.reading})` : "";
  return `${column.id}${reading}\nClick to sort, Shift-click to sort by one more`;
}
