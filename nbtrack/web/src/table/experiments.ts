// The menu of experiments: whose runs are shown, and making, renaming and deleting one.

import { freshId, h, listen, setText } from "../dom.ts";
import { stopAll, type State } from "../panel.ts";
import { Popover } from "../popover.ts";
import type { Source, Stop } from "../source.ts";
import { button, field, onEnter } from "./controls.ts";
import type { Experiment, TableState } from "./types.ts";

const ALL: Experiment = { id: "", name: "All experiments" };
/** From so many on a field helps to find one. */
const MANY = 8;

export class Experiments {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #state: State<TableState>;
  readonly #source: Source;
  readonly #popover: Popover;
  readonly #label = h("span", { class: "nbt-ellipsis" }, "Experiments");
  readonly #search = field("Find an experiment");
  readonly #list = h("div", { class: "nbt-choices", role: "radiogroup", "aria-label": "Experiment" });
  readonly #name = field("Name of an experiment");
  readonly #create = button("Create", "Make an experiment of this name");
  readonly #rename = button("Rename", "Give the chosen experiment this name");
  readonly #delete = button("Delete", "Delete the chosen experiment with its runs");
  readonly #undo = button("Undo", "Take the deleted experiment back");
  readonly #said = h("div", { class: "nbt-said", role: "status" });
  #known: readonly Experiment[] = [];
  #deleted: Experiment | null = null;

  constructor(state: State<TableState>, source: Source) {
    this.#state = state;
    this.#source = source;
    this.#undo.hidden = true;
    const acts = h("div", { class: "nbt-acts" }, this.#create, this.#rename, this.#delete, this.#undo);
    const look = { name: "Experiments", title: "Choose an experiment, or make, rename and delete one", label: this.#label };
    this.#popover = new Popover(look, [this.#search, this.#list, h("hr"), this.#name, acts, this.#said], () => void this.#read());
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
    const { content } = await this.#source.request("experiments", {});
    this.#known = content.experiments as readonly Experiment[];
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
  async #ask(kind: string, request: object, said: string): Promise<Readonly<Record<string, unknown>> | null> {
    this.#undo.hidden = true;
    try {
      const { content } = await this.#source.request(kind, request);
      setText(this.#said, said);
      await this.#read();
      return content;
    } catch (error) {
      setText(this.#said, error instanceof Error ? error.message : "refused");
      return null;
    }
  }

  /** The name that was typed; without one the field waits for it. */
  #typed(): string {
    const name = this.#name.value.trim();
    if (name === "") this.#name.focus();
    return name;
  }

  async #made(): Promise<void> {
    const name = this.#typed();
    if (name === "") return;
    const made = await this.#ask("create_experiment", { name }, `${name} made`);
    if (typeof made?.id !== "string") return;
    this.#choose(made.id);
    this.#fill();
  }

  async #renamed(): Promise<void> {
    const name = this.#typed();
    if (name !== "") await this.#ask("rename_experiment", { experiment: this.#chosen, name }, `Renamed to ${name}`);
  }

  async #removed(): Promise<void> {
    const deleted = this.#known.find(({ id }) => id === this.#chosen);
    if (!deleted || !(await this.#ask("delete_experiment", { experiment: deleted.id }, `${deleted.name} deleted`))) return;
    this.#deleted = deleted;
    this.#undo.hidden = false;
    this.#undo.focus();
  }

  async #restored(): Promise<void> {
    if (this.#deleted) await this.#ask("restore_experiment", { experiment: this.#deleted.id }, `${this.#deleted.name} back`);
  }
}
