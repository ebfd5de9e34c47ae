/** Reads the text of a conf.toml into checked settings, with a problem for each key that is wrong. */
import { parse, TomlError } from "smol-toml";
import type { z } from "../core/schema.ts";
import { redact } from "../core/redaction/redact.ts";
import { slips } from "../core/text/near_names.ts";
import { type Entry, spellings, type Table as DeclaredTable } from "./declaration.ts";
import type { Findings } from "./errors.ts";
import { SETTINGS, type Settings } from "./keys.ts";

/** A table of a TOML document. */
export type Table = Readonly<Record<string, unknown>>;

type Path = readonly PropertyKey[];

/** Stands for a name that the user chooses, as in `profiles.NAME.model`. */
const ANY_NAME = "NAME";
/** A key that differs more than this is another word, not a slip. */
const MOST_SLIPS = 3;
const LONGEST_FOUND = 60;

/**
 * Checks the text. Wrong keys are reported and then treated as not written, so that everything that
 * depends on the others can be checked too.
 * @param path of the file, for messages
 * @param silent names of tables whose warnings are left out
 */
export function readSettings(
  text: string,
  path: string,
  findings: Findings,
  { silent = [] }: { readonly silent?: readonly string[] } = {},
): Settings {
  const document = readDocument(text, path, findings);
  const result = SETTINGS.schema.safeParse(document);
  const issues = result.error?.issues ?? [];
  for (const issue of issues) reportIssue(issue, document, findings);
  const sound = withoutWrongKeys(document, issues);
  const warned = [...SETTINGS.entries].filter(([name]) => !silent.includes(name));
  for (const [name, entry] of warned) reportWarnings([name], entry, sound, path, findings);
  return result.success ? result.data : SETTINGS.schema.parse(sound);
}

/** Every key that holds a value, dotted, e.g. `profiles.NAME.sandbox`, in each of its spellings. */
export function knownKeys(entry: Entry = SETTINGS, path: readonly string[] = []): string[] {
  switch (entry.type) {
    case "key":
      return [path.join(".")];
    case "named":
      return knownKeys(entry.entry, [...path, ANY_NAME]);
    case "table":
      return [...entry.entries].flatMap(([name, inner]) =>
        spellings(name, inner).flatMap((written) => knownKeys(inner, [...path, written]))
      );
    default:
      return entry satisfies never;
  }
}

/** The candidate that differs least from `word`; undefined when all differ too much. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, away: slips(word.toLowerCase(), candidate) }))
    .sort((one, other) => one.away - other.away);
  const best = ranked[0];
  const most = Math.min(MOST_SLIPS, Math.ceil(word.length / 3));
  return best !== undefined && best.away <= most ? best.candidate : undefined;
}

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** The document of `text`; an empty one, and a problem with line and column, when it is not TOML. */
function readDocument(text: string, path: string, findings: Findings): Table {
  try {
    return inPresentSpelling(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // Only the first line: the rest shows the line of the file, which may hold a secret.
    const [reason = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    findings.problemAt(`${path}:${error.line}:${error.column}`, undefined, `not TOML: ${reason}`);
    return {};
  }
}

/**
 * Moves the earlier program's spellings into place: agents in any case, and the default profile as
 * a key of `[profiles]`.
 */
function inPresentSpelling(document: Table): Table {
  return withDefaultInPlace(withLowerCaseAgents({
    ...document,
    ...(isTable(document.profiles)
      ? { profiles: mapValues(document.profiles, withLowerCaseAgents) }
      : {}),
  }));
}

function withDefaultInPlace(document: Table): Table {
  const { profiles, profile } = document;
  if (!isTable(profiles) || typeof profiles.default !== "string") return document;
  const { default: chosen, ...others } = profiles;
  const rest = isTable(profile) ? profile : {};
  return { ...document, profiles: others, profile: { ...rest, default: chosen } };
}

function withLowerCaseAgents<Value>(holder: Value): Value {
  return isTable(holder) && holder.agents !== undefined
    ? { ...holder, agents: inLowerCase(holder.agents) }
    : holder;
}

function inLowerCase(value: unknown): unknown {
  if (!isTable(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, inner]) => [key.toLowerCase(), inLowerCase(inner)]));
}

function mapValues(table: Table, change: (value: unknown) => unknown): Table {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value)]));
}

function reportIssue(issue: z.core.$ZodIssue, document: Table, findings: Findings): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const path = [...issue.path, key].map(String);
      const nearest = nearestKey(path);
      const hint = nearest === undefined ? "see conf.toml.example" : `did you mean ${nearest}`;
      findings.problem(path.join("."), `is not a known key, ${hint}`);
    }
    return;
  }
  const found = describeFound(valueAt(document, issue.path));
  findings.problem(keyName(issue.path), `must be ${issue.message}, found ${found}`);
}

/**
 * @param path of the entry, by the names that are declared
 * @param holder the table in which the entry is written under the last of them
 */
function reportWarnings(
  path: readonly string[],
  entry: Entry,
  holder: Table,
  file: string,
  findings: Findings,
): void {
  const name = path.at(-1) ?? "";
  const written = spellings(name, entry).map((each) => holder[each])
    .find((value) => value !== undefined);
  if (entry.type === "key") {
    const warning = entry.warn(written ?? entry.default, file);
    if (warning !== undefined) findings.warn(warning, [path.join(".")]);
    return;
  }
  const inner = isTable(written) ? written : {};
  const entries = entry.type === "table"
    ? entry.entries
    : Object.keys(inner).map((each): [string, Entry] => [each, entry.entry]);
  for (const [each, below] of entries) {
    reportWarnings([...path, each], below, inner, file, findings);
  }
}

/** The known key that `path` was probably meant to be; undefined when nothing is near. */
function nearestKey(path: readonly string[]): string | undefined {
  const written = path.at(-1) ?? "";
  const sibling = nearestWord(written, keysOfTable(SETTINGS, path.slice(0, -1)));
  if (sibling !== undefined) return [...path.slice(0, -1), sibling].join(".");
  // A key in the wrong table; a name that several tables know says nothing.
  const elsewhere = knownKeys().filter((known) => known.split(".").at(-1) === written);
  return elsewhere.length === 1 ? elsewhere[0] : undefined;
}

function keysOfTable({ entries }: DeclaredTable, [first, ...rest]: readonly string[]): string[] {
  if (first === undefined) return [...entries].flatMap(([name, entry]) => spellings(name, entry));
  const next = entries.get(first);
  if (next === undefined || next.type === "key") return [];
  if (next.type === "table") return keysOfTable(next, rest);
  return rest.length === 0 ? [] : keysOfTable(next.entry, rest.slice(1));
}

function keyName(path: Path): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === "number"
        ? `${name}[${part}]`
        : name === ""
        ? String(part)
        : `${name}.${String(part)}`,
    "",
  );
}

function describeFound(value: unknown): string {
  if (isTable(value)) return "a table";
  // JSON has no words for them.
  if (typeof value === "number" && !Number.isFinite(value)) return tomlNumber(value);
  const json = redact(JSON.stringify(value) ?? "nothing");
  return json.length <= LONGEST_FOUND ? json : `${json.slice(0, LONGEST_FOUND)}…`;
}

/** A number that is none, or has no end, as TOML writes it. */
function tomlNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

function valueAt(value: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const list: unknown = Array.isArray(value) ? value[Number(first)] : undefined;
  const inner = isTable(value) ? value[String(first)] : list;
  return valueAt(inner, rest);
}

function withoutWrongKeys(document: Table, issues: readonly z.core.$ZodIssue[]): Table {
  const wrong = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => [...issue.path, key])
      : [issue.path]
  );
  return wrong.reduce<Table>(without, document);
}

/** The table without the key at `path`; for an element of a list, without the whole list. */
function without(table: Table, path: Path): Table {
  const [first, ...rest] = path.map(String);
  if (first === undefined) return {};
  const { [first]: inner, ...others } = table;
  return isTable(inner) && rest.length > 0 ? { ...others, [first]: without(inner, rest) } : others;
}
