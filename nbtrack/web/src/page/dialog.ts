// Asks for a word, or for a yes, in a dialog of the page.

import { h } from "../dom.ts";

export interface Question {
  readonly title: string;
  /** What is asked for; without it only a yes is. */
  readonly label?: string;
  readonly value?: string;
  /** The word on the button. */
  readonly action: string;
  readonly text?: string;
}

/** Return what was typed, "" for a plain yes, or null when the reader thought better of it. */
export function ask(root: HTMLElement, question: Question): Promise<string | null> {
  const { title, label, value = "", action, text } = question;
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
