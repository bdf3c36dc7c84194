// The page: a head, the experiments at its side, and in the middle what the address asks for.

import type { Stop } from "../carrier/carrier.ts";
import { HttpCarrier } from "../carrier/http.ts";
import { h, icon, setAttributes, setText } from "../ui/dom.ts";
import { ALL, type Route, routeOf, toRuns } from "../ui/routes.ts";
import { followTheme } from "../ui/theme.ts";
import { ComparisonView } from "./comparison.ts";
import { actionButton, type Context, Toast } from "./context.ts";
import { Experiments } from "./experiments.ts";
import { RunView } from "./run.ts";
import { RunsView } from "./runs.ts";

interface View {
  readonly el: HTMLElement;
  readonly heading: HTMLElement;
  readonly stop: Stop;
}

export class App {
  readonly #root = h("div", { class: "nbtrack nbt-page" });
  readonly #main = h("main", { class: "nbt-main-part", tabindex: -1 });
  readonly #crumbs = h("nav", { class: "nbt-crumbs", "aria-label": "Location" });
  readonly #context: Context;
  readonly #experiments: Experiments;
  readonly #body: HTMLElement;
  #view: View | undefined;
  #route: Route = routeOf(location.hash);

  constructor(body: HTMLElement) {
    this.#body = body;
    this.#context = { carrier: new HttpCarrier(document.baseURI), toast: new Toast(), root: this.#root };
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
      ...storeOf(location.pathname),
      themeButton(),
    );
    this.#root.append(head, this.#experiments.el, this.#main, this.#context.toast.el);
    this.#body.replaceChildren(this.#root);
    followTheme(this.#root, () => undefined);
    await this.#context.carrier.ready();
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
        return new RunsView(this.#context, route.experiments, route.link);
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

const AT = /\/nbtrack\/at\/([\w-]+)\//;

/** How many bytes of the id of a store sign the others, which are its path. */
const SIGNATURE = 16;

/** Where the store is, of a page behind Jupyter's server, whose address names it. */
function storeOf(address: string): HTMLElement[] {
  const id = AT.exec(address)?.[1];
  if (id === undefined) return [];
  const bytes = Uint8Array.from(atob(id.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const path = new TextDecoder().decode(bytes.subarray(SIGNATURE));
  return [h("span", { class: "nbt-faint nbt-store nbt-ellipsis", title: path }, path)];
}

function experimentsOf(route: Route): readonly string[] {
  if (route.kind !== "run") return route.experiments;
  return route.experiment === ALL ? [] : [route.experiment];
}

const KEPT = "nbtrack-theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");
const HALF = "M6 .5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11Zm0 1.3v8.4a4.2 4.2 0 0 1 0-8.4Z";

function chosen(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function current(): "light" | "dark" {
  const wanted = chosen();
  if (wanted === "light" || wanted === "dark") return wanted;
  return DARK.matches ? "dark" : "light";
}

/** A button that turns the page from light to dark and back. */
export function themeButton(): HTMLButtonElement {
  const button = h("button", { type: "button", class: "nbt-button nbt-quiet", "data-action": "theme" }, icon(HALF, true));
  const show = (): void => {
    const theme = current();
    document.documentElement.dataset.theme = theme;
    const other = theme === "dark" ? "Light theme" : "Dark theme";
    setAttributes(button, { title: other, "aria-label": other });
  };
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEPT, current() === "dark" ? "light" : "dark");
    } catch {
      // A page that may keep nothing follows the system.
    }
    show();
  });
  DARK.addEventListener("change", show);
  show();
  return button;
}
