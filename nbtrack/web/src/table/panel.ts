// The run table: puts its parts together and says who hears what.

import { freshId, h } from "../dom.ts";
import { keepKeys } from "../keys.ts";
import { kernelNotice } from "../notice.ts";
import { type Host, stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { followTheme, type Theme } from "../theme.ts";
import { Visibility } from "../visible.ts";
import { RowCache } from "./cache.ts";
import { Clock } from "./clock.ts";
import { factsFor } from "./facts.ts";
import { Experiments } from "./experiments.ts";
import { FilterBox } from "./filter.ts";
import { ColumnMenu } from "./chosen.ts";
import { Deeds } from "./deeds.ts";
import { Grid } from "./grid.ts";
import { Grouping } from "./grouping.ts";
import { connectHands } from "./hands.ts";
import { headMenu } from "./headmenu.ts";
import { Loader } from "./loader.ts";
import { measureIn } from "./measure.ts";
import { Picker } from "./picker.ts";
import type { Looks } from "./rows.ts";
import { nextSort } from "./sort.ts";
import { Constants, Counter } from "./toolbar.ts";
import type { Column, Page, Row, TableState } from "./types.ts";

const TICK = 1000;
const SETTLES = 100;

export class TablePanel {
  readonly #root = h("div", { class: "nbtrack nbt-table" });
  readonly #cache = new RowCache();
  readonly #clock = new Clock();
  readonly #grid: Grid;
  readonly #loader: Loader;
  readonly #picker: Picker;
  readonly #filter: FilterBox;
  readonly #counter: Counter;
  readonly #constants = new Constants();
  readonly #columns: ColumnMenu;
  readonly #grouping: Grouping;
  readonly #deeds: Deeds;
  readonly #experiments: Experiments;
  readonly #visibility: Visibility;
  readonly #stops: Stop[] = [];
  #theme: Theme = "light";
  #settling: ReturnType<typeof setTimeout> | undefined;
  #question = "";
  #gone = false;
  #settled = false;
  readonly #host: Host<TableState>;

  constructor(host: Host<TableState>) {
    this.#host = host;
    const { state, source } = host;
    this.#grid = new Grid(
      this.#cache,
      measureIn(() => this.#grid.el),
      { sorted: this.#sortBy, scrolled: this.#draw, menuOf: (column) => headMenu(column, state) },
      state.get("height"),
    );
    this.#loader = new Loader(source, this.#cache, () => this.#page, this.#rowsCame);
    this.#picker = new Picker(state, this.#cache, this.#loader, this.#mark);
    this.#counter = new Counter(() => {
      this.#picker.clear();
    });
    this.#filter = new FilterBox(freshId("error"), state.get("filter"), (filter) => {
      this.#grid.showBusy(true);
      state.set("filter", filter);
    }, this.#everyColumn);
    this.#columns = new ColumnMenu(state, this.#everyColumn);
    this.#grouping = new Grouping(state, this.#everyColumn);
    this.#deeds = new Deeds(source, () => state.get("selected"), (run) => this.#cache.nameOf(run));
    this.#experiments = new Experiments(state, source);
    this.#deeds.show(state.get("opens"));
    this.#visibility = new Visibility(this.#root, this.#seen);
    this.#assemble();
    this.#connect();
    this.#pageCame();
  }

  stop: Stop = () => {
    stopAll(this.#stops)();
    this.#root.remove();
  };

  get #page(): Page {
    return this.#host.state.get("page");
  }

  get #looks(): Looks {
    return {
      facts: factsFor(this.#grid.columns, this.#clock.now, this.#theme),
      selected: new Set(this.#picker.selected),
      active: this.#picker.active,
    };
  }

  #assemble(): void {
    const notice = kernelNotice(this.#root, this.#host.source, this.#kernelGone);
    const toolbar = h("div", { class: "nbt-toolbar" }, this.#experiments.el, this.#filter.el, notice.el, this.#counter.el);
    const footer = h("div", { class: "nbt-foot" }, this.#columns.el, this.#grouping.el, this.#deeds.el);
    this.#root.append(toolbar, this.#constants.el, this.#grid.el, footer);
    this.#stops.push(notice.stop, followTheme(this.#root, this.#themeCame), keepKeys(this.#root));
    this.#host.el.classList.add("nbtrack-host");
    this.#host.el.append(this.#root);
  }

  #connect(): void {
    const { state } = this.#host;
    const ticker = setInterval(this.#tick, TICK);
    const sizes = new ResizeObserver(this.#sized);
    for (const element of [this.#root, this.#grid.el]) sizes.observe(element);
    this.#stops.push(
      () => {
        clearInterval(ticker);
        clearTimeout(this.#settling);
        sizes.disconnect();
        this.#visibility.stop();
        this.#grid.stop();
        this.#filter.stop();
        this.#columns.stop();
        this.#deeds.stop();
        this.#experiments.stop();
      },
      connectHands(this.#grid, this.#picker, () => {
        this.#deeds.rename();
      }),
      state.on("experiment_ids", () => {
        this.#experiments.show();
      }),
      state.on("page", this.#pageCame),
      state.on("selected", this.#mark),
      state.on("sort", () => {
        this.#grid.showSort(state.get("sort"));
      }),
      state.on("filter", () => {
        this.#filter.set(state.get("filter"));
      }),
      state.on("group", () => {
        this.#grouping.show();
      }),
      state.on("opens", () => {
        this.#deeds.show(state.get("opens"));
        this.#experiments.show();
      }),
      state.on("error", () => {
        this.#grid.showBusy(false);
        this.#filter.complain(state.get("error"));
      }),
      state.on("height", () => {
        this.#grid.maxHeight = state.get("height");
        this.#grid.shape();
      }),
    );
  }

  /** The first size comes when the panel is on the page. */
  #sized = (): void => {
    this.#draw();
    this.#filter.fit();
    if (this.#settled || !this.#root.isConnected) return;
    this.#settled = true;
    this.#filter.complain(this.#host.state.get("error"));
    this.#settling = setTimeout(this.#draw, SETTLES);
  };

  #pageCame = (): void => {
    const page = this.#page;
    const asBefore = this.#questionIsOld();
    this.#clock.set(page.now);
    this.#cache.begin(page.version, page.total, page.rows, asBefore);
    this.#grid.show(page, this.#host.state.get("sort"));
    this.#grid.showBusy(false);
    this.#constants.show(page.constant);
    this.#grouping.show();
    this.#experiments.show();
    if (!asBefore) this.#toTop();
    this.#draw();
  };

  /** Tell whether this page answers the same filter and order as the one before. */
  #questionIsOld(): boolean {
    const { state } = this.#host;
    const question = JSON.stringify([state.get("filter"), state.get("sort"), state.get("group"), state.get("experiment_ids")]);
    const old = question === this.#question;
    this.#question = question;
    return old;
  }

  #toTop(): void {
    this.#picker.toTop();
    this.#grid.toTop();
  }

  #rowsCame = (rows: readonly Row[]): void => {
    this.#grid.learn(rows);
    this.#draw();
  };

  #themeCame = (theme: Theme): void => {
    this.#theme = theme;
    this.#draw();
  };

  #kernelGone = (gone: boolean): void => {
    this.#gone = gone;
    for (const part of [this.#experiments, this.#filter, this.#columns, this.#grouping, this.#deeds]) part.enable(!gone);
    if (gone) this.#clock.freeze();
    else this.#clock.thaw();
    this.#draw();
  };

  /** Before the panel is on the page, and for its first paint, only what is seen is drawn. */
  #draw = (): void => {
    if (!this.#visibility.visible) return;
    if (this.#settled) this.#grid.draw(this.#looks);
    else this.#grid.drawFirst(this.#looks);
    this.#showCount();
    if (this.#settled && !this.#gone) this.#loader.want(this.#grid.wanted);
  };

  #mark = (): void => {
    this.#grid.mark(this.#looks);
    this.#showCount();
  };

  #showCount(): void {
    this.#deeds.refresh();
    this.#counter.show(this.#page.runs, this.#picker.selected.length, this.#page.more_columns);
  }

  /** Tell the kernel whether anyone looks, so that it looks at the store as well. */
  #seen = (visible: boolean): void => {
    const { state } = this.#host;
    if (!this.#gone && state.get("visible") !== visible) state.set("visible", visible);
    this.#draw();
  };

  #everyColumn = async (): Promise<readonly Column[]> => {
    const { content } = await this.#host.source.request("columns", {});
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
