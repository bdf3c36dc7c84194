// What a panel stands on, whoever hosts it: an element, its state, and what carries its requests; whether anybody can
// see it, and the notice that nobody answers.

import type { Carrier, Liveness, Stop } from "../carrier/carrier.ts";
import { h, listen, setText } from "./dom.ts";

export interface State<T> {
  get<K extends keyof T & string>(key: K): T[K];
  /** Set what the reader has chosen, and share it. */
  set<K extends keyof T & string>(key: K, value: T[K]): void;
  /** Take over what an endpoint has answered, and keep it to this page. */
  put(changes: Partial<T>): void;
  /** Handle every change of a key, whichever side made it. */
  on(key: keyof T & string, handler: () => void): Stop;
}

export interface Host<T> {
  readonly el: HTMLElement;
  readonly state: State<T>;
  readonly carrier: Carrier;
  /**
   * Open another panel about some runs.
   *
   * @param address - Where the Tracking UI shows it, behind the #.
   */
  open(panel: string, runs: readonly string[], address: string): Promise<void>;
  /** Whether links may lead to such addresses. */
  readonly addresses: boolean;
}

/** Draws the panel into the host's element and returns what takes it down again. */
export type Mount<T> = (host: Host<T>) => Stop;

/** Undo in reverse order of doing. */
export function stopAll(stops: Stop[]): Stop {
  return () => {
    for (const stop of stops.splice(0).reverse()) stop();
  };
}

export class LocalState<T extends object> implements State<T> {
  #values: T;
  readonly #handlers = new Map<keyof T, Set<() => void>>();

  constructor(values: T) {
    this.#values = values;
  }

  get<K extends keyof T & string>(key: K): T[K] {
    return this.#values[key];
  }

  set<K extends keyof T & string>(key: K, value: T[K]): void {
    const change: Partial<T> = {};
    change[key] = value;
    this.put(change);
  }

  put(changes: Partial<T>): void {
    const changed = (Object.keys(changes) as (keyof T)[]).filter((key) => !isSame(this.#values[key], changes[key]));
    this.#values = { ...this.#values, ...changes };
    for (const key of changed) for (const handler of [...(this.#handlers.get(key) ?? [])]) handler();
  }

  on(key: keyof T & string, handler: () => void): Stop {
    const handlers = this.#handlers.get(key) ?? new Set();
    this.#handlers.set(key, handlers.add(handler));
    return () => handlers.delete(handler);
  }
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (ArrayBuffer.isView(one) || ArrayBuffer.isView(other)) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

export class Visibility {
  #inView = true;
  readonly #observer: IntersectionObserver;
  readonly #root: HTMLElement;
  readonly #changed: (visible: boolean) => void;

  constructor(
    root: HTMLElement,
    changed: (visible: boolean) => void,
  ) {
    this.#root = root;
    this.#changed = changed;
    this.#observer = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1)?.isIntersecting ?? true;
      this.#notify();
    });
    this.#observer.observe(root);
    root.ownerDocument.addEventListener("visibilitychange", this.#notify);
  }

  get visible(): boolean {
    return this.#inView && !this.#root.ownerDocument.hidden;
  }

  stop: Stop = () => {
    this.#observer.disconnect();
    this.#root.ownerDocument.removeEventListener("visibilitychange", this.#notify);
  };

  #notify = (): void => {
    this.#changed(this.visible);
  };
}

function statusText(liveness: Liveness, { who, remark }: Carrier): string {
  return liveness === "live" ? remark : `${who} ${liveness}: showing the last data`;
}

export interface Notice {
  readonly el: HTMLElement;
  readonly stop: Stop;
}

/** Show whether the other side answers; `gone` is called with whether controls that need it have to be disabled. */
export function kernelNotice(
  root: HTMLElement,
  carrier: Carrier,
  gone: (isGone: boolean) => void,
): Notice {
  const el = h("span", { class: "nbt-notice", role: "status" });
  const show = (liveness: Liveness): void => {
    const said = statusText(liveness, carrier);
    setText(el, said);
    el.title = said;
    root.dataset.nbtKernel = liveness;
    gone(liveness === "gone");
  };
  const check = (): void => {
    carrier.check();
  };
  const stop = stopAll([
    carrier.onLiveness(show),
    listen(root, "pointerenter", check),
    listen(root, "focusin", check),
  ]);
  show(carrier.liveness);
  return { el, stop };
}
