// The bundle of the chart.

import { ChartPanel } from "./chart/panel.ts";
import type { ChartState } from "./chart/types.ts";
import { asWidget } from "./ui/anywidget.ts";

export { ChartPanel };

export default asWidget<ChartState>((host) => new ChartPanel(host).stop, ["frame", "data"]);
