// The links of one card, and what they have opened below it.

import type { Stop } from "../carrier/carrier.ts";
import { freshId, h, keepKeys, listen } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { KeepButtons } from "./keepButtons.ts";
import { type Card, type Link, Section } from "./section.ts";

const LABELS: Readonly<Record<Link, string>> = {
  chart: "Chart",
  compare: "Compare with last",
  code: "Code",
  values: "Edit values",
};
/** What is of use without the kernel that has drawn it. */
const USEFUL_WITHOUT_KERNEL = new Set<Link>(["chart", "compare", "code"]);
const WITH_BASELINE = "Compare with baseline";
const LINKS = Object.keys(LABELS) as Link[];

export class CardToolbar {
  readonly #links = h("span", { class: "nbt-links", role: "group", "aria-label": "More about this run" });
  readonly #below = h("div");
  readonly #card: Card;
  readonly #open = new Map<Link, Section>();
  readonly #buttons: ReadonlyMap<Link, HTMLButtonElement>;
  readonly #keepButtons: KeepButtons;
  readonly #stop: Stop;
  #host: HTMLElement;
  #focused: HTMLElement | undefined;

  /** @param host - The card, as static HTML. */
  constructor(host: HTMLElement, card: Omit<Card, "dropped">, hovered: () => void) {
    this.#host = host;
    this.#card = { ...card, dropped: this.#dropped };
    const offered = new Set((host.dataset.nbtrackLinks ?? "").split(" "));
    this.#buttons = new Map(LINKS.filter((link) => offered.has(link)).map((link) => [link, this.#button(link)]));
    this.#links.append(...this.#buttons.values());
    this.#keepButtons = new KeepButtons(card.carrier, card.run);
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

  /** Move into the card that has taken the place of this one. */
  move(host: HTMLElement): void {
    this.#host = host;
    this.#place();
    if (document.activeElement === document.body) this.#focused?.focus();
  }

  /** Show the links while the kernel answers; afterwards those that close what is still of use. */
  offer(answers: boolean): void {
    for (const [link, button] of this.#buttons) {
      if (!answers && !USEFUL_WITHOUT_KERNEL.has(link)) this.#close(link);
      button.hidden = !answers && !this.#open.has(link);
    }
    this.#keepButtons.offer(answers);
  }

  stop: Stop = () => {
    for (const link of this.#open.keys()) this.#close(link);
    this.#stop();
    this.#links.remove();
    this.#keepButtons.remove();
    this.#below.remove();
  };

  #place(): void {
    this.#host.firstElementChild?.append(this.#links);
    this.#host.append(this.#below);
    this.#keepButtons.place(this.#host);
  }

  #label(link: Link): string {
    return link === "compare" && this.#host.dataset.nbtrackBaseline !== undefined ? WITH_BASELINE : LABELS[link];
  }

  #button(link: Link): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-link", "aria-expanded": "false", "data-action": link }, this.#label(link));
    button.addEventListener("click", () => {
      if (this.#open.has(link)) this.#close(link);
      else this.#show(link, button);
    });
    return button;
  }

  #show(link: Link, button: HTMLButtonElement): void {
    const id = freshId(link);
    const section = new Section(this.#card, link, id, this.#label(link));
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
    if (this.#card.carrier.liveness === "gone" && button) button.hidden = true;
  }

  #dropped = (key: string): void => {
    for (const item of this.#host.querySelectorAll<HTMLElement>("[data-nbtrack-key]")) {
      if (item.dataset.nbtrackKey === key) item.remove();
    }
  };
}
