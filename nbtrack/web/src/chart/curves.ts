// All lines of the chart: whole as they came, grown by events, or replaced for a zoomed range.

import type { Message } from "../carrier/carrier.ts";
import { Line, type Points, type Spread } from "./lines.ts";
import type { Frame, SeriesPlace, Span, XMode } from "./types.ts";

interface PointsEvent {
  readonly event: string;
  readonly version: number;
  readonly series: readonly SeriesPlace[];
}

type Lines = Map<string, Line>;

export class Curves {
  version = -1;
  x: XMode = "step";
  #whole: Lines = new Map();
  #zoomed: { lines: Lines; span: Span } | null = null;
  #early: Message[] = [];

  /** Take a whole new set of lines; null data, a broken buffer or a frame that nobody has filled yet gives none. */
  replace(frame: Partial<Frame>, data: ArrayBufferView | null, x: XMode): void {
    this.version = frame.version ?? -1;
    this.x = frame.x ?? x;
    this.#whole = linesOf(frame, doubles(data));
    this.#zoomed = null;
    for (const message of this.#early.splice(0)) this.push(message);
  }

  /** Show finer lines for a range of x, until `unzoom`. */
  zoom(frame: Frame, data: ArrayBufferView | null, span: Span): void {
    this.#zoomed = { lines: linesOf(frame, doubles(data)), span };
  }

  unzoom(): void {
    this.#zoomed = null;
  }

  /** Append pushed points; true when there was something to append. */
  push(message: Message): boolean {
    const push = message.content as unknown as PointsEvent;
    if (push.event !== "points" || push.version < this.version) return false;
    if (push.version > this.version) {
      this.#early.push(message);
      return false;
    }
    const values = doubles(message.buffers[0] ?? null);
    for (const place of push.series) this.#append(place, values);
    return push.series.length > 0;
  }

  /** The lines of a metric, in the order of the runs. */
  of(metric: string, runs: readonly string[]): readonly Line[] {
    const lines = this.#zoomed?.lines ?? this.#whole;
    return runs.flatMap((run) => lines.get(keyOf(run, metric)) ?? []);
  }

  #append(place: SeriesPlace, values: Float64Array): void {
    const points = pointsAt(values, place);
    if (!points) return;
    appendTo(this.#whole, place, points);
    const zoomed = this.#zoomed;
    const inside = points.xs.some((x) => zoomed && x >= zoomed.span.min && x <= zoomed.span.max);
    if (zoomed && inside) appendTo(zoomed.lines, place, points);
  }
}

function keyOf(run: string, metric: string): string {
  return `${run}\n${metric}`;
}

function linesOf({ series = [], smoothing = 0 }: Partial<Frame>, values: Float64Array): Lines {
  const lines: Lines = new Map();
  for (const place of series) {
    const points = pointsAt(values, place);
    const { run, metric, total } = place;
    if (points) lines.set(keyOf(run, metric), new Line(run, metric, points, total, spreadAt(values, place), smoothing));
  }
  return lines;
}

function appendTo(
  lines: Lines,
  place: SeriesPlace,
  points: { xs: Float64Array; ys: Float64Array },
): void {
  const key = keyOf(place.run, place.metric);
  const line = lines.get(key);
  if (line) line.append(points);
  else lines.set(key, new Line(place.run, place.metric, points, place.total));
}

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
