// The header row: labels, groups, the order of the rows, and the menus of metrics.

import { freshId, h, icon, setAttributes } from "../ui/dom.ts";
import type { State } from "../ui/panel.ts";
import { Popover } from "../ui/popover.ts";
import { type ColumnView, GROUPS } from "./columns.ts";
import type { Extent } from "./scroller.ts";
import type { Column, Direction, Highlight, Reading, Sort, TableState } from "./types.ts";

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

  /** The menu of a metric's column is created when it is first opened; most never are. */
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

const READING_NAMES = { best: "best", min: "lowest", max: "highest" };

function titleOf(column: Column): string {
  const reading = column.reading ? `, ${READING_NAMES[column.reading]} value (${column.reading})` : "";
  return `${column.id}${reading}\nClick to sort, Shift-click to sort by one more`;
}

const READINGS: readonly (readonly [Reading, string])[] = [
  ["last", "Last value"],
  ["best", "Best value"],
  ["min", "Lowest value"],
  ["max", "Highest value"],
];
const MARKS: readonly (readonly ["" | Highlight, string])[] = [
  ["", "Plain"],
  ["heat", "Heat"],
  ["bars", "Bars"],
];

/** A record with one entry more, or one less when its value is the usual one. */
export function changed<T extends string>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: T | "",
  usual: T | "",
): Readonly<Record<string, T>> {
  const rest = Object.entries(record).filter(([other]) => other !== key);
  return Object.fromEntries(value === usual || value === "" ? rest : [...rest, [key, value]]);
}

export function headMenu(column: Column, state: State<TableState>): Popover {
  const content = h("div");
  const menu = new Popover(
    { name: column.label, title: `Values and marks of ${column.label}`, label: null },
    [content],
    () => {
      const [values, marks] = [state.get("values"), state.get("marks")];
      content.replaceChildren(
        radios(READINGS, values[column.id] ?? "last", (value) => {
          state.set("values", changed(values, column.id, value, "last"));
          menu.close();
        }),
        h("hr"),
        radios(MARKS, marks[column.id] ?? "", (mark) => {
          state.set("marks", changed(marks, column.id, mark, ""));
          menu.close();
        }),
      );
    },
  );
  menu.button.classList.add("nbt-quiet", "nbt-head-menu");
  menu.button.tabIndex = -1;
  menu.el.addEventListener("click", (event) => {
    event.stopPropagation();
  });
  return menu;
}

function radios<T extends string>(
  choices: readonly (readonly [T, string])[],
  current: T,
  chosen: (value: T) => void,
): HTMLElement {
  const name = freshId("radio");
  return h(
    "div",
    { class: "nbt-choices", role: "radiogroup" },
    ...choices.map(([value, word]) => {
      const radio = h("input", { type: "radio", name });
      radio.checked = value === current;
      radio.addEventListener("click", () => {
        chosen(value);
      });
      return h("label", { class: "nbt-choice" }, radio, word);
    }),
  );
}

const NATURAL: Readonly<Record<Column["kind"], Direction>> = {
  name: "asc",
  status: "asc",
  text: "asc",
  time: "desc",
  duration: "desc",
  number: "desc",
};

function nextDirection(column: Column, current: Direction | undefined): Direction | null {
  const natural = NATURAL[column.kind];
  if (current === undefined) return natural;
  if (current !== natural) return null;
  return natural === "asc" ? "desc" : "asc";
}

/** A click: natural direction, then the other, then none. With `add`, the other columns stay. */
export function nextSort(sort: Sort, column: Column, add: boolean): Sort {
  const current = sort.find(([id]) => id === column.id)?.[1];
  const direction = nextDirection(column, current);
  if (!add) return direction === null ? [] : [[column.id, direction]];
  if (current === undefined) return direction === null ? sort : [...sort, [column.id, direction]];
  if (direction === null) return sort.filter(([id]) => id !== column.id);
  return sort.map(([id, old]) => [id, id === column.id ? direction : old]);
}

export interface Place {
  readonly direction: Direction;
  /** 1 for the first key of several, 0 when it is the only one. */
  readonly rank: number;
}

export function placeIn(sort: Sort, id: string): Place | null {
  const index = sort.findIndex(([column]) => column === id);
  const entry = sort[index];
  return entry ? { direction: entry[1], rank: sort.length > 1 ? index + 1 : 0 } : null;
}
