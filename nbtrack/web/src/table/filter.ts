// The filter box, and under it what is wrong with the filter.

import type { Stop } from "../carrier/carrier.ts";
import { h, listen, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { measureIn } from "./columns.ts";
import { Completer } from "./completer.ts";
import type { Column, FilterError } from "./types.ts";

const PAUSE = 400;
/** After this long without typing, in ms, an unfinished filter is an error. */
const PATIENCE = 1500;
/** What the caret needs of the box that it stands on, in px. */
const CARET_ROOM = 12;
const PLACEHOLDER = "metrics.acc > 0.9 and params.lr = '0.1'";

export class FilterBox {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #input: HTMLInputElement;
  readonly #caret = h("span", { class: "nbt-caret", "aria-hidden": "true" });
  readonly #message = h("span");
  readonly #error: HTMLElement;
  readonly #completer: Completer;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #isFinished = true;
  #wrong: FilterError | null = null;
  readonly #measure = measureIn(() => this.#input);

  /**
   * @param id - Of the element that holds the error.
   * @param apply - Hears a new filter.
   * @param columns - Gives the keys that a filter may name.
   */
  #applied: string;
  readonly #apply: (filter: string) => void;

  constructor(
    id: string,
    applied: string,
    apply: (filter: string) => void,
    columns: () => Promise<readonly Column[]>,
  ) {
    this.#applied = applied;
    this.#apply = apply;
    this.#input = h("input", {
      type: "text",
      class: "nbt-input",
      placeholder: PLACEHOLDER,
      "aria-label": "Filter runs",
      "data-action": "filter",
      "aria-describedby": id,
      spellcheck: "false",
      autocomplete: "off",
      autocapitalize: "off",
    });
    this.#error = h("div", { class: "nbt-error", role: "alert", id, hidden: true }, this.#caret, this.#message);
    this.#completer = new Completer(this.#input, columns);
    this.el = h("div", { class: "nbt-filter" }, this.#input, this.#error, this.#completer.el);
    this.#input.value = applied;
    this.stop = stopAll([
      this.#completer.stop,
      listen(this.#input, "input", this.#typed),
      listen(this.#input, "keydown", this.#pressed),
      listen(this.#input, "scroll", this.#showError),
      listen(this.#input, "blur", this.#finish),
      () => {
        clearTimeout(this.#timer);
        clearTimeout(this.#patience);
      },
    ]);
  }

  /** Take over a filter that was set elsewhere. */
  set(filter: string): void {
    if (filter === this.#applied) return;
    this.#applied = filter;
    this.#input.value = filter;
  }

  /** Keep the error within the panel. */
  fit(): void {
    if (!this.#error.hidden) this.#place(this.#wrong?.column ?? null);
  }

  showError(error: FilterError | null): void {
    this.#wrong = error;
    this.#showError();
  }

  clear(): void {
    this.enter("");
  }

  /** Filter by a text as if it was typed. */
  enter(filter: string): void {
    this.#input.value = filter;
    this.#submit();
    this.#finish();
  }

  enable(enabled: boolean): void {
    this.#input.disabled = !enabled;
  }

  focus(): void {
    this.#input.focus();
  }

  #typed = (event: Event): void => {
    this.#error.hidden = true;
    clearTimeout(this.#timer);
    if (event instanceof InputEvent && event.isComposing) return;
    this.#completer.typed();
    this.#isFinished = false;
    clearTimeout(this.#patience);
    this.#patience = setTimeout(this.#finish, PATIENCE);
    this.#timer = setTimeout(this.#pause, PAUSE);
  };

  /** A word that may be completed is no filter yet. */
  #pause = (): void => {
    if (!this.#completer.isCompleting) this.#submit();
  };

  #finish = (): void => {
    clearTimeout(this.#patience);
    this.#isFinished = true;
    this.#showError();
  };

  #pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (this.#completer.pressed(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter") {
      this.#completer.close();
      this.#submit();
      this.#finish();
    }
    if (event.key === "Escape" && this.#input.value !== "") this.clear();
  };

  #submit = (): void => {
    clearTimeout(this.#timer);
    const filter = this.#input.value.trim();
    if (filter === this.#applied) {
      this.#showError();
      return;
    }
    this.#applied = filter;
    this.showError(null);
    this.#apply(filter);
  };

  #showError = (): void => {
    const wrong = this.#isAboutInput && !this.#isBeingTyped ? this.#wrong : null;
    this.#error.hidden = wrong === null;
    this.#input.setAttribute("aria-invalid", String(typeof wrong?.column === "number"));
    setText(this.#message, wrong?.message ?? "");
    if (wrong !== null) this.#place(wrong.column);
  };

  get #isAboutInput(): boolean {
    const text = this.#input.value.trim();
    return text === this.#applied && text === (this.#wrong?.filter ?? text).trim();
  }

  /** Whether it is only the word at the end that is wrong, and more may come. */
  get #isBeingTyped(): boolean {
    const before = this.#input.value.trimEnd().replace(/\S*$/, "");
    return !this.#isFinished && (this.#wrong?.column ?? -1) >= Array.from(before).length;
  }

  #place(column: number | null): void {
    this.#caret.hidden = column === null;
    const left = column === null ? 0 : this.#leftOf(column);
    this.#caret.style.left = `${left}px`;
    this.#error.style.minWidth = `${left + CARET_ROOM}px`;
    this.#error.style.setProperty("--nbt-inset", `${this.#inset}px`);
  }

  /** How far to the right the filter stands in the panel. */
  get #inset(): number {
    const line = this.el.parentElement ?? this.el;
    return this.el.getBoundingClientRect().left - line.getBoundingClientRect().left;
  }

  /** How far to the right a character of the filter stands, or the edge behind which it is. */
  #leftOf(column: number): number {
    const before = Array.from(this.#input.value).slice(0, column).join("");
    const inset = Number.parseFloat(getComputedStyle(this.#input).paddingLeft) || 0;
    const left = inset + this.#measure(before) - this.#input.scrollLeft;
    return Math.max(0, Math.min(left, this.#input.clientWidth - CARET_ROOM));
  }
}
