// The menu of experiments: whose runs are shown, and making, renaming and deleting one.

import { type Carrier, type Json, messageOf, type Stop } from "../carrier/carrier.ts";
import { freshId, h, listen, setText } from "../ui/dom.ts";
import { type State, stopAll } from "../ui/panel.ts";
import { button, field, onEnter, Popover, typed } from "../ui/popover.ts";
import type { Experiment, TableState } from "./types.ts";

export interface ExperimentRecord {
  readonly experiment_id: string;
  readonly name: string;
  readonly lifecycle_stage: "active" | "deleted";
}

const PAGE = 1000;

/** Return every experiment, page after page. */
export async function searchExperiments(
  carrier: Carrier,
  view_type: "ACTIVE_ONLY" | "ALL",
  order_by: readonly string[] = [],
): Promise<readonly ExperimentRecord[]> {
  const found: ExperimentRecord[] = [];
  let page_token: unknown;
  do {
    const args = { max_results: PAGE, view_type, order_by, ...(page_token ? { page_token } : {}) };
    const { content } = await carrier.call("mlflow/experiments/search", args);
    found.push(...((content.experiments ?? []) as readonly ExperimentRecord[]));
    page_token = content.next_page_token;
  } while (page_token);
  return found;
}

const ALL: Experiment = { id: "", name: "All experiments" };
/** From so many on a field helps to find one. */
const MANY = 8;

export class Experiments {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #state: State<TableState>;
  readonly #carrier: Carrier;
  readonly #changed: () => void;
  readonly #popover: Popover;
  readonly #label = h("span", { class: "nbt-ellipsis" }, "Experiments");
  readonly #search = field("Find an experiment");
  readonly #list = h("div", { class: "nbt-choices", role: "radiogroup", "aria-label": "Experiment" });
  readonly #name = field("Experiment name");
  readonly #create = button("Create", "Create an experiment with this name");
  readonly #rename = button("Rename", "Rename the selected experiment");
  readonly #delete = button("Delete", "Delete the selected experiment and its runs");
  readonly #undo = button("Undo", "Restore the deleted experiment");
  readonly #status = h("div", { class: "nbt-said", role: "status" });
  #known: readonly Experiment[] = [];
  #deleted: Experiment | null = null;

  /** @param changed - Called after an experiment was changed. */
  constructor(state: State<TableState>, carrier: Carrier, changed: () => void) {
    this.#state = state;
    this.#carrier = carrier;
    this.#changed = changed;
    this.#undo.hidden = true;
    const acts = h("div", { class: "nbt-acts" }, this.#create, this.#rename, this.#delete, this.#undo);
    const options = { name: "Experiments", title: "Choose, create, rename or delete an experiment", label: this.#label };
    this.#popover = new Popover(options, [this.#search, this.#list, h("hr"), this.#name, acts, this.#status], () => void this.#read());
    this.#popover.el.classList.add("nbt-experiments");
    this.el = this.#popover.el;
    this.stop = stopAll([
      this.#popover.stop,
      listen(this.#search, "input", this.#filter),
      onEnter(this.#name, () => void this.#made()),
      listen(this.#create, "click", () => void this.#made()),
      listen(this.#rename, "click", () => void this.#renamed()),
      listen(this.#delete, "click", () => void this.#removed()),
      listen(this.#undo, "click", () => void this.#restored()),
    ]);
  }

  enable(enabled: boolean): void {
    this.#popover.enable(enabled);
  }

  /** Say on the button whose runs are shown. */
  show(): void {
    this.el.hidden = !this.#state.get("opens").includes("experiments");
    const chosen = this.#chosen;
    const name = chosen === "" ? "Experiments" : this.#nameOf(chosen);
    setText(this.#label, this.#state.get("experiment_ids").length > 1 ? "Some experiments" : name);
    this.#rename.disabled = this.#delete.disabled = chosen === "";
  }

  #nameOf(chosen: string): string {
    const shown = this.#state.get("page").experiment ?? null;
    const known = [shown, ...this.#known].find((each) => each?.id === chosen);
    return known?.name ?? `Experiment ${chosen}`;
  }

  get #chosen(): string {
    const [first = "", ...more] = this.#state.get("experiment_ids");
    return more.length > 0 ? "" : first;
  }

  async #read(): Promise<void> {
    const found = await searchExperiments(this.#carrier, "ACTIVE_ONLY", ["name ASC"]);
    this.#known = found.map(({ experiment_id, name }) => ({ id: experiment_id, name }));
    this.#search.hidden = this.#known.length < MANY;
    this.#fill();
    this.#popover.place();
  }

  #fill(): void {
    const group = freshId("experiment");
    this.#list.replaceChildren(
      ...[ALL, ...this.#known].map(({ id, name }) => {
        const radio = h("input", { type: "radio", name: group, value: id });
        radio.checked = id === this.#chosen;
        radio.addEventListener("change", () => {
          this.#choose(id);
        });
        return h("label", { class: "nbt-choice", title: name }, radio, h("span", { class: "nbt-ellipsis" }, name));
      }),
    );
    this.#filter();
    this.show();
  }

  #filter = (): void => {
    const wanted = this.#search.hidden ? "" : this.#search.value.toLowerCase();
    for (const each of this.#list.querySelectorAll<HTMLElement>(".nbt-choice")) {
      each.hidden = !each.title.toLowerCase().includes(wanted);
    }
  };

  #choose(id: string): void {
    this.#state.set("experiment_ids", id === "" ? [] : [id]);
    this.#name.value = this.#known.find((each) => each.id === id)?.name ?? "";
    this.show();
  }

  /** Ask, say what came of it, and read anew; null when it was refused. */
  async #ask(action: "create" | "update" | "delete" | "restore", args: object, said: string): Promise<Json | null> {
    this.#undo.hidden = true;
    try {
      const { content } = await this.#carrier.call(`mlflow/experiments/${action}`, args);
      this.#changed();
      setText(this.#status, said);
      await this.#read();
      return content;
    } catch (error) {
      setText(this.#status, messageOf(error));
      return null;
    }
  }

  async #made(): Promise<void> {
    const name = typed(this.#name);
    if (name === "") return;
    const made = await this.#ask("create", { name }, `${name} created`);
    if (typeof made?.experiment_id !== "string") return;
    this.#choose(made.experiment_id);
    this.#fill();
  }

  async #renamed(): Promise<void> {
    const name = typed(this.#name);
    if (name !== "") await this.#ask("update", { experiment_id: this.#chosen, new_name: name }, `Renamed to ${name}`);
  }

  async #removed(): Promise<void> {
    const deleted = this.#known.find(({ id }) => id === this.#chosen);
    if (!deleted || !(await this.#ask("delete", { experiment_id: deleted.id }, `${deleted.name} deleted`))) return;
    this.#choose("");
    this.#deleted = deleted;
    this.#undo.hidden = false;
    this.#undo.focus();
  }

  async #restored(): Promise<void> {
    if (this.#deleted) await this.#ask("restore", { experiment_id: this.#deleted.id }, `${this.#deleted.name} restored`);
  }
}
