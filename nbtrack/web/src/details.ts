// The bundle of the details of a run, and of runs side by side.

import { DetailsPanel } from "./details/panel.ts";
import type { DetailsState } from "./details/sections.ts";
import { asWidget } from "./ui/anywidget.ts";

export { DetailsPanel };

export default asWidget<DetailsState>((host) => new DetailsPanel(host).stop, ["sections"]);
