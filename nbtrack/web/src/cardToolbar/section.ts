// What a link opens below its card: panels, code, or the recorded values.

import { messageOf, type Stop } from "../carrier/carrier.ts";
import type { CommCarrier } from "../carrier/comm.ts";
import type { AnyModel } from "../ui/anywidget.ts";
import { h, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";

export type Link = "chart" | "compare" | "code" | "values";

export interface Card {
  readonly model: AnyModel;
  readonly carrier: CommCarrier;
  readonly run: string;
  /** Called with the key of a value that is no longer in the run. */
  readonly dropped: (key: string) => void;
}

const SLOW = 1_000;

export class Section {
  readonly el: HTMLElement;
  readonly #card: Card;
  readonly #stops: Stop[] = [];
  #isOpen = true;

  constructor(card: Card, link: Link, id: string, label: string) {
    this.#card = card;
    this.el = h("div", { class: "nbt-section", id, role: "region", "aria-label": label, "data-link": link });
    void this.#fill(link);
  }

  stop: Stop = () => {
    this.#isOpen = false;
    stopAll(this.#stops)();
    this.el.remove();
  };

  async #fill(link: Link): Promise<void> {
    const waits = setTimeout(() => {
      this.#showMessage("The kernel is busy. This opens as soon as it answers.");
    }, SLOW);
    try {
      const drawn = await this.#drawn(link);
      if (this.#isOpen) this.el.replaceChildren(...drawn);
      else stopAll(this.#stops)();
    } catch (error) {
      this.#showMessage(messageOf(error));
    } finally {
      clearTimeout(waits);
    }
  }

  #drawn(link: Link): Promise<HTMLElement[]> {
    if (link === "code") return this.#code();
    return link === "values" ? this.#values() : this.#panels(link);
  }

  async #code(): Promise<HTMLElement[]> {
    const { content } = await this.#card.carrier.call("kernel/code", { run_id: this.#card.run });
    const lines = content.lines as readonly string[];
    return [h("pre", { class: "nbt-lines", tabindex: 0 }, lines.join("\n"))];
  }

  async #values(): Promise<HTMLElement[]> {
    const list = new RecordedValues(this.#card.carrier, this.#card.run, this.#card.dropped);
    await list.load();
    return [list.el];
  }

  /** The panels are widgets of their own; the kernel lets go of them when the section is closed. */
  async #panels(link: Link): Promise<HTMLElement[]> {
    const { model, carrier, run } = this.#card;
    const { content } = await carrier.call(link === "chart" ? "kernel/open-chart" : "kernel/open-comparison", { run_id: run });
    const panels = content.panels as readonly string[];
    this.#stops.push(() => {
      void carrier.call("kernel/close", { panels }).catch(() => undefined);
    });
    const shown = await Promise.all(panels.map((id) => viewOf(model, id)));
    this.#stops.push(...shown.map(({ stop }) => stop));
    return shown.map(({ el }) => el);
  }

  #showMessage(text: string): void {
    this.el.replaceChildren(h("span", { class: "nbt-dim", role: "status" }, text));
  }
}

interface View {
  readonly el: HTMLElement;
  remove(): void;
}

interface Manager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown): Promise<View>;
}

export interface Shown {
  readonly el: HTMLElement;
  readonly stop: Stop;
}

/** Draw the widget of an id. */
export async function viewOf(model: AnyModel, id: string): Promise<Shown> {
  const manager = model.widget_manager as Manager;
  const view = await manager.create_view(await manager.get_model(id));
  return {
    el: view.el,
    stop() {
      view.remove();
    },
  };
}

type Values = readonly (readonly [key: string, text: string, origin: string])[];

/** The values that were found in the cell, their sources, and a button that removes each from the run. */
export class RecordedValues {
  readonly el = h("div");
  readonly #rows = h("tbody");
  readonly #status = h("div", { class: "nbt-dim", role: "status" });
  readonly #carrier: CommCarrier;
  readonly #run: string;
  readonly #dropped: (key: string) => void;

  /** @param dropped - Called with the key of a value that is no longer in the run. */
  constructor(carrier: CommCarrier, run: string, dropped: (key: string) => void) {
    this.#carrier = carrier;
    this.#run = run;
    this.#dropped = dropped;
    const titles = ["Name", "Value", "Source", ""].map((title) => h("th", { scope: "col", class: "nbt-dim" }, title));
    this.el.append(h("table", { class: "nbt-recorded" }, h("thead", {}, h("tr", {}, ...titles)), this.#rows), this.#status);
  }

  async load(): Promise<void> {
    const { content } = await this.#carrier.call("kernel/recorded-values", { run_id: this.#run });
    this.#show(content.values as Values);
  }

  #show(values: Values): void {
    setText(this.#status, values.length > 0 ? "" : "No values of this cell are recorded now.");
    this.#rows.replaceChildren(...values.map(([key, text, origin]) => this.#row(key, text, origin)));
  }

  #row(key: string, text: string, origin: string): HTMLElement {
    const label = `Drop ${key}`;
    const hint = `${label}: remove it from this run, and don't record it in this cell again`;
    const button = h("button", { type: "button", class: "nbt-link", "aria-label": label, title: hint }, "×");
    button.addEventListener("click", () => {
      button.disabled = true;
      void this.#drop(key, button);
    });
    const cells = [h("td", {}, h("b", {}, text)), h("td", { class: "nbt-dim" }, origin), h("td", {}, button)];
    return h("tr", {}, h("th", { scope: "row" }, key), ...cells);
  }

  async #drop(key: string, button: HTMLButtonElement): Promise<void> {
    try {
      const { content } = await this.#carrier.call("kernel/drop-value", { run_id: this.#run, key });
      const place = [...this.el.querySelectorAll("button")].indexOf(button);
      this.#dropped(key);
      this.#show(content.values as Values);
      const buttons = this.el.querySelectorAll("button");
      buttons[Math.min(place, buttons.length - 1)]?.focus();
    } catch (error) {
      button.disabled = false;
      setText(this.#status, messageOf(error));
    }
  }
}
