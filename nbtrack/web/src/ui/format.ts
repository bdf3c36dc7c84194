// Numbers, durations and ages as text. Pure.

const SIGNIFICANT = 4;
const LEAST_SIGNIFICANT = 2;
const MOST_DECIMALS = 8;
const SMALLEST_PLAIN = 1e-6;
const LARGEST_PLAIN = 1e12;

/** How the numbers of one column are written. */
export interface NumberStyle {
  readonly decimals: number;
}

/** A number in two parts: what is read, and what only keeps the decimal points in line. */
export interface Aligned {
  readonly text: string;
  readonly pad: string;
}

const NON_FINITE: ReadonlyMap<string, string> = new Map([
  ["NaN", "NaN"],
  ["Infinity", "∞"],
  ["-Infinity", "−∞"],
]);

function magnitude(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)));
}

function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN);
}

/** Decimals of the shortest text that gives the number back. */
export function exactDecimals(value: number): number {
  const [mantissa = "", exponent = "0"] = String(Math.abs(value)).split("e");
  const fraction = mantissa.split(".")[1] ?? "";
  return Math.max(0, fraction.length - Number(exponent));
}

/** Decimals that show so many significant digits of a size. */
function decimalsFor(size: number, significant: number): number {
  return size > 0 ? Math.max(0, significant - 1 - magnitude(size)) : 0;
}

/** Decimals that show the largest value well, the smallest at all, and tell them apart. */
function decimalsWanted(values: readonly number[]): number {
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return 0;
  const spread = Math.max(...values) - Math.min(...values);
  return Math.max(
    decimalsFor(Math.max(...sizes), SIGNIFICANT),
    decimalsFor(Math.min(...sizes), LEAST_SIGNIFICANT),
    decimalsFor(spread, LEAST_SIGNIFICANT),
  );
}

/**
 * Choose a style for the values of a column; a previous style only ever gains decimals.
 * Measured values are rounded, chosen ones (`exact`) are written out.
 */
export function numberStyle(
  values: readonly number[],
  previous: NumberStyle = { decimals: 0 },
  exact = false,
): NumberStyle {
  const plain = values.filter((value) => Number.isFinite(value) && isPlain(value));
  if (plain.length === 0) return previous;
  const longest = Math.max(...(exact ? plain.map(chosen) : plain).map(exactDecimals));
  const wanted = exact ? longest : Math.min(longest, decimalsWanted(plain));
  return { decimals: Math.max(previous.decimals, Math.min(wanted, MOST_DECIMALS)) };
}

const RECORDED = 6;
/** A parameter with more significant digits than this was computed, not typed. */
const CHOSEN = 12;

function significant(value: number): number {
  const [mantissa = ""] = String(Math.abs(value)).split("e");
  return mantissa.replace(".", "").replace(/^0+|0+$/g, "").length;
}

/** A number without the digits that only arithmetic gives: 0.3 for 0.30000000000000004. */
export function chosen(value: number): number {
  if (!Number.isFinite(value) || significant(value) <= CHOSEN) return value;
  const rounded = Number(value.toPrecision(CHOSEN));
  const whole = Math.abs(value) < LARGEST_PLAIN ? String(Math.trunc(Math.abs(value))).length : 0;
  return significant(rounded) <= CHOSEN - 4 ? rounded : Number(value.toPrecision(Math.max(RECORDED, whole)));
}

/** The text of a parameter for a cell, by the same rule; what is no decimal number stays as it is. */
export function parameter(text: string): string {
  return /^-?\d*\.\d+(e[-+]?\d+)?$/.test(text) && significant(Number(text)) > CHOSEN ? String(chosen(Number(text))) : text;
}

/** A style that shows values as they were recorded, to six significant digits. */
export function recordedStyle(values: readonly number[]): NumberStyle {
  return numberStyle(values.map((value) => Number(value.toPrecision(RECORDED))), undefined, true);
}

/** A single number as it was recorded. */
export function recorded(value: number): string {
  return aligned(value, recordedStyle([value])).text;
}

function scientific(value: number): string {
  return value
    .toExponential(SIGNIFICANT - 1)
    .replace(/\.?0+e/, "e")
    .replace("e+", "e");
}

function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}

/** Write a number so that the decimal points of its column stand in one line. */
export function aligned(value: number, style: NumberStyle): Aligned {
  if (!Number.isFinite(value)) return { text: NON_FINITE.get(String(value)) ?? "", pad: "" };
  if (!isPlain(value)) return { text: withMinus(scientific(value)), pad: "" };
  const full = value.toFixed(style.decimals);
  const text = full.includes(".") && isExact(value, full) ? full.replace(/\.?0+$/, "") : full;
  return { text: withMinus(text), pad: full.slice(text.length) };
}

function isExact(value: number, text: string): boolean {
  return Number(text) === chosen(value);
}

/** A single number, on its own. */
export function short(value: number): string {
  const { text } = aligned(value, numberStyle([value]));
  return text;
}

/** A difference with its sign, in two digits; nothing where there is none. */
export function change(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return "";
  return `${value > 0 ? "+" : "−"}${short(Number(Math.abs(value).toPrecision(2)))}`;
}

/** A cell's value as a number, or null for what is missing; the wire spells NaN and ∞ as text. */
export function asNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && NON_FINITE.has(value) ? Number(value) : null;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

/** A length of time: `420 ms`, `12.4 s`, `3 min 05 s`, `2 h 07 min`, `3 d 04 h`. */
export function duration(ms: number, whole = false): string {
  const size = Math.max(0, ms);
  if (size < SECOND && !whole) return `${Math.round(size)} ms`;
  if (size < MINUTE - (whole ? 0 : 50)) {
    const seconds = size / SECOND;
    return whole ? `${Math.floor(seconds)} s` : `${seconds.toFixed(1)} s`;
  }
  const rounded = whole ? size : Math.round(size / SECOND) * SECOND;
  if (rounded < HOUR) return `${Math.floor(rounded / MINUTE)} min ${two((rounded % MINUTE) / SECOND)} s`;
  if (rounded < DAY) return `${Math.floor(rounded / HOUR)} h ${two((rounded % HOUR) / MINUTE)} min`;
  return `${Math.floor(rounded / DAY)} d ${two((rounded % DAY) / HOUR)} h`;
}

/** How long ago: `now`, `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago`, then the date. */
export function age(then: number, now: number): string {
  const ms = now - then;
  if (ms < 5 * SECOND) return "now";
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
  if (ms < 30 * DAY) return `${Math.floor(ms / DAY)} d ago`;
  return date(then);
}

/** A day of the reader's own calendar, as 2026-11-23. */
export function date(ms: number): string {
  const day = new Date(ms);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** A moment of the reader's own clock, as 2026-11-23 14:05:09. */
export function moment(ms: number): string {
  const time = new Date(ms);
  return `${date(ms)} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size: `512 B`, `12.3 kB`, `4.0 GB`. */
export function bytes(size: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, size)) / 3)));
  return `${power === 0 ? size : (size / 1000 ** power).toFixed(1)} ${UNITS[power] ?? ""}`;
}
