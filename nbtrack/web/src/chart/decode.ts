// Series out of a buffer of little-endian doubles. Pure.

import type { Spread } from "./line.ts";
import type { Points } from "./points.ts";
import type { SeriesPlace } from "./types.ts";

const SIZE = Float64Array.BYTES_PER_ELEMENT;

/** All doubles of a buffer, wherever it stands in memory. */
export function doubles(view: ArrayBufferView | null): Float64Array {
  if (view === null) return new Float64Array(0);
  const bytes = new DataView(view.buffer, view.byteOffset, view.byteLength);
  const values = new Float64Array(Math.floor(view.byteLength / SIZE));
  for (let i = 0; i < values.length; i++) values[i] = bytes.getFloat64(i * SIZE, true);
  return values;
}

/** The two sides of a band, or null when there is none in the buffer. */
export function spreadAt(values: Float64Array, { spread, length }: SeriesPlace): Spread | null {
  if (spread === undefined || spread < 0 || spread + 2 * length > values.length) return null;
  return {
    lows: values.slice(spread, spread + length),
    highs: values.slice(spread + length, spread + 2 * length),
  };
}

/** One series' points, or null when the buffer does not hold them. */
export function pointsAt(values: Float64Array, place: SeriesPlace): Points | null {
  const { offset, length, smooth } = place;
  if (offset < 0 || length < 0 || offset + 2 * length > values.length) return null;
  const column = (start: number): Float64Array => values.slice(start, start + length);
  const points = { xs: column(offset), ys: column(offset + length) };
  const isThere = smooth !== undefined && smooth >= 0 && smooth + length <= values.length;
  return isThere ? { ...points, smooth: column(smooth) } : points;
}
