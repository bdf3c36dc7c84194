// What carries the requests of a panel, and what may be requested: the comm of a kernel and HTTP carry the same
// endpoints with the same arguments.

/** The endpoints that panels call, by their paths below api/2.0/, each with its HTTP method. */
export const METHODS = {
  "mlflow/experiments/create": "POST",
  "mlflow/experiments/delete": "POST",
  "mlflow/experiments/restore": "POST",
  "mlflow/experiments/search": "POST",
  "mlflow/experiments/update": "POST",
  "mlflow/runs/delete-tag": "POST",
  "mlflow/runs/get": "GET",
  "mlflow/runs/set-tag": "POST",
  "nbtrack/artifacts/preview": "GET",
  "nbtrack/charts/export": "POST",
  "nbtrack/mark": "GET",
  "nbtrack/metrics/curves": "POST",
  "nbtrack/runs/baseline/update": "POST",
  "nbtrack/runs/comparison": "POST",
  "nbtrack/runs/comparison/export": "POST",
  "nbtrack/runs/card": "GET",
  "nbtrack/runs/control": "POST",
  "nbtrack/runs/set-live-value": "POST",
  "nbtrack/runs/details": "GET",
  "nbtrack/runs/export": "POST",
  "nbtrack/runs/rows": "POST",
  "nbtrack/runs/rows/export": "POST",
  "nbtrack/runs/scatter": "POST",
  "nbtrack/runs/table": "POST",
  "nbtrack/runs/table/columns": "POST",
  "nbtrack/runs/tag": "GET",
  "nbtrack/runs/update": "POST",
  "nbtrack/server": "GET",
  "nbtrack/views/create": "POST",
  "nbtrack/views/delete": "POST",
  "nbtrack/views/list": "GET",
  "nbtrack/views/update": "POST",
  "nbtrack/views/update-default": "POST",
} as const;

export type Endpoint = keyof typeof METHODS;
/** What only a kernel can do, such as making a widget. */
export type KernelEndpoint = `kernel/${string}`;

export type Json = Readonly<Record<string, unknown>>;

/** JSON and its binary parts; of a file `name` and `type`, and its bytes. */
export interface Message {
  readonly content: Json;
  readonly buffers: readonly DataView[];
}

export type Stop = () => void;

/** live: it answers; busy: it is there but has not answered yet; gone: it will not answer. */
export type Liveness = "live" | "busy" | "gone";

export interface Carrier {
  /** Who answers. */
  readonly who: "Kernel" | "Server";
  /** What panels say while it answers; mostly nothing. */
  readonly remark: string;
  readonly liveness: Liveness;
  /** The state of the kernel, as text; empty while it may answer. */
  readonly ending: string;
  /** Whether the other side has the panel's state too, and sends what a change of it brings about. */
  readonly sharesState: boolean;
  /** Call an endpoint; rejects with a CarrierError when nobody answers or the answer is an error. */
  call(endpoint: Endpoint | KernelEndpoint, args: object): Promise<Message>;
  /** Have the browser save an artifact. */
  download(run: string, path: string): Promise<void>;
  /** The address at which a frame may load an HTML artifact, or null when its bytes have to be called for. */
  frameAddress(run: string, path: string): string | null;
  /** Listen for events that the other side sends: `changed` when anything was recorded, `points` for a chart. */
  onEvent(handler: (message: Message) => void): Stop;
  onLiveness(handler: (liveness: Liveness) => void): Stop;
  /** Check again whether the other side answers. */
  check(): void;
  close(): void;
}

export class CarrierError extends Error {
  constructor(
    message: string,
    readonly reason: "gone" | "timeout" | "refused",
    /** What the other side said besides its message, such as the column of a filter. */
    readonly body: Json = {},
  ) {
    super(message);
    this.name = "CarrierError";
  }
}

/** By its name: a carrier and a panel that come from different bundles have a class each. */
export function isCarrierError(error: unknown): error is CarrierError {
  return error instanceof Error && error.name === "CarrierError";
}

export function refusal(body: unknown, fallback: string): CarrierError {
  const record = (typeof body === "object" && body !== null ? body : {}) as Json;
  return new CarrierError(typeof record.message === "string" ? record.message : fallback, "refused", record);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "The request failed";
}

const CHANGES = new Set(["create", "update", "delete", "restore", "set-tag", "delete-tag"]);

/** Whether an endpoint changes the store, so that calling it a second time may do harm. */
export function changes(endpoint: string): boolean {
  return CHANGES.has(endpoint.slice(endpoint.lastIndexOf("/") + 1));
}

/** Handle the event that anything was recorded in the store. */
export function onChange(carrier: Carrier, handler: () => void): Stop {
  return carrier.onEvent(({ content }) => {
    if (content.event === "changed") handler();
  });
}
