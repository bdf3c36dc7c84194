// The buttons that record a value which the card names as not recorded.

import { messageOf } from "../carrier/carrier.ts";
import type { CommCarrier } from "../carrier/comm.ts";
import { h, setText } from "../ui/dom.ts";

const CANDIDATES = "[data-nbtrack-candidate]";

export class KeepButtons {
  readonly #carrier: CommCarrier;
  readonly #run: string;
  #buttons: HTMLButtonElement[] = [];

  constructor(carrier: CommCarrier, run: string) {
    this.#carrier = carrier;
    this.#run = run;
  }

  /** Add a button to each value that a card names. */
  place(host: HTMLElement): void {
    this.remove();
    this.#buttons = [...host.querySelectorAll<HTMLElement>(CANDIDATES)].map((candidate) => {
      const button = this.#button(candidate.dataset.nbtrackCandidate ?? "");
      candidate.append(button);
      return button;
    });
  }

  offer(answers: boolean): void {
    for (const button of this.#buttons) button.hidden = !answers;
  }

  remove(): void {
    for (const button of this.#buttons) button.remove();
    this.#buttons = [];
  }

  #button(key: string): HTMLButtonElement {
    const button = h("button", { type: "button", class: "nbt-link", "aria-label": `Keep ${key}` }, "keep");
    button.addEventListener("click", () => {
      button.disabled = true;
      this.#carrier.call("kernel/keep-value", { run_id: this.#run, key }).catch((error: unknown) => {
        button.disabled = false;
        setText(button, messageOf(error));
      });
    });
    return button;
  }
}
