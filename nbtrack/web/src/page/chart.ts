// The chart over REST.

import { ChartPanel } from "../chart/panel.ts";
import type { ChartState, Kind, SeriesPlace } from "../chart/types.ts";
import { RestSource } from "../source/rest.ts";
import type { Stop } from "../source.ts";
import type { Api } from "./api.ts";
import { curvesOf, type Seen, selectedAfter } from "./seen.ts";
import { LocalState } from "./state.ts";

const ASKS = new Set<keyof ChartState>(["metrics", "x", "band", "smoothing", "kind", "axes"]);
const START: ChartState = {
  uid: "",
  visible: false,
  beside: "",
  kind: "history",
  axes: [],
  logs: [],
  choices: [],
  spots: [],
  found: 0,
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
  #seen: Seen | null = null;
  readonly #picked: (selected: readonly string[]) => void;
  #asked = 0;

  /** @param picked - Hears which runs of the table beside it are selected after some were picked here. */
  constructor(el: HTMLElement, api: Api, picked: (selected: readonly string[]) => void = () => undefined) {
    this.#el = el;
    this.#picked = picked;
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

  /** Draw what the table beside it shows now. */
  async follow(seen: Seen): Promise<void> {
    const isOtherPage = seen.version !== this.#seen?.version;
    this.#seen = seen;
    this.#runs = curvesOf(seen);
    if (isOtherPage || this.state.get("kind") === "history") await this.load();
    else this.#markSelected(seen);
  }

  /** Ask for what is drawn again. */
  load = async (): Promise<void> => {
    const asked = ++this.#asked;
    const kind = this.state.get("kind");
    if (kind !== "history") {
      const axes = this.#axes.get(kind) ?? [];
      const among = this.#seen?.among ?? { run_ids: this.#runs };
      const facts = await this.#api.ask("runs/spots", { ...among, kind, axes });
      if (asked !== this.#asked) return;
      this.state.put(facts);
      if (this.#seen) this.#markSelected(this.#seen);
      return;
    }
    const { content, buffers } = await this.#api.packed("metrics/curves", { ...this.#request, width: this.#width });
    if (asked !== this.#asked) return;
    const { series, x, smoothing, ...facts } = content as unknown as ChartState & { series: readonly SeriesPlace[] };
    this.state.put({ ...facts, frame: { version: asked, x, smoothing, series }, data: buffers[0] ?? null });
  };

  get #width(): number {
    return Math.round(Math.max(300, this.#el.clientWidth / 2) * devicePixelRatio);
  }

  get #request(): object {
    const { state } = this;
    return { run_ids: this.#runs, metrics: this.#metrics, x: state.get("x"), band: state.get("band"), smoothing: state.get("smoothing") };
  }

  /** Select what is drawn of the table's selection. */
  #markSelected({ selected }: Seen): void {
    const drawn = new Set(this.#drawn);
    this.state.put({ selected: selected.filter((id) => drawn.has(id)) });
  }

  get #drawn(): readonly string[] {
    return this.state.get("runs").map(({ id }) => id);
  }

  #chosen = (key: keyof ChartState): void => {
    if (key === "selected" && this.#seen) {
      this.#picked(selectedAfter(this.#seen.selected, this.#drawn, this.state.get("selected")));
    }
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
