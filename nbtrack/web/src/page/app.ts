// The page: a head, the experiments at its side, and in the middle what the address asks for.

import { h, setText } from "../dom.ts";
import type { Stop } from "../source.ts";
import { followTheme } from "../theme.ts";
import { Api } from "./api.ts";
import { actionButton } from "./buttons.ts";
import { ComparisonView } from "./comparison.ts";
import type { Context } from "./context.ts";
import { Experiments } from "./experiments.ts";
import { Live } from "./live.ts";
import { type Route, routeOf, toRuns } from "./routes.ts";
import { RunView } from "./run.ts";
import { RunsView } from "./runs.ts";
import { themeButton } from "./theme.ts";
import { Toast } from "./toast.ts";

interface View {
  readonly el: HTMLElement;
  readonly heading: HTMLElement;
  readonly stop: Stop;
}

export class App {
  readonly #root = h("div", { class: "nbtrack nbt-page" });
  readonly #main = h("main", { class: "nbt-main-part", tabindex: -1 });
  readonly #crumbs = h("nav", { class: "nbt-crumbs", "aria-label": "Where this is" });
  readonly #context: Context;
  readonly #experiments: Experiments;
  readonly #body: HTMLElement;
  #view: View | undefined;
  #route: Route = routeOf(location.hash);

  constructor(body: HTMLElement) {
    this.#body = body;
    const api = new Api(document.baseURI);
    this.#context = { api, live: new Live(api), toast: new Toast(), root: this.#root };
    this.#experiments = new Experiments(this.#context, this.#name);
  }

  async start(): Promise<void> {
    const side = actionButton("toggle-experiments", "☰", "Show or hide the experiments", () => {
      this.#root.classList.toggle("nbt-side-turned");
    });
    side.classList.add("nbt-quiet", "nbt-turn");
    const head = h(
      "header",
      { class: "nbt-top" },
      side,
      h("a", { class: "nbt-brand", href: toRuns([]) }, "nbtrack"),
      this.#crumbs,
      themeButton(),
    );
    this.#root.append(head, this.#experiments.el, this.#main, this.#context.toast.el);
    this.#body.replaceChildren(this.#root);
    followTheme(this.#root, () => undefined);
    await this.#context.live.begin();
    addEventListener("hashchange", this.#go);
    this.#go();
    void this.#experiments.load();
  }

  #go = (): void => {
    this.#route = routeOf(location.hash);
    this.#view?.stop();
    this.#view = this.#viewOf(this.#route);
    this.#main.replaceChildren(this.#view.el);
    this.#root.classList.remove("nbt-side-turned");
    this.#experiments.show(experimentsOf(this.#route));
    scrollTo(0, 0);
    this.#name();
  };

  #viewOf(route: Route): View {
    switch (route.kind) {
      case "runs":
        return new RunsView(this.#context, route.experiments, route.look);
      case "run":
        return new RunView(this.#context, route.experiment, route.run);
      case "comparison":
        return new ComparisonView(this.#context, route.runs);
    }
  }

  /** Say in words where the reader is. */
  #name = (): void => {
    const where = experimentsOf(this.#route);
    const names = where.map((id) => this.#experiments.nameOf(id));
    const title = names.length > 0 ? names.join(", ") : "All runs";
    if (this.#route.kind === "runs" && this.#view) setText(this.#view.heading, title);
    if (this.#route.kind !== "run") document.title = `${this.#route.kind === "runs" ? title : "Comparison"} · nbtrack`;
    this.#crumbs.replaceChildren(...(this.#route.kind === "runs" ? [] : [h("a", { href: toRuns(where), class: "nbt-ellipsis" }, title)]));
  };
}

function experimentsOf(route: Route): readonly string[] {
  return route.kind === "run" ? [route.experiment] : route.experiments;
}
