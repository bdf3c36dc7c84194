// One run: its details, its tags to be edited, and its curves.

import { type Endpoint, isCarrierError, type Stop } from "../carrier/carrier.ts";
import type { DetailsState } from "../details/sections.ts";
import { h, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { toRuns } from "../ui/routes.ts";
import { actionButton, promptFor, type Context } from "./context.ts";
import { chartOn, detailsOn, type PagePanel } from "./panels.ts";

interface Run {
  readonly info: { readonly run_name: string; readonly experiment_id: string; readonly lifecycle_stage: string };
  readonly data: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
}

export class RunView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" });
  readonly stop: Stop;
  readonly #context: Context;
  readonly #run: string;
  readonly #details: PagePanel<DetailsState> & { readonly load: () => void };
  readonly #tags: TagEditor;
  readonly #trash = actionButton("delete-run", "Delete", "Move to trash", () => void this.#delete());
  #experiment: string;
  #deleted = false;

  constructor(context: Context, experiment: string, run: string) {
    this.#context = context;
    this.#run = run;
    this.#experiment = experiment;
    const { carrier } = context;
    this.#tags = new TagEditor({
      set: (key, value) => this.#change("mlflow/runs/set-tag", { run_id: run, key, value }),
      remove: (key) => this.#change("mlflow/runs/delete-tag", { run_id: run, key }),
    });
    const head = h(
      "header",
      { class: "nbt-view-head" },
      this.heading,
      actionButton("rename-run", "Rename", "Rename this run", () => void this.#rename()),
      actionButton("export-run", "Download .zip", "Download this run with its histories and artifacts", () => {
        carrier.downloadRun(run);
      }),
      this.#trash,
    );
    this.#details = detailsOn(carrier, [run], [], (section) => !(section.kind === "values" && section.title === "tags"));
    const chart = chartOn(carrier, { runs: [run], rows: run });
    this.el.append(head, this.#details.el, this.#tags.el, chart.el);
    this.stop = stopAll([this.#details.stop, chart.stop, this.#details.state.on("run", this.#show)]);
    void this.#refuseUnknown();
  }

  /** Nothing is offered at the address of a run that is not there. */
  async #refuseUnknown(): Promise<void> {
    try {
      await this.#context.carrier.call("mlflow/runs/get", { run_id: this.#run });
    } catch (error) {
      if (!isCarrierError(error) || error.reason !== "refused") return;
      this.stop();
      setText(this.heading, "Run not found");
      const back = h("a", { href: toRuns([]) }, "Show all runs");
      this.el.replaceChildren(h("header", { class: "nbt-view-head" }, this.heading), h("p", { class: "nbt-nothing" }, error.message, " ", back));
    }
  }

  #show = (): void => {
    const { info, data } = this.#details.state.get("run") as unknown as Run;
    this.#experiment = info.experiment_id;
    this.#deleted = info.lifecycle_stage === "deleted";
    setText(this.#trash, this.#deleted ? "Restore" : "Delete");
    this.#trash.title = this.#deleted ? "Restore this run" : "Move to trash";
    this.#trash.dataset.action = this.#deleted ? "restore-run" : "delete-run";
    setText(this.heading, info.run_name);
    document.title = `${info.run_name} · nbtrack`;
    this.#tags.show((data.tags ?? []).filter(({ key }) => !key.startsWith("mlflow.") && !key.startsWith("nbtrack.")));
  };

  async #rename(): Promise<void> {
    const value = this.heading.textContent;
    const run_name = await promptFor(this.#context.root, { title: "Rename run", label: "Name", value, action: "Rename" });
    if (run_name !== null) await this.#update({ run_name });
  }

  async #delete(): Promise<void> {
    if (this.#deleted) {
      await this.#update({ lifecycle_stage: "active" });
      return;
    }
    if (!(await this.#update({ lifecycle_stage: "deleted" }))) return;
    location.hash = toRuns([this.#experiment]);
    this.#context.toast.show(`${this.heading.textContent} deleted`, () => void this.#update({ lifecycle_stage: "active" }));
  }

  #update(change: object): Promise<boolean> {
    return this.#change("nbtrack/runs/update", { run_ids: [this.#run], ...change });
  }

  async #change(endpoint: Endpoint, args: object): Promise<boolean> {
    try {
      await this.#context.carrier.call(endpoint, args);
      this.#details.load();
      return true;
    } catch (error) {
      this.#context.toast.showError(error);
      return false;
    }
  }
}

interface Tag {
  readonly key: string;
  readonly value: string;
}

interface TagChanges {
  set(key: string, value: string): Promise<boolean>;
  remove(key: string): Promise<boolean>;
}

export class TagEditor {
  readonly el: HTMLElement;
  readonly #changes: TagChanges;
  readonly #list = h("ul", { class: "nbt-tags" });
  readonly #key = field("Key");
  readonly #value = field("Value");

  constructor(changes: TagChanges) {
    this.#changes = changes;
    const add = h("button", { class: "nbt-button", "data-action": "set-tag", title: "Set this tag" }, "Set tag");
    const form = h("form", { class: "nbt-tag-form" }, this.#key, this.#value, add);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#set();
    });
    this.el = h("section", { class: "nbt-tag-editor", "aria-label": "Tags" }, h("h2", {}, "tags"), this.#list, form);
  }

  show(tags: readonly Tag[]): void {
    this.#list.replaceChildren(...tags.map((tag) => this.#chip(tag)));
  }

  #chip({ key, value }: Tag): HTMLElement {
    const edit = h(
      "button",
      { type: "button", class: "nbt-tag-text", title: `${key}: ${value}` },
      h("span", { class: "nbt-faint nbt-ellipsis" }, key),
      h("span", { class: "nbt-ellipsis" }, value),
    );
    edit.addEventListener("click", () => {
      this.#key.value = key;
      this.#value.value = value;
      this.#value.select();
    });
    const off = actionButton("delete-tag", "×", `Remove tag "${key}"`, () => void this.#changes.remove(key));
    off.classList.add("nbt-quiet");
    return h("li", { class: "nbt-tag" }, edit, off);
  }

  async #set(): Promise<void> {
    const key = this.#key.value.trim();
    if (key === "") {
      this.#key.focus();
      return;
    }
    if (!(await this.#changes.set(key, this.#value.value))) return;
    this.#key.value = "";
    this.#value.value = "";
    this.#key.focus();
  }
}

function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}
