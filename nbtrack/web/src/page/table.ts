// The run table over REST.

import { type Answers, DONE, RestSource } from "../source/rest.ts";
import type { Stop } from "../source.ts";
import { TablePanel } from "../table/panel.ts";
import type { Page, TableState } from "../table/types.ts";
import { type Api, type Json, Refusal } from "./api.ts";
import type { TableLook } from "./routes.ts";
import type { Seen } from "./seen.ts";
import { LocalState } from "./state.ts";

const FIRST_ROWS = 40;
const NOTE = "mlflow.note.content";
const LOOKS = new Set<keyof TableState>(["filter", "sort", "columns", "group", "closed", "values", "marks"]);
const NOTHING_YET: Page = {
  version: 0,
  total: 0,
  runs: 0,
  offset: 0,
  now: Date.now(),
  experiment: null,
  columns: [],
  constant: [],
  rows: [],
  more_columns: 0,
  empty: null,
};

interface Named {
  readonly runs: readonly string[];
}

export interface TableEvents {
  /** The reader looks at other runs, or otherwise. */
  looked(look: TableLook): void;
  /** There is a new page, or another selection. */
  seen(seen: Seen): void;
  compare(runs: readonly string[]): void;
  show(run: string): void;
}

export class RestTable {
  readonly state: LocalState<TableState>;
  readonly stop: Stop;
  readonly #api: Api;
  readonly #experiments: readonly string[];
  readonly #events: TableEvents;
  #asked = 0;

  constructor(el: HTMLElement, api: Api, experiments: readonly string[], look: TableLook, events: TableEvents) {
    this.#api = api;
    this.#experiments = experiments;
    this.#events = events;
    this.state = new LocalState<TableState>(startOf(look), this.#chosen);
    this.stop = new TablePanel({ el, state: this.state, source: new RestSource(api, this.#answers()) }).stop;
  }

  /** Ask for the first rows again. */
  load = async (): Promise<void> => {
    const asked = ++this.#asked;
    const look = this.#look;
    try {
      const page = await this.#api.ask("runs/table", { ...look, marks: this.state.get("marks"), limit: FIRST_ROWS });
      if (asked !== this.#asked) return;
      this.state.put({ page: { ...(page as unknown as Page), version: asked }, error: null });
      this.#events.seen(this.seen);
    } catch (error) {
      if (asked === this.#asked) this.state.put({ error: errorOf(error, look.filter) });
    }
  };

  /** The file of the runs that are selected, or of all. */
  export(kind: "csv" | "json", runs: readonly string[]): ReturnType<Api["file"]> {
    return this.#api.file("runs/export", { ...this.#look, kind, run_ids: runs });
  }

  get seen(): Seen {
    const { experiment_ids, filter, sort } = this.#look;
    const { version, rows } = this.state.get("page");
    const first = rows.map(({ id }) => id).filter((id) => id !== "");
    return { version, selected: this.state.get("selected"), first, among: { experiment_ids, filter, sort } };
  }

  get #look() {
    const { state } = this;
    return {
      experiment_ids: this.#experiments,
      filter: state.get("filter"),
      sort: state.get("sort"),
      columns: state.get("columns"),
      group: state.get("group"),
      closed: state.get("closed"),
      values: state.get("values"),
    };
  }

  #chosen = (key: keyof TableState): void => {
    if (key === "selected") this.#events.seen(this.seen);
    if (!LOOKS.has(key)) return;
    this.#events.looked(this.#look);
    void this.load();
  };

  #answers(): Answers {
    const api = this.#api;
    return {
      rows: async ({ offset, limit }: { offset: number; limit: number }) => {
        const version = this.#asked;
        const { rows } = await api.ask("runs/table", { ...this.#look, offset, limit });
        return { content: { version, offset, rows }, buffers: [] };
      },
      columns: async () => ({ content: await api.ask("runs/table/columns", this.#look), buffers: [] }),
      export: ({ runs }: Named) => this.export("csv", runs),
      compare: ({ runs }: Named) => {
        this.#events.compare(runs);
        return DONE;
      },
      show: ({ runs: [run = ""] }: Named) => {
        this.#events.show(run);
        return DONE;
      },
      delete: ({ runs }: Named) => this.#each(runs, (run_id) => api.post("runs/delete", { run_id })),
      restore: ({ runs }: Named) => this.#each(runs, (run_id) => api.post("runs/restore", { run_id })),
      rename: ({ runs, name }: Named & { name: string }) =>
        this.#each(runs, (run_id) => api.post("runs/update", { run_id, run_name: name })),
      tag: ({ runs, key, value }: Named & { key: string; value: string }) =>
        this.#each(runs, (run_id) => api.post("runs/set-tag", { run_id, key, value })),
      note: async ({ runs, text }: Named & { text?: string }) => {
        if (text !== undefined) return this.#each(runs, (run_id) => api.post("runs/set-tag", { run_id, key: NOTE, value: text }));
        const { value } = await api.read("runs/tag", { run_id: runs[0] ?? "", key: NOTE });
        return { content: { text: value ?? "" }, buffers: [] };
      },
    };
  }

  async #each(runs: readonly string[], act: (run: string) => Promise<Json>): Promise<typeof DONE> {
    try {
      for (const run of runs) await act(run);
    } finally {
      await this.load();
    }
    return DONE;
  }
}

function startOf(look: TableLook): TableState {
  return {
    uid: "",
    page: NOTHING_YET,
    filter: look.filter ?? "",
    sort: look.sort ?? [],
    error: null,
    selected: [],
    columns: look.columns ?? [],
    group: look.group ?? "",
    closed: [],
    values: {},
    marks: {},
    experiment_ids: [],
    opens: ["compare", "show"],
    visible: false,
    height: Math.max(240, Math.round(innerHeight * 0.45)),
  };
}

function errorOf(error: unknown, filter: string): TableState["error"] {
  const body = error instanceof Refusal ? error.body : {};
  const said = error instanceof Error ? error.message : "refused";
  return {
    message: typeof body.reason === "string" ? body.reason : said,
    column: typeof body.column === "number" ? body.column : null,
    filter,
  };
}
