// The state of a panel that has no kernel to share it with.

import type { State } from "../panel.ts";
import type { Stop } from "../source.ts";

export class LocalState<T extends object> implements State<T> {
  #values: T;
  readonly #handlers = new Map<keyof T, Set<() => void>>();
  readonly #chosen: (key: keyof T & string) => void;

  /** @param chosen - Hears what the reader sets, and not what the host puts. */
  constructor(values: T, chosen: (key: keyof T & string) => void) {
    this.#values = values;
    this.#chosen = chosen;
  }

  get<K extends keyof T & string>(key: K): T[K] {
    return this.#values[key];
  }

  set<K extends keyof T & string>(key: K, value: T[K]): void {
    if (same(this.#values[key], value)) return;
    this.#values = { ...this.#values, [key]: value };
    this.#tell(key);
    this.#chosen(key);
  }

  /** Change several at once, as the host. */
  put(changes: Partial<T>): void {
    const changed = (Object.keys(changes) as (keyof T)[]).filter((key) => !same(this.#values[key], changes[key]));
    this.#values = { ...this.#values, ...changes };
    for (const key of changed) this.#tell(key);
  }

  on(key: keyof T & string, handler: () => void): Stop {
    const handlers = this.#handlers.get(key) ?? new Set();
    this.#handlers.set(key, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  #tell(key: keyof T): void {
    for (const handler of [...(this.#handlers.get(key) ?? [])]) handler();
  }
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (ArrayBuffer.isView(one) || ArrayBuffer.isView(other)) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
