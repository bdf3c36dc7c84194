// The carrier over a widget's comm, and what the page can tell about the kernel without asking it.
//
// request  {id, endpoint, arguments}
// reply    {id, result} with buffers, or {id, error}
// event    {event, …}, without an id

import type { AnyModel } from "../ui/anywidget.ts";
import { download } from "../ui/dom.ts";
import { type Carrier, CarrierError, type Json, type Liveness, type Message, refusal, type Stop } from "./carrier.ts";

interface Waiting {
  resolve(message: Message): void;
  reject(error: CarrierError): void;
  readonly timers: readonly ReturnType<typeof setTimeout>[];
}

export interface Patience {
  /** After so many ms without an answer the kernel counts as busy. */
  readonly busy: number;
  /** After so many ms the request is given up. */
  readonly timeout: number;
}

const PATIENCE: Patience = { busy: 3_000, timeout: 60_000 };

export class CommCarrier implements Carrier {
  readonly who = "Kernel";
  readonly remark = "";
  readonly sharesState = true;
  liveness: Liveness = "live";
  readonly #waiting = new Map<string, Waiting>();
  readonly #eventHandlers = new Set<(message: Message) => void>();
  readonly #livenessHandlers = new Set<(liveness: Liveness) => void>();
  readonly #prefix = Math.random().toString(36).slice(2);
  readonly #listeners: readonly [string, (...args: never[]) => void][];
  #sent = 0;
  #unanswered = false;
  #disconnected = false;
  #restarted = false;
  readonly #unfollow: Stop;
  readonly #model: AnyModel;
  readonly #el: HTMLElement;
  readonly #patience: Patience;

  constructor(
    model: AnyModel,
    el: HTMLElement,
    kernelOwned: readonly string[],
    patience: Patience = PATIENCE,
  ) {
    this.#model = model;
    this.#el = el;
    this.#patience = patience;
    this.#listeners = [
      ["msg:custom", this.#receive],
      ["comm_live_update", onView(this.#commChanged)],
      ...kernelOwned.map((key): [string, () => void] => [`change:${key}`, this.#sawLife]),
    ];
    for (const [event, handler] of this.#listeners) model.on(event, handler);
    this.#unfollow = followKernel(model, this.#kernelChanged);
    this.check();
  }

  get ending(): string {
    if (this.liveness !== "gone") return "";
    return this.#restarted ? "kernel restarted" : "kernel stopped";
  }

  call(endpoint: string, args: object): Promise<Message> {
    this.check();
    if (this.liveness === "gone") return Promise.reject(goneError());
    const id = `${this.#prefix}-${++this.#sent}`;
    return new Promise((resolve, reject) => {
      const timers = [
        setTimeout(this.#becomeSlow, this.#patience.busy),
        setTimeout(() => {
          this.#giveUp(id);
        }, this.#patience.timeout),
      ];
      this.#waiting.set(id, { resolve, reject, timers });
      try {
        this.#model.send({ id, endpoint, arguments: args });
      } catch {
        this.#become("gone");
      }
    });
  }

  async download(run_id: string, path: string): Promise<void> {
    const { content, buffers } = await this.call("kernel/artifact", { run_id, path });
    if (buffers[0]) download(String(content.name), buffers[0] as DataView<ArrayBuffer>, "application/octet-stream");
  }

  frameAddress(): null {
    return null;
  }

  onEvent(handler: (message: Message) => void): Stop {
    this.#eventHandlers.add(handler);
    return () => this.#eventHandlers.delete(handler);
  }

  onLiveness(handler: (liveness: Liveness) => void): Stop {
    this.#livenessHandlers.add(handler);
    return () => this.#livenessHandlers.delete(handler);
  }

  check = (): void => {
    if (this.#isGone) this.#become("gone");
    else if (this.liveness === "gone" && !this.#unanswered) this.#become("live");
  };

  close(): void {
    this.#unfollow();
    for (const [event, handler] of this.#listeners) this.#model.off(event, handler);
    this.#rejectAll(goneError());
    this.#eventHandlers.clear();
    this.#livenessHandlers.clear();
  }

  #receive = (content: Json, buffers: readonly DataView[] = []): void => {
    if (typeof content.id !== "string") {
      this.#sawLife();
      for (const handler of this.#eventHandlers) handler({ content, buffers });
      return;
    }
    const waiting = this.#take(content.id);
    if (!waiting) return;
    this.#sawLife();
    if (content.error !== undefined) waiting.reject(refusal(content.error, "The kernel refused the request"));
    else waiting.resolve({ content: content.result as Json, buffers });
  };

  get #isGone(): boolean {
    return this.#restarted || this.#disconnected || isGone(this.#model, this.#el);
  }

  #commChanged = (view: unknown): void => {
    this.#disconnected = !commLives(view);
    this.check();
  };

  /** A kernel that restarts does not know this comm, though it will soon answer others. */
  #kernelChanged = (): void => {
    if (RESTARTING.has(managerOf(this.#model)?.kernel?.status)) this.#restarted = true;
    this.check();
  };

  #sawLife = (): void => {
    this.#unanswered = false;
    this.#disconnected = this.#restarted = false;
    this.#become("live");
  };

  #becomeSlow = (): void => {
    this.#become(this.#isGone ? "gone" : "busy");
  };

  #giveUp(id: string): void {
    const waiting = this.#take(id);
    this.#unanswered = true;
    this.#become(isBusy(this.#model) ? "busy" : "gone");
    waiting?.reject(new CarrierError("The kernel did not answer", "timeout"));
  }

  #become(liveness: Liveness): void {
    if (liveness === "gone") this.#rejectAll(goneError());
    if (liveness === this.liveness) return;
    this.liveness = liveness;
    for (const handler of this.#livenessHandlers) handler(liveness);
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.timers.forEach(clearTimeout);
    return waiting;
  }

  #rejectAll(error: CarrierError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }
}

/** A handler that is passed what it is called on. */
function onView(handler: (view: unknown) => void): (this: unknown) => void {
  return function (this: unknown) {
    handler(this);
  };
}

function goneError(): CarrierError {
  return new CarrierError("The kernel is gone", "gone");
}

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
const RESTARTING = new Set<unknown>(["restarting", "autorestarting"]);
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
 * Of a host that does not show its view, the event alone is a sign that something is wrong.
 */
export function commLives(view: unknown): boolean {
  const { model } = (view ?? {}) as { model?: { comm_live?: unknown } };
  return model?.comm_live === true;
}

/** Tell whether the kernel is known to be at work on something else. */
export function isBusy(model: AnyModel): boolean {
  return managerOf(model)?.kernel?.status === "busy";
}

/** Handle every sign that the kernel may have gone or come back, from hosts that give one. */
export function followKernel(model: AnyModel, handler: () => void): Stop {
  const kernel = managerOf(model)?.kernel;
  const signals = [kernel?.statusChanged, kernel?.disposed].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.connect(handler);
  return () => {
    for (const signal of signals) signal.disconnect(handler);
  };
}
