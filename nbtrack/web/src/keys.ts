// Keys pressed in a panel belong to the panel, not to the notebook around it.

import { listen } from "./dom.ts";
import { stopAll } from "./panel.ts";
import type { Stop } from "./source.ts";

const KEY_EVENTS = ["keydown", "keypress", "keyup"] as const;
const SUPPRESS = "data-lm-suppress-shortcuts";

function suppressShortcuts(target: EventTarget | null): void {
  if (target instanceof Element) target.setAttribute(SUPPRESS, "true");
}

/**
 * Keep keys from shortcuts of the notebook.
 *
 * Jupyter hears keys before the page does and climbs from the focused element to the first one with
 * the attribute; its command mode matches the focused element itself, so that one must have it too.
 */
export function keepKeys(root: HTMLElement): Stop {
  suppressShortcuts(root);
  return stopAll([
    listen(root, "focusin", (event) => {
      suppressShortcuts(event.target);
    }),
    ...KEY_EVENTS.map((type) =>
      listen(root, type, (event) => {
        event.stopPropagation();
      }),
    ),
  ]);
}
