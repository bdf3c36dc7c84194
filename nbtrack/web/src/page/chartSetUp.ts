// How the chart of a table is set up, as a saved view has it: kept in the table's state, whichever of both is changed.

import type { Json, Stop } from "../carrier/carrier.ts";
import type { ChartState } from "../chart/types.ts";
import type { TableState } from "../table/types.ts";
import { type LocalState, stopAll } from "../ui/panel.ts";

const ALWAYS = ["kind", "x", "log_x", "log_y"] as const;
const OF_CURVES = ["smoothing", "band", "metrics"] as const;
const OF_AXES = ["axes", "logs", "colour_by_metric"] as const;
const OPTIONS = [...ALWAYS, ...OF_CURVES, ...OF_AXES] as const;
type Option = (typeof OPTIONS)[number];

const DEFAULTS: Pick<ChartState, Option> = {
  kind: "history", x: "step", log_x: false, log_y: false, smoothing: 0, band: "", metrics: [], axes: [], logs: [], colour_by_metric: true,
};

/** Connect a table's state with that of its chart. */
export function connectChart(table: LocalState<TableState>, chart: LocalState<ChartState>): Stop {
  const keep = (): void => {
    table.put({ chart: setUpOf(chart) });
  };
  const apply = (): void => {
    const wanted = table.get("chart");
    if (Object.keys(wanted).length === 0) return;
    const whole: Json = { ...pick(ALWAYS), ...("kind" in wanted ? {} : pick(["smoothing", "band"])), ...wanted };
    for (const option of OPTIONS) if (option in whole) setOption(chart, option, whole[option]);
  };
  return stopAll([table.on("chart", apply), ...OPTIONS.map((option) => chart.on(option, keep))]);
}

/** What differs from the default. */
function setUpOf(chart: LocalState<ChartState>): Json {
  const options: readonly Option[] = [...ALWAYS, ...(chart.get("kind") === "history" ? OF_CURVES : OF_AXES)];
  const found = options.map((option) => [option, chart.get(option)] as const);
  return Object.fromEntries(found.filter(([option, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULTS[option])));
}

/** What some options are by default. */
function pick(options: readonly Option[]): Json {
  return Object.fromEntries(options.map((option) => [option, DEFAULTS[option]]));
}

function setOption(chart: LocalState<ChartState>, option: Option, value: unknown): void {
  const usual = DEFAULTS[option];
  if (typeof value === typeof usual && Array.isArray(value) === Array.isArray(usual)) chart.set(option, value as ChartState[Option]);
}
