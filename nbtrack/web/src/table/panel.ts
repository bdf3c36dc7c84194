// The run table: puts its parts together and connects their events.

import { onChange, type Stop } from "../carrier/carrier.ts";
import { freshId, h, keepKeys } from "../ui/dom.ts";
import { type Host, kernelNotice, stopAll, Visibility } from "../ui/panel.ts";
import { receive, send } from "../ui/tableChartBus.ts";
import { followTheme, type Theme } from "../ui/theme.ts";
import { cellContext, linksOf } from "./cells.ts";
import { ColumnMenu, Grouping } from "./columnMenus.ts";
import { measureIn } from "./columns.ts";
import { Experiments } from "./experimentMenu.ts";
import { FilterBox } from "./filter.ts";
import { Grid } from "./grid.ts";
import { connectInput } from "./gridInput.ts";
import { headMenu, nextSort } from "./head.ts";
import { Loader, QUERY_KEYS, RowCache, tableQuery } from "./rowLoader.ts";
import { filterByTag } from "./rowMarks.ts";
import { type RowStyles, runsToChart } from "./rows.ts";
import { RunActions } from "./runActions.ts";
import { Selection } from "./selection.ts";
import { Clock, Constants, Counter } from "./toolbar.ts";
import type { Column, Page, Row, TableState } from "./types.ts";
import { ViewMenu } from "./viewMenu.ts";

const TICK = 1000;
const SETTLES = 100;

export class TablePanel {
  readonly #root = h("div", { class: "nbtrack nbt-table" });
  readonly #cache = new RowCache();
  readonly #clock = new Clock();
  readonly #grid: Grid;
  readonly #loader: Loader;
  readonly #selection: Selection;
  readonly #filter: FilterBox;
  readonly #counter: Counter;
  readonly #constants = new Constants();
  readonly #columns: ColumnMenu;
  readonly #grouping: Grouping;
  readonly #actions: RunActions;
  readonly #experiments: Experiments;
  readonly #views: ViewMenu;
  readonly #visibility: Visibility;
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #settling: ReturnType<typeof setTimeout> | undefined;
  #query = "";
  #gone = false;
  #settled = false;
  readonly #host: Host<TableState>;

  constructor(host: Host<TableState>) {
    this.#host = host;
    const { state, carrier } = host;
    this.#grid = new Grid(
      this.#cache,
      measureIn(() => this.#grid.el),
      { sorted: this.#sortBy, scrolled: this.#draw, cleared: this.#clearFilter, menuOf: (column) => headMenu(column, state) },
      state.get("height"),
    );
    this.#loader = new Loader(carrier, state, this.#cache, this.#addRows);
    this.#selection = new Selection(state, this.#cache, this.#loader, this.#mark);
    this.#counter = new Counter(
      () => {
        this.#selection.clear();
      },
      () => {
        this.#columns.open();
      },
    );
    this.#filter = new FilterBox(freshId("error"), state.get("filter"), (filter) => {
      this.#grid.showBusy(true);
      state.set("filter", filter);
    }, this.#everyColumn);
    this.#columns = new ColumnMenu(state, this.#everyColumn);
    this.#grouping = new Grouping(state, this.#everyColumn);
    this.#actions = new RunActions(host, this.#reload, this.#cache);
    this.#experiments = new Experiments(state, carrier, this.#reload);
    this.#views = new ViewMenu(state, carrier);
    this.#actions.offer(state.get("opens"));
    this.#visibility = new Visibility(this.#root, this.#setVisible);
    this.#assemble();
    this.#connect();
    this.#updatePage();
    if (!carrier.sharesState) void this.#loader.reload();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  /** Show the view that the experiment begins with, if it has one. */
  showDefaultView = (): Promise<void> => this.#views.showDefault();

  get #page(): Page {
    return this.#host.state.get("page");
  }

  get #styles(): RowStyles {
    return {
      context: cellContext(this.#grid.columns, this.#clock.now, this.#theme, linksOf(this.#host)),
      selected: new Set(this.#selection.selected),
      active: this.#selection.active,
    };
  }

  #assemble(): void {
    const notice = kernelNotice(this.#root, this.#host.carrier, this.#setGone);
    const toolbar = h("div", { class: "nbt-toolbar" }, this.#experiments.el, this.#views.el, this.#filter.el, notice.el, this.#counter.el);
    const footer = h("div", { class: "nbt-foot" }, this.#columns.el, this.#grouping.el, this.#actions.el);
    this.#root.append(toolbar, this.#constants.el, this.#grid.el, footer);
    this.#stops.push(notice.stop, followTheme(this.#root, this.#setTheme), keepKeys(this.#root));
    this.#host.el.classList.add("nbtrack-host");
    this.#host.el.append(this.#root);
  }

  #connect(): void {
    const { state, carrier } = this.#host;
    const uid = state.get("uid");
    const ticker = setInterval(this.#tick, TICK);
    const sizes = new ResizeObserver(this.#resized);
    for (const element of [this.#root, this.#grid.el]) sizes.observe(element);
    this.#stops.push(
      () => {
        clearInterval(ticker);
        clearTimeout(this.#settling);
        sizes.disconnect();
        for (const part of [this.#visibility, this.#grid, this.#filter, this.#columns, this.#actions, this.#experiments, this.#views]) part.stop();
      },
      connectInput(this.#grid, this.#selection, {
        rename: this.#actions.rename,
        show: this.#actions.show,
        filterByTag: this.#filterByTag,
      }),
      ...QUERY_KEYS.map((key) => state.on(key, this.#reload)),
      state.on("marks", this.#reload),
      onChange(carrier, this.#reload),
      receive("wanted", uid, this.#tellChart),
      receive("selected", uid, (selected) => {
        state.set("selected", selected);
      }),
      ...(["experiment_ids", "group", "chart"] as const).map((key) => state.on(key, this.#showMenus)),
      state.on("page", this.#updatePage),
      state.on("selected", () => {
        this.#mark();
        this.#tellChart();
      }),
      state.on("sort", () => {
        this.#grid.showSort(state.get("sort"));
      }),
      state.on("filter", () => {
        this.#filter.set(state.get("filter"));
      }),
      state.on("opens", () => {
        this.#actions.offer(state.get("opens"));
        this.#experiments.show();
      }),
      state.on("error", () => {
        this.#grid.showBusy(false);
        this.#filter.showError(state.get("error"));
      }),
      state.on("height", () => {
        this.#grid.maxHeight = state.get("height");
        this.#grid.shape();
      }),
    );
  }

  /** The first size comes when the panel is on the page. */
  #resized = (): void => {
    this.#draw();
    this.#filter.fit();
    this.#actions.fit();
    if (this.#settled || !this.#root.isConnected) return;
    this.#settled = true;
    this.#filter.showError(this.#host.state.get("error"));
    this.#settling = setTimeout(this.#draw, SETTLES);
  };

  #updatePage = (): void => {
    const page = this.#page;
    const asBefore = this.#isSameQuery();
    this.#clock.set(page.now);
    this.#cache.begin(page.total, page.rows, asBefore);
    this.#grid.show(page, this.#host.state.get("sort"), this.#host.state.get("filter") !== "");
    this.#grid.showBusy(false);
    this.#constants.show(page.constant);
    this.#showMenus();
    if (!asBefore) this.#toTop();
    this.#draw();
    this.#tellChart();
  };

  #showMenus = (): void => {
    for (const part of [this.#grouping, this.#experiments, this.#views]) part.show();
  };

  #filterByTag = (key: string, value: string): void => {
    const filter = filterByTag(this.#host.state.get("filter"), key, value);
    if (filter !== null && !this.#gone) this.#filter.enter(filter);
  };

  #clearFilter = (): void => {
    this.#filter.clear();
  };

  /** A kernel that shares the state has received the change, and sends the new page. */
  #reload = (): void => {
    if (!this.#host.carrier.sharesState) void this.#loader.reload();
  };

  /** Without a kernel between them, the table itself informs the chart. */
  #tellChart = (): void => {
    const { state, carrier } = this.#host;
    if (carrier.sharesState) return;
    const { experiment_ids, filter, sort } = tableQuery(state);
    const first = runsToChart(this.#page.rows);
    const query = { experiment_ids, filter, sort };
    send("shown", state.get("uid"), { version: this.#cache.version, selected: state.get("selected"), first, query, total: this.#page.runs });
  };

  /** Tell whether this page answers the same filter and order as the one before. */
  #isSameQuery(): boolean {
    const { state } = this.#host;
    const query = JSON.stringify([state.get("filter"), state.get("sort"), state.get("group"), state.get("experiment_ids")]);
    const old = query === this.#query;
    this.#query = query;
    return old;
  }

  #toTop(): void {
    this.#selection.toTop();
    this.#grid.toTop();
  }

  #addRows = (rows: readonly Row[]): void => {
    this.#grid.learn(rows);
    this.#draw();
  };

  #setTheme = (theme: Theme): void => {
    this.#theme = theme;
    this.#draw();
  };

  #setGone = (gone: boolean): void => {
    this.#gone = gone;
    for (const part of [this.#experiments, this.#views, this.#filter, this.#columns, this.#grouping, this.#actions]) part.enable(!gone);
    if (gone) this.#clock.freeze();
    else this.#clock.thaw();
    this.#draw();
  };

  /** Before the panel is on the page, and for its first paint, only what is seen is drawn. */
  #draw = (): void => {
    if (!this.#visibility.visible) return;
    if (this.#settled) this.#grid.draw(this.#styles);
    else this.#grid.drawFirst(this.#styles);
    this.#showCount();
    if (this.#settled && !this.#gone) this.#loader.want(this.#grid.wanted);
  };

  #mark = (): void => {
    this.#grid.mark(this.#styles);
    this.#showCount();
  };

  #showCount(): void {
    this.#actions.refresh();
    const { selected } = this.#selection;
    const shown = selected.length <= this.#page.runs ? this.#cache.count(selected) : 0;
    this.#counter.show(this.#page, selected.length, shown);
  }

  /** Tell the kernel whether anyone styles, so that it styles at the store as well. */
  #setVisible = (visible: boolean): void => {
    const { state } = this.#host;
    if (!this.#gone && state.get("visible") !== visible) state.set("visible", visible);
    this.#draw();
  };

  #everyColumn = async (): Promise<readonly Column[]> => {
    const { content } = await this.#host.carrier.call("nbtrack/runs/table/columns", tableQuery(this.#host.state));
    return content.columns as readonly Column[];
  };

  #tick = (): void => {
    if (!this.#gone && this.#cache.total > 0) this.#draw();
  };

  #sortBy = (column: Column, add: boolean): void => {
    if (this.#gone) return;
    const { state } = this.#host;
    this.#grid.showBusy(true);
    state.set("sort", nextSort(state.get("sort"), column, add));
  };
}
