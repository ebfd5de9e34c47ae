/** Reads what a person wants reviewed, as it is typed behind /review; pure. */
import type { ComparisonTarget } from "../workspace/comparison.ts";

export interface ReviewWish {
  /** Whose reviewer; Codex has one of its own. */
  readonly reviewer: "own" | "codex";
  readonly target: ComparisonTarget | { readonly type: "last" };
  /** What to look at, in the person's words; empty = everything. */
  readonly focus: string;
  /** Set where the first word may be no name but the first of the focus: all words. */
  readonly perhapsFocus?: string;
}

const COMMAND = /^\/review(?:@\w+)?(?:\s+|$)/i;
const AGAINST = new Set(["against", "vs", "since"]);
/** What a person may say before the name of what it is. */
const KINDS = new Set(["commit", "branch", "tag", "커밋", "브랜치", "태그"]);
const UNCOMMITTED = new Set(["uncommitted", "changes", "dirty"]);
const RANGE = /^([^\s.](?:[^\s]*?[^\s.])??)?\.{2,3}([^\s.][^\s]*)?$/;
/** A phone writes one sign for three dots; behind a single word it is no range. */
const PHONE_RANGE = /^([^\s.…]+)…([^\s.…]+)$/;
/** `A .. B` and `A ..B`; `A.. B` is a range up to here, and what to look at. */
const WIDE_RANGE = /^(\S+)\s+(\.{2,3}|…)\s*(?=[^\s.…])/;
const QUOTED = /^(`+|"|'|\*{1,3})([^`"'*]+)\1$/;
/** What has one of these signs in it is a name rather than a word. */
const NAME_SIGNS = /[\d_./~^@-]/;

/** @param typed the whole command, or what stands behind it */
export function readReviewWish(typed: string): ReviewWish {
  const words = typed.trim().replace(COMMAND, "").trim();
  const [first, rest] = firstWord(words);
  const choice = first.toLowerCase();
  if (choice === "codex" || choice === "own") {
    return { ...readTarget(rest), reviewer: choice };
  }
  return { ...readTarget(words), reviewer: "own" };
}

function readTarget(words: string): Omit<ReviewWish, "reviewer"> {
  const [first, focus] = firstWord(words);
  const key = first.toLowerCase();
  if (first === "" || UNCOMMITTED.has(key)) return { target: { type: "uncommitted" }, focus };
  if (key === "last") return { target: { type: "last" }, focus };
  const [second, behind] = firstWord(focus);
  if (AGAINST.has(key) && second !== "") {
    return { target: { type: "against", name: second }, focus: behind };
  }
  if (KINDS.has(key) && second !== "") {
    const named = readTarget(focus);
    if (named.target.type === "revision" || named.target.type === "range") {
      return named.perhapsFocus === undefined ? named : { ...named, perhapsFocus: words };
    }
  }
  const [isWide, , dots] = WIDE_RANGE.exec(words) ?? [];
  if (isWide !== undefined) {
    const range = readTarget(words.replace(WIDE_RANGE, "$1$2"));
    // Three dots may stand in a sentence as well.
    return dots === ".." ? range : { ...range, perhapsFocus: words };
  }
  const [, from, to] = RANGE.exec(first) ?? PHONE_RANGE.exec(first) ?? [];
  if (from !== undefined || to !== undefined) {
    return { target: { type: "range", from: unquoted(from), to: unquoted(to) }, focus };
  }
  const named = { target: { type: "revision", name: first }, focus } as const;
  const isName = NAME_SIGNS.test(first) || (focus === "" && /^[\x21-\x7e]+$/.test(first));
  return isName ? named : { ...named, perhapsFocus: words };
}

/** The first word without what Markdown sets around it and a sentence behind it, and the rest. */
function firstWord(words: string): readonly [string, string] {
  const [, first = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(words) ?? [];
  const plain = rest === "" ? first : first.replace(/[,:;]+$/, "");
  return [unquoted(plain), rest.trim()];
}

function unquoted(name = "HEAD"): string {
  return QUOTED.exec(name)?.[2] ?? name;
}
