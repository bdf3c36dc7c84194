// The runs of some experiments, or of all: their table, and the curves of those that are selected.

import type { Stop } from "../carrier/carrier.ts";
import { tableQuery } from "../table/rowLoader.ts";
import { h, listen, saveFile } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { type TableLink, toComparison, toRun, toRuns } from "../ui/routes.ts";
import { actionButton, type Context } from "./context.ts";
import { connectChart } from "./chartSetUp.ts";
import { chartOn, tableOn } from "./panels.ts";

const UID = "runs";
const RUN = ".nbt-row:not(.nbt-heading)";

export class RunsView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" });
  readonly stop: Stop;
  readonly #context: Context;
  readonly #experiments: readonly string[];
  readonly #table: ReturnType<typeof tableOn>;
  readonly #file = h("input", { type: "file", accept: ".zip,application/zip", hidden: true });

  constructor(context: Context, experiments: readonly string[], link: TableLink) {
    this.#context = context;
    this.#experiments = experiments;
    const { carrier } = context;
    const chart = chartOn(carrier, { table_uid: UID });
    this.#table = tableOn(carrier, { uid: UID, experiment_ids: experiments, selected: selectedBefore(), ...link }, this.#open);
    const { el, state } = this.#table;
    this.el.append(this.#head(), el, chart.el);
    this.stop = stopAll([
      this.#table.stop,
      chart.stop,
      connectChart(state, chart.state),
      listen(el, "dblclick", this.#doubleClicked),
      listen(el, "keydown", this.#pressed, { capture: true }),
      listen(this.#file, "change", () => void this.#import()),
      ...(["filter", "sort", "columns", "group", "selected"] as const).map((key) =>
        state.on(key, () => {
          history.replaceState({ selected: state.get("selected") }, "", toRuns(experiments, tableQuery(state)));
        }),
      ),
    ]);
    this.#begin(link);
  }

  /** Begin with the default view, unless the address says what to show. */
  #begin(link: TableLink): void {
    if (Object.keys(link).length === 0) void this.#table.showDefaultView();
  }

  #head(): HTMLElement {
    const choose = (): void => {
      this.#file.click();
    };
    return h(
      "header",
      { class: "nbt-view-head" },
      this.heading,
      actionButton("export-json", "Download .json", "Download the selected runs, or all, as JSON", () => void this.#export()),
      actionButton("import-run", "Import", "Import a run from a .zip file", choose),
      this.#file,
    );
  }

  #doubleClicked = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest(RUN) && !event.target.closest(".nbt-open")) this.#openSelected();
  };

  /** Enter on a run selects it alone, and opens it; on one of its tags it filters. */
  #pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.target instanceof Element)) return;
    if (event.target.closest(".nbt-grid")?.querySelector(`${RUN}.nbt-active:not(:has(.nbt-chip.nbt-active))`)) setTimeout(this.#openSelected);
  };

  #openSelected = (): void => {
    const [run] = this.#table.state.get("selected");
    if (run !== undefined) void this.#open("show", [run]);
  };

  #open = async (panel: string, runs: readonly string[]): Promise<void> => {
    const [run = ""] = runs;
    const [only] = this.#experiments;
    if (panel === "compare") {
      if (runs.length < 2) throw new Error("Select two or more runs to compare");
      location.hash = toComparison(runs, this.#experiments);
    } else if (only !== undefined && this.#experiments.length === 1) location.hash = toRun(only, run);
    else {
      const { content } = await this.#context.carrier.call("mlflow/runs/get", { run_id: run });
      location.hash = toRun((content.run as { info: { experiment_id: string } }).info.experiment_id, run);
    }
  };

  async #export(): Promise<void> {
    const { state } = this.#table;
    await this.#try(async () => {
      const args = { ...tableQuery(state), kind: "json", run_ids: state.get("selected") };
      saveFile(await this.#context.carrier.call("nbtrack/runs/export", args));
    });
  }

  async #import(): Promise<void> {
    const [file] = this.#file.files ?? [];
    this.#file.value = "";
    if (!file) return;
    const [experiment = "0"] = this.#experiments;
    await this.#try(async () => {
      const { run_id } = await this.#context.carrier.upload(experiment, file);
      location.hash = toRun(experiment, String(run_id));
    });
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#context.toast.showError(error);
    }
  }
}

/** The runs that were selected when the reader left this entry of the history. */
function selectedBefore(): readonly string[] {
  const { selected } = (history.state ?? {}) as { readonly selected?: readonly string[] };
  return selected ?? [];
}
