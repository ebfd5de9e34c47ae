/** Writes conf.toml.example, which new users get as their conf.toml, from the declared keys. */
import type { ExampleTable, Key, NamedTables, Table, TomlValue } from "./declaration.ts";
import { SETTINGS } from "./keys.ts";

const LONGEST_LINE = 100;

/** The text of conf.toml.example. */
export function renderExample(): string {
  const { entries, about } = SETTINGS;
  const tables = [...entries].flatMap(([name, entry]) =>
    entry.type === "key" ? [] : tableLines(name, entry)
  );
  return [...commentLines(about.comment), ...tables].join("\n") + "\n";
}

/** The text that a new user gets as conf.toml. */
export const TEMPLATE = renderExample();

/** A blank line, the table with its keys, then the tables within it. */
function tableLines(path: string, table: Table | NamedTables): string[] {
  const { comment, examples } = table.about;
  if (examples !== undefined) {
    const intro = comment === undefined ? [] : ["", ...commentLines(comment)];
    return [...intro, ...examples.flatMap((example) => exampleLines(path, table, example))];
  }
  const entries = table.type === "table" ? [...table.entries] : [];
  return [
    "",
    ...commentLines(comment),
    `[${path}]`,
    ...entries.flatMap(([, entry]) => entry.type === "key" ? keyLines(entry) : []),
    ...entries.flatMap(([name, entry]) =>
      entry.type === "key" ? [] : tableLines(`${path}.${name}`, entry)
    ),
  ];
}

function exampleLines(
  path: string,
  table: Table | NamedTables,
  { path: below, comment, keys }: ExampleTable,
): string[] {
  const { entries } = tableAt(table, below.split("."));
  const lines = Object.entries(keys).flatMap(([name, instead]) => {
    const key = entries.get(name);
    if (key?.type !== "key") throw new RangeError(`${path}.${below} has no key ${name}`);
    const { value = key.shown, comment = key.comment } = instead;
    return keyLines({ ...key, shown: value, comment });
  });
  return ["", ...commentLines(comment), `#[${path}.${below}]`, ...lines];
}

function tableAt(from: Table | NamedTables, [name, ...rest]: readonly string[]): Table {
  if (from.type === "named") return tableAt(from.entry, rest);
  if (name === undefined) return from;
  const inner = from.entries.get(name);
  if (inner === undefined || inner.type === "key") {
    throw new RangeError(`No table is named ${name}`);
  }
  return tableAt(inner, rest);
}

function keyLines({ name, comment, shown, inForce }: Key): string[] {
  return [...commentLines(comment), `${inForce ? "" : "#"}${name} = ${tomlText(shown)}`];
}

function tomlText(value: TomlValue): string {
  if (isList(value)) return `[${value.map(tomlText).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([name, each]) => `${name} = ${tomlText(each)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

function isList(value: TomlValue): value is readonly TomlValue[] {
  return Array.isArray(value);
}

/** Wraps the words; an empty line between two paragraphs stays. */
function commentLines(comment = ""): string[] {
  if (comment === "") return [];
  const paragraphs = comment.split(/\n\s*\n/).map((each) => wrapped(each.trim().split(/\s+/)));
  return paragraphs.flatMap((lines, index) => index === 0 ? lines : ["#", ...lines]);
}

function wrapped(words: readonly string[]): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of words) {
    if (line !== "#" && line.length + 1 + word.length > LONGEST_LINE) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
