// Finds the cards of a kernel in the page and adds their links, as long as the kernel answers.

import type { AnyModel } from "../anywidget.ts";
import { CommSource } from "../comm.ts";
import { h } from "../dom.ts";
import { followKernel, isGone } from "../kernel.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { Bench } from "./bench.ts";

const CARDS = ".nbtrack-card[data-nbtrack-run]";
const NOTEBOOK = ".jp-Notebook";
const LINKS = ".nbt-links";
const CELL = ".jp-Cell";
const DESKS = Symbol.for("nbtrack.desks");
const page = globalThis as unknown as Record<symbol, Map<string, Desk> | undefined>;
/** Of each kernel the desk that serves its cards in this page. */
const desks = (page[DESKS] ??= new Map<string, Desk>());

export class Desk {
  readonly #model: AnyModel;
  readonly #kernel: string;
  readonly #source: CommSource;
  readonly #nowhere = h("div");
  readonly #benches = new Map<HTMLElement, Bench>();
  /** Cards of other kernels: whether this one knows their runs. */
  readonly #known = new Map<string, boolean>();
  readonly #stops: Stop[];

  constructor(model: AnyModel) {
    this.#model = model;
    this.#kernel = String(model.get("uid"));
    this.#source = new CommSource(model, this.#nowhere, []);
    const observer = new MutationObserver(this.#changed);
    observer.observe(document.body, { childList: true, subtree: true });
    this.#stops = [
      () => {
        this.#source.close();
      },
      this.#source.onLiveness(this.#offer),
      followKernel(model, () => {
        this.#source.check();
      }),
      () => {
        observer.disconnect();
      },
    ];
    desks.get(this.#kernel)?.stop();
    desks.set(this.#kernel, this);
    this.#look();
  }

  stop: Stop = () => {
    if (desks.get(this.#kernel) === this) desks.delete(this.#kernel);
    for (const bench of this.#benches.values()) bench.stop();
    this.#benches.clear();
    stopAll(this.#stops)();
  };

  #changed = (changes: readonly MutationRecord[]): void => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(hasCard))) this.#look();
  };

  #look(): void {
    if (this.#source.liveness === "gone") return;
    const cards = [...document.querySelectorAll<HTMLElement>(CARDS)].filter((card) => !this.#benches.has(card));
    for (const card of cards) if (this.#serves(card)) this.#serve(card);
    this.#forget();
    void this.#ask(cards.filter((card) => this.#mayServe(card)));
  }

  #serves({ dataset }: HTMLElement): boolean {
    return dataset.nbtrackKernel === this.#kernel || this.#isKnown(dataset) === true;
  }

  #isKnown({ nbtrackKernel, nbtrackRun }: DOMStringMap): boolean | undefined {
    return desks.has(nbtrackKernel ?? "") ? false : this.#known.get(nbtrackRun ?? "");
  }

  /** An earlier kernel's card is served where this one has shown a card, in the same notebook. */
  #mayServe(card: HTMLElement): boolean {
    if (this.#serves(card) || card.querySelector(LINKS) !== null || this.#isKnown(card.dataset) !== undefined) return false;
    const own = `[data-nbtrack-kernel="${CSS.escape(this.#kernel)}"]`;
    return card.closest(NOTEBOOK)?.querySelector(own) != null;
  }

  #serve(card: HTMLElement): void {
    const run = card.dataset.nbtrackRun ?? "";
    const before = [...this.#benches].find(([{ dataset, isConnected }]) => dataset.nbtrackRun === run && !isConnected);
    if (before) {
      this.#benches.delete(before[0]);
      before[1].move(card);
      this.#benches.set(card, before[1]);
      return;
    }
    this.#benches.set(card, new Bench(card, { model: this.#model, source: this.#source, run }, this.#greet));
  }

  /** Cards that left the page for good hold nothing; those whose cell scrolled away come back as they are. */
  #forget(): void {
    for (const [card, bench] of this.#benches) {
      if (card.isConnected || card.closest(CELL)) continue;
      bench.stop();
      this.#benches.delete(card);
    }
  }

  async #ask(cards: readonly HTMLElement[]): Promise<void> {
    const runs = [...new Set(cards.map(({ dataset }) => dataset.nbtrackRun ?? ""))];
    if (runs.length === 0) return;
    for (const run of runs) this.#known.set(run, false);
    const { content } = await this.#source.request("known", { runs }).catch(() => ({ content: { runs: [] } }));
    for (const run of content.runs as readonly string[]) this.#known.set(run, true);
    this.#look();
  }

  /** Without its kernel a desk leaves the cards to those of others, but for what is still open there. */
  #offer = (): void => {
    const answers = this.#source.liveness !== "gone";
    if (answers) desks.set(this.#kernel, this);
    else if (desks.get(this.#kernel) === this) desks.delete(this.#kernel);
    for (const [card, bench] of this.#benches) {
      bench.offer(answers);
      if (answers || bench.isOpen) continue;
      bench.stop();
      this.#benches.delete(card);
    }
    if (answers) this.#look();
  };

  /** A comm that seemed dead may live again. */
  #greet = (): void => {
    this.#source.check();
    if (this.#source.liveness === "gone" && !isGone(this.#model, this.#nowhere)) this.#model.send({ kind: "hello" });
  };
}

function hasCard(node: Node): boolean {
  return node instanceof HTMLElement && (node.matches(CARDS) || node.querySelector(CARDS) !== null);
}
