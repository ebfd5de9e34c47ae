/** Damages JSON: wrong types, missing fields, huge and deep values, names of the prototype. */
import fc from "fast-check";
import { index } from "./fuzz.ts";

/** Values by name, so that a failing case is short to read. */
const JUNK: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  true: () => true,
  zero: () => 0,
  minus: () => -1,
  fraction: () => 0.5,
  huge: () => 1e308,
  infinite: () => Infinity,
  "not exact": () => 2 ** 53 + 2,
  "the owner": () => 42,
  "the group": () => -100,
  digits: () => "42",
  "no text": () => "",
  "half a character": () => "a\ud800",
  "control characters": () => "\0\x1b[2J\u202e\r\n",
  "a megabyte": () => "x".repeat(1 << 20),
  "many backticks": () => "` ".repeat(1 << 18),
  "an open expansion": () => '/bin/sh -lc "echo ${"',
  "a strange address": () => "file://elsewhere/%zz",
  "a list": () => [],
  "a list of null": () => [null],
  "an object": () => ({}),
  deep: () => JSON.parse("[".repeat(5_000) + "]".repeat(5_000)),
  "a prototype": () => JSON.parse('{"__proto__":{"from":{"id":42},"id":42,"type":"private"}}'),
  "a constructor": () => ({ constructor: { prototype: { id: 42 } }, toString: 1, then: 1 }),
};
const STRANGE_NAMES = ["__proto__", "constructor", "toString", "then", "", "0", "length", "id"];

export interface Damage {
  readonly at: number;
  readonly kind: "replace" | "remove" | "twice" | "wrap" | "add" | "rename";
  readonly junk: string;
  readonly name: string;
}

export const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.record({
    at: index(1_000),
    kind: fc.constantFrom("replace", "replace", "remove", "twice", "wrap", "add", "rename"),
    junk: fc.constantFrom(...Object.keys(JUNK)),
    name: fc.constantFrom(...STRANGE_NAMES),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Makes a value that is derived from no sample. */
export const randomJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(...Object.keys(JUNK)).map((name) => JUNK[name]?.()),
);

export function damaged(sample: unknown, all: readonly Damage[]): unknown {
  return all.reduce(damagedOnce, sample);
}

type Path = readonly string[];

function damagedOnce(value: unknown, { at, kind, junk, name }: Damage): unknown {
  const paths = pathsIn(value);
  const path = paths[at % paths.length] ?? [];
  const trash = JUNK[junk]?.();
  return changedAt(value, path, (found) => {
    switch (kind) {
      case "replace":
        return [trash];
      case "remove":
        return [];
      case "twice":
        return [found, found];
      case "wrap":
        return [[found]];
      case "add":
        return [withField(found, name, trash)];
      case "rename":
        return [renamed(found, at, name)];
    }
  });
}

/** Lists the paths of a value and of everything in it, not too deep. */
function pathsIn(value: unknown, here: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null || here.length > 12) return [here];
  const inner = Object.entries(value).flatMap(([name, each]) => pathsIn(each, [...here, name]));
  return [here, ...inner];
}

/** @param change returns what replaces the value at the path: no value, one, or several */
function changedAt(
  value: unknown,
  [name, ...rest]: Path,
  change: (found: unknown) => readonly unknown[],
): unknown {
  if (name === undefined || typeof value !== "object" || value === null) return change(value)[0];
  const changed = (inner: unknown): readonly unknown[] =>
    rest.length === 0 ? change(inner) : [changedAt(inner, rest, change)];
  if (Array.isArray(value)) {
    return value.flatMap((inner, index) => String(index) === name ? changed(inner) : [inner]);
  }
  const entries = Object.entries(value).flatMap(([each, inner]) =>
    each === name ? changed(inner).slice(0, 1).map((found) => [each, found]) : [[each, inner]]
  );
  // Unlike an assignment, this makes a field of its own even of `__proto__`.
  return Object.fromEntries(entries);
}

function withField(value: unknown, name: string, field: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return field;
  return Object.fromEntries([...Object.entries(value), [name, field]]);
}

function renamed(value: unknown, which: number, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return name;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([each, inner], index) => [index === which % entries.length ? name : each, inner]),
  );
}
