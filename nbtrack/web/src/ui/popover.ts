// Buttons, fields, and buttons that open a menu above the page.

import type { Stop } from "../carrier/carrier.ts";
import { type Child, freshId, h, icon, listen } from "./dom.ts";
import { stopAll } from "./panel.ts";

const HIGHEST = 340;
const ROOM = 180;
const GAP = 4;

export interface PopoverOptions {
  /** What it is about, for screen readers. */
  readonly name: string;
  readonly title: string;
  /** Without a label the button is an icon alone. */
  readonly label: Child;
}

export class Popover {
  readonly el: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly menu: HTMLElement;
  readonly stop: Stop;
  readonly #opened: () => void;

  constructor(options: PopoverOptions, content: readonly Child[], opened: () => void) {
    this.#opened = opened;
    const id = freshId("menu");
    this.menu = h(
      "div",
      { class: "nbt-menu", id, popover: "auto", role: "group", "aria-label": options.name },
      ...content,
    );
    this.button = h(
      "button",
      { type: "button", class: "nbt-button", popovertarget: id, title: options.title, "aria-haspopup": "true", "data-action": options.name.toLowerCase() },
      options.label,
      icon("M3 4.8 6 7.8 9 4.8"),
    );
    this.el = h("div", { class: "nbt-popover" }, this.button, this.menu);
    this.stop = stopAll([
      listen(this.menu, "beforetoggle", this.#toggled),
      listen(this.menu, "keydown", this.#pressed),
    ]);
  }

  get isOpen(): boolean {
    return this.menu.matches(":popover-open");
  }

  enable(enabled: boolean): void {
    this.button.disabled = !enabled;
    if (!enabled) this.close();
  }

  open(): void {
    if (!this.isOpen) this.menu.showPopover();
  }

  close(): void {
    if (this.isOpen) this.menu.hidePopover();
  }

  /** Put the menu where there is room for it. */
  place = (): void => {
    const button = this.button.getBoundingClientRect();
    const below = innerHeight - button.bottom - 2 * GAP;
    const above = button.top - 2 * GAP;
    const upwards = below < ROOM && above > below;
    const left = Math.max(GAP, Math.min(button.left, innerWidth - this.menu.offsetWidth - GAP));
    this.menu.style.maxHeight = `${Math.min(HIGHEST, upwards ? above : below)}px`;
    this.menu.style.left = `${left}px`;
    this.menu.style.top = upwards ? "auto" : `${button.bottom + GAP}px`;
    this.menu.style.bottom = upwards ? `${innerHeight - button.top + GAP}px` : "auto";
  };

  #toggled = (event: ToggleEvent): void => {
    if (event.newState !== "open") return;
    this.#opened();
    requestAnimationFrame(() => {
      this.place();
      this.#controls()[0]?.focus({ preventScroll: true });
    });
  };

  /** Those that can be seen. */
  #controls(): HTMLElement[] {
    const found = this.menu.querySelectorAll<HTMLElement>("input, textarea, select, button:not(:disabled)");
    return [...found].filter((control) => control.offsetParent !== null);
  }

  /** Keys in the menu mean nothing to what it was opened from. */
  #pressed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLSelectElement) return;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const controls = this.#controls();
    const at = controls.findIndex((control) => control === document.activeElement);
    controls[Math.max(0, Math.min(at + step, controls.length - 1))]?.focus();
    event.preventDefault();
  };
}

export function button(word: string, title: string): HTMLButtonElement {
  const action = word.toLowerCase().replaceAll(" ", "-");
  return h("button", { type: "button", class: "nbt-button", title, "data-action": action }, word);
}

export function field(word: string): HTMLInputElement {
  return h("input", { type: "text", class: "nbt-input", placeholder: word, "aria-label": word, spellcheck: "false" });
}

/** The text in a field; an empty field gets the focus. */
export function typed(input: HTMLInputElement): string {
  const text = input.value.trim();
  if (text === "") input.focus();
  return text;
}

/** Do something on Enter, which must not press the button that has the focus after it as well. */
export function onEnter(input: HTMLInputElement, act: () => void): Stop {
  return listen(input, "keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    act();
  });
}
