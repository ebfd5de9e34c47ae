/** Reads where links, definitions of links and addresses without marks lead. */
import { decodeEntities } from "./markdown_html.ts";
import type { WorkBudget } from "./work_budget.ts";

const DEEPEST_PARENTHESES = 32;
const LONGEST_TARGET = 4000;

interface Target {
  readonly url: string;
  readonly end: number;
}

const BLANKS = /[ ]*(?:\n[ ]*)?/y;
const POINTED = /<((?:[^<>\n\\]|\\.)*)>/y;
const TITLE = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\((?:[^()\\]|\\[^])*\)/y;

/** Reads `(target "title")` at `start`; the title is not shown anywhere. */
export function linkTarget(text: string, start: number, budget: WorkBudget): Target | undefined {
  if (text[start] !== "(") return undefined;
  let at = skip(text, start + 1, BLANKS);
  const target = destination(text, at);
  budget.spend(Math.ceil(((target?.end ?? at) - start) / 16));
  if (target === undefined) return undefined;
  at = skip(text, target.end, BLANKS);
  if (at > target.end) {
    const titled = skip(text, at, TITLE);
    budget.spend(Math.ceil((titled - at) / 16));
    at = skip(text, titled, BLANKS);
  }
  return text[at] === ")" ? { url: target.url, end: at + 1 } : undefined;
}

function skip(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function destination(text: string, start: number): Target | undefined {
  if (text[start] === "<") {
    POINTED.lastIndex = start;
    const pointed = POINTED.exec(text)?.[1];
    return pointed === undefined ? undefined : { url: plain(pointed), end: POINTED.lastIndex };
  }
  let depth = 0;
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character <= " " || /\s/.test(character) || at - start > LONGEST_TARGET) break;
    if (character === "\\" && at + 1 < text.length) at += 1;
    else if (character === "(") depth += 1;
    else if (character === ")") {
      if (depth === 0) break;
      depth -= 1;
    }
    if (depth > DEEPEST_PARENTHESES) return undefined;
  }
  return depth > 0 ? undefined : { url: plain(text.slice(start, at)), end: at };
}

function plain(target: string): string {
  return decodeEntities(unescaped(target));
}

/** Takes the backslashes from before punctuation. */
export function unescaped(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
}

/** Labels are the same whatever their case and their white space. */
export function normalizedLabel(label: string): string {
  return label.trim().replace(/\s+/g, " ").toLowerCase().toUpperCase();
}

export interface Definition extends Target {
  readonly label: string;
}

const DEFINITION =
  /[ ]{0,3}\[((?:[^[\]\\]|\\.){1,999})\]:[ ]*\n?[ ]*(<[^<>\n]*>|[^\s<]\S*)(?:[ ]*[ \n][ ]*(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ ]*(?:\n|$)/sy;

/** Reads `[label]: target "title"` at `start`. */
export function linkDefinition(text: string, start: number): Definition | undefined {
  DEFINITION.lastIndex = start;
  const found = DEFINITION.exec(text);
  if (found === null) return undefined;
  const [, label = "", target = ""] = found;
  if (label.trim() === "" || label.startsWith("^")) return undefined;
  const url = plain(target.replace(/^<(.*)>$/, "$1"));
  return { label: normalizedLabel(label), url, end: DEFINITION.lastIndex };
}

const PREFIX = /^(?:https?:\/\/|www\.)/i;
/** Code and quotes end an address; so do the marks of scripts that put no blank before them. */
const END =
  /[\s<>"`\u2018-\u201f\u2026\u2039\u203a\u00ab\u00bb\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]/;
const LETTER = /[\p{scx=Hangul}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u;
/** Letters of these scripts behind `example.com` or `localhost:3000` are no part of the host. */
const WHOLE_HOST = /(?:[.:][A-Za-z0-9-]*[A-Za-z0-9]|^localhost)$/;
/** What is between two dots of a host is no longer, with the first of them. */
const LONGEST_PART = 64;
/** Particles and endings of Korean; a path in Hangul is seldom one of them. */
const PARTICLE = new RegExp(
  "(?<=[A-Za-z0-9/)*])(?:" +
    "[을를은는이가와과의에도만로]|이나|이랑|이고|이며|이다|인데|으로|에서|에게|까지|부터|처럼|보다|하고|라[고는]|이라[고는]|" +
    "(?:으?로|에|에서|까지|부터|와|과)[는도의만]|입니다|이에요|예요" +
    ")[.,!?:;)'*_~]*$",
);

/**
 * Reads an address without marks around it.
 *
 * @param start where `http://`, `https://` or `www.` begins
 * @param inLabel a bracket around it is open
 * @returns the address; what a sentence adds behind it is none of it
 */
export function addressAt(text: string, start: number, inLabel: boolean): string {
  const prefix = PREFIX.exec(text.slice(start, start + "https://".length))?.[0] ?? "";
  const host = start + prefix.length;
  let inHost = true;
  let open = 0;
  let end = start;
  for (; end < text.length; end++) {
    const character = text[end] ?? "";
    if (END.test(character)) break;
    if (end >= host && /[/?#]/.test(character)) inHost = false;
    // At once: what follows is read anew, and must not be read to its end once for each address.
    if (inHost && LETTER.test(character)) {
      const before = text.slice(Math.max(host, end - LONGEST_PART), end);
      if (WHOLE_HOST.test(before)) return text.slice(start, end);
    }
    // The bracket that ends a label does not belong to the address in it.
    if (character === "]" && inLabel) break;
    // Nor do the stars of bold text around it.
    if (/[*~]/.test(character) && text[end + 1] === character) break;
    if (character === "(") open += 1;
    else if (character === ")" && --open < 0) break;
  }
  // `https://example.com/a를` is followed by a particle, `https://example.com/위키` by none.
  return withoutTrailingMarks(prefix + text.slice(host, end).replace(PARTICLE, ""));
}

/** Leaves a full stop and marks behind an address to the sentence. */
function withoutTrailingMarks(address: string): string {
  let end = address.length;
  while (end > 0 && /[?!.,:*_~'"`]/.test(address[end - 1] ?? "")) end -= 1;
  return address.slice(0, end);
}
