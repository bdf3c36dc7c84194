// The runs of some experiments, or of all: their table, and the curves of those that are selected.

import { download } from "../download.ts";
import { h, listen } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { actionButton } from "./buttons.ts";
import { RestChart } from "./chart.ts";
import type { Context } from "./context.ts";
import { type TableLook, toComparison, toRun, toRuns } from "./routes.ts";
import type { Seen } from "./seen.ts";
import { RestTable } from "./table.ts";

/** Clicks come in quick succession. */
const RESTS = 60;
const RUN = ".nbt-row:not(.nbt-heading)";

export class RunsView {
  readonly el = h("div", { class: "nbt-view" });
  readonly heading = h("h1", { class: "nbt-view-title nbt-ellipsis" });
  readonly stop: Stop;
  readonly #context: Context;
  readonly #experiments: readonly string[];
  readonly #table: RestTable;
  readonly #chart: RestChart;
  readonly #file = h("input", { type: "file", accept: ".zip,application/zip", hidden: true });
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(context: Context, experiments: readonly string[], look: TableLook) {
    this.#context = context;
    this.#experiments = experiments;
    const { api } = context;
    const [table, chart] = [h("div", { class: "nbt-slot" }), h("div", { class: "nbt-slot" })];
    this.el.append(this.#head(), table, chart);
    this.#chart = new RestChart(chart, api, (selected) => {
      this.#table.state.set("selected", selected);
    });
    this.#table = new RestTable(table, api, experiments, look, {
      looked: (now) => {
        history.replaceState(null, "", toRuns(experiments, now));
      },
      seen: this.#drawSoon,
      compare: (runs) => {
        if (runs.length < 2) context.toast.say("Select two runs or more to compare them");
        else location.hash = toComparison(runs, experiments);
      },
      show: (run) => void this.#open(run),
    });
    this.stop = stopAll([
      this.#table.stop,
      this.#chart.stop,
      listen(table, "dblclick", this.#doubleClicked),
      listen(table, "keydown", this.#pressed, { capture: true }),
      listen(this.#file, "change", () => void this.#import()),
      context.live.on(() => void this.#table.load()),
      () => {
        clearTimeout(this.#resting);
      },
    ]);
    void this.#table.load();
  }

  #head(): HTMLElement {
    const choose = (): void => {
      this.#file.click();
    };
    return h(
      "header",
      { class: "nbt-view-head" },
      this.heading,
      actionButton("export-json", "JSON", "Download the selected runs, or all, as JSON", () => void this.#export()),
      actionButton("import-run", "Import", "Take in a run that was downloaded as a zip file", choose),
      this.#file,
    );
  }

  #drawSoon = (seen: Seen): void => {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#chart.follow(seen).catch(() => undefined), RESTS);
  };

  #doubleClicked = (event: MouseEvent): void => {
    if (event.target instanceof Element && event.target.closest(RUN)) this.#openSelected();
  };

  /** Enter on a run selects it alone, and opens it. */
  #pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.target instanceof Element)) return;
    if (event.target.closest(".nbt-grid")?.querySelector(`${RUN}.nbt-active`)) setTimeout(this.#openSelected);
  };

  #openSelected = (): void => {
    const [run] = this.#table.state.get("selected");
    if (run !== undefined) void this.#open(run);
  };

  async #open(run: string): Promise<void> {
    const [only] = this.#experiments;
    if (only !== undefined && this.#experiments.length === 1) {
      location.hash = toRun(only, run);
      return;
    }
    const answer = await this.#context.api.get("runs/get", { run_id: run }).catch(this.#context.toast.complain);
    if (answer) location.hash = toRun((answer.run as { info: { experiment_id: string } }).info.experiment_id, run);
  }

  async #export(): Promise<void> {
    try {
      const { content, buffers } = await this.#table.export("json", this.#table.state.get("selected"));
      download(String(content.name), buffers[0] as DataView<ArrayBuffer>, "application/json");
    } catch (error) {
      this.#context.toast.complain(error);
    }
  }

  async #import(): Promise<void> {
    const [file] = this.#file.files ?? [];
    this.#file.value = "";
    if (!file) return;
    const [experiment_id = "0"] = this.#experiments;
    try {
      const { run_id } = await this.#context.api.send("runs/import", { experiment_id }, file);
      location.hash = toRun(experiment_id, String(run_id));
    } catch (error) {
      this.#context.toast.complain(error);
    }
  }
}
