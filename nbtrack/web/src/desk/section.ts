// What a link opens below its card.

import type { AnyModel } from "../anywidget.ts";
import { h } from "../dom.ts";
import { stopAll } from "../panel.ts";
import type { Source, Stop } from "../source.ts";
import { FoundList } from "./found.ts";
import { viewOf } from "./views.ts";

export type Link = "chart" | "compare" | "code" | "drop";

export interface Card {
  readonly model: AnyModel;
  readonly source: Source;
  readonly run: string;
  /** Hears which value is no longer in the run. */
  readonly removed: (key: string) => void;
}

const SLOW = 1_000;

export class Section {
  readonly el: HTMLElement;
  readonly #card: Card;
  readonly #stops: Stop[] = [];
  #isOpen = true;

  constructor(card: Card, link: Link, id: string, label: string) {
    this.#card = card;
    this.el = h("div", { class: "nbt-desk", id, role: "region", "aria-label": label, "data-link": link });
    void this.#fill(link);
  }

  stop: Stop = () => {
    this.#isOpen = false;
    stopAll(this.#stops)();
    this.el.remove();
  };

  async #fill(link: Link): Promise<void> {
    const waits = setTimeout(() => {
      this.#say("The kernel is busy; this opens when it answers.");
    }, SLOW);
    try {
      const drawn = await this.#drawn(link);
      if (this.#isOpen) this.el.replaceChildren(...drawn);
      else stopAll(this.#stops)();
    } catch (error) {
      this.#say(error instanceof Error ? error.message : "refused");
    } finally {
      clearTimeout(waits);
    }
  }

  #drawn(link: Link): Promise<HTMLElement[]> {
    if (link === "code") return this.#code();
    return link === "drop" ? this.#found() : this.#panels(link);
  }

  async #code(): Promise<HTMLElement[]> {
    const { content } = await this.#card.source.request("code", { run: this.#card.run });
    const lines = content.lines as readonly string[];
    return [h("pre", { class: "nbt-lines", tabindex: 0 }, lines.join("\n"))];
  }

  async #found(): Promise<HTMLElement[]> {
    const list = new FoundList(this.#card.source, this.#card.run, this.#card.removed);
    await list.load();
    return [list.el];
  }

  /** The panels are widgets of their own; the kernel lets go of them when the section is closed. */
  async #panels(link: Link): Promise<HTMLElement[]> {
    const { model, source, run } = this.#card;
    const { content } = await source.request(link, { run });
    const panels = content.panels as readonly string[];
    this.#stops.push(() => {
      void source.request("close", { panels }).catch(() => undefined);
    });
    const shown = await Promise.all(panels.map((id) => viewOf(model, id)));
    this.#stops.push(...shown.map(({ stop }) => stop));
    return shown.map(({ el }) => el);
  }

  #say(text: string): void {
    this.el.replaceChildren(h("span", { class: "nbt-dim", role: "status" }, text));
  }
}
