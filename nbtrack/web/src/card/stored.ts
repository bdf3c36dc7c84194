// What the store has of a run whose kernel does not answer, for its card; and how such a run is resumed.

import { type Carrier, messageOf } from "../carrier/carrier.ts";
import { h } from "../ui/dom.ts";
import type { Alert, Metric, Param } from "./spark.ts";

export interface StoredCard {
  readonly status: string;
  readonly name: string;
  /** In ms; of a run that has not ended, so far. */
  readonly duration: number;
  readonly error: string | null;
  readonly note: string;
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly params: readonly Param[];
  readonly metrics: readonly Metric[];
  readonly alerts: readonly Alert[];
}

/** [sign, word] of a run that has ended. */
const ENDINGS: ReadonlyMap<string, readonly [sign: string, word: string]> = new Map([
  ["FINISHED", ["✓", "finished"]],
  ["FAILED", ["✕", "failed"]],
  ["KILLED", ["■", "killed"]],
  ["INTERRUPTED", ["■", "interrupted"]],
]);
const TAG = "nbtrack.interrupted";
const RESUME = "resume";
const INTERVAL = 500;
const MOST = 20;

export function endingOf(card: StoredCard): readonly [sign: string, word: string] {
  return ENDINGS.get(card.status) ?? ["◌", "running"];
}

export async function storedCard(carrier: Carrier, run_id: string): Promise<StoredCard | null> {
  const answer = await carrier.call("nbtrack/runs/card", { run_id }).catch(() => null);
  return answer === null ? null : (answer.content as unknown as StoredCard);
}

/** Wait until the store knows that the process of a run is dead; null when nobody offers the store. */
export async function cardOfDeadRun(carrier: Carrier, run_id: string): Promise<StoredCard | null> {
  for (let time = 1; ; time++) {
    const card = await storedCard(carrier, run_id);
    if (time === MOST || (card !== null && card.status !== "RUNNING")) return card;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** The button that has the next kernel continue a run. */
export function resumeButton(carrier: Carrier, run_id: string): HTMLElement {
  const holder = h("span", { role: "status" });
  const button = h("button", { type: "button", class: "nbt-button" }, "Resume");
  button.addEventListener("click", () => {
    button.disabled = true;
    carrier.call("mlflow/runs/set-tag", { run_id, key: TAG, value: RESUME }).then(
      () => {
        holder.replaceChildren("Load nbtrack and run the cell again: it continues this run.");
      },
      (error: unknown) => {
        button.disabled = false;
        holder.append(` ${messageOf(error)}`);
      },
    );
  });
  holder.append(button);
  return holder;
}
