// The bundle of the card that follows a cell while it runs.

import { asWidget } from "./anywidget.ts";
import { CardPanel } from "./card/panel.ts";
import type { CardState } from "./card/types.ts";
import type { Mount } from "./panel.ts";

export const mountCard: Mount<CardState> = (host) => new CardPanel(host).stop;

export default asWidget(mountCard, ["progress", "paused"]);
