/** Sets single values in the text of a conf.toml or a `.env`, and leaves every other line as it is. */
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "smol-toml";
import { isTable, type Table } from "./read_settings.ts";

export interface Setting {
  /** e.g. `telegram`; not a nested one. */
  readonly table: string;
  readonly key: string;
  readonly value: string | readonly number[];
}

/** A list of people may stand on as many lines. */
const MOST_LINES_OF_A_VALUE = 200;

/**
 * Sets keys of a conf.toml: replaces the lines of a key, or the comment that shows it, or else adds it
 * at the top of its table. A key that has its value already is left as it was written.
 * @returns undefined where that cannot be done line by line, as with a table within braces
 */
export function withSettings(text: string, settings: readonly Setting[]): string | undefined {
  return withItsLineEnds(text, (lines) =>
    settings.reduce<string | undefined>(
      (edited, setting) => edited === undefined ? undefined : withSetting(edited, setting),
      lines,
    ));
}

/** Edits a text whose lines all end as on Windows without mixing their ends. */
function withItsLineEnds<Edited extends string | undefined>(
  text: string,
  edit: (text: string) => Edited,
): Edited | string {
  if (!text.includes("\r\n") || /(?<!\r)\n/.test(text)) return edit(text);
  const edited = edit(text.replaceAll("\r\n", "\n"));
  return edited === undefined ? edited : edited.replaceAll("\n", "\r\n");
}

/** The lines that only one of the texts has, in order. */
export function changedLines(
  before: string,
  after: string,
): { readonly removed: readonly string[]; readonly added: readonly string[] } {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  return {
    removed: old.filter((line) => !now.includes(line)),
    added: now.filter((line) => !old.includes(line)),
  };
}

function withSetting(text: string, setting: Setting): string | undefined {
  if (meansTheSame(text, text, setting)) return text;
  for (let lines = 1; lines <= MOST_LINES_OF_A_VALUE; lines++) {
    const edited = withLine(text, setting, lines);
    if (edited === undefined) return undefined;
    if (meansTheSame(edited, text, setting)) return edited;
  }
  return undefined;
}

/**
 * @param taken on how many lines the old value stands
 * @returns undefined where so many lines are not there to be taken
 */
function withLine(text: string, { table, key, value }: Setting, taken: number): string | undefined {
  // The library writes blanks inside the brackets of a list.
  const line = stringify({ [key]: value }).trimEnd().replace(/= \[ (.*) \]$/, "= [$1]");
  const lines = text.split("\n");
  const header = lines.findIndex((each) => new RegExp(`^\\s*\\[\\s*${table}\\s*\\]`).test(each));
  if (header < 0 && taken > 1) return undefined;
  if (header < 0) return `${text.trimEnd()}\n\n[${table}]\n${line}\n`.trimStart();
  const next = lines.findIndex((each, index) => index > header && /^\s*\[/.test(each));
  const end = next < 0 ? lines.length : next;
  const find = (pattern: RegExp): number =>
    lines.findIndex((each, index) => index > header && index < end && pattern.test(each));
  const present = find(new RegExp(`^\\s*${key}\\s*=`));
  const commented = find(new RegExp(`^#\\s?${key}\\s*=`));
  const place = present < 0 ? commented : present;
  if (taken > 1 && (present < 0 || present + taken > lines.length)) return undefined;
  if (place < 0) lines.splice(header + 1, 0, line);
  else lines.splice(place, taken, line);
  return lines.join("\n");
}

/** Parses both texts and compares them: single lines say little about TOML. */
function meansTheSame(edited: string, text: string, { table, key, value }: Setting): boolean {
  const [found, before] = [documentOf(edited), documentOf(text)];
  if (found === undefined || before === undefined) return false;
  const keys = before[table];
  const wanted = { ...before, [table]: { ...(isTable(keys) ? keys : {}), [key]: value } };
  return isDeepStrictEqual(plain(found), plain(wanted));
}

function documentOf(text: string): Table | undefined {
  try {
    return parse(text);
  } catch {
    // Not TOML: it cannot be edited.
    return undefined;
  }
}

/** Drops the parser's prototypes, which would make equal tables differ. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isTable(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Sets a variable of a `.env`. @param value without quotes, blanks and `#` */
export function withVariable(text: string, name: string, value: string): string {
  return withItsLineEnds(text, (lines) => withVariableLine(lines, name, value));
}

function withVariableLine(text: string, name: string, value: string): string {
  const line = `${name}=${value}`;
  const isIt = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`);
  const lines = text.split("\n");
  const first = lines.findIndex((each) => isIt.test(each));
  if (first < 0) {
    const before = text === "" || text.endsWith("\n") ? text : `${text}\n`;
    return `${before}${line}\n`;
  }
  // The last line of a variable counts, so all others are removed.
  return lines.flatMap((each, index) => index === first ? [line] : isIt.test(each) ? [] : [each])
    .join("\n");
}
