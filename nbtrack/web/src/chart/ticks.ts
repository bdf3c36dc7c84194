// Ticks of axes and their labels. Pure.

import { ticks } from "d3-array";
import { count, date, exactDecimals, short } from "../ui/format.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const UNITS: readonly (readonly [number, string])[] = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** Distances between ticks of whole steps. */
export const STEP_INCREMENTS: number[] = Array.from({ length: 16 }, (_, i) => 10 ** i).flatMap(
  (power) => [power, 2 * power, 5 * power],
);

/** Distances between ticks of seconds. */
export const SECOND_INCREMENTS: number[] = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[1, 2, 5, 10, 20, 50, 100, 200].map((days) => days * 86_400),
];

/** Beside a unit; numbers that need more are written out. */
const MOST_DECIMALS = 2;

type Tick = number | null;

function smallestGap(splits: readonly Tick[]): number {
  const known = splits.filter((split) => split !== null);
  const gaps = known.slice(1).map((value, i) => value - (known[i] ?? 0));
  return Math.min(...gaps.filter((gap) => gap > 0));
}

/** Decimals that tell ticks apart at this distance. */
function decimalsOf(gap: number): number {
  return Number.isFinite(gap) ? exactDecimals(Number(gap.toPrecision(6))) : 0;
}

function withUnit(value: number, gap: number): string {
  const unit = UNITS.find(([size]) => Math.abs(value) >= size);
  if (!unit) return short(value);
  const scaled = value / unit[0];
  const decimals = decimalsOf(gap / unit[0]);
  if (decimals > MOST_DECIMALS && Number.isInteger(value)) return count(value).replace("-", "−");
  return scaled.toFixed(Math.min(decimals, 6)).replace("-", "−") + unit[1];
}

/** Numbers with as many decimals as their distance needs; large ones as 10k, small ones as 1e-5. */
export function numberTicks(splits: readonly Tick[]): string[] {
  const gap = smallestGap(splits);
  const largest = Math.max(...splits.map((split) => Math.abs(split ?? 0)));
  const decimals = decimalsOf(gap);
  return splits.map((split) => {
    if (split === null) return "";
    if (largest >= 10_000) return split === 0 ? "0" : withUnit(split, gap);
    if (decimals > 5) return split === 0 ? "0" : short(Number(split.toPrecision(4)));
    return split.toFixed(decimals).replace("-", "−");
  });
}

const FEWEST_LOG_PLACES = 3;
/** About so many on a range that is too short for those of a logarithmic axis. */
const EVEN_PLACES = 5;
const MOST_LOG_PLACES = 7;
const LOG_STEPS: readonly (readonly number[])[] = [
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 5],
  [1, 3],
  [1],
];

/** Where a logarithmic axis has its ticks: round numbers, as many as fit. */
export function logPlaces(min: number, max: number): number[] {
  const low = Math.floor(Math.log10(min));
  const high = Math.ceil(Math.log10(max));
  const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const inside = (places: number[]): number[] =>
    places.filter((place) => place >= min && place <= max);
  for (const steps of LOG_STEPS) {
    const places = inside(powers.flatMap((power) => steps.map((step) => atPower(step, power))));
    if (places.length < FEWEST_LOG_PLACES) return ticks(min, max, EVEN_PLACES);
    if (places.length <= MOST_LOG_PLACES) return places;
  }
  const stride = Math.ceil(powers.length / MOST_LOG_PLACES);
  return inside(powers.filter((power) => power % stride === 0).map((power) => atPower(1, power)));
}

function atPower(step: number, power: number): number {
  return Number(`${step}e${power}`);
}

/** Ticks of a logarithmic axis, each as short as it can be. */
export function logTicks(splits: readonly Tick[], unit = ""): string[] {
  return splits.map((split) => (split === null ? "" : logTick(split) + unit));
}

function logTick(split: number): string {
  const value = Number(split.toPrecision(6));
  if (Math.abs(value) >= 10_000) return withUnit(value, value);
  return value < 0.001 ? value.toExponential().replace("e-", "e−") : String(value);
}

/** Seconds as 30s, 5m, 1h30. */
export function secondTicks(splits: readonly Tick[]): string[] {
  return splits.map((split) => {
    if (split === null) return "";
    if (split === 0) return "0";
    if (split < 60) return `${short(Number(split.toPrecision(6)))}s`;
    if (split < 3600) return both(split, 60, "m", "s");
    if (split < 86_400) return both(split / 60, 60, "h", "m");
    return both(split / 3600, 24, "d", "h");
  });
}

function both(value: number, base: number, large: string, small: string): string {
  const rest = Math.round(value % base);
  return `${Math.floor(value / base)}${large}${rest > 0 ? ` ${rest}${small}` : ""}`;
}

/** Times of day, with the day below where it begins; days alone when ticks are days apart. */
export function timeTicks(splits: readonly Tick[]): string[] {
  const gap = smallestGap(splits);
  let day = "";
  return splits.map((split) => {
    if (split === null) return "";
    if (gap >= DAY) return dayName(split);
    const clock = clockTime(split, gap);
    const today = date(split);
    if (today === day) return clock;
    day = today;
    return `${clock}\n${dayName(split)}`;
  });
}

function dayName(ms: number): string {
  const day = new Date(ms);
  return `${MONTHS[day.getMonth()] ?? ""} ${day.getDate()}`;
}

/** The time of day, as finely as the distance of the ticks needs. */
function clockTime(ms: number, gap: number): string {
  const time = new Date(ms);
  const parts = [time.getHours(), time.getMinutes(), ...(gap < MINUTE ? [time.getSeconds()] : [])];
  const clock = parts.map((part) => String(part).padStart(2, "0")).join(":");
  return gap < 1000 ? `${clock}.${String(time.getMilliseconds()).padStart(3, "0")}` : clock;
}
