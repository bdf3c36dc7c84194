// The chart over REST.

import { ChartPanel } from "../chart/panel.ts";
import type { ChartState, Kind, SeriesPlace } from "../chart/types.ts";
import { RestSource } from "../source/rest.ts";
import type { Stop } from "../source.ts";
import type { Api } from "./api.ts";
import { LocalState } from "./state.ts";

const ASKS = new Set<keyof ChartState>(["metrics", "x", "band", "kind", "axes"]);
const START: ChartState = {
  uid: "",
  kind: "history",
  axes: [],
  logs: [],
  choices: [],
  spots: [],
  selected: [],
  shaded: false,
  runs: [],
  lines: [],
  band: "",
  groups: [],
  lower: [],
  metrics: [],
  available: [],
  x: "step",
  smoothing: 0,
  log_x: false,
  log_y: false,
  height: 220,
  empty: null,
  frame: { version: 0, series: [] },
  data: null,
};

interface Range {
  readonly x0: number | null;
  readonly x1: number | null;
  readonly width: number;
}

export class RestChart {
  readonly state: LocalState<ChartState>;
  readonly stop: Stop;
  readonly #api: Api;
  readonly #el: HTMLElement;
  #runs: readonly string[] = [];
  /** Which metrics the reader chose; none: the first that have a curve. */
  #metrics: readonly string[] | null = null;
  readonly #axes = new Map<Kind, readonly string[]>();
  #asked = 0;

  constructor(el: HTMLElement, api: Api) {
    this.#el = el;
    this.#api = api;
    this.state = new LocalState<ChartState>(START, this.#chosen);
    const source = new RestSource(api, { series: (range: Range) => this.#series(range) });
    this.stop = new ChartPanel({ el, state: this.state, source }).stop;
  }

  get runs(): readonly string[] {
    return this.#runs;
  }

  /** Draw these runs instead. */
  async show(runs: readonly string[]): Promise<void> {
    this.#runs = runs;
    await this.load();
  }

  /** Ask for the curves again. */
  load = async (): Promise<void> => {
    const asked = ++this.#asked;
    const kind = this.state.get("kind");
    if (kind !== "history") {
      const axes = this.#axes.get(kind) ?? [];
      const facts = await this.#api.ask("runs/spots", { run_ids: this.#runs, kind, axes });
      if (asked === this.#asked) this.state.put(facts);
      return;
    }
    const { content, buffers } = await this.#api.packed("metrics/curves", { ...this.#request, width: this.#width });
    if (asked !== this.#asked) return;
    const { series, x, ...facts } = content as unknown as ChartState & { series: readonly SeriesPlace[] };
    this.state.put({ ...facts, frame: { version: asked, x, series }, data: buffers[0] ?? null });
  };

  get #width(): number {
    return Math.round(Math.max(300, this.#el.clientWidth / 2) * devicePixelRatio);
  }

  get #request(): object {
    return { run_ids: this.#runs, metrics: this.#metrics, x: this.state.get("x"), band: this.state.get("band") };
  }

  #chosen = (key: keyof ChartState): void => {
    if (key === "axes") this.#axes.set(this.state.get("kind"), this.state.get("axes"));
    if (key === "metrics") this.#metrics = this.state.get("metrics");
    if (ASKS.has(key)) void this.load();
  };

  async #series(range: Range): ReturnType<Api["packed"]> {
    const version = this.#asked;
    const metrics = this.state.get("metrics");
    const { content, buffers } = await this.#api.packed("metrics/curves", { ...this.#request, metrics, ...range });
    return { content: { ...content, version }, buffers };
  }
}
