// Which keys may stand where the caret is in a filter. Pure.

import type { Column } from "./types.ts";

const WORD = /[A-Za-z_`][\w.`/-]*$/;
const PLAIN = /^[A-Za-z_][\w.-]*$/;
/** Where a comparison begins; elsewhere an operator or a value is due. */
const BEFORE_KEY = /(?:^|\(|\b(?:and|or|not))\s*$/i;
const MOST = 12;

export interface Completion {
  /** Where the word begins that they would replace. */
  readonly start: number;
  readonly texts: readonly string[];
}

const NOTHING: Completion = { start: 0, texts: [] };

/** A column's id as a filter writes it. */
export function written(id: string): string {
  const dot = id.indexOf(".");
  const [entity, key] = [id.slice(0, dot), id.slice(dot + 1)];
  if (PLAIN.test(key)) return id;
  const quote = key.includes("`") ? '"' : "`";
  return `${entity}.${quote}${key}${quote}`;
}

function isInText(before: string): boolean {
  return before.split("'").length % 2 === 0;
}

/** Keys that hold what was typed before the caret; those that begin with it come first. */
export function completion(text: string, caret: number, columns: readonly Column[]): Completion {
  const before = text.slice(0, caret);
  const word = WORD.exec(before)?.[0] ?? "";
  if (word === "" || isInText(before) || !BEFORE_KEY.test(before.slice(0, -word.length))) return NOTHING;
  const wanted = word.toLowerCase();
  const ranked = columns
    .map((column) => ({ text: written(column.id), rank: rankOf(column, wanted) }))
    .filter(({ text: found, rank }) => rank < 3 && found.toLowerCase() !== wanted)
    .sort((a, b) => a.rank - b.rank);
  return { start: caret - word.length, texts: ranked.slice(0, MOST).map((found) => found.text) };
}

function rankOf({ id }: Column, wanted: string): number {
  const whole = written(id).toLowerCase();
  const key = id.slice(id.indexOf(".") + 1).toLowerCase();
  if (whole.startsWith(wanted)) return 0;
  if (key.startsWith(wanted)) return 1;
  return whole.includes(wanted) ? 2 : 3;
}
