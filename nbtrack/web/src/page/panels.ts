// Panels on the page, out of the same bundles as in the notebook: their state is their own, and the server carries their
// requests.

import type { Stop } from "../carrier/carrier.ts";
import type { HttpCarrier } from "../carrier/http.ts";
import { ChartPanel } from "../chart.ts";
import type { ChartState } from "../chart/types.ts";
import { DetailsPanel } from "../details.ts";
import type { DetailsState } from "../details/sections.ts";
import { TablePanel } from "../table.ts";
import type { TableState } from "../table/types.ts";
import { h } from "../ui/dom.ts";
import { type Host, LocalState, type Mount } from "../ui/panel.ts";

export interface PagePanel<T extends object> {
  readonly el: HTMLElement;
  readonly state: LocalState<T>;
  readonly stop: Stop;
}

function panelOn<T extends object>(carrier: HttpCarrier, start: T, mount: Mount<T>, open: Host<T>["open"] = showAt): PagePanel<T> {
  const el = h("div", { class: "nbt-slot" });
  const state = new LocalState(start);
  return { el, state, stop: mount({ el, state, carrier, open, addresses: true }) };
}

function showAt(_: string, __: readonly string[], address: string): Promise<void> {
  location.hash = address;
  return Promise.resolve();
}

const NOTHING_YET: TableState["page"] = {
  total: 0,
  runs: 0,
  offset: 0,
  now: Date.now(),
  experiment: null,
  columns: [],
  constant: [],
  rows: [],
  more_columns: 0,
  empty: null,
};

/** @param open - Opens a panel about some runs. */
export function tableOn(
  carrier: HttpCarrier,
  start: Partial<TableState>,
  open: Host<TableState>["open"],
): PagePanel<TableState> & { readonly showDefaultView: () => Promise<void> } {
  const state: TableState = {
    uid: "",
    page: NOTHING_YET,
    filter: "",
    sort: [],
    error: null,
    selected: [],
    columns: [],
    group: "",
    closed: [],
    values: {},
    marks: {},
    experiment_ids: [],
    opens: ["compare", "show"],
    visible: false,
    chart: {},
    height: Math.max(240, Math.round(innerHeight * 0.45)),
    ...start,
  };
  let showDefaultView = (): Promise<void> => Promise.resolve();
  const made = panelOn(
    carrier,
    state,
    (host) => {
      const panel = new TablePanel(host);
      showDefaultView = panel.showDefaultView;
      return panel.stop;
    },
    open,
  );
  return { ...made, showDefaultView };
}

/** @param start - The runs to draw, the one whose rows a scatter draws, or the table whose runs are drawn. */
export function chartOn(carrier: HttpCarrier, start: { runs?: readonly string[]; rows?: string; table_uid?: string }): PagePanel<ChartState> {
  const state: ChartState = {
    uid: "",
    visible: false,
    table_uid: start.table_uid ?? "",
    kind: "history",
    axes: [],
    logs: [],
    choices: [],
    points: [],
    rows: start.rows ?? "",
    found: 0,
    selected: [],
    colour_by_metric: true,
    runs: (start.runs ?? []).map((id) => ({ id, name: "" })),
    baseline: {},
    lines: [],
    band: "",
    groups: [],
    lower: [],
    higher: [],
    metrics: [],
    available: [],
    x: "step",
    smoothing: 0,
    log_x: false,
    log_y: false,
    height: 220,
    empty: null,
    frame: { version: 0, series: [] },
    data: null,
  };
  return panelOn(carrier, state, (host) => new ChartPanel(host).stop);
}

/** @param start - The runs, and which part of what there is to say about them. */
export function detailsOn(
  carrier: HttpCarrier,
  start: Pick<DetailsState, "runs"> & Partial<DetailsState>,
): PagePanel<DetailsState> & { readonly load: () => void } {
  const state: DetailsState = { uid: "", title: "", sections: [], exports: [], part: "", can_close: false, can_open: true, run: null, ...start };
  let load = (): void => undefined;
  const made = panelOn(carrier, state, (host) => {
    const panel = new DetailsPanel(host);
    load = panel.load;
    return panel.stop;
  });
  return { ...made, load };
}
