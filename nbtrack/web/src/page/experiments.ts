// The sidebar of experiments: find, create, rename, delete and restore one.

import { onChange, type Stop } from "../carrier/carrier.ts";
import { type ExperimentRecord as Experiment, searchExperiments } from "../table/experimentMenu.ts";
import { h, listen, setAttributes, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { toRuns } from "../ui/routes.ts";
import { actionButton, promptFor, type Context } from "./context.ts";

const MOST_SHOWN = 300;

export class Experiments {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #context: Context;
  readonly #search = h("input", {
    type: "search",
    class: "nbt-input",
    placeholder: "Find an experiment",
    "aria-label": "Find an experiment",
    spellcheck: "false",
    "data-action": "search-experiments",
  });
  readonly #list = h("ul", { class: "nbt-experiments" });
  readonly #more = h("div", { class: "nbt-faint nbt-more" });
  readonly #deleted = h("input", { type: "checkbox" });
  readonly #came: () => void;
  #known: readonly Experiment[] = [];
  #current: readonly string[] = [];

  /** @param came - Hears when the experiments are known. */
  constructor(context: Context, came: () => void) {
    this.#context = context;
    this.#came = came;
    const create = actionButton("create-experiment", "New", "Create an experiment", () => void this.#create());
    const deleted = h("label", { class: "nbt-only", "data-action": "show-deleted-experiments" }, this.#deleted, "Show deleted");
    this.el = h(
      "nav",
      { class: "nbt-side", "aria-label": "Experiments" },
      h("div", { class: "nbt-side-head" }, h("h2", {}, "Experiments"), create),
      this.#search,
      this.#list,
      this.#more,
      deleted,
    );
    this.stop = stopAll([
      listen(this.#search, "input", this.#fill),
      listen(this.#list, "keydown", this.#walk),
      listen(this.#deleted, "change", () => void this.load()),
      onChange(context.carrier, () => void this.load()),
    ]);
  }

  nameOf(id: string): string {
    return this.#known.find((each) => each.experiment_id === id)?.name ?? id;
  }

  show(current: readonly string[]): void {
    this.#current = current;
    this.#fill();
  }

  load = async (): Promise<void> => {
    const view_type = this.#deleted.checked ? "ALL" : "ACTIVE_ONLY";
    try {
      this.#known = deletedLast(await searchExperiments(this.#context.carrier, view_type));
    } catch {
      return;
    }
    this.#fill();
    this.#came();
  };

  #fill = (): void => {
    const wanted = this.#search.value.trim().toLowerCase();
    const found = this.#known.filter(({ name, experiment_id }) => name.toLowerCase().includes(wanted) || experiment_id === wanted);
    const focused = document.activeElement instanceof HTMLElement && this.#list.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const lines = found.slice(0, MOST_SHOWN).map((each) => this.#line(each));
    if (wanted === "") lines.unshift(this.#everything());
    this.#list.replaceChildren(...lines);
    const rest = found.length - MOST_SHOWN;
    setText(this.#more, rest > 0 ? `${rest} more. Type part of a name to find them.` : found.length === 0 && this.#known.length > 0 ? "No matching experiments" : "");
    if (focused !== undefined) this.#list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  };

  #everything(): HTMLElement {
    const link = h("a", { href: toRuns([]), class: "nbt-experiment", "data-key": "all" }, h("span", { class: "nbt-ellipsis" }, "All runs"));
    if (this.#current.length === 0) setAttributes(link, { "aria-current": "page" });
    return h("li", {}, link);
  }

  #line(experiment: Experiment): HTMLElement {
    const { experiment_id: id, name, lifecycle_stage } = experiment;
    const link = h("a", { href: toRuns([id]), class: "nbt-experiment", title: name, "data-key": id }, h("span", { class: "nbt-ellipsis" }, name));
    if (this.#current.includes(id)) setAttributes(link, { "aria-current": "page" });
    if (lifecycle_stage === "deleted") {
      return h("li", {}, link, quiet("restore-experiment", "Restore", `Restore ${name}`, () => void this.#restore(experiment)));
    }
    return h(
      "li",
      {},
      link,
      quiet("rename-experiment", "Rename", `Rename ${name}`, () => void this.#rename(experiment)),
      quiet("delete-experiment", "Delete", `Delete ${name}`, () => void this.#delete(experiment)),
    );
  }

  /** Up and down walk through the names. */
  #walk = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...this.#list.querySelectorAll<HTMLElement>(".nbt-experiment")];
    const at = links.findIndex((link) => link.parentElement?.contains(document.activeElement));
    links[Math.max(0, Math.min(at + (event.key === "ArrowDown" ? 1 : -1), links.length - 1))]?.focus();
    event.preventDefault();
  };

  async #create(): Promise<void> {
    const name = await promptFor(this.#context.root, { title: "New experiment", label: "Name", action: "Create" });
    if (name === null) return;
    await this.#do(async () => {
      const { content } = await this.#context.carrier.call("mlflow/experiments/create", { name });
      location.hash = toRuns([String(content.experiment_id)]);
    });
  }

  async #rename({ experiment_id, name }: Experiment): Promise<void> {
    const new_name = await promptFor(this.#context.root, { title: "Rename experiment", label: "Name", value: name, action: "Rename" });
    if (new_name === null || new_name === name) return;
    await this.#do(() => this.#context.carrier.call("mlflow/experiments/update", { experiment_id, new_name }));
  }

  async #delete(experiment: Experiment): Promise<void> {
    const { experiment_id, name } = experiment;
    const done = await this.#do(() => this.#context.carrier.call("mlflow/experiments/delete", { experiment_id }));
    if (!done) return;
    if (this.#current.includes(experiment_id)) location.hash = toRuns([]);
    this.#context.toast.show(`${name} and its runs deleted`, () => void this.#restore(experiment));
  }

  async #restore({ experiment_id, name }: Experiment): Promise<void> {
    if (await this.#do(() => this.#context.carrier.call("mlflow/experiments/restore", { experiment_id }))) this.#context.toast.show(`${name} restored`);
  }

  async #do(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      await this.load();
      return true;
    } catch (error) {
      this.#context.toast.showError(error);
      return false;
    }
  }
}

function quiet(action: string, word: string, title: string, act: () => void): HTMLButtonElement {
  const button = actionButton(action, word, title, act);
  button.classList.add("nbt-quiet");
  return button;
}

function deletedLast(experiments: readonly Experiment[]): readonly Experiment[] {
  const isDeleted = ({ lifecycle_stage }: Experiment): boolean => lifecycle_stage === "deleted";
  return [...experiments.filter((each) => !isDeleted(each)), ...experiments.filter(isDeleted)];
}
