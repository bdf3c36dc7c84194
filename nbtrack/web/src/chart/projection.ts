// Runs projected onto axes of numbers or words: what a scatter and parallel coordinates are drawn from. Pure.

import { extent, ticks } from "d3-array";
import { scaleBand, scaleLinear, scaleLog } from "d3-scale";
import { short } from "../ui/format.ts";
import { colourOf, type Theme } from "../ui/theme.ts";
import { logPlaces, logTicks, numberTicks } from "./ticks.ts";
import type { ChartState, Point, Value } from "./types.ts";

export interface Axis {
  /** As a filter writes it. */
  readonly id: string;
  readonly label: string;
  readonly scale: Scale;
}

export interface ProjectedRun {
  readonly point: Point;
  readonly colour: string;
  /** For each axis from 0 to 1; null where the run has no value, or one that the axis can't show. */
  readonly shares: readonly (number | null)[];
}

export interface Projection {
  readonly axes: readonly Axis[];
  readonly runs: readonly ProjectedRun[];
  /** How many runs lack a value that they would need. */
  readonly omitted: number;
}

type Wanted = Pick<ChartState, "axes" | "logs" | "points" | "kind" | "colour_by_metric">;

export function projectionOf(state: Wanted, theme: Theme): Projection {
  const drawn = drawable(state);
  const axes = axesOf(state, drawn);
  const byMetric = state.kind === "parallel" && state.colour_by_metric;
  return {
    axes,
    omitted: state.points.length - drawn.length,
    runs: drawn.map((point) => {
      const shares = axes.map(({ scale }, i) => scale.share(point.v[i] ?? null));
      return { point, shares, colour: byMetric ? rampColour(shares.at(-1) ?? 0) : colourOf(point.id, theme) };
    }),
  };
}

/** The points that have a place: in a scatter on both axes, in parallel coordinates on the last. */
function drawable(state: Wanted): readonly Point[] {
  const axes = axesOf(state, state.points);
  const needed = state.kind === "scatter" ? axes : axes.slice(-1);
  const from = axes.length - needed.length;
  return state.points.filter(({ v }) => needed.every(({ scale }, i) => scale.share(v[from + i] ?? null) !== null));
}

function axesOf({ axes, logs }: Wanted, points: readonly Point[]): readonly Axis[] {
  return axes.map((id, i) => ({
    id,
    label: id.slice(id.indexOf(".") + 1),
    scale: scaleOf(points.map((point) => point.v[i] ?? null), logs.includes(id)),
  }));
}

/** A colour of the ramp, from its low end to its high one. */
function rampColour(share: number): string {
  return `color-mix(in oklab, var(--nbt-ramp-high) ${(100 * share).toFixed(1)}%, var(--nbt-ramp-low))`;
}

export interface TickMark {
  /** How far along the axis, from 0 to 1. */
  readonly share: number;
  readonly text: string;
}

export interface Scale {
  readonly words: readonly string[] | null;
  readonly log: boolean;
  /** Whether a logarithmic axis could show some of it. */
  readonly canLog: boolean;
  readonly marks: readonly TickMark[];
  /** How far along the axis a value stands; null for one that it has no place for. */
  share(value: Value): number | null;
  /** What stands at a share, in words. */
  textAt(share: number): string;
}

/** About so many marks of an axis of numbers. */
const MARKS = 5;

export function scaleOf(values: readonly Value[], log: boolean): Scale {
  const known = values.filter((value) => value !== null);
  if (known.some((value) => typeof value === "string")) return wordScale(known.map(String));
  const numbers = known as readonly number[];
  const positive = numbers.filter((value) => value > 0);
  return numberScale(log && positive.length > 0 ? positive : numbers, log && positive.length > 0, positive.length > 0);
}

function wordScale(values: readonly string[]): Scale {
  const words = [...new Set(values)];
  const band = scaleBand(words, [0, 1]);
  const share = (value: Value): number | null => {
    const start = value === null ? undefined : band(String(value));
    return start === undefined ? null : start + band.bandwidth() / 2;
  };
  return {
    words,
    log: false,
    canLog: false,
    marks: words.map((text) => ({ share: share(text) ?? 0, text })),
    share,
    textAt: (part) => words[Math.min(words.length - 1, Math.floor(part * words.length))] ?? "",
  };
}

function numberScale(numbers: readonly number[], log: boolean, canLog: boolean): Scale {
  const [min = NaN, max = NaN] = extent(numbers);
  const scale = (log ? scaleLog() : scaleLinear()).domain([min, max]).range([0, 1]);
  const share = (value: Value): number | null => {
    if (typeof value !== "number" || (log && value <= 0)) return null;
    return max > min ? scale(value) : 0.5;
  };
  const places = placesOf(min, max, log, numbers.every(Number.isInteger));
  const texts = min === max ? places.map(short) : log ? logTicks(places) : numberTicks(places);
  const marks = places.map((place, i) => ({ share: share(place) ?? 0, text: texts[i] ?? "" }));
  return { words: null, log, canLog, marks, share, textAt: (part) => short(scale.invert(part)) };
}

/** Where the marks of an axis are: among whole numbers alone, at whole numbers. */
function placesOf(min: number, max: number, log: boolean, whole: boolean): number[] {
  if (!(min <= max)) return [];
  if (min === max) return [min];
  return log ? logPlaces(min, max) : ticks(min, max, MARKS).filter((place) => !whole || Number.isInteger(place));
}
