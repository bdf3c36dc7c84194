// The runs on stage: which are shown, which is pointed at, and the pen that each is drawn with.

import { colourOf, dashesOf } from "../colour.ts";
import type { Theme } from "../theme.ts";
import type { ChipLook } from "./legend.ts";
import type { Pen } from "./scene.ts";
import type { RunName } from "./types.ts";

export class Cast {
  theme: Theme = "light";
  pointed: string | null = null;
  #runs: readonly RunName[] = [];
  #dashes = new Map<string, readonly number[]>();
  readonly #hidden = new Set<string>();

  set runs(runs: readonly RunName[]) {
    this.#runs = runs;
    const dashes = dashesOf(runs.map((run) => run.id));
    this.#dashes = new Map(runs.map((run, i) => [run.id, dashes[i] ?? []]));
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

  chip(run: string): ChipLook {
    return { colour: this.#colour(run), dash: this.#dash(run), shown: !this.#hidden.has(run) };
  }

  penOf({ id, name }: RunName): Pen {
    const faded = this.pointed !== null && this.pointed !== id && !this.#hidden.has(this.pointed);
    return { name, colour: this.#colour(id), dash: this.#dash(id), faded };
  }

  #colour(run: string): string {
    return colourOf(run, this.theme);
  }

  #dash(run: string): readonly number[] {
    return this.#dashes.get(run) ?? [];
  }
}
