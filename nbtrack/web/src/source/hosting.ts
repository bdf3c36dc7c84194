// A panel that stands on its kernel, and on the store behind Jupyter's server while the kernel does not answer.

import type { Api } from "../page/api.ts";
import type { Host, Mount, State } from "../panel.ts";
import type { Source, Stop } from "../source.ts";
import { offered } from "./jupyter.ts";

/** Draws a panel over REST, as the state of the kernel's says that it looked. */
export type Served<T> = (el: HTMLElement, api: Api, state: State<T>) => Stop;

const GONE = "Kernel gone: reading the store";
const BUSY = "Kernel busy: reading the store";

/** Mount a panel, and mount it anew on the other side each time that the kernel falls silent or is back. */
export function hosted<T>(host: Host<T>, store: string, mount: Mount<T>, served: Served<T>): Stop {
  const { el, state, source } = host;
  let unmount = mount(host);
  let isAway = false;
  let asked = 0;

  const leave = async (remark: string): Promise<void> => {
    const mine = ++asked;
    const api = await offered(store, remark);
    if (api === null || mine !== asked || isAway) return;
    unmount();
    unmount = served(el, api, state);
    isAway = true;
  };
  const comeBack = (): void => {
    asked++;
    if (!isAway) return;
    unmount();
    unmount = mount(host);
    isAway = false;
  };
  const stop = source.onLiveness((liveness) => {
    if (liveness === "live") comeBack();
    else void leave(liveness === "gone" ? GONE : BUSY);
  });
  return () => {
    asked++;
    stop();
    unmount();
  };
}

/** A source that asks the kernel, and the store when the kernel has not answered for a while. */
export class PatientSource implements Source {
  readonly #kernel: Source;
  readonly #store: () => Promise<Source | null>;
  readonly #patience: number;

  constructor(kernel: Source, store: () => Promise<Source | null>, patience: number) {
    this.#kernel = kernel;
    this.#store = store;
    this.#patience = patience;
  }

  get liveness(): Source["liveness"] {
    return this.#kernel.liveness;
  }

  async request(kind: string, payload: object): ReturnType<Source["request"]> {
    const asked = this.#kernel.request(kind, payload);
    const first = await Promise.race([settled(asked), after(this.#patience)]);
    const store = first === "answered" ? null : await this.#store();
    return store === null ? asked : store.request(kind, payload);
  }

  onPush(handler: Parameters<Source["onPush"]>[0]): Stop {
    return this.#kernel.onPush(handler);
  }

  onLiveness(handler: Parameters<Source["onLiveness"]>[0]): Stop {
    return this.#kernel.onLiveness(handler);
  }

  check(): void {
    this.#kernel.check();
  }

  close(): void {
    this.#kernel.close();
  }
}

function settled(promise: Promise<unknown>): Promise<"answered" | "failed"> {
  return promise.then(
    () => "answered",
    () => "failed",
  );
}

function after(milliseconds: number): Promise<"late"> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve("late");
    }, milliseconds);
  });
}
