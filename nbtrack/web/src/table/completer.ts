// The completion of keys in the filter box.

import type { Stop } from "../carrier/carrier.ts";
import { freshId, h, listen, setAttributes } from "../ui/dom.ts";
import { stopAll } from "../ui/panel.ts";
import type { Column } from "./types.ts";

export class Completer {
  readonly el: HTMLElement;
  readonly stop: Stop;
  readonly #input: HTMLInputElement;
  readonly #columns: () => Promise<readonly Column[]>;
  #known: readonly Column[] = [];
  #found: Completion = { start: 0, texts: [] };
  #at = -1;
  #mayPropose = false;

  constructor(input: HTMLInputElement, columns: () => Promise<readonly Column[]>) {
    this.#input = input;
    this.#columns = columns;
    this.el = h("div", { class: "nbt-keys", role: "listbox", id: freshId("keys"), "aria-label": "Keys", hidden: true });
    setAttributes(input, { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.el.id });
    this.stop = stopAll([
      listen(input, "focus", () => void this.#propose()),
      listen(input, "blur", this.close),
      listen(this.el, "mousedown", this.#clicked),
    ]);
    this.close();
  }

  get isOpen(): boolean {
    return !this.el.hidden;
  }

  /** Whether a word is being typed that the list completes. */
  get isCompleting(): boolean {
    return this.isOpen && this.#found.start < (this.#input.selectionStart ?? 0);
  }

  /** Show what fits what was typed. */
  typed(): void {
    this.#mayPropose = false;
    const caret = this.#input.selectionStart ?? this.#input.value.length;
    this.#found = completion(this.#input.value, caret, this.#known);
    this.#show(this.#found.texts.length > 0);
  }

  /** Do what a key means to the list; false when it means nothing to it. */
  pressed(key: string): boolean {
    this.#mayPropose = false;
    if (!this.isOpen) return false;
    if (key === "ArrowDown" || key === "ArrowUp") this.#move(key === "ArrowDown" ? 1 : -1);
    else if ((key === "Tab" && this.isCompleting) || (key === "Enter" && this.#at >= 0)) this.#take(Math.max(0, this.#at));
    else if (key === "Escape") this.close();
    else return false;
    return true;
  }

  close = (): void => {
    this.#show(false);
  };

  /** Learn the keys, and propose them in a box where nothing was typed since it has the focus. */
  async #propose(): Promise<void> {
    this.#mayPropose = true;
    this.#known = await this.#columns().catch(() => this.#known);
    if (this.#isUntouched) this.typed();
  }

  get #isUntouched(): boolean {
    return this.#mayPropose && this.#input.value === "" && this.#input.matches(":focus");
  }

  #show(open: boolean): void {
    this.#at = -1;
    this.el.hidden = !open;
    this.#input.setAttribute("aria-expanded", String(open));
    this.#input.removeAttribute("aria-activedescendant");
    if (!open) return;
    this.el.replaceChildren(
      ...this.#found.texts.map((text, i) => {
        const hint = this.#found.hints?.[i];
        const meaning = hint === undefined ? null : h("span", { class: "nbt-faint nbt-hint" }, hint);
        return h("div", { class: "nbt-key nbt-ellipsis", role: "option", id: `${this.el.id}-${i}`, title: text }, text, meaning);
      }),
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
    const index = [...this.el.children].findIndex((option) => event.target instanceof Node && option.contains(event.target));
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
  /** What they mean, where they do not say so themselves. */
  readonly hints?: readonly string[];
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

const DAY = 86_400_000;
const DATES: readonly (readonly [hint: string, daysAgo: number])[] = [["today", 0], ["yesterday", 1], ["a week ago", 7], ["30 days ago", 30]];
/** A comparison with a time whose value is due, and what was typed of that. */
const BEFORE_DATE = /\b(?:started|Started|created|Created|start_time|end_time)\s*(?:[<>]=?)\s*('?[\d-]*)$/;

/** Dates, where one is due; days begin at midnight UTC, as the table tells times. */
function dates(before: string, now: number): Completion | null {
  const typed = BEFORE_DATE.exec(before)?.[1];
  if (typed === undefined) return null;
  const all = DATES.map(([hint, days]) => ({ hint, text: `'${new Date(now - days * DAY).toISOString().slice(0, 10)}'` }));
  const found = all.filter(({ text }) => text.startsWith(typed.startsWith("'") ? typed : `'${typed}`) && text !== typed);
  return { start: before.length - typed.length, texts: found.map(({ text }) => text), hints: found.map(({ hint }) => hint) };
}

/** A column as a filter may name it: without a container that its title leaves out, unless another is called so. */
function nameOf({ id, label }: Column, columns: readonly Column[]): string {
  const [entity = ""] = id.split(".", 1);
  const short = `${entity}.${label}`;
  const isShorter = id.endsWith(`.${label}`) && id.length > short.length;
  return written(isShorter && !columns.some((other) => other.id === short) ? short : id);
}

/** Keys that hold what was typed before the caret, where one is due; those that begin with it come first. */
export function completion(text: string, caret: number, columns: readonly Column[], now = Date.now()): Completion {
  const before = text.slice(0, caret);
  const due = dates(before, now);
  if (due !== null) return due;
  const word = WORD.exec(before)?.[0] ?? "";
  if (isInText(before) || !BEFORE_KEY.test(before.slice(0, before.length - word.length))) return NOTHING;
  const wanted = word.toLowerCase();
  const ranked = columns
    .map((column) => ({ text: nameOf(column, columns), rank: rankOf(column, wanted) }))
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
