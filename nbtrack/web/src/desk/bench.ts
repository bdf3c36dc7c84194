// The links of one card, and what they have opened below it.

import { freshId, h, listen } from "../dom.ts";
import { keepKeys } from "../keys.ts";
import { stopAll } from "../panel.ts";
import type { Stop } from "../source.ts";
import { type Card, type Link, Section } from "./section.ts";

const WORDS: Readonly<Record<Link, string>> = {
  chart: "chart",
  compare: "compare with last",
  code: "code",
  drop: "drop",
};
/** What is of use without the kernel that has drawn it. */
const LASTING = new Set<Link>(["chart", "compare", "code"]);
const LINKS = Object.keys(WORDS) as Link[];

export class Bench {
  readonly #links = h("span", { class: "nbt-links", role: "group", "aria-label": "More about this run" });
  readonly #below = h("div");
  readonly #card: Card;
  readonly #open = new Map<Link, Section>();
  readonly #buttons: ReadonlyMap<Link, HTMLButtonElement>;
  readonly #stop: Stop;
  #host: HTMLElement;
  #focused: HTMLElement | undefined;

  /** @param host - The card, as static HTML. */
  constructor(host: HTMLElement, card: Omit<Card, "removed">, hovered: () => void) {
    this.#host = host;
    this.#card = { ...card, removed: this.#removed };
    const offered = new Set((host.dataset.nbtrackLinks ?? "").split(" "));
    this.#buttons = new Map(LINKS.filter((link) => offered.has(link)).map((link) => [link, this.#button(link)]));
    this.#links.append(...this.#buttons.values());
    this.#stop = stopAll([
      keepKeys(this.#links),
      keepKeys(this.#below),
      listen(this.#links, "pointerenter", hovered),
      listen(this.#below, "focusin", ({ target }) => {
        this.#focused = target as HTMLElement;
      }),
    ]);
    this.#place();
  }

  get host(): HTMLElement {
    return this.#host;
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Go on in the card that has come in the place of this one. */
  move(host: HTMLElement): void {
    this.#host = host;
    this.#place();
    if (document.activeElement === document.body) this.#focused?.focus();
  }

  /** Show the links while the kernel answers; afterwards those that close what is still of use. */
  offer(answers: boolean): void {
    for (const [link, button] of this.#buttons) {
      if (!answers && !LASTING.has(link)) this.#close(link);
      button.hidden = !answers && !this.#open.has(link);
    }
  }

  stop: Stop = () => {
    for (const link of this.#open.keys()) this.#close(link);
    this.#stop();
    this.#links.remove();
    this.#below.remove();
  };

  #place(): void {
    this.#host.firstElementChild?.append(this.#links);
    this.#host.append(this.#below);
  }

  #button(link: Link): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-link", "aria-expanded": "false", "data-action": link }, WORDS[link]);
    button.addEventListener("click", () => {
      if (this.#open.has(link)) this.#close(link);
      else this.#show(link, button);
    });
    return button;
  }

  #show(link: Link, button: HTMLButtonElement): void {
    const id = freshId(link);
    const section = new Section(this.#card, link, id, WORDS[link]);
    this.#open.set(link, section);
    this.#below.append(section.el);
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", id);
  }

  #close(link: Link): void {
    const button = this.#buttons.get(link);
    this.#open.get(link)?.stop();
    this.#open.delete(link);
    button?.setAttribute("aria-expanded", "false");
    button?.removeAttribute("aria-controls");
    if (this.#card.source.liveness === "gone" && button) button.hidden = true;
  }

  #removed = (key: string): void => {
    for (const item of this.#host.querySelectorAll<HTMLElement>("[data-nbtrack-key]")) {
      if (item.dataset.nbtrackKey === key) item.remove();
    }
  };
}
