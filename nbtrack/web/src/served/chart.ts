// The chart in a notebook whose kernel does not answer.

import type { ChartState } from "../chart/types.ts";
import { hear, tell } from "./beside.ts";
import { RestChart } from "../page/chart.ts";
import { Live } from "../page/live.ts";
import { stopAll } from "../panel.ts";
import type { Served } from "../source/hosting.ts";

export const servedChart: Served<ChartState> = (el, api, state) => {
  const table = state.get("beside");
  const chart = new RestChart(el, api, (selected) => {
    tell("picked", table, selected);
  });
  const keys = ["kind", "axes", "x", "band", "smoothing", "log_x", "log_y", "height", "metrics", "selected"] as const;
  for (const key of keys) chart.state.set(key, state.get(key));
  const live = new Live(api);
  const begun = live.begin().then(() => chart.show(state.get("runs").map(({ id }) => id)));
  void begun.then(() => {
    tell("wanted", table, null);
  });
  return stopAll([
    chart.stop,
    live.on(() => void chart.load()),
    hear("seen", table, (seen) => void chart.follow(seen).catch(() => undefined)),
  ]);
};
