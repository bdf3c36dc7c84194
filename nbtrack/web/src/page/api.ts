// The REST API below the page's own address, and whether it answers.

import { type Liveness, type Message, SourceError, type Stop } from "../source.ts";

export type Json = Readonly<Record<string, unknown>>;

const MLFLOW = "api/2.0/mlflow/";
const OURS = "api/2.0/nbtrack/";
const NEWLINE = 10;

/** A refusal, with what the server says besides its message. */
export class Refusal extends SourceError {
  readonly body: Json;

  constructor(message: string, body: Json) {
    super(message, "refused");
    this.body = body;
  }
}

export class Api {
  liveness: Liveness = "live";
  readonly base: string;
  readonly remark: string;
  readonly #handlers = new Set<(liveness: Liveness) => void>();

  /**
   * @param base - The address that the endpoints are below.
   * @param remark - What is said of it while it answers.
   */
  constructor(base: string, remark = "") {
    this.base = base;
    this.remark = remark;
  }

  onLiveness(handler: (liveness: Liveness) => void): Stop {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  /** Read by an endpoint of MLflow's API. */
  async get(path: string, query: Readonly<Record<string, string>>): Promise<Json> {
    return jsonOf(await this.#fetch(this.#address(MLFLOW + path, query)));
  }

  /** Do what an endpoint of MLflow's API does. */
  async post(path: string, body: object): Promise<Json> {
    return jsonOf(await this.#fetch(this.#address(MLFLOW + path), written(body)));
  }

  /** Read by an endpoint of nbtrack's own. */
  async read(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    return jsonOf(await this.#fetch(this.#address(OURS + path, query)));
  }

  /** Ask an endpoint of nbtrack's own. */
  async ask(path: string, body: object): Promise<Json> {
    return jsonOf(await this.#fetch(this.#address(OURS + path), written(body)));
  }

  /** Ask for JSON and bytes: one line, and what comes after it. */
  async packed(path: string, body: object | null, query: Readonly<Record<string, string>> = {}): Promise<Message> {
    const response = await this.#fetch(this.#address(OURS + path, query), body === null ? {} : written(body));
    return unpacked(await response.arrayBuffer());
  }

  /** Ask for a file. */
  async file(path: string, body: object): Promise<Message> {
    const response = await this.#fetch(this.#address(OURS + path), written(body));
    const name = nameOf(response.headers.get("Content-Disposition") ?? "");
    return { content: { name }, buffers: [new DataView(await response.arrayBuffer())] };
  }

  async send(path: string, query: Readonly<Record<string, string>>, file: Blob): Promise<Json> {
    return jsonOf(await this.#fetch(this.#address(OURS + path, query), writes("application/zip", file)));
  }

  /** Where an artifact that is a page comes from, for a frame: the server has it do nothing. */
  shown(run: string, path: string): string {
    return this.#address("get-artifact", { run_id: run, path, preview: "1" });
  }

  /** Where the bytes of an artifact come from. */
  artifact(run: string, path: string): string {
    return this.#address("get-artifact", { run_id: run, path });
  }

  /** Where an endpoint of nbtrack's own is, for a link or a frame. */
  place(path: string, query: Readonly<Record<string, string>>): string {
    return this.#address(OURS + path, query);
  }

  check = (): void => {
    if (this.liveness === "gone") void this.read("mark").catch(() => undefined);
  };

  async #fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...init }).catch(() => null);
    if (response === null) {
      this.#become("gone");
      throw new SourceError("the server does not answer", "gone");
    }
    this.#become("live");
    if (!response.ok) throw await refusalOf(response);
    return response;
  }

  #address(path: string, query: Readonly<Record<string, string>> = {}): string {
    const url = new URL(path, this.base);
    url.hash = "";
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  #become(liveness: Liveness): void {
    if (liveness === this.liveness) return;
    this.liveness = liveness;
    for (const handler of [...this.#handlers]) handler(liveness);
  }
}

function written(body: object): RequestInit {
  return writes("application/json", JSON.stringify(body));
}

/** Behind a Jupyter server, what writes shows that it comes from a page of that server. */
function writes(type: string, body: BodyInit): RequestInit {
  const [, shown] = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie) ?? [];
  const headers = { "Content-Type": type, ...(shown === undefined ? {} : { "X-XSRFToken": shown }) };
  return { method: "POST", headers, body };
}

async function jsonOf(response: Response): Promise<Json> {
  return (await response.json()) as Json;
}

async function refusalOf(response: Response): Promise<Refusal> {
  const body = (await response.json().catch(() => ({}))) as Json;
  const said = typeof body.message === "string" ? body.message : `the server answered ${response.status}`;
  return new Refusal(said, body);
}

/** One line of JSON, and the bytes behind it. */
export function unpacked(buffer: ArrayBuffer): Message {
  const bytes = new Uint8Array(buffer);
  const end = bytes.indexOf(NEWLINE);
  const content = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Json;
  return { content, buffers: end + 1 < bytes.length ? [new DataView(buffer, end + 1)] : [] };
}

function nameOf(disposition: string): string {
  const [, name = "file"] = /filename\*=UTF-8''([^;]+)/.exec(disposition) ?? [];
  return decodeURIComponent(name);
}
