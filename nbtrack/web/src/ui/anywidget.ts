// The one place that knows anywidget: turns a model into the state and the carrier of a panel, and hides the static
// output that stands in for the panel in a saved notebook.

import type { Stop } from "../carrier/carrier.ts";
import { CommCarrier } from "../carrier/comm.ts";
import { behindJupyter, SwitchingCarrier } from "../carrier/switching.ts";
import type { Host, Mount, State } from "./panel.ts";

export interface AnyModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, handler: (...args: never[]) => void): void;
  off(event: string, handler: (...args: never[]) => void): void;
  widget_manager?: unknown;
}

interface RenderContext {
  model: AnyModel;
  el: HTMLElement;
}

/** The state that a panel shares with its kernel, and over it what came over HTTP meanwhile. */
class ModelState<T> implements State<T> {
  readonly #model: AnyModel;
  readonly #meanwhile = new Map<string, unknown>();
  readonly #handlers = new Map<string, Set<() => void>>();

  constructor(model: AnyModel) {
    this.#model = model;
  }

  get<K extends keyof T & string>(key: K): T[K] {
    return (this.#meanwhile.has(key) ? this.#meanwhile.get(key) : this.#model.get(key)) as T[K];
  }

  set<K extends keyof T & string>(key: K, value: T[K]): void {
    this.#meanwhile.delete(key);
    this.#model.set(key, value);
    this.#model.save_changes();
  }

  put(changes: Partial<T>): void {
    for (const [key, value] of Object.entries(changes)) this.#meanwhile.set(key, value);
    this.#announce(Object.keys(changes));
  }

  /** Show again what the kernel says. */
  revert(): void {
    const keys = [...this.#meanwhile.keys()];
    this.#meanwhile.clear();
    this.#announce(keys);
  }

  on(key: keyof T & string, handler: () => void): Stop {
    const changed = (): void => {
      this.#meanwhile.delete(key);
      handler();
    };
    const handlers = this.#handlers.get(key) ?? new Set();
    this.#handlers.set(key, handlers.add(handler));
    this.#model.on(`change:${key}`, changed);
    return () => {
      this.#model.off(`change:${key}`, changed);
      handlers.delete(handler);
    };
  }

  #announce(keys: readonly string[]): void {
    for (const key of keys) for (const handler of [...(this.#handlers.get(key) ?? [])]) handler();
  }
}

/** ms after which a kernel that has not answered counts as busy anyway. */
const PATIENCE = 3000;

/**
 * Make the default export that anywidget expects.
 *
 * @param mount - The panel.
 * @param kernelOwned - Traits that only the kernel writes: a change of one shows that it lives.
 * @param patience - How many ms the kernel may take to answer before the store is asked.
 */
export function asWidget<T>(mount: Mount<T>, kernelOwned: readonly (keyof T & string)[], patience = PATIENCE) {
  return {
    render({ model, el }: RenderContext): Stop {
      const state = new ModelState<T>(model);
      const comm = new CommCarrier(model, el, kernelOwned);
      const carrier = new SwitchingCarrier(comm, behindJupyter((model.get("store") as string | undefined) ?? ""), patience, () => {
        state.revert();
      });
      const open: Host<T>["open"] = async (panel, run_ids, address) => {
        const place = carrier.address(address);
        if (place === null) await carrier.call("kernel/open", { panel, run_ids });
        else window.open(place);
      };
      const show = hideStatic(String(model.get("uid")), el.ownerDocument);
      const unmount = mount({ el, state, carrier, open, addresses: false });
      return () => {
        unmount();
        show();
        carrier.close();
      };
    },
  };
}

const UID = /^[0-9a-f]+$/;

/** The rule that hides the static output and its area, or null for an invalid uid. */
export function hidingRule(uid: string): string | null {
  if (!UID.test(uid)) return null;
  const output = `[data-nbtrack-static="${uid}"]`;
  return `${output}, .jp-OutputArea-child:has(${output}) { display: none !important; }`;
}

export function hideStatic(uid: string, document: Document): Stop {
  const rule = hidingRule(uid);
  if (rule === null) return () => undefined;
  const style = document.createElement("style");
  style.textContent = rule;
  document.head.append(style);
  return () => {
    style.remove();
  };
}
