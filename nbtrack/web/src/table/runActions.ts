// The buttons that act on the selected runs.

import { messageOf, type Stop } from "../carrier/carrier.ts";
import { h, listen, saveFile, setText } from "../ui/dom.ts";
import { plural } from "../ui/format.ts";
import { type Host, stopAll } from "../ui/panel.ts";
import { button, field, onEnter, Popover } from "../ui/popover.ts";
import { toComparison, toRun } from "../ui/routes.ts";
import { tableQuery } from "./rowLoader.ts";
import { OverflowLine } from "./overflowLine.ts";
import type { TableState } from "./types.ts";

type Opener = readonly [label: string, address: (runs: readonly string[]) => string];

/** What opens a panel, and where the Tracking UI shows the same. */
const OPENERS: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  ["compare", ["Compare", (runs) => toComparison(runs, [])]],
  ["chart", ["Chart", (runs) => toComparison(runs, [])]],
  ["skip", ["Skip", ([run = ""]) => toRun("all", run)]],
  ["show", ["Show", ([run = ""]) => toRun("all", run)]],
]);
const NOTE = "mlflow.note.content";
/** ms that a confirmation stays. */
const CONFIRMED = 8000;

/** What is known of runs that have arrived. */
export interface KnownRuns {
  nameOf(run: string): string;
  isBaseline(run: string): boolean;
}

export class RunActions {
  readonly el = h("div", { class: "nbt-actions" });
  readonly stop: Stop;
  readonly #host: Host<TableState>;
  readonly #changed: () => void;
  readonly #status = h("span", { class: "nbt-said nbt-ellipsis", role: "status" });
  readonly #undo = h("button", { type: "button", class: "nbt-button", hidden: true, "data-action": "undo" }, "Undo");
  readonly #line = new OverflowLine();
  #openers: readonly HTMLButtonElement[] = [];
  readonly #delete = button("Delete", "Delete the selected runs");
  readonly #export = button("Export", "Export the selected runs, or all, as CSV");
  readonly #rename: Popover;
  readonly #tag: Popover;
  readonly #note: Popover;
  readonly #name = field("New name");
  readonly #key = field("Key");
  readonly #value = field("Value");
  readonly #text = h("textarea", { class: "nbt-input", rows: 4, "aria-label": "Note", placeholder: "Add a note…" });
  #deleted: readonly string[] = [];
  #passing: ReturnType<typeof setTimeout> | undefined;
  #enabled = true;

  readonly #baseline = button("Baseline", "Compare the other runs with the selected one");
  readonly #known: KnownRuns;

  /**
   * @param changed - Called after runs were changed.
   * @param known - What has arrived of the runs.
   */
  constructor(host: Host<TableState>, changed: () => void, known: KnownRuns) {
    this.#known = known;
    this.#host = host;
    this.#changed = changed;
    const apply = button("Set tag", "Set this tag for the selected runs");
    const save = button("Save note", "Save this note");
    const rename = button("Rename", "Rename the run");
    this.#rename = new Popover({ name: "Rename", title: "Rename the selected run (F2)", label: "Rename" }, [this.#name, rename], () => {
      this.#name.value = this.#known.nameOf(this.#selected[0] ?? "");
      this.#name.select();
    });
    this.#tag = new Popover({ name: "Tag", title: "Tag the selected runs", label: "Tag" }, [this.#key, this.#value, apply], () => {
      this.#key.value = this.#value.value = "";
    });
    this.#note = new Popover({ name: "Note", title: "Add a note to the selected runs", label: "Note" }, [this.#text, save], () => void this.#read());
    this.el.append(this.#status, this.#undo, this.#line.el);
    this.stop = stopAll([
      () => {
        clearTimeout(this.#passing);
      },
      this.#line.stop,
      this.#rename.stop,
      listen(rename, "click", () => void this.#setName()),
      onEnter(this.#name, () => void this.#setName()),
      this.#tag.stop,
      this.#note.stop,
      listen(apply, "click", () => void this.#setTag()),
      onEnter(this.#value, () => void this.#setTag()),
      listen(save, "click", () => void this.#save()),
      listen(this.#baseline, "click", () => void this.#setBaseline()),
      listen(this.#delete, "click", () => void this.#remove()),
      listen(this.#undo, "click", () => void this.#restore()),
      listen(this.#export, "click", () => void this.#download()),
    ]);
  }

  /** Show the buttons that open something here. */
  offer(opens: readonly string[]): void {
    this.#openers = opens.flatMap((panel) => {
      const [label] = OPENERS.get(panel) ?? [];
      if (label === undefined) return [];
      const opener = button(label, `${label} the selected runs`);
      opener.classList.add("nbt-opener");
      opener.addEventListener("click", () => {
        this.#open(panel, this.#selected);
      });
      return [opener];
    });
    this.refresh();
  }

  /** Open the view of a run. */
  show = (run: string): void => {
    this.#open("show", [run]);
  };

  /** Open a panel about some runs, where that is offered. */
  #open(panel: string, runs: readonly string[]): void {
    const [, address] = OPENERS.get(panel) ?? [];
    if (address === undefined || !this.#enabled || !this.#host.state.get("opens").includes(panel)) return;
    void this.#try(() => this.#host.open(panel, runs, address(runs)));
  }

  enable(enabled: boolean): void {
    this.#enabled = enabled;
    this.refresh();
  }

  /** Show and enable what the selection allows. */
  refresh(): void {
    const selected = this.#selected.length;
    for (const each of [...this.#openers, this.#delete]) each.disabled = !this.#enabled;
    this.#rename.enable(this.#enabled && selected === 1);
    this.#baseline.disabled = !this.#enabled || selected !== 1;
    setText(this.#baseline, this.#isBaseline ? "Remove baseline" : "Baseline");
    this.#baseline.title = this.#isBaseline ? "Stop comparing with this run" : "Compare the other runs with the selected one";
    for (const each of [this.#tag, this.#note]) each.enable(this.#enabled);
    this.#undo.disabled = !this.#enabled;
    this.#export.disabled = !this.#enabled;
    const ofSelection = [...this.#openers, this.#rename.el, this.#tag.el, this.#note.el, this.#baseline, this.#delete];
    this.#line.show(selected > 0 ? [...ofSelection, this.#export] : [this.#export]);
  }

  /** Use the room that there is. */
  fit(): void {
    this.#line.fit();
  }

  /** Have the selected run renamed, when there is just one. */
  rename = (): void => {
    this.refresh();
    if (this.#rename.button.disabled) return;
    this.#line.reveal(this.#rename.el);
    this.#rename.open();
  };

  get #selected(): readonly string[] {
    return this.#host.state.get("selected");
  }

  #select(runs: readonly string[]): void {
    this.#host.state.set("selected", runs);
  }

  async #update(change: object, run_ids = this.#selected): Promise<boolean> {
    return this.#try(async () => {
      await this.#host.carrier.call("nbtrack/runs/update", { run_ids, ...change }).finally(this.#changed);
    });
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.#report("");
    try {
      await act();
      return true;
    } catch (error) {
      this.#report(messageOf(error));
      return false;
    }
  }

  /** Say what was done, for a while. */
  #confirm(text: string): void {
    this.#report(text);
    this.#passing = setTimeout(() => {
      this.#report("");
    }, CONFIRMED);
  }

  #report(text: string, undo = false): void {
    clearTimeout(this.#passing);
    setText(this.#status, text);
    this.#status.title = text;
    this.#undo.hidden = !undo;
    if (undo) this.#undo.focus({ preventScroll: true });
    this.#line.fit();
  }

  get #isBaseline(): boolean {
    return this.#known.isBaseline(this.#selected[0] ?? "");
  }

  async #setBaseline(): Promise<void> {
    const [run_id = ""] = this.#selected;
    const scope = this.#isBaseline ? "" : "experiment";
    const done = await this.#try(async () => {
      await this.#host.carrier.call("nbtrack/runs/baseline/update", { run_id, scope }).finally(this.#changed);
    });
    if (done) this.#confirm(scope === "" ? "No longer the baseline" : `Compared with ${this.#known.nameOf(run_id)}`);
  }

  async #remove(): Promise<void> {
    this.#deleted = this.#selected;
    if (!(await this.#update({ lifecycle_stage: "deleted" }))) return;
    this.#select(this.#selected.filter((run) => !this.#deleted.includes(run)));
    this.#report(`${plural(this.#deleted.length, "run")} deleted`, true);
  }

  async #restore(): Promise<void> {
    if (!(await this.#update({ lifecycle_stage: "active" }, this.#deleted))) return;
    this.#select(this.#deleted);
    this.#confirm(`${plural(this.#deleted.length, "run")} restored`);
  }

  async #setName(): Promise<void> {
    const name = this.#name.value.trim();
    this.#rename.close();
    if (name !== "" && (await this.#update({ run_name: name }))) this.#confirm(`Renamed to ${name}`);
  }

  async #setTag(): Promise<void> {
    const [key, value] = [this.#key.value.trim(), this.#value.value];
    if (key === "") {
      this.#key.focus();
      return;
    }
    const runs = this.#selected;
    this.#tag.close();
    if (await this.#update({ tags: [{ key, value }] })) this.#confirm(`${plural(runs.length, "run")} tagged`);
  }

  async #read(): Promise<void> {
    this.#text.value = "";
    const [run_id = ""] = this.#selected;
    const { content } = await this.#host.carrier.call("nbtrack/runs/tag", { run_id, key: NOTE });
    if (typeof content.value === "string") this.#text.value = content.value;
  }

  async #save(): Promise<void> {
    this.#note.close();
    if (await this.#update({ tags: [{ key: NOTE, value: this.#text.value }] })) this.#confirm("Note saved");
  }

  async #download(): Promise<void> {
    const args = { ...tableQuery(this.#host.state), run_ids: this.#selected };
    saveFile(await this.#host.carrier.call("nbtrack/runs/export", args));
  }
}
