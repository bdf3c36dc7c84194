// The menus of columns: which are shown in which order, and what the runs are grouped by.

import type { Stop } from "../carrier/carrier.ts";
import { h, icon, listen, setAttributes } from "../ui/dom.ts";
import { type State, stopAll } from "../ui/panel.ts";
import { Popover } from "../ui/popover.ts";
import type { Column, TableState } from "./types.ts";

const NAME = "attributes.run_name";

/** Move one of some columns up or down. */
export function moved(columns: readonly string[], id: string, by: number): readonly string[] {
  const from = columns.indexOf(id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= columns.length) return columns;
  const rest = columns.filter((other) => other !== id);
  return [...rest.slice(0, to), id, ...rest.slice(to)];
}

/** Put one behind the last of its group, or at the end when it is the first of it. */
export function added(shown: readonly string[], id: string): readonly string[] {
  const last = shown.map(groupOf).lastIndexOf(groupOf(id));
  const place = last < 0 ? shown.length : last + 1;
  return [...shown.slice(0, place), id, ...shown.slice(place)];
}

function groupOf(id: string): string {
  return id.split(".", 1)[0] ?? "";
}

export class ColumnMenu {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #popover: Popover;
  readonly #search = h("input", {
    type: "text",
    class: "nbt-input",
    placeholder: "Find a column",
    "aria-label": "Find a column",
    spellcheck: "false",
  });
  readonly #list = h("div", { class: "nbt-choices" });
  readonly #reset = h("button", { type: "button", class: "nbt-button" }, "Show differing columns");
  readonly #state: State<TableState>;
  readonly #every: () => Promise<readonly Column[]>;
  #columns: readonly Column[] = [];

  constructor(state: State<TableState>, every: () => Promise<readonly Column[]>) {
    this.#state = state;
    this.#every = every;
    const options = { name: "Columns", title: "Choose and order columns", label: "Columns" };
    this.#popover = new Popover(options, [this.#search, this.#list, this.#reset], () => void this.#open());
    this.el = this.#popover.el;
    this.stop = stopAll([
      this.#popover.stop,
      listen(this.#search, "input", this.#filter),
      listen(this.#list, "change", this.#changed),
      listen(this.#list, "click", this.#clicked),
      listen(this.#reset, "click", () => {
        this.#choose([]);
      }),
    ]);
  }

  enable(enabled: boolean): void {
    this.#popover.enable(enabled);
  }

  open(): void {
    this.#popover.open();
  }

  /** The columns that are shown, besides the name. */
  get #shown(): readonly string[] {
    const chosen = this.#state.get("columns");
    if (chosen.length > 0) return chosen.filter((id) => id !== NAME);
    return this.#state.get("page").columns.map((column) => column.id).filter((id) => id !== NAME);
  }

  async #open(): Promise<void> {
    this.#search.value = "";
    this.#columns = await this.#every().catch(() => this.#state.get("page").columns);
    this.#fill(this.#shown);
    this.#popover.place();
  }

  #fill(shown: readonly string[]): void {
    const rest = this.#columns.map((column) => column.id).filter((id) => id !== NAME && !shown.includes(id));
    this.#list.replaceChildren(
      ...shown.map((id) => line(id, true)),
      ...rest.map((id) => line(id, false)),
    );
    this.#filter();
  }

  #filter = (): void => {
    const wanted = this.#search.value.toLowerCase();
    for (const each of this.#list.querySelectorAll<HTMLElement>(".nbt-choice")) {
      each.hidden = !each.title.toLowerCase().includes(wanted);
    }
  };

  #changed = ({ target }: Event): void => {
    if (!(target instanceof HTMLInputElement)) return;
    const others = this.#shown.filter((id) => id !== target.value);
    this.#choose(target.checked ? added(others, target.value) : others);
  };

  #clicked = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    const columns = moved(this.#shown, button.value, Number(button.dataset.by));
    this.#choose(columns);
    this.#fill(columns);
    this.#list.querySelector<HTMLButtonElement>(`button[data-by="${button.dataset.by}"][value="${CSS.escape(button.value)}"]`)?.focus();
  };

  #choose(columns: readonly string[]): void {
    this.#state.set("columns", columns);
    if (columns.length === 0) this.#popover.close();
  }
}

function line(id: string, shown: boolean): HTMLElement {
  const box = h("input", { type: "checkbox", value: id });
  box.checked = shown;
  const label = h("label", { class: "nbt-choice-label" }, box, h("span", { class: "nbt-ellipsis" }, id));
  const arrows = shown ? [arrow(id, -1), arrow(id, 1)] : [];
  return h("div", { class: "nbt-choice", title: id }, label, ...arrows);
}

function arrow(id: string, by: number): HTMLElement {
  const word = by < 0 ? "Move to the left" : "Move to the right";
  const path = by < 0 ? "M3 7.5 6 4.5 9 7.5" : "M3 4.5 6 7.5 9 4.5";
  const button = h("button", { type: "button", class: "nbt-button nbt-quiet", value: id, title: word }, icon(path));
  setAttributes(button, { "data-by": by, "aria-label": `${word}: ${id}` });
  return button;
}

const FIXED: readonly (readonly [string, string])[] = [
  ["", "No groups"],
  ["parent", "Nested runs"],
  ["settings", "All but the seed"],
  ["cell", "Cell"],
  ["experiment", "Experiment"],
];

export class Grouping {
  readonly el = h("select", { class: "nbt-select", "aria-label": "Group by", title: "Group by", "data-action": "group" });
  readonly #state: State<TableState>;
  readonly #every: () => Promise<readonly Column[]>;

  constructor(state: State<TableState>, every: () => Promise<readonly Column[]>) {
    this.#state = state;
    this.#every = every;
    this.el.addEventListener("change", () => {
      state.set("group", this.el.value);
    });
    this.el.addEventListener("focus", () => void this.#learn());
    this.show();
  }

  show(): void {
    const { columns } = this.#state.get("page");
    this.#fill(columns.filter((column) => column.group === "param").map((column) => column.id));
  }

  enable(enabled: boolean): void {
    this.el.disabled = !enabled;
  }

  async #learn(): Promise<void> {
    const columns = await this.#every().catch(() => []);
    this.#fill(columns.filter((column) => column.group === "param" || column.group === "tag").map(({ id }) => id));
  }

  #fill(ids: readonly string[]): void {
    const group = this.#state.get("group");
    const all = new Map([...FIXED, ...ids.map((id) => [id, id] as const)]);
    if (!all.has(group)) all.set(group, group);
    if ([...this.el.options].map((option) => option.value).join("\n") !== [...all.keys()].join("\n")) {
      this.el.replaceChildren(...[...all].map(([value, word]) => h("option", { value }, word)));
    }
    this.el.value = group;
  }
}
