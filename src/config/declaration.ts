/**
 * Declares keys of conf.toml: what is known of a key is said once, and all that depends on it
 * (checks, settings, suggestions, conf.toml.example) is made from that.
 */
import { z } from "../core/schema.ts";

/** A value as it is written in conf.toml. */
export type TomlValue =
  | string
  | number
  | boolean
  | readonly TomlValue[]
  | { readonly [name: string]: TomlValue };

export interface Key<Value = unknown> {
  readonly type: "key";
  /** As it is written in conf.toml. */
  readonly name: string;
  /** Other spellings that are understood; `name` wins where both are written. */
  readonly aliases: readonly string[];
  /** Above the key in conf.toml.example. */
  readonly comment: string;
  /** What counts where the key is not written; undefined = nothing. */
  readonly default: TomlValue | undefined;
  /** What conf.toml.example shows: the default, or an example where there is none. */
  readonly shown: TomlValue;
  /** Whether it is in force there; else it is commented out. */
  readonly inForce: boolean;
  readonly warn: Warn;
  /** From the written value to the setting, the default filled in. */
  readonly schema: z.ZodType<Value>;
}

/**
 * Looks at a value that is allowed.
 * @param written the value as it is written, or the default
 * @param file the path of conf.toml
 * @returns a sentence if it is worth a warning
 */
type Warn = (written: unknown, file: string) => string | undefined;

/** `[name]`, or a table within it. */
export interface Table<Settings = unknown> {
  readonly type: "table";
  /** What may be written in it, by name; those of groups included. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly about: AboutTable;
  readonly schema: z.ZodType<Settings>;
}

/** `[name.ANYTHING]`: tables that a person names. */
export interface NamedTables<Settings = unknown> {
  readonly type: "named";
  readonly entry: Table;
  readonly about: AboutTable;
  readonly schema: z.ZodType<Readonly<Record<string, Settings>>>;
}

export type Entry = Key | Table | NamedTables;

/** Keys of one table that the program keeps together under one name. */
export interface Group<Declared extends Declarations> {
  readonly type: "group";
  readonly declared: Declared;
}

/** By the name of the setting in the program; a table has the same name in conf.toml. */
interface Declarations {
  readonly [name: string]: Entry | Group<Declarations>;
}

type SettingsOf<Declared extends Declarations> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Group<infer Inner> ? SettingsOf<Inner>
    : Declared[Name] extends Entry ? z.output<Declared[Name]["schema"]>
    : never;
};

interface AboutTable {
  /** Above the table in conf.toml.example. */
  readonly comment?: string;
  /** What conf.toml.example shows instead of the table's own keys. */
  readonly examples?: readonly ExampleTable[];
}

export interface ExampleTable {
  /** Dotted, below the table that it is an example of. */
  readonly path: string;
  readonly comment?: string;
  /** By their name in conf.toml; `value` and `comment` where they are not those of the key. */
  readonly keys: Readonly<
    Record<string, { readonly value?: TomlValue; readonly comment?: string }>
  >;
}

interface AboutKey<Value> {
  /** What is accepted and what the program makes of it; its error says what "must be". */
  readonly value: z.ZodType<Value>;
  readonly comment?: string;
  readonly inForce?: boolean;
  readonly warn?: Warn;
}

/** A key with the value that counts where it is not written. */
export function key<Value>(
  name: string,
  about: AboutKey<Value> & { readonly default: TomlValue },
): Key<Value>;
/** A key that has no default of its own. */
export function key<Value>(
  name: string,
  about: AboutKey<Value> & { readonly example: TomlValue; readonly aliases?: readonly string[] },
): Key<Value | undefined>;
export function key(
  name: string,
  { value, comment = "", inForce = false, warn = () => undefined, ...about }:
    & AboutKey<unknown>
    & (
      | { readonly default: TomlValue }
      | { readonly example: TomlValue; readonly aliases?: readonly string[] }
    ),
): Key {
  const rest = { type: "key", name, comment, inForce, warn } as const;
  if ("default" in about) {
    const { default: shown } = about;
    return { ...rest, aliases: [], default: shown, shown, schema: value.prefault(shown) };
  }
  const { example: shown, aliases = [] } = about;
  return { ...rest, aliases, default: undefined, shown, schema: value.optional() };
}

/** A table in which every key that is not declared is a problem. */
export function table<Declared extends Declarations>(
  declared: Declared,
  about?: AboutTable,
): Table<SettingsOf<Declared>>;
export function table(declared: Declarations, about: AboutTable = {}): Table {
  const entries = new Map(writtenIn(declared));
  const shape = [...entries].flatMap(([name, entry]) =>
    spellings(name, entry).map((written) => [written, entry.schema] as const)
  );
  const schema = z.strictObject(Object.fromEntries(shape), {
    error: (issue) => issue.code === "invalid_type" ? "a table" : undefined,
  }).transform((written) => settingsOf(declared, written)).prefault({});
  return { type: "table", entries, about, schema };
}

/** Keys that stand side by side in their table, and in the program under one name. */
export function group<Declared extends Declarations>(declared: Declared): Group<Declared> {
  return { type: "group", declared };
}

/** Tables of one kind under names that a person chooses. */
export function namedTables<Settings>(
  entry: Table<Settings>,
  about: AboutTable,
): NamedTables<Settings> {
  const schema = z.record(z.string(), entry.schema, { error: "a table" }).default({});
  return { type: "named", entry, about, schema };
}

/** The names under which an entry may be written; the first is the proper one. */
export function spellings(name: string, entry: Entry): readonly string[] {
  return entry.type === "key" ? [name, ...entry.aliases] : [name];
}

/** What may be written in the table, each under its name there. */
function writtenIn(declared: Declarations): (readonly [string, Entry])[] {
  return Object.entries(declared).flatMap(([name, entry]) =>
    entry.type === "group"
      ? writtenIn(entry.declared)
      : [[entry.type === "key" ? entry.name : name, entry] as const]
  );
}

function settingsOf(
  declared: Declarations,
  written: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const settings = Object.entries(declared).map(([name, entry]) => {
    if (entry.type === "group") return [name, settingsOf(entry.declared, written)];
    const names = spellings(entry.type === "key" ? entry.name : name, entry);
    return [name, names.map((each) => written[each]).find((value) => value !== undefined)];
  });
  return Object.fromEntries(settings);
}
