// The buttons that do something to the selected runs.

import { download } from "../download.ts";
import { h, listen, setText } from "../dom.ts";
import { plural } from "../format.ts";
import { stopAll } from "../panel.ts";
import { Popover } from "../popover.ts";
import type { Source, Stop } from "../source.ts";
import { button, field, onEnter } from "./controls.ts";

const OPENS: ReadonlyMap<string, string> = new Map([
  ["compare", "Compare"],
  ["chart", "Chart"],
  ["show", "Show"],
]);

export class Deeds {
  readonly el = h("div", { class: "nbt-deeds" });
  readonly stop: Stop;
  readonly #source: Source;
  readonly #selected: () => readonly string[];
  readonly #said = h("span", { class: "nbt-said nbt-ellipsis", role: "status" });
  readonly #undo = h("button", { type: "button", class: "nbt-button", hidden: true, "data-action": "undo" }, "Undo");
  readonly #openers = h("span", { class: "nbt-openers" });
  readonly #delete = button("Delete", "Delete the selected runs");
  readonly #export = button("Export", "Export the selected runs, or all, as CSV");
  readonly #rename: Popover;
  readonly #tag: Popover;
  readonly #note: Popover;
  readonly #name = field("New name");
  readonly #key = field("Key");
  readonly #value = field("Value");
  readonly #text = h("textarea", { class: "nbt-input", rows: 4, "aria-label": "Note", placeholder: "What should be remembered" });
  #deleted: readonly string[] = [];
  #enabled = true;

  readonly #nameOf: (run: string) => string;

  /**
   * @param selected - Ids of the selected runs.
   * @param nameOf - The name of a run, where it is known.
   */
  constructor(source: Source, selected: () => readonly string[], nameOf: (run: string) => string) {
    this.#nameOf = nameOf;
    this.#source = source;
    this.#selected = selected;
    const apply = button("Set tag", "Set this tag on the selected runs");
    const save = button("Save note", "Save this note");
    const rename = button("Rename", "Give the run this name");
    this.#rename = new Popover({ name: "Rename", title: "Rename the selected run (F2)", label: "Rename" }, [this.#name, rename], () => {
      this.#name.value = this.#nameOf(this.#selected()[0] ?? "");
      this.#name.select();
    });
    this.#tag = new Popover({ name: "Tag", title: "Tag the selected runs", label: "Tag" }, [this.#key, this.#value, apply], () => {
      this.#key.value = this.#value.value = "";
    });
    this.#note = new Popover({ name: "Note", title: "Write a note on the selected runs", label: "Note" }, [this.#text, save], () => void this.#read());
    this.el.append(this.#said, this.#undo, this.#openers, this.#rename.el, this.#tag.el, this.#note.el, this.#delete, this.#export);
    this.stop = stopAll([
      this.#rename.stop,
      listen(rename, "click", () => void this.#setName()),
      onEnter(this.#name, () => void this.#setName()),
      this.#tag.stop,
      this.#note.stop,
      listen(apply, "click", () => void this.#setTag()),
      onEnter(this.#value, () => void this.#setTag()),
      listen(save, "click", () => void this.#save()),
      listen(this.#delete, "click", () => void this.#remove()),
      listen(this.#undo, "click", () => void this.#restore()),
      listen(this.#export, "click", () => void this.#download()),
    ]);
  }

  /** Show the buttons that open something here. */
  show(opens: readonly string[]): void {
    const made = opens.flatMap((kind) => {
      const word = OPENS.get(kind);
      if (word === undefined) return [];
      const opener = button(word, `${word} the selected runs`);
      opener.addEventListener("click", () => void this.#do(kind, {}));
      return [opener];
    });
    this.#openers.replaceChildren(...made);
    this.refresh();
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.refresh();
  }

  /** Enable what the selection allows. */
  refresh(): void {
    const some = this.#enabled && this.#selected().length > 0;
    for (const each of this.#openers.querySelectorAll("button")) each.disabled = !some;
    this.#delete.disabled = !some;
    this.#rename.enable(some && this.#selected().length === 1);
    this.#tag.enable(some);
    this.#note.enable(some);
    this.#undo.disabled = !this.#enabled;
    this.#export.disabled = !this.#enabled;
  }

  /** Have the selected run renamed, when there is just one. */
  rename(): void {
    this.refresh();
    if (!this.#rename.button.disabled) this.#rename.open();
  }

  async #do(kind: string, more: object, runs = this.#selected()): Promise<boolean> {
    this.#say("");
    try {
      await this.#source.request(kind, { runs, ...more });
      return true;
    } catch (error) {
      this.#say(error instanceof Error ? error.message : "refused");
      return false;
    }
  }

  #say(text: string, undo = false): void {
    setText(this.#said, text);
    this.#said.title = text;
    this.#undo.hidden = !undo;
  }

  async #remove(): Promise<void> {
    this.#deleted = this.#selected();
    if (await this.#do("delete", {})) this.#say(`${plural(this.#deleted.length, "run")} deleted`, true);
  }

  async #restore(): Promise<void> {
    if (await this.#do("restore", {}, this.#deleted)) this.#say(`${plural(this.#deleted.length, "run")} back`);
  }

  async #setName(): Promise<void> {
    const name = this.#name.value.trim();
    this.#rename.close();
    if (name !== "" && (await this.#do("rename", { name }))) this.#say(`Renamed to ${name}`);
  }

  async #setTag(): Promise<void> {
    const [key, value] = [this.#key.value.trim(), this.#value.value];
    if (key === "") {
      this.#key.focus();
      return;
    }
    const runs = this.#selected();
    this.#tag.close();
    if (await this.#do("tag", { key, value })) this.#say(`${plural(runs.length, "run")} tagged`);
  }

  async #read(): Promise<void> {
    this.#text.value = "";
    const { content } = await this.#source.request("note", { runs: this.#selected().slice(0, 1) });
    if (typeof content.text === "string") this.#text.value = content.text;
  }

  async #save(): Promise<void> {
    this.#note.close();
    if (await this.#do("note", { text: this.#text.value })) this.#say("Note saved");
  }

  async #download(): Promise<void> {
    const { buffers, content } = await this.#source.request("export", { runs: this.#selected() });
    const [data] = buffers;
    if (data) download(String(content.name), data as DataView<ArrayBuffer>, "text/csv");
  }
}
