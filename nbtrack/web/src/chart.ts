// The bundle of the metric chart: an anywidget, and a mount for any other host.

import { asWidget } from "./anywidget.ts";
import { ChartPanel } from "./chart/panel.ts";
import type { ChartState } from "./chart/types.ts";
import type { Mount } from "./panel.ts";
import { servedChart } from "./served/chart.ts";

export const mountChart: Mount<ChartState> = (host) => new ChartPanel(host).stop;

export default asWidget(mountChart, ["frame", "data"], servedChart);
