// Finds the cards of a kernel in the page and adds their toolbars, as long as the kernel answers.

import type { Stop } from "../carrier/carrier.ts";
import { CommCarrier, followKernel, isGone } from "../carrier/comm.ts";
import type { AnyModel } from "../ui/anywidget.ts";
import { h } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { CardToolbar } from "./toolbar.ts";

const CARDS = ".nbtrack-card[data-nbtrack-run]";
const NOTEBOOK = ".jp-Notebook";
const LINKS = ".nbt-links";
const CELL = ".jp-Cell";
const REGISTRY = Symbol.for("nbtrack.cards");
const page = globalThis as unknown as Record<symbol, Map<string, Cards> | undefined>;
/** By kernel, what serves its cards in this page. */
const kernels = (page[REGISTRY] ??= new Map<string, Cards>());

export class Cards {
  readonly #model: AnyModel;
  readonly #kernel: string;
  readonly #carrier: CommCarrier;
  readonly #detached = h("div");
  readonly #toolbars = new Map<HTMLElement, CardToolbar>();
  /** Cards of other kernels: whether this one knows their runs. */
  readonly #known = new Map<string, boolean>();
  readonly #stops: Stop[];

  constructor(model: AnyModel) {
    this.#model = model;
    this.#kernel = String(model.get("uid"));
    this.#carrier = new CommCarrier(model, this.#detached, []);
    const observer = new MutationObserver(this.#changed);
    observer.observe(document.body, { childList: true, subtree: true });
    this.#stops = [
      () => {
        this.#carrier.close();
      },
      this.#carrier.onLiveness(this.#update),
      followKernel(model, () => {
        this.#carrier.check();
      }),
      () => {
        observer.disconnect();
      },
    ];
    kernels.get(this.#kernel)?.stop();
    kernels.set(this.#kernel, this);
    this.#scan();
  }

  stop: Stop = () => {
    if (kernels.get(this.#kernel) === this) kernels.delete(this.#kernel);
    for (const toolbar of this.#toolbars.values()) toolbar.stop();
    this.#toolbars.clear();
    stopAll(this.#stops)();
  };

  #changed = (changes: readonly MutationRecord[]): void => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(hasCard))) this.#scan();
  };

  #scan(): void {
    if (this.#carrier.liveness === "gone") return;
    const cards = [...document.querySelectorAll<HTMLElement>(CARDS)].filter((card) => !this.#toolbars.has(card));
    for (const card of cards) if (this.#serves(card)) this.#serve(card);
    this.#removeStale();
    void this.#askAboutRuns(cards.filter((card) => this.#mightServe(card)));
  }

  #serves({ dataset }: HTMLElement): boolean {
    return dataset.nbtrackKernel === this.#kernel || this.#isKnown(dataset) === true;
  }

  #isKnown({ nbtrackKernel, nbtrackRun }: DOMStringMap): boolean | undefined {
    return kernels.has(nbtrackKernel ?? "") ? false : this.#known.get(nbtrackRun ?? "");
  }

  /** An earlier kernel's card is served where this one has shown a card, in the same notebook. */
  #mightServe(card: HTMLElement): boolean {
    if (this.#serves(card) || card.querySelector(LINKS) !== null || this.#isKnown(card.dataset) !== undefined) return false;
    const own = `[data-nbtrack-kernel="${CSS.escape(this.#kernel)}"]`;
    return card.closest(NOTEBOOK)?.querySelector(own) != null;
  }

  #serve(card: HTMLElement): void {
    const run = card.dataset.nbtrackRun ?? "";
    const before = [...this.#toolbars].find(([{ dataset, isConnected }]) => dataset.nbtrackRun === run && !isConnected);
    if (before) {
      this.#toolbars.delete(before[0]);
      before[1].move(card);
      this.#toolbars.set(card, before[1]);
      return;
    }
    this.#toolbars.set(card, new CardToolbar(card, { model: this.#model, carrier: this.#carrier, run }, this.#probe));
  }

  /** Cards that left the page for good hold nothing; those whose cell scrolled away come back as they are. */
  #removeStale(): void {
    for (const [card, toolbar] of this.#toolbars) {
      if (card.isConnected || card.closest(CELL)) continue;
      toolbar.stop();
      this.#toolbars.delete(card);
    }
  }

  async #askAboutRuns(cards: readonly HTMLElement[]): Promise<void> {
    const runs = [...new Set(cards.map(({ dataset }) => dataset.nbtrackRun ?? ""))];
    if (runs.length === 0) return;
    for (const run of runs) this.#known.set(run, false);
    const { content } = await this.#carrier.call("kernel/known-runs", { run_ids: runs }).catch(() => ({ content: { run_ids: [] } }));
    for (const run of content.run_ids as readonly string[]) this.#known.set(run, true);
    this.#scan();
  }

  /** Without its kernel it leaves the cards to those of other kernels, except for what is still open there. */
  #update = (): void => {
    const answers = this.#carrier.liveness !== "gone";
    if (answers) kernels.set(this.#kernel, this);
    else if (kernels.get(this.#kernel) === this) kernels.delete(this.#kernel);
    for (const [card, toolbar] of this.#toolbars) {
      toolbar.offer(answers);
      if (answers || toolbar.isOpen) continue;
      toolbar.stop();
      this.#toolbars.delete(card);
    }
    if (answers) this.#scan();
  };

  /** A comm that seemed dead may live again. */
  #probe = (): void => {
    this.#carrier.check();
    if (this.#carrier.liveness === "gone" && !isGone(this.#model, this.#detached)) this.#model.send({ event: "hello" });
  };
}

function hasCard(node: Node): boolean {
  return node instanceof HTMLElement && (node.matches(CARDS) || node.querySelector(CARDS) !== null);
}
