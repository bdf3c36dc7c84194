// The source over a widget's comm.
//
// request  {id, kind, payload}
// answer   {id, kind: "reply", payload} with buffers, or {id, kind: "error", message}
// push     any message without an id

import type { AnyModel } from "./anywidget.ts";
import { commLives, isBusy, isGone } from "./kernel.ts";
import { type Liveness, type Message, type Source, SourceError, type Stop } from "./source.ts";

interface Waiting {
  resolve(message: Message): void;
  reject(error: SourceError): void;
  readonly timers: readonly ReturnType<typeof setTimeout>[];
}

export interface Patience {
  /** After so many ms without an answer the kernel counts as busy. */
  readonly busy: number;
  /** After so many ms the request is given up. */
  readonly timeout: number;
}

const PATIENCE: Patience = { busy: 3_000, timeout: 60_000 };

type Content = Readonly<Record<string, unknown>>;

export class CommSource implements Source {
  liveness: Liveness = "live";
  readonly #waiting = new Map<string, Waiting>();
  readonly #pushHandlers = new Set<(message: Message) => void>();
  readonly #livenessHandlers = new Set<(liveness: Liveness) => void>();
  readonly #prefix = Math.random().toString(36).slice(2);
  readonly #listeners: readonly [string, (...args: never[]) => void][];
  #sent = 0;
  #unanswered = false;
  #disconnected = false;
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
      ...kernelOwned.map((key): [string, () => void] => [`change:${key}`, this.#heard]),
    ];
    for (const [event, handler] of this.#listeners) model.on(event, handler);
    this.check();
  }

  request(kind: string, payload: object): Promise<Message> {
    this.check();
    if (this.liveness === "gone") return Promise.reject(goneError());
    const id = `${this.#prefix}-${++this.#sent}`;
    return new Promise((resolve, reject) => {
      const timers = [
        setTimeout(this.#grewSlow, this.#patience.busy),
        setTimeout(() => {
          this.#giveUp(id);
        }, this.#patience.timeout),
      ];
      this.#waiting.set(id, { resolve, reject, timers });
      try {
        this.#model.send({ id, kind, payload });
      } catch {
        this.#become("gone");
      }
    });
  }

  onPush(handler: (message: Message) => void): Stop {
    this.#pushHandlers.add(handler);
    return () => this.#pushHandlers.delete(handler);
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
    for (const [event, handler] of this.#listeners) this.#model.off(event, handler);
    this.#rejectAll(goneError());
    this.#pushHandlers.clear();
    this.#livenessHandlers.clear();
  }

  #receive = (content: Content, buffers: readonly DataView[] = []): void => {
    if (typeof content.id !== "string") {
      this.#heard();
      for (const handler of this.#pushHandlers) handler({ content, buffers });
      return;
    }
    const waiting = this.#take(content.id);
    if (!waiting) return;
    this.#heard();
    if (content.kind === "error") waiting.reject(refusal(content.message));
    else waiting.resolve({ content: content.payload as Content, buffers });
  };

  get #isGone(): boolean {
    return this.#disconnected || isGone(this.#model, this.#el);
  }

  #commChanged = (view: unknown): void => {
    this.#disconnected = !commLives(view);
    this.check();
  };

  #heard = (): void => {
    this.#unanswered = false;
    this.#disconnected = false;
    this.#become("live");
  };

  #grewSlow = (): void => {
    this.#become(this.#isGone ? "gone" : "busy");
  };

  #giveUp(id: string): void {
    const waiting = this.#take(id);
    this.#unanswered = true;
    this.#become(isBusy(this.#model) ? "busy" : "gone");
    waiting?.reject(new SourceError("the kernel did not answer", "timeout"));
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

  #rejectAll(error: SourceError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }
}

/** A handler that hears on whom it is called. */
function onView(handler: (view: unknown) => void): (this: unknown) => void {
  return function (this: unknown) {
    handler(this);
  };
}

function goneError(): SourceError {
  return new SourceError("the kernel is gone", "gone");
}

function refusal(message: unknown): SourceError {
  return new SourceError(typeof message === "string" ? message : "refused", "refused");
}
