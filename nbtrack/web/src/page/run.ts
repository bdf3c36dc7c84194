// One run: its metrics, its curves, and below them its context.

import { type Endpoint, isCarrierError, type Stop } from "../carrier/carrier.ts";
import type { DetailsState } from "../details/sections.ts";
import { h, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { toRuns } from "../ui/routes.ts";
import { actionButton, promptFor, type Context } from "./context.ts";
import { chartOn, detailsOn, type PagePanel } from "./panels.ts";

const BASELINE = "nbtrack.baseline";

interface Run {
  readonly info: { readonly run_name: string; readonly experiment_id: string; readonly lifecycle_stage: string };
  readonly data: { readonly tags?: readonly { readonly key: string }[] };
}

export class RunView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" });
  readonly stop: Stop;
  readonly #context: Context;
  readonly #run: string;
  readonly #details: PagePanel<DetailsState> & { readonly load: () => void };
  readonly #trash = actionButton("delete-run", "Delete", "Move to trash", () => void this.#delete());
  readonly #baseline = actionButton("baseline", "Baseline", "Compare the other runs with this one", () => {
    void this.#change("nbtrack/runs/baseline/update", { run_id: this.#run, scope: this.#isBaseline ? "" : "experiment" });
  });
  #isBaseline = false;
  #experiment: string;
  #deleted = false;

  constructor(context: Context, experiment: string, run: string) {
    this.#context = context;
    this.#run = run;
    this.#experiment = experiment;
    const { carrier } = context;
    const head = h(
      "header",
      { class: "nbt-view-head" },
      this.heading,
      actionButton("rename-run", "Rename", "Rename this run", () => void this.#rename()),
      actionButton("export-run", "Download .zip", "Download this run with its histories and artifacts", () => {
        carrier.downloadRun(run);
      }),
      this.#baseline,
      this.#trash,
    );
    this.#details = detailsOn(carrier, { runs: [run], part: "above" });
    const chart = chartOn(carrier, { runs: [run], rows: run });
    const rest = detailsOn(carrier, { runs: [run], part: "below" });
    this.el.append(head, this.#details.el, chart.el, rest.el);
    this.stop = stopAll([this.#details.stop, chart.stop, rest.stop, this.#details.state.on("run", this.#show)]);
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
    this.#isBaseline = (data.tags ?? []).some(({ key }) => key === BASELINE);
    setText(this.#baseline, this.#isBaseline ? "Remove baseline" : "Baseline");
    this.#baseline.title = this.#isBaseline ? "Stop comparing with this run" : "Compare the other runs with this one";
    this.#experiment = info.experiment_id;
    this.#deleted = info.lifecycle_stage === "deleted";
    setText(this.#trash, this.#deleted ? "Restore" : "Delete");
    this.#trash.title = this.#deleted ? "Restore this run" : "Move to trash";
    this.#trash.dataset.action = this.#deleted ? "restore-run" : "delete-run";
    setText(this.heading, info.run_name);
    document.title = `${info.run_name} · nbtrack`;
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
