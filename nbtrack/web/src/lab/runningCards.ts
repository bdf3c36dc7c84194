// Cards of runs that were running when the notebook was saved: they follow the store, where no live card does.

import cardCss from "../../dist/card.css";
import panelCss from "../../dist/panel.css";
import { CardPanel } from "../card/panel.ts";
import type { CardState } from "../card/spark.ts";
import { storedCard, type StoredCard } from "../card/stored.ts";
import { HttpCarrier } from "../carrier/http.ts";
import { h } from "../ui/dom.ts";
import { LocalState } from "../ui/panel.ts";

const CARDS = "[data-nbtrack-static] > .nbtrack-card[data-nbtrack-status=RUNNING]";
/** What else a notebook names as its store, leads elsewhere. */
export const STORE_ID = /^[\w-]+$/;
/** ms between two requests for the state of a run. */
const INTERVAL = 1000;
/** ms that a live card, which hides this one, may take to appear. */
const PATIENCE = 3000;
/** How often a store is asked that does not answer. */
const MOST = 30;

/** Follow the cards that are in the page, and those that will be. */
export function followRunningCards(baseUrl: string): void {
  document.head.append(h("style", {}, panelCss, cardCss));
  const seen = new WeakSet<HTMLElement>();
  const scan = (): void => {
    for (const card of document.querySelectorAll<HTMLElement>(CARDS)) {
      const { nbtrackRun: run = "", nbtrackStore: store = "" } = card.dataset;
      if (seen.has(card) || !isVisible(card) || run === "" || !STORE_ID.test(store)) continue;
      seen.add(card);
      setTimeout(() => {
        if (isVisible(card)) void follow(card, run, new HttpCarrier(new URL(`${baseUrl}nbtrack/at/${store}/`, location.origin).href));
        else seen.delete(card);
      }, PATIENCE);
    }
  };
  new MutationObserver(scan).observe(document.body, { childList: true, subtree: true });
  scan();
}

/** A live card hides the one below it. */
function isVisible(card: HTMLElement): boolean {
  return card.offsetParent !== null;
}

async function follow(card: HTMLElement, run: string, carrier: HttpCarrier): Promise<void> {
  let stored = await patiently(carrier, run, card);
  if (stored === null) {
    carrier.close();
    return;
  }
  const el = h("div");
  const state = new LocalState(stateOf(run, stored));
  const open = (_panel: string, _runs: readonly string[], address: string): Promise<void> => {
    window.open(carrier.address("") + address);
    return Promise.resolve();
  };
  const panel = new CardPanel({ el, state, carrier, open, addresses: false });
  const remark = card.nextElementSibling;
  card.replaceWith(el);
  remark?.remove();
  while (stored?.status === "RUNNING" && el.isConnected) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    stored = await patiently(carrier, run, el);
    if (stored !== null) state.put(stateOf(run, stored));
  }
  if (stored !== null && stored.status !== "RUNNING") panel.conclude(stored);
  else {
    panel.stop();
    el.replaceWith(card);
  }
  carrier.close();
}

/** A server that has much to do may not answer at once. */
async function patiently(carrier: HttpCarrier, run: string, shown: HTMLElement): Promise<StoredCard | null> {
  for (let time = 1; ; time++) {
    const stored = await storedCard(carrier, run);
    if (stored !== null || time === MOST || !shown.isConnected) return stored;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

function stateOf(run: string, { name, duration, params, metrics, alerts }: StoredCard): CardState {
  const began = Date.now() - duration;
  const fixed = { store: "", live: {}, total: null, pausable: true, paused: false, stopping: false };
  return { ...fixed, run, name, began, params, progress: { metrics }, alerts };
}
