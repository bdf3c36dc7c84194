// One chip per run: click hides and shows it, double click or Alt-click shows it alone.

import { h } from "../dom.ts";
import type { RunName } from "./types.ts";

export interface LegendEvents {
  toggled(run: string): void;
  isolated(run: string): void;
  /** The chip under the pointer, or null. */
  pointed(run: string | null): void;
}

export interface ChipLook {
  readonly colour: string;
  readonly dash: readonly number[];
  readonly shown: boolean;
}

const HELP = "Click to hide or show, double-click or Alt-click to show alone";

export class Legend {
  readonly el = h("div", { class: "nbt-legend", role: "group", "aria-label": "Runs" });
  readonly #chips = new Map<string, HTMLButtonElement>();
  readonly #events: LegendEvents;

  constructor(events: LegendEvents) {
    this.#events = events;
  }

  show(runs: readonly RunName[], lookOf: (run: string) => ChipLook): void {
    const before = new Map(this.#chips);
    this.#chips.clear();
    for (const run of runs) {
      const chip = before.get(run.id) ?? this.#makeChip(run.id);
      dress(chip, run.name, lookOf(run.id));
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

function dress(chip: HTMLButtonElement, name: string, { colour, dash, shown }: ChipLook): void {
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
