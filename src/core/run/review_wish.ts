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
const UNCOMMITTED = new Set(["uncommitted", "changes", "dirty"]);
const RANGE = /^([^\s.](?:[^\s]*?[^\s.])??)?\.{2,3}([^\s.][^\s]*)?$/;
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
  const [isRange, from = "HEAD", to = "HEAD"] = RANGE.exec(first) ?? [];
  if (isRange !== undefined && isRange.replaceAll(".", "") !== "") {
    return { target: { type: "range", from, to }, focus };
  }
  const named = { target: { type: "revision", name: first }, focus } as const;
  const isName = NAME_SIGNS.test(first) || (focus === "" && /^[\x21-\x7e]+$/.test(first));
  return isName ? named : { ...named, perhapsFocus: words };
}

/** The first word without what Markdown sets around it and a sentence behind it, and the rest. */
function firstWord(words: string): readonly [string, string] {
  const [, first = "", rest = ""] = /^(\S+)\s*([\s\S]*)$/.exec(words) ?? [];
  const plain = rest === "" ? first : first.replace(/[,:;]+$/, "");
  const [, , quoted = plain] = QUOTED.exec(plain) ?? [];
  return [quoted, rest.trim()];
}
