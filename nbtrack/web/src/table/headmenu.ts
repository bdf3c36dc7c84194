// The menu of a column of numbers: which value of a metric it shows, and how it is marked.

import { freshId, h } from "../dom.ts";
import type { State } from "../panel.ts";
import { Popover } from "../popover.ts";
import type { Column, Mark, Reading, TableState } from "./types.ts";

const READINGS: readonly (readonly [Reading, string])[] = [
  ["last", "Last value"],
  ["best", "Best value"],
  ["min", "Lowest value"],
  ["max", "Highest value"],
];
const MARKS: readonly (readonly ["" | Mark, string])[] = [
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
