// What the runs are grouped by.

import { h } from "../dom.ts";
import type { State } from "../panel.ts";
import type { Column, TableState } from "./types.ts";

const FIXED: readonly (readonly [string, string])[] = [
  ["", "No groups"],
  ["parent", "Nested runs"],
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
