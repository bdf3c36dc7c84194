// The range of x that all plots show, and the finer points that are asked for it.

import type { Source } from "../source.ts";
import type { Curves } from "./curves.ts";
import type { Frame, Span } from "./types.ts";

export class Zoom {
  span: Span | null = null;
  readonly #source: Source;
  readonly #curves: Curves;
  readonly #changed: () => void;

  constructor(source: Source, curves: Curves, changed: () => void) {
    this.#source = source;
    this.#curves = curves;
    this.#changed = changed;
  }

  /** Zoom into a range, or out again with null; what is known is drawn at once. */
  async to(span: Span | null, width: number): Promise<void> {
    if (span === null && this.span === null) return;
    this.span = span;
    if (span === null) this.#curves.unzoom();
    this.#changed();
    await this.#refine(span, width).catch(() => undefined);
  }

  /** Forget the range: the data are of another kind now. */
  forget(): void {
    this.span = null;
    this.#curves.unzoom();
  }

  async #refine(span: Span | null, width: number): Promise<void> {
    const { version, x } = this.#curves;
    const { content, buffers } = await this.#source.request("series", {
      x0: span?.min ?? null,
      x1: span?.max ?? null,
      width: Math.round(width * devicePixelRatio),
    });
    if (this.span !== span || this.#curves.version !== version) return;
    const frame = content as unknown as Frame;
    const data = buffers[0] ?? null;
    if (span) this.#curves.zoom(frame, data, span);
    else this.#curves.replace({ ...frame, version }, data, x);
    this.#changed();
  }
}
