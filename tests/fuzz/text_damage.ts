/** Damages texts and bytes: cuts, leaves out, repeats, overwrites. */
import fc from "fast-check";
import { index } from "./fuzz.ts";

const JUNK = [
  '"',
  "'''",
  '"""',
  "\\",
  "\\u",
  "\0",
  "\n",
  "\r",
  "[",
  "]]",
  "{",
  "}",
  "=",
  "#",
  ",",
  ".",
  "__proto__",
  "constructor",
  "-1",
  "1e999",
  "99999999999999999999",
  "nan",
  "1979-02-30",
  "🔑",
  "\ufeff",
  "[".repeat(3_000),
  "x".repeat(100_000),
];

export interface TextDamage {
  readonly kind: "cut" | "leave out" | "twice" | "insert" | "write over";
  /** As thousandths of the length. */
  readonly at: number;
  readonly length: number;
  readonly junk: number;
}

export const textDamages: fc.Arbitrary<readonly TextDamage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("cut", "leave out", "twice", "insert", "insert", "write over"),
    at: index(1_001),
    length: index(60),
    junk: index(JUNK.length),
  }),
  { minLength: 1, maxLength: 5 },
);

export function damagedText(
  text: string,
  all: readonly TextDamage[],
  moreJunk: readonly string[] = [],
): string {
  const junk = [...moreJunk, ...JUNK];
  return all.reduce((current, damage) => {
    const start = Math.floor(damage.at * current.length / 1_000);
    const part = current.slice(start, start + damage.length);
    return current.slice(0, start) + inPlaceOf(part, damage, junk[damage.junk] ?? "") +
      (damage.kind === "cut" ? "" : current.slice(start + damage.length));
  }, text);
}

/** Changes bytes to any others, so that the result may be no text at all. */
export function damagedBytes(text: string, all: readonly TextDamage[]): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(damagedText(text, all));
  for (const { at, junk } of all) {
    if (bytes.length > 0 && junk % 2 === 0) {
      bytes[Math.floor(at * (bytes.length - 1) / 1_000)] = 0x80 + junk;
    }
  }
  return bytes;
}

function inPlaceOf(part: string, { kind }: TextDamage, junk: string): string {
  switch (kind) {
    case "cut":
    case "leave out":
      return "";
    case "twice":
      return part + part;
    case "insert":
      return junk + part;
    case "write over":
      return junk;
  }
}
