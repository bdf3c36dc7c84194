// The filter box with its completion of keys, and under it what is wrong with the filter.

import type { Stop } from "../carrier/carrier.ts";
import { freshId, h, listen, setAttributes, setText } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import { measureIn } from "./columns.ts";
import type { Column, FilterError } from "./types.ts";

const PAUSE = 400;
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
      () => {
        clearTimeout(this.#timer);
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
    this.#timer = setTimeout(this.#submit, PAUSE);
  };

  #pressed = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (this.#completer.pressed(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Enter") this.#submit();
    if (event.key === "Escape" && this.#input.value !== "") {
      this.#input.value = "";
      this.#submit();
    }
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
    const wrong = this.#isAboutInput ? this.#wrong : null;
    this.#error.hidden = wrong === null;
    this.#input.setAttribute("aria-invalid", String(typeof wrong?.column === "number"));
    setText(this.#message, wrong?.message ?? "");
    if (wrong !== null) this.#place(wrong.column);
  };

  get #isAboutInput(): boolean {
    const text = this.#input.value.trim();
    return text === this.#applied && text === (this.#wrong?.filter ?? text).trim();
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

export class Completer {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #input: HTMLInputElement;
  readonly #columns: () => Promise<readonly Column[]>;
  #known: readonly Column[] = [];
  #found: Completion = { start: 0, texts: [] };
  #at = -1;

  constructor(input: HTMLInputElement, columns: () => Promise<readonly Column[]>) {
    this.#input = input;
    this.#columns = columns;
    this.el = h("div", { class: "nbt-keys", role: "listbox", id: freshId("keys"), "aria-label": "Keys", hidden: true });
    setAttributes(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.el.id });
    this.stop = stopAll([
      listen(input, "focus", () => void this.#learn()),
      listen(input, "blur", this.close),
      listen(this.el, "mousedown", this.#clicked),
    ]);
    this.close();
  }

  get isOpen(): boolean {
    return !this.el.hidden;
  }

  /** Show what fits what was typed. */
  typed(): void {
    const caret = this.#input.selectionStart ?? this.#input.value.length;
    this.#found = completion(this.#input.value, caret, this.#known);
    this.#show(this.#found.texts.length > 0);
  }

  /** Do what a key means to the list; false when it means nothing to it. */
  pressed(key: string): boolean {
    if (!this.isOpen) return false;
    if (key === "ArrowDown" || key === "ArrowUp") this.#move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Tab" || (key === "Enter" && this.#at >= 0)) this.#take(Math.max(0, this.#at));
    else if (key === "Escape") this.close();
    else return false;
    return true;
  }

  close = (): void => {
    this.#show(false);
  };

  async #learn(): Promise<void> {
    this.#known = await this.#columns().catch(() => this.#known);
  }

  #show(open: boolean): void {
    this.#at = -1;
    this.el.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    this.#input.removeAttribute("aria-activedescendant");
    if (!open) return;
    this.el.replaceChildren(
      ...this.#found.texts.map((text, i) =>
        h("div", { class: "nbt-key nbt-ellipsis", role: "option", id: `${this.el.id}-${i}`, title: text }, text),
      ),
    );
  }

  #move(by: number): void {
    const { children } = this.el;
    children[this.#at]?.removeAttribute("aria-selected");
    this.#at = (this.#at + by + children.length) % children.length;
    const option = children[this.#at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  #take(index: number): void {
    const text = this.#found.texts[index];
    if (text === undefined) return;
    const caret = this.#input.selectionStart ?? this.#input.value.length;
    this.#input.setRangeText(`${text} `, this.#found.start, caret, "end");
    this.close();
  }

  #clicked = (event: MouseEvent): void => {
    event.preventDefault();
    const index = [...this.el.children].findIndex((option) => option === event.target);
    if (index >= 0) this.#take(index);
  };
}

const WORD = /[A-Za-z_`][\w.`/-]*$/;
const PLAIN = /^[A-Za-z_][\w.-]*$/;
/** Where a comparison begins; elsewhere an operator or a value is due. */
const BEFORE_KEY = /(?:^|\(|\b(?:and|or|not))\s*$/i;
const MOST = 12;

export interface Completion {
  /** Where the word begins that they would replace. */
  readonly start: number;
  readonly texts: readonly string[];
}

const NOTHING: Completion = { start: 0, texts: [] };

/** A column's id as a filter writes it. */
export function written(id: string): string {
  const dot = id.indexOf(".");
  const [entity, key] = [id.slice(0, dot), id.slice(dot + 1)];
  if (PLAIN.test(key)) return id;
  const quote = key.includes("`") ? '"' : "`";
  return `${entity}.${quote}${key}${quote}`;
}

function isInText(before: string): boolean {
  return before.split("'").length % 2 === 0;
}

/** Keys that hold what was typed before the caret; those that begin with it come first. */
export function completion(text: string, caret: number, columns: readonly Column[]): Completion {
  const before = text.slice(0, caret);
  const word = WORD.exec(before)?.[0] ?? "";
  if (word === "" || isInText(before) || !BEFORE_KEY.test(before.slice(0, -word.length))) return NOTHING;
  const wanted = word.toLowerCase();
  const ranked = columns
    .map((column) => ({ text: written(column.id), rank: rankOf(column, wanted) }))
    .filter(({ text: found, rank }) => rank < 3 && found.toLowerCase() !== wanted)
    .sort((a, b) => a.rank - b.rank);
  return { start: caret - word.length, texts: ranked.slice(0, MOST).map((found) => found.text) };
}

function rankOf({ id }: Column, wanted: string): number {
  const whole = written(id).toLowerCase();
  const key = id.slice(id.indexOf(".") + 1).toLowerCase();
  if (whole.startsWith(wanted)) return 0;
  if (key.startsWith(wanted)) return 1;
  return whole.includes(wanted) ? 2 : 3;
}
