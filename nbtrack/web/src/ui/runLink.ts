// The name of a run that opens it: on the page a link, in a notebook a button that opens a panel.

import { h } from "./dom.ts";
import type { Host } from "./panel.ts";
import { toRun } from "./routes.ts";

export interface RunName {
  readonly run_id: string;
  readonly name: string;
  readonly experiment_id: string;
}

/** @param canOpen - Whether a panel can be opened here; without it the name is text. */
export function runLink({ open, addresses }: Pick<Host<object>, "open" | "addresses">, run: RunName, canOpen: boolean): HTMLElement {
  const address = toRun(run.experiment_id, run.run_id);
  if (addresses) return h("a", { class: "nbt-run-link", href: address }, run.name);
  if (!canOpen) return h("span", {}, run.name);
  const button = h("button", { type: "button", class: "nbt-run-link", title: `Show ${run.name}`, "data-action": "show-run" }, run.name);
  button.addEventListener("click", () => void open("show", [run.run_id], address));
  return button;
}
