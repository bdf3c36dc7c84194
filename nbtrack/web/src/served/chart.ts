// The chart in a notebook whose kernel does not answer.

import type { ChartState } from "../chart/types.ts";
import { RestChart } from "../page/chart.ts";
import { Live } from "../page/live.ts";
import type { Served } from "../source/hosting.ts";

export const servedChart: Served<ChartState> = (el, api, state) => {
  const chart = new RestChart(el, api);
  const keys = ["kind", "axes", "x", "band", "smoothing", "log_x", "log_y", "height", "metrics", "selected"] as const;
  for (const key of keys) chart.state.set(key, state.get(key));
  const live = new Live(api);
  void live.begin().then(() => chart.show(state.get("runs").map(({ id }) => id)));
  const stop = live.on(() => void chart.load());
  return () => {
    stop();
    chart.stop();
  };
};
