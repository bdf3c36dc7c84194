// The range of x that all plots show, the finer points for it, and the keys that move and zoom.

import type { Carrier } from "../carrier/carrier.ts";
import type { Curves } from "./curves.ts";
import type { Frame, Span } from "./types.ts";

export class Zoom {
  span: Span | null = null;
  /** The ranges of y that some plots show, by their metrics. */
  readonly heights = new Map<string, Span>();
  readonly #carrier: Carrier;
  readonly #query: () => object;
  readonly #curves: Curves;
  readonly #changed: () => void;

  /** @param query - What the curves are called for with. */
  constructor(carrier: Carrier, curves: Curves, query: () => object, changed: () => void) {
    this.#carrier = carrier;
    this.#query = query;
    this.#curves = curves;
    this.#changed = changed;
  }

  /** Zoom into a range, or out again with null; what is known is drawn at once. */
  async to(span: Span | null, width: number): Promise<void> {
    if (span === null && !this.isZoomed) return;
    this.span = span;
    if (span === null) this.forget();
    this.#changed();
    await this.#refine(span, width).catch(() => undefined);
  }

  get isZoomed(): boolean {
    return this.span !== null || this.heights.size > 0;
  }

  /** Forget all ranges: the data are of another kind now. */
  forget(): void {
    this.span = null;
    this.heights.clear();
    this.#curves.unzoom();
  }

  async #refine(span: Span | null, width: number): Promise<void> {
    const { version, x } = this.#curves;
    const { content, buffers } = await this.#carrier.call("nbtrack/metrics/curves", {
      ...this.#query(),
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

const STRIDE = 0.02;
const LEAP = 0.1;
const IN = 0.5;

export type Step =
  | { readonly kind: "point"; readonly share: number }
  | { readonly kind: "zoom"; readonly factor: number }
  | { readonly kind: "reset" };

function keep(share: number): number {
  return Math.max(0, Math.min(share, 1));
}

/** What a key does when the cursor stands at a share of the width. */
export function stepFor(key: string, shift: boolean, pointed: number | null): Step | null {
  const stride = shift ? LEAP : STRIDE;
  const share = pointed ?? 0.5;
  switch (key) {
    case "ArrowLeft":
      return { kind: "point", share: keep(share - stride) };
    case "ArrowRight":
      return { kind: "point", share: keep(share + stride) };
    case "Home":
      return { kind: "point", share: 0 };
    case "End":
      return { kind: "point", share: 1 };
    case "+":
    case "=":
      return { kind: "zoom", factor: IN };
    case "-":
      return { kind: "zoom", factor: 1 / IN };
    case "0":
    case "Escape":
      return { kind: "reset" };
    default:
      return null;
  }
}

/** A range zoomed about a share of itself, never beyond the whole; null when that is the whole. */
export function zoomedAbout(
  span: Span,
  whole: Span,
  share: number,
  factor: number,
  log: boolean,
): Span | null {
  const toLinear = (value: number): number => (log ? Math.log10(value) : value);
  const fromLinear = (value: number): number => (log ? 10 ** value : value);
  const [low, high] = [toLinear(span.min), toLinear(span.max)];
  const centre = low + share * (high - low);
  const min = Math.max(whole.min, fromLinear(centre - (centre - low) * factor));
  const max = Math.min(whole.max, fromLinear(centre + (high - centre) * factor));
  return min <= whole.min && max >= whole.max ? null : { min, max };
}
