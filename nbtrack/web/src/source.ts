// Where a panel's data comes from: the kernel's comm in a notebook, the REST API on a page.

export interface Message {
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly DataView[];
}

export type Stop = () => void;

/** live: it answers; busy: it is there but has not answered yet; gone: it will not answer. */
export type Liveness = "live" | "busy" | "gone";

export interface Source {
  /** Who answers; without a name it is the kernel. */
  readonly who?: string;
  /** What is said while it answers. */
  readonly remark?: string;
  readonly liveness: Liveness;
  /** Ask once; rejects with a SourceError when nobody answers or the answer is a refusal. */
  request(kind: string, payload: object): Promise<Message>;
  /** Hear what the other side sends of its own accord. */
  onPush(handler: (message: Message) => void): Stop;
  onLiveness(handler: (liveness: Liveness) => void): Stop;
  /** Look again whether the other side is there. */
  check(): void;
  close(): void;
}

export class SourceError extends Error {
  constructor(
    message: string,
    readonly reason: "gone" | "timeout" | "refused",
  ) {
    super(message);
    this.name = "SourceError";
  }
}
