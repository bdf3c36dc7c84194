// The source over the REST API: each kind of request is answered by one or more endpoints.

import type { Api } from "../page/api.ts";
import { type Liveness, type Message, type Source, SourceError, type Stop } from "../source.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each answer knows what its panel sends
export type Answers = Readonly<Record<string, (payload: any) => Promise<Message> | Message>>;

/** An answer that says no more than that it is done. */
export const DONE: Message = { content: {}, buffers: [] };

export class RestSource implements Source {
  readonly who = "Server";
  readonly remark: string;
  readonly #api: Api;
  readonly #answers: Answers;

  constructor(api: Api, answers: Answers) {
    this.#api = api;
    this.remark = api.remark;
    this.#answers = answers;
  }

  get liveness(): Liveness {
    return this.#api.liveness;
  }

  async request(kind: string, payload: object): Promise<Message> {
    const answer = this.#answers[kind];
    if (!answer) throw new SourceError(`unknown request ${kind}`, "refused");
    return await answer(payload);
  }

  /** The server sends nothing of its own accord; who shows something asks again when the store's mark has changed. */
  onPush(): Stop {
    return () => undefined;
  }

  onLiveness(handler: (liveness: Liveness) => void): Stop {
    return this.#api.onLiveness(handler);
  }

  check(): void {
    this.#api.check();
  }

  close(): void {
    // There is nothing to let go of: each request stands for itself.
  }
}
