// The keyboard on a plot: walk along x, zoom, and leave the zoom.

import type { Span } from "./types.ts";

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
export function stepOf(key: string, shift: boolean, pointed: number | null): Step | null {
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
  const warp = (value: number): number => (log ? Math.log10(value) : value);
  const unwarp = (value: number): number => (log ? 10 ** value : value);
  const [low, high] = [warp(span.min), warp(span.max)];
  const centre = low + share * (high - low);
  const min = Math.max(whole.min, unwarp(centre - (centre - low) * factor));
  const max = Math.min(whole.max, unwarp(centre + (high - centre) * factor));
  return min <= whole.min && max >= whole.max ? null : { min, max };
}
