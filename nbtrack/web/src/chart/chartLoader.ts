// Asks for what a chart draws, as long as no kernel shares its state and sends it.

import { type Carrier, onChange, type Stop } from "../carrier/carrier.ts";
import { type Host, type State, stopAll } from "../ui/panel.ts";
import { receive, runsToDraw, selectionAfter, send, type TableSnapshot } from "../ui/tableChartBus.ts";
import type { ChartState, Kind, SeriesPlace } from "./types.ts";

const QUERY_KEYS = ["metrics", "x", "band", "smoothing", "kind", "axes"] as const;
/** ms that a table's selection has to rest: clicks come in quick succession. */
const REST = 60;
/** Runs whose curves one chart draws. */
const MOST_RUNS = 100;

type Curves = Omit<ChartState, "frame" | "data"> & { readonly series: readonly SeriesPlace[] };

export class ChartLoader {
  readonly stop: Stop;
  readonly #state: State<ChartState>;
  readonly #carrier: Carrier;
  readonly #el: HTMLElement;
  readonly #axes = new Map<Kind, readonly string[]>();
  /** Which metrics the reader chose; none: the first that have a curve. */
  #metrics: readonly string[] | null;
  #table: TableSnapshot | null = null;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #isPutting = false;

  constructor({ el, state, carrier }: Host<ChartState>) {
    this.#state = state;
    this.#carrier = carrier;
    this.#el = el;
    this.#metrics = carrier.sharesState ? state.get("metrics") : null;
    this.#axes.set(state.get("kind"), state.get("axes"));
    const table = state.get("table_uid");
    this.stop = stopAll([
      onChange(carrier, this.load),
      receive("shown", table, this.#tableShows),
      ...QUERY_KEYS.map((key) =>
        state.on(key, () => {
          this.#chosen(key);
        }),
      ),
      state.on("selected", this.#selected),
      () => {
        clearTimeout(this.#resting);
      },
    ]);
    if (!carrier.sharesState) this.load();
  }

  load = (): void => {
    if (this.#table === null) send("wanted", this.#state.get("table_uid"), null);
    if (this.#table !== null || this.#drawn.length > 0) void this.#load().catch(() => undefined);
  };

  async #load(): Promise<void> {
    const asked = ++this.#asked;
    const kind = this.#state.get("kind");
    const changes = kind === "history" ? await this.#curves(asked) : await this.#points(kind);
    if (asked === this.#asked) this.#put(changes);
  }

  async #curves(version: number): Promise<Partial<ChartState>> {
    const state = this.#state;
    const share = state.get("band") !== "";
    const run_ids = (this.#table ? runsToDraw(this.#table, share) : this.#drawn).slice(0, MOST_RUNS);
    const [x, band, smoothing] = [state.get("x"), state.get("band"), state.get("smoothing")];
    const width = Math.round(Math.max(300, this.#el.clientWidth / 2) * devicePixelRatio);
    const args = { run_ids, metrics: this.#metrics, x, band, smoothing, width };
    const { content, buffers } = await this.#carrier.call("nbtrack/metrics/curves", args);
    const { series, ...rest } = content as unknown as Curves;
    return { ...rest, found: this.#table?.total ?? rest.runs.length, frame: { version, x: rest.x, smoothing: rest.smoothing, series }, data: buffers[0] ?? null };
  }

  async #points(kind: Kind): Promise<Partial<ChartState>> {
    const runs = this.#table?.query ?? { run_ids: this.#drawn };
    const args = { ...runs, rows: this.#state.get("rows"), kind, axes: this.#axes.get(kind) ?? [] };
    const { content } = await this.#carrier.call("nbtrack/runs/scatter", args);
    return { ...(content as unknown as Partial<ChartState>), ...(this.#table && { selected: this.#table.selected }) };
  }

  /** Take over an answer, of which the selection is what is drawn of the table's. */
  #put(changes: Partial<ChartState>): void {
    const drawn = new Set((changes.runs ?? this.#state.get("runs")).map(({ id }) => id));
    const selected = changes.selected?.filter((id) => drawn.has(id));
    this.#isPutting = true;
    this.#state.put({ ...changes, ...(selected && { selected }) });
    this.#isPutting = false;
  }

  get #drawn(): readonly string[] {
    return this.#state.get("runs").map(({ id }) => id);
  }

  #tableShows = (table: TableSnapshot): void => {
    const isOtherPage = table.version !== this.#table?.version;
    this.#table = table;
    if (isOtherPage || this.#state.get("kind") === "history") {
      clearTimeout(this.#resting);
      this.#resting = setTimeout(this.load, REST);
    } else this.#put({ selected: table.selected });
  };

  #chosen(key: (typeof QUERY_KEYS)[number]): void {
    if (this.#isPutting) return;
    if (key === "axes") this.#axes.set(this.#state.get("kind"), this.#state.get("axes"));
    if (key === "metrics") this.#metrics = this.#state.get("metrics");
    if (!this.#carrier.sharesState) this.load();
  }

  #selected = (): void => {
    if (this.#isPutting || this.#table === null || this.#carrier.sharesState) return;
    const selected = selectionAfter(this.#table.selected, this.#drawn, this.#state.get("selected"));
    send("selected", this.#state.get("table_uid"), selected);
  };
}
