// The carrier over HTTP: the page of a server, and the server behind Jupyter's.

import { type Carrier, CarrierError, type Endpoint, type Json, type KernelEndpoint, type Liveness, type Message, METHODS, refusal, type Stop } from "./carrier.ts";

const API = "api/2.0/";
const NEWLINE = 10;
/** ms between two requests for the store's mark. */
const POLL = 1500;

type Query = Readonly<Record<string, string>>;

export class HttpCarrier implements Carrier {
  readonly who = "Server";
  readonly sharesState = false;
  readonly ending = "";
  liveness: Liveness = "live";
  readonly #base: string;
  readonly remark: string;
  readonly #livenessHandlers = new Set<(liveness: Liveness) => void>();
  readonly #eventHandlers = new Set<(message: Message) => void>();
  #mark: unknown = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param base - The address that the endpoints are below. */
  constructor(base: string, remark = "") {
    this.#base = base;
    this.remark = remark;
    document.addEventListener("visibilitychange", this.#poll);
  }

  /** Whether the server answers; changes are noticed from this moment on. */
  async ready(): Promise<boolean> {
    const answer = await this.call("nbtrack/mark", {}).catch(() => null);
    this.#mark = answer?.content.mark ?? null;
    return this.#mark !== null;
  }

  async call(endpoint: Endpoint | KernelEndpoint, args: object): Promise<Message> {
    if (!(endpoint in METHODS)) throw new CarrierError("This needs the kernel", "refused");
    const isGet = METHODS[endpoint as Endpoint] === "GET";
    const url = this.address(API + endpoint, isGet ? (args as Query) : {});
    return messageIn(await this.#fetch(url, isGet ? {} : post("application/json", JSON.stringify(args))));
  }

  download(run_id: string, path: string): Promise<void> {
    saveFrom(this.address("get-artifact", { run_id, path }));
    return Promise.resolve();
  }

  /** The server sends it with a policy that allows it nothing. */
  frameAddress(run_id: string, path: string): string {
    return this.address("get-artifact", { run_id, path, preview: "1" });
  }

  /** Upload a run that was exported. */
  async upload(experiment_id: string, file: Blob): Promise<Json> {
    const url = this.address(`${API}nbtrack/runs/import`, { experiment_id });
    return (await messageIn(await this.#fetch(url, post("application/zip", file)))).content;
  }

  /** Download a run with its histories and artifacts. */
  downloadRun(run_id: string): void {
    saveFrom(this.address(`${API}nbtrack/runs/package`, { run_id }));
  }

  address(path: string, query: Query = {}): string {
    const url = new URL(path, this.#base);
    url.hash = "";
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  /** While the page is visible, the store's mark is polled: it differs once anything was recorded. */
  onEvent(handler: (message: Message) => void): Stop {
    this.#eventHandlers.add(handler);
    this.#poll();
    return () => this.#eventHandlers.delete(handler);
  }

  onLiveness(handler: (liveness: Liveness) => void): Stop {
    this.#livenessHandlers.add(handler);
    return () => this.#livenessHandlers.delete(handler);
  }

  check = (): void => {
    if (this.liveness === "gone") void this.call("nbtrack/mark", {}).catch(() => undefined);
  };

  close(): void {
    document.removeEventListener("visibilitychange", this.#poll);
    this.#eventHandlers.clear();
    clearTimeout(this.#timer);
  }

  #poll = (): void => {
    clearTimeout(this.#timer);
    if (document.hidden || this.#eventHandlers.size === 0) return;
    this.#timer = setTimeout(() => void this.#compareMarks(), POLL);
  };

  async #compareMarks(): Promise<void> {
    const before = this.#mark;
    // While the server does not answer, panels say so; it is asked again all the same.
    if (!(await this.ready())) this.#mark = before;
    if (before !== null && this.#mark !== before) {
      for (const handler of [...this.#eventHandlers]) handler({ content: { event: "changed" }, buffers: [] });
    }
    this.#poll();
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...init }).catch(() => null);
    this.#become(response === null ? "gone" : "live");
    if (response === null) throw new CarrierError("The server does not answer", "gone");
    if (!response.ok) throw refusal(await response.json().catch(() => null), `The server answered ${response.status}`);
    return response;
  }

  #become(liveness: Liveness): void {
    if (liveness === this.liveness) return;
    this.liveness = liveness;
    for (const handler of [...this.#livenessHandlers]) handler(liveness);
  }
}

/** Behind a Jupyter server, a header shows that a request comes from a page of that server. */
function post(type: string, body: BodyInit): RequestInit {
  const [, token] = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie) ?? [];
  const headers = { "Content-Type": type, ...(token === undefined ? {} : { "X-XSRFToken": token }) };
  return { method: "POST", headers, body };
}

async function messageIn(response: Response): Promise<Message> {
  const type = response.headers.get("Content-Type") ?? "";
  const [, name] = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
  if (name !== undefined) {
    return { content: { name: decodeURIComponent(name), type }, buffers: [new DataView(await response.arrayBuffer())] };
  }
  if (type.startsWith("application/octet-stream")) return unpacked(await response.arrayBuffer());
  return { content: (await response.json()) as Json, buffers: [] };
}

/** One line of JSON, and the bytes behind it. */
export function unpacked(buffer: ArrayBuffer): Message {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(NEWLINE);
  const content = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Json;
  return { content, buffers: end + 1 < bytes.length ? [new DataView(buffer, end + 1)] : [] };
}

function saveFrom(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}
