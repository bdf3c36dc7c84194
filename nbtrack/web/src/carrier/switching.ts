// The carrier of a panel in a notebook: the comm of its kernel, and while the kernel does not answer, HTTP to the
// store behind Jupyter's server. The panel notices nothing but the change of carrier.

import { type Carrier, changes, type Endpoint, isCarrierError, type KernelEndpoint, type Liveness, type Message, type Stop } from "./carrier.ts";
import { HttpCarrier } from "./http.ts";

/** Reaches the store without the kernel; null when nobody offers it. */
export type Reach = (remark: string) => Promise<HttpCarrier | null>;

const REMARKS = { gone: "Kernel gone: reading the store", busy: "Kernel busy: reading the store" } as const;
const CONFIGURATION = "jupyter-config-data";
const CHANGED: Message = { content: { event: "changed" }, buffers: [] };

export class SwitchingCarrier implements Carrier {
  readonly #comm: Carrier;
  readonly #reach: Reach;
  readonly #patience: number;
  readonly #returned: () => void;
  readonly #stop: Stop;
  readonly #eventHandlers = new Set<(message: Message) => void>();
  readonly #livenessHandlers = new Set<(liveness: Liveness) => void>();
  #http: HttpCarrier | null = null;
  #switches = 0;

  /**
   * @param patience - How many ms the kernel may take to answer before the store is asked.
   * @param returned - Called when the kernel answers again.
   */
  constructor(comm: Carrier, reach: Reach, patience: number, returned: () => void) {
    this.#comm = comm;
    this.#reach = reach;
    this.#patience = patience;
    this.#returned = returned;
    const stops = [
      comm.onEvent(this.#forward),
      comm.onLiveness((liveness) => {
        if (liveness === "live") this.#return();
        else void this.#leave(liveness);
        this.#announce();
      }),
    ];
    this.#stop = () => {
      for (const stop of stops) stop();
    };
    if (comm.liveness !== "live") void this.#leave(comm.liveness);
  }

  get #current(): Carrier {
    return this.#http ?? this.#comm;
  }

  get who(): Carrier["who"] {
    return this.#current.who;
  }

  get remark(): string {
    return this.#current.remark;
  }

  get liveness(): Liveness {
    return this.#current.liveness;
  }

  get ending(): string {
    return this.#comm.ending;
  }

  get sharesState(): boolean {
    return this.#current.sharesState;
  }

  async call(endpoint: Endpoint | KernelEndpoint, args: object): Promise<Message> {
    if (this.#http !== null && !endpoint.startsWith("kernel/")) return this.#http.call(endpoint, args);
    const asked = this.#comm.call(endpoint, args);
    if (endpoint.startsWith("kernel/") || changes(endpoint)) return asked;
    const outcome = await Promise.race([outcomeOf(asked), after(this.#patience)]);
    const http = outcome === "answered" ? null : await this.#reach("");
    if (http === null) return asked;
    return http.call(endpoint, args).finally(() => {
      http.close();
    });
  }

  download(run: string, path: string): Promise<void> {
    return this.#current.download(run, path);
  }

  frameAddress(run: string, path: string): string | null {
    return this.#current.frameAddress(run, path);
  }

  /** An address of the Tracking UI, while the store is reached over HTTP. */
  address(path: string): string | null {
    return this.#http === null ? null : this.#http.address("") + path;
  }

  onEvent(handler: (message: Message) => void): Stop {
    this.#eventHandlers.add(handler);
    return () => this.#eventHandlers.delete(handler);
  }

  onLiveness(handler: (liveness: Liveness) => void): Stop {
    this.#livenessHandlers.add(handler);
    return () => this.#livenessHandlers.delete(handler);
  }

  check(): void {
    this.#comm.check();
    this.#http?.check();
  }

  close(): void {
    this.#switches++;
    this.#stop();
    this.#http?.close();
    this.#comm.close();
    this.#eventHandlers.clear();
    this.#livenessHandlers.clear();
  }

  #forward = (message: Message): void => {
    for (const handler of [...this.#eventHandlers]) handler(message);
  };

  #announce = (): void => {
    for (const handler of [...this.#livenessHandlers]) handler(this.liveness);
  };

  async #leave(liveness: "gone" | "busy"): Promise<void> {
    const mine = ++this.#switches;
    const http = await this.#reach(REMARKS[liveness]);
    if (mine !== this.#switches || http === null) {
      http?.close();
      return;
    }
    this.#http?.close();
    this.#http = http;
    http.onEvent(this.#forward);
    http.onLiveness(this.#announce);
    this.#announce();
    this.#forward(CHANGED);
  }

  #return(): void {
    this.#switches++;
    if (this.#http === null) return;
    this.#http.close();
    this.#http = null;
    this.#returned();
  }
}

/**
 * Reach a store behind the Jupyter server that this page comes from.
 *
 * @param store - The id by which the server offers it; empty when it does not.
 */
export function behindJupyter(store: string): Reach {
  return async (remark) => {
    const base = jupyterBaseUrl();
    if (store === "" || base === null) return null;
    const http = new HttpCarrier(new URL(`${base}nbtrack/at/${store}/`, location.origin).href, remark);
    if (await http.ready()) return http;
    http.close();
    return null;
  };
}

function jupyterBaseUrl(): string | null {
  try {
    const { baseUrl } = JSON.parse(document.getElementById(CONFIGURATION)?.textContent ?? "{}") as { baseUrl?: unknown };
    return typeof baseUrl === "string" ? baseUrl : null;
  } catch {
    return null;
  }
}

/** An error of the store is an answer, too. */
function outcomeOf(asked: Promise<unknown>): Promise<"answered" | "failed"> {
  return asked.then(
    () => "answered",
    (error: unknown) => (isCarrierError(error) && error.reason === "refused" ? "answered" : "failed"),
  );
}

function after(milliseconds: number): Promise<"late"> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve("late");
    }, milliseconds);
  });
}
