/** Reads where links and definitions of links lead. */
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
