// What the page can tell about the kernel without asking it.

import type { AnyModel } from "./anywidget.ts";
import type { Stop } from "./source.ts";

interface Signal {
  connect(handler: () => void): unknown;
  disconnect(handler: () => void): unknown;
}

interface Kernel {
  readonly statusChanged?: Signal;
  readonly disposed?: Signal;
  readonly status?: unknown;
  readonly isDisposed?: unknown;
}

const DEAD = new Set<unknown>(["dead", "terminating"]);
const DISCONNECTED = "jupyter-widgets-disconnected";

interface Manager {
  readonly kernel?: Kernel | null;
}

function managerOf(model: AnyModel): Manager | null {
  const manager = model.widget_manager;
  return typeof manager === "object" && manager !== null && "kernel" in manager
    ? (manager as Manager)
    : null;
}

/** Tell whether the comm is surely dead; a host that gives no sign counts as alive. */
export function isGone(model: AnyModel, el: HTMLElement): boolean {
  if (el.classList.contains(DISCONNECTED)) return true;
  const manager = managerOf(model);
  if (manager === null) return false;
  const kernel = manager.kernel;
  return !kernel || kernel.isDisposed === true || DEAD.has(kernel.status);
}

/**
 * Tell whether the comm lives, of the view that a model calls its handlers on.
 *
 * A host that does not show its view says by the event alone that something is wrong.
 */
export function commLives(view: unknown): boolean {
  const { model } = (view ?? {}) as { model?: { comm_live?: unknown } };
  return model?.comm_live === true;
}

/** Tell whether the kernel is known to be at work on something else. */
export function isBusy(model: AnyModel): boolean {
  return managerOf(model)?.kernel?.status === "busy";
}

/** Hear whenever the kernel may have gone or come back, from hosts that tell. */
export function followKernel(model: AnyModel, handler: () => void): Stop {
  const kernel = managerOf(model)?.kernel;
  const signals = [kernel?.statusChanged, kernel?.disposed].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.connect(handler);
  return () => {
    for (const signal of signals) signal.disconnect(handler);
  };
}
