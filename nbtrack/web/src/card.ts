// The bundle of the card that follows a cell while it runs.

import { asWidget } from "./anywidget.ts";
import { CardPanel } from "./card/panel.ts";
import type { CardState } from "./card/types.ts";
import type { Mount } from "./panel.ts";
import { servedCard } from "./served/card.ts";
import { PatientSource } from "./source/hosting.ts";
import { offered } from "./source/jupyter.ts";
import type { Source } from "./source.ts";

/** How long, in ms, the kernel may take to hear a click before the store is asked. */
const PATIENCE = 600;

export const mountCard: Mount<CardState> = (host) => {
  const { state } = host;
  const store = (): Promise<Source | null> =>
    offered(state.get("store"), "").then((api) => api && servedCard(api, state.get("run")));
  return new CardPanel({ ...host, source: new PatientSource(host.source, store, PATIENCE) }).stop;
};

export default asWidget(mountCard, ["progress", "params", "paused", "stopping"]);
