// The bundle of the card that follows a cell while it runs.

import { CardPanel } from "./card/panel.ts";
import type { CardState } from "./card/spark.ts";
import { asWidget } from "./ui/anywidget.ts";

/** ms that the kernel may take to answer a click before the store is asked. */
const PATIENCE = 600;

export default asWidget<CardState>((host) => new CardPanel(host).stop, ["progress", "params", "paused", "stopping", "alerts", "live"], PATIENCE);
