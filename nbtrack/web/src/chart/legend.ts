// The legend, and the style that each run is drawn with: which are shown, which is pointed at, colours and dashes.

import { h, setText } from "../ui/dom.ts";
import { count, plural } from "../ui/format.ts";
import { colourOf, dashesOf, type Theme } from "../ui/theme.ts";
import type { LineStyle } from "./scene.ts";
import type { RunName } from "./types.ts";

export interface LegendEvents {
  toggled(run: string): void;
  isolated(run: string): void;
  /** The chip under the pointer, or null. */
  pointed(run: string | null): void;
}

export interface ChipStyle {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly shown: boolean;
}

/** How many runs are drawn of those that there are; nothing when it is all of them. */
export function runCount(drawn: number, found: number): string {
  return drawn > 0 && drawn < found ? `${count(drawn)} of ${plural(found, "run")}` : "";
}

const HELP = "Click to hide or show, double-click or Alt-click to show alone";

export class Legend {
  readonly el = h("div", { class: "nbt-legend", role: "group", "aria-label": "Runs" });
  /** How many runs are drawn, where there are more. */
  readonly total = h("span", { class: "nbt-total nbt-faint", role: "status" });
  readonly #chips = new Map<string, HTMLButtonElement>();
  readonly #events: LegendEvents;

  constructor(events: LegendEvents) {
    this.#events = events;
  }

  /** @param total - What stands beside the chips. */
  show(runs: readonly RunName[], styleOf: (run: string) => ChipStyle, total: string): void {
    setText(this.total, total);
    const before = new Map(this.#chips);
    this.#chips.clear();
    for (const run of runs) {
      const chip = before.get(run.id) ?? this.#makeChip(run.id);
      updateChip(chip, run.name, styleOf(run.id));
      this.#chips.set(run.id, chip);
    }
    const chips = [...this.#chips.values()];
    if (!isSame(this.el.children, chips)) this.el.replaceChildren(...chips);
  }

  #makeChip(run: string): HTMLButtonElement {
    const chip = h(
      "button",
      { type: "button", class: "nbt-chip" },
      h("span", { class: "nbt-sample", "aria-hidden": "true" }),
      h("span", { class: "nbt-ellipsis" }),
    );
    const point = (id: string | null) => () => {
      this.#events.pointed(id);
    };
    chip.addEventListener("click", (event) => {
      if (event.altKey) this.#events.isolated(run);
      else this.#events.toggled(run);
    });
    chip.addEventListener("dblclick", () => {
      this.#events.isolated(run);
    });
    chip.addEventListener("pointerenter", point(run));
    chip.addEventListener("pointerleave", point(null));
    return chip;
  }
}

function updateChip(chip: HTMLButtonElement, name: string, { colour, dash, shown }: ChipStyle): void {
  const [sample, label] = chip.children;
  chip.setAttribute("aria-pressed", String(shown));
  chip.title = `${name}\n${HELP}`;
  if (label) label.textContent = name;
  if (!(sample instanceof HTMLElement)) return;
  sample.style.color = colour;
  sample.classList.toggle("nbt-dashed", dash.length > 0);
}

function isSame(children: HTMLCollection, chips: readonly Element[]): boolean {
  return children.length === chips.length && chips.every((chip, i) => children[i] === chip);
}

const GREY = "#8c8c8c";

export class RunStyles {
  theme: Theme = "light";
  pointed: string | null = null;
  #runs: readonly RunName[] = [];
  #baseline: string | undefined;
  #dashes = new Map<string, readonly number[]>();
  readonly #hidden = new Set<string>();

  /** @param baseline - The run that the others are compared with, which is drawn beneath them, in grey. */
  show(runs: readonly RunName[], { id, name }: Partial<RunName> = {}): void {
    const others = runs.filter((run) => run.id !== id);
    this.#baseline = id;
    this.#runs = id === undefined ? runs : [{ id, name: `${name ?? ""} (baseline)` }, ...others];
    const dashes = dashesOf(others.map((run) => run.id));
    this.#dashes = new Map(others.map((run, i) => [run.id, dashes[i] ?? []]));
  }

  get runs(): readonly RunName[] {
    return this.#runs;
  }

  get shown(): readonly RunName[] {
    return this.#runs.filter((run) => !this.#hidden.has(run.id));
  }

  toggle(run: string): void {
    if (!this.#hidden.delete(run)) this.#hidden.add(run);
  }

  /** Show one run alone, or all again when it is alone already. */
  isolate(run: string): void {
    const alone = this.shown.length === 1 && this.shown[0]?.id === run;
    this.#hidden.clear();
    if (alone) return;
    for (const { id } of this.#runs) if (id !== run) this.#hidden.add(id);
  }

  chip(run: string): ChipStyle {
    return { colour: this.#colour(run), dash: this.#dash(run), shown: !this.#hidden.has(run) };
  }

  styleOf({ id, name }: RunName): LineStyle {
    const faded = this.pointed !== null && this.pointed !== id && !this.#hidden.has(this.pointed);
    return { name, colour: this.#colour(id), dash: this.#dash(id), faded };
  }

  #colour(run: string): string {
    return run === this.#baseline ? GREY : colourOf(run, this.theme);
  }

  #dash(run: string): readonly number[] {
    return this.#dashes.get(run) ?? [];
  }
}
