// What every part of the page shares: the carrier, buttons, dialogs, and the line at the foot that says what was done.

import { messageOf } from "../carrier/carrier.ts";
import type { HttpCarrier } from "../carrier/http.ts";
import { type Child, h, setText } from "../ui/dom.ts";

export interface Context {
  readonly carrier: HttpCarrier;
  readonly toast: Toast;
  /** Where dialogs are opened. */
  readonly root: HTMLElement;
}

/** A button that names the action that it stands for. */
export function actionButton(action: string, label: Child, title: string, act: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "nbt-button", title, "data-action": action }, label);
  button.addEventListener("click", act);
  return button;
}

const STAYS = 12_000;

export class Toast {
  readonly el = h("div", { class: "nbt-toast", role: "status", hidden: true });
  readonly #text = h("span", { class: "nbt-toast-text" });
  readonly #undo = h("button", { type: "button", class: "nbt-button", "data-action": "undo" }, "Undo");
  #back: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.el.append(this.#text, this.#undo);
    this.#undo.addEventListener("click", () => {
      const back = this.#back;
      this.hide();
      back?.();
    });
  }

  show(text: string, undo: (() => void) | null = null): void {
    setText(this.#text, text);
    this.#back = undo;
    this.#undo.hidden = undo === null;
    this.el.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.hide, STAYS);
  }

  showError = (error: unknown): void => {
    this.show(messageOf(error));
  };

  hide = (): void => {
    this.el.hidden = true;
    this.#back = null;
  };
}

export interface DialogOptions {
  readonly title: string;
  /** What is asked for; without it only a yes is. */
  readonly label?: string;
  readonly value?: string;
  /** The word on the button. */
  readonly action: string;
  readonly text?: string;
}

/** Return what was typed, "" for a confirmation, or null when the dialog was cancelled. */
export function promptFor(root: HTMLElement, options: DialogOptions): Promise<string | null> {
  const { title, label, value = "", action, text } = options;
  const field = label === undefined ? null : h("input", { class: "nbt-input", "aria-label": label, placeholder: label, spellcheck: "false" });
  if (field) field.value = value;
  const done = h("button", { class: "nbt-button nbt-main", value: "done" }, action);
  const cancel = h("button", { class: "nbt-button", value: "", formnovalidate: true }, "Cancel");
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", {}, title),
    text === undefined ? null : h("p", { class: "nbt-faint" }, text),
    field,
    h("div", { class: "nbt-answers" }, cancel, done),
  );
  const dialog = h("dialog", { class: "nbt-dialog", "aria-label": title }, form);
  // Enter presses the first button of a form; here it means the answer.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== field) return;
    event.preventDefault();
    dialog.close("done");
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close(event.submitter === done ? "done" : "");
  });
  root.append(dialog);
  dialog.showModal();
  field?.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      const typed = field?.value.trim() ?? "";
      resolve(dialog.returnValue === "done" && (field === null || typed !== "") ? typed : null);
    });
  });
}
