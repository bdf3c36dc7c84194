// All lines of the chart: whole as they came, grown by pushes, or replaced for a zoomed range.

import type { Message } from "../source.ts";
import { doubles, pointsAt, spreadAt } from "./decode.ts";
import { Line } from "./line.ts";
import type { Frame, SeriesPlace, Span, XMode } from "./types.ts";

interface PointsPush {
  readonly kind: string;
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

  /** Take a whole new set of lines; null data or a broken buffer gives none. */
  replace(frame: Frame, data: ArrayBufferView | null, x: XMode): void {
    this.version = frame.version;
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
    const push = message.content as unknown as PointsPush;
    if (push.kind !== "points" || push.version < this.version) return false;
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

function linesOf({ series, smoothing = 0 }: Frame, values: Float64Array): Lines {
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
