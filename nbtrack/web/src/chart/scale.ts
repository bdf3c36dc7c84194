// An axis of numbers, linear or logarithmic, or of words one after the other. Pure.

import { short } from "../format.ts";
import { evenPlaces, logPlaces, logTicks, numberTicks } from "./ticks.ts";
import type { Value } from "./types.ts";

export interface Mark {
  /** How far along the axis, from 0 to 1. */
  readonly share: number;
  readonly text: string;
}

export interface Scale {
  readonly words: readonly string[] | null;
  readonly log: boolean;
  /** Whether a logarithmic axis could show some of it. */
  readonly canLog: boolean;
  readonly marks: readonly Mark[];
  /** How far along the axis a value stands; null for one that it has no place for. */
  share(value: Value): number | null;
  /** What stands at a share, in words. */
  textAt(share: number): string;
}

export function scaleOf(values: readonly Value[], log: boolean, about = 3): Scale {
  const known = values.filter((value) => value !== null);
  if (known.some((value) => typeof value === "string")) return wordScale(known.map(String));
  const numbers = known as readonly number[];
  const positive = numbers.filter((value) => value > 0);
  return numberScale(log && positive.length > 0 ? positive : numbers, log && positive.length > 0, positive.length > 0, about);
}

function wordScale(values: readonly string[]): Scale {
  const words = [...new Set(values)];
  const places = new Map(words.map((word, i) => [word, (i + 0.5) / words.length]));
  return {
    words,
    log: false,
    canLog: false,
    marks: words.map((text) => ({ share: places.get(text) ?? 0, text })),
    share: (value) => (value === null ? null : (places.get(String(value)) ?? null)),
    textAt: (share) => words[Math.min(words.length - 1, Math.floor(share * words.length))] ?? "",
  };
}

function numberScale(numbers: readonly number[], log: boolean, canLog: boolean, about: number): Scale {
  const min = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const max = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  const [low, high] = log ? [Math.log(min), Math.log(max)] : [min, max];
  const share = (value: Value): number | null => {
    if (typeof value !== "number" || (log && value <= 0)) return null;
    return high > low ? ((log ? Math.log(value) : value) - low) / (high - low) : 0.5;
  };
  const at = (part: number): number => (log ? Math.exp(low + part * (high - low)) : low + part * (high - low));
  const places = placesOf(min, max, log, about, numbers.every(Number.isInteger));
  const texts = min === max ? places.map(short) : log ? logTicks(places) : numberTicks(places);
  const marks = places.map((place, i) => ({ share: share(place) ?? 0, text: texts[i] ?? "" }));
  return { words: null, log, canLog, marks, share, textAt: (part) => short(at(part)) };
}

/** Where the marks of an axis are: among whole numbers alone, at whole numbers. */
function placesOf(min: number, max: number, log: boolean, about: number, whole: boolean): number[] {
  if (!(min <= max)) return [];
  if (min === max) return [min];
  return log ? logPlaces(min, max) : evenPlaces(min, max, about, whole ? 1 : 0);
}
