// One run: what is known of it, its tags to be edited, and its curves.

import { h, setText } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Section } from "../sheet/types.ts";
import { DONE } from "../source/rest.ts";
import type { Stop } from "../source.ts";
import type { Json } from "./api.ts";
import { actionButton } from "./buttons.ts";
import { RestChart } from "./chart.ts";
import type { Context } from "./context.ts";
import { ask } from "./dialog.ts";
import { toRuns } from "./routes.ts";
import { RestSheet, save } from "./sheet.ts";
import { TagEditor } from "./tags.ts";

const NOTE = "mlflow.note.content";

interface Run {
  readonly info: { readonly run_name: string; readonly experiment_id: string; readonly lifecycle_stage: string };
  readonly data: { readonly tags?: readonly { readonly key: string; readonly value: string }[] };
}

export class RunView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" });
  readonly #context: Context;
  readonly #run: string;
  readonly #sheet = h("div", { class: "nbt-slot" });
  readonly #plots = h("div", { class: "nbt-slot" });
  readonly #tags: TagEditor;
  readonly #bin = actionButton("delete-run", "Delete", "Put this run into the bin", () => void this.#delete());
  readonly #stops: Stop[] = [];
  #chart: RestChart | undefined;
  #panel: RestSheet | undefined;
  #experiment: string;
  #deleted = false;

  constructor(context: Context, experiment: string, run: string) {
    this.#context = context;
    this.#run = run;
    this.#experiment = experiment;
    const { api } = context;
    this.#tags = new TagEditor({
      set: (key, value) => this.#change(api.post("runs/set-tag", { run_id: run, key, value })),
      remove: (key) => this.#change(api.post("runs/delete-tag", { run_id: run, key })),
    });
    const head = h(
      "header",
      { class: "nbt-view-head" },
      this.heading,
      actionButton("rename-run", "Rename", "Rename this run", () => void this.#rename()),
      actionButton("export-run", "Zip", "Download this run, histories and artifacts included", this.#export),
      this.#bin,
    );
    this.el.append(head, this.#sheet, this.#tags.el, this.#plots);
    this.#stops.push(context.live.on(() => void this.load()));
    void this.load();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#panel?.stop();
    this.#chart?.stop();
  };

  load = async (): Promise<void> => {
    try {
      this.#show(await this.#context.api.read("sheets/run", { run_id: this.#run }));
    } catch (error) {
      if (this.#panel === undefined) this.#sheet.replaceChildren(h("div", { class: "nbt-nothing" }, error instanceof Error ? error.message : "refused"));
      return;
    }
    if (this.#chart) await this.#chart.load().catch(() => undefined);
    else await this.#draw();
  };

  #show(answer: Json): void {
    const { info, data } = answer.run as Run;
    this.#experiment = info.experiment_id;
    this.#deleted = info.lifecycle_stage === "deleted";
    setText(this.#bin, this.#deleted ? "Restore" : "Delete");
    this.#bin.dataset.action = this.#deleted ? "restore-run" : "delete-run";
    setText(this.heading, info.run_name);
    document.title = `${info.run_name} · nbtrack`;
    this.#tags.show((data.tags ?? []).filter(({ key }) => !key.startsWith("mlflow.") && !key.startsWith("nbtrack.")));
    const sections = (answer.sections as readonly Section[]).filter((section) => !(section.kind === "facts" && section.title === "tags"));
    if (this.#panel === undefined) this.#panel = this.#sheetOf(sections);
    else if (!this.#isInUse) this.#panel.state.put({ sections });
  }

  /** A note that is being written, or an artifact that is looked at, is not drawn anew. */
  get #isInUse(): boolean {
    return this.#sheet.contains(document.activeElement) || this.#sheet.querySelector("details[open]") !== null;
  }

  #sheetOf(sections: readonly Section[]): RestSheet {
    const { api } = this.#context;
    return new RestSheet(this.#sheet, api, { title: "", sections, exports: [] }, {
      note: async ({ text }: { text: string }) => {
        await api.post("runs/set-tag", { run_id: this.#run, key: NOTE, value: text });
        return DONE;
      },
    });
  }

  async #draw(): Promise<void> {
    this.#chart = new RestChart(this.#plots, this.#context.api);
    await this.#chart.show([this.#run]).catch(() => undefined);
  }

  #export = (): void => {
    save(this.#context.api.place("runs/package", { run_id: this.#run }));
  };

  async #rename(): Promise<void> {
    const value = this.heading.textContent;
    const run_name = await ask(this.#context.root, { title: "Rename run", label: "Name", value, action: "Rename" });
    if (run_name !== null) await this.#change(this.#context.api.post("runs/update", { run_id: this.#run, run_name }));
  }

  async #delete(): Promise<void> {
    const { api, toast } = this.#context;
    if (this.#deleted) {
      await this.#change(api.post("runs/restore", { run_id: this.#run }));
      return;
    }
    if (!(await this.#change(api.post("runs/delete", { run_id: this.#run })))) return;
    const name = this.heading.textContent;
    location.hash = toRuns([this.#experiment]);
    toast.say(`${name} deleted`, () => void api.post("runs/restore", { run_id: this.#run }).catch(toast.complain));
  }

  async #change(act: Promise<unknown>): Promise<boolean> {
    try {
      await act;
      await this.load();
      return true;
    } catch (error) {
      this.#context.toast.complain(error);
      return false;
    }
  }
}
