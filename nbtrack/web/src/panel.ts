// What a panel stands on, whoever hosts it: an element, shared state and a source of data.

import type { Source, Stop } from "./source.ts";

export interface State<T> {
  get<K extends keyof T & string>(key: K): T[K];
  /** Set and send in one step. */
  set<K extends keyof T & string>(key: K, value: T[K]): void;
  /** Hear every change of a key, whichever side made it. */
  on(key: keyof T & string, handler: () => void): Stop;
}

export interface Host<T> {
  readonly el: HTMLElement;
  readonly state: State<T>;
  readonly source: Source;
}

/** Draws the panel into the host's element and returns what takes it down again. */
export type Mount<T> = (host: Host<T>) => Stop;

/** Undo in reverse order of doing. */
export function stopAll(stops: Stop[]): Stop {
  return () => {
    for (const stop of stops.splice(0).reverse()) stop();
  };
}
