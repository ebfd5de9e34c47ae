/**
 * Parses GitHub-flavoured Markdown, unless that would take too long, and holds what all of its
 * renderers share.
 */
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { attention } from "micromark-core-commonmark";
import { gfm } from "micromark-extension-gfm";
import { nestsTooDeep } from "./nesting_guard.ts";

type Tree = ReturnType<typeof fromMarkdown>;
/** Any node below the root. */
export type Node = Tree["children"][number];
export type NodeOf<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** Definitions that nodes refer to. */
export interface References {
  /** Targets of `[label][name]`, by name. */
  readonly targets: ReadonlyMap<string, string>;
  /** Numbers of footnotes, by name: in order of their definitions. */
  readonly footnotes: ReadonlyMap<string, number>;
}

/** The parser's time grows faster than the text. */
const LONGEST_READ = 100_000;

export interface MarkdownDocument {
  /** In the order of reading: footnotes come last. */
  readonly blocks: readonly Node[];
  readonly references: References;
}

/** @returns undefined when the text is too long or nests too deep, and is better shown as it is */
export function readDocument(text: string): MarkdownDocument | undefined {
  if (text.length > LONGEST_READ || nestsTooDeep(text)) return undefined;
  const tree = parseMarkdown(text);
  const isNote = ({ type }: { type: string }): boolean => type === "footnoteDefinition";
  const body = tree.children.filter((node) => !isNote(node));
  const notes = tree.children.filter(isNote);
  return { blocks: [...body, ...notes], references: collectReferences(tree) };
}

/** Any text is Markdown: an unclosed fence is code to the end, which serves streaming. */
function parseMarkdown(markdown: string): Tree {
  return fromMarkdown(markdown, {
    extensions: [gfm({ singleTilde: false }), strongBesideLetters()],
    mdastExtensions: [gfmFromMarkdown()],
  });
}

function collectReferences(tree: Tree): References {
  const targets = new Map<string, string>();
  const footnotes = new Map<string, number>();
  visit(tree.children, (node) => {
    if (node.type === "definition" && !targets.has(node.identifier)) {
      targets.set(node.identifier, node.url);
    }
    if (node.type === "footnoteDefinition" && !footnotes.has(node.identifier)) {
      footnotes.set(node.identifier, footnotes.size + 1);
    }
  });
  return { targets, footnotes };
}

function visit(nodes: readonly Node[], see: (node: Node) => void): void {
  for (const node of nodes) {
    see(node);
    if ("children" in node) visit(node.children, see);
  }
}

/** By the depth of the list. */
const BULLETS = ["•", "◦", "▪"] as const;

/**
 * What stands before an item of a list.
 * @param depth lists around the list
 */
export function listMarker(
  list: NodeOf<"list">,
  { checked }: NodeOf<"listItem">,
  index: number,
  depth: number,
): string {
  const box = typeof checked === "boolean" ? (checked ? "☑ " : "☐ ") : "";
  if (list.ordered === true) return `${(list.start ?? 1) + index}. ${box}`;
  return box || `${BULLETS[Math.min(depth, BULLETS.length - 1)]} `;
}

/** Removes blank lines before and after code; the first line keeps its indentation. */
export function withoutBlankEdges(code: string): string {
  return code.trimEnd().replace(/^(?: *\n)+/, "");
}

/** A line, a column or a range behind a path: `:12`, `:12:3`, `#L12`, `#L12-L20`. */
const PLACE = /(?::(\d+)(?::\d+)?|#L(\d+)(?:C\d+)?(?:-L?\d+(?:C\d+)?)?)$/;

/**
 * Shortens a link whose label names the file it leads to, as agents write them for a terminal:
 * `[a.ts](/home/ann/project/a.ts:12)` becomes `a.ts:12`.
 *
 * @returns undefined where the label is something else
 */
export function fileReference(label: string, target: string): string | undefined {
  const labelPath = label.replace(PLACE, "");
  const targetPath = target.replace(PLACE, "");
  const isNamed = labelPath !== "" &&
    (targetPath === labelPath || targetPath.endsWith(`/${labelPath}`));
  if (!isNamed || /^(?!file:)[a-z]+:\/\//i.test(target)) return undefined;
  if (labelPath !== label) return lineOf(label) === lineOf(target) ? label : undefined;
  const line = lineOf(target);
  return line === undefined ? label : `${label}:${line}`;
}

function lineOf(path: string): string | undefined {
  const [, colon, hash] = PLACE.exec(path) ?? [];
  return colon ?? hash;
}

const STAR = 42;
/** A single star may be a multiplication. */
const FEWEST_STARS = 2;
const LETTER = /[\p{scx=Hangul}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

type Tokenize = typeof attention.tokenize;
type Token = ReturnType<Parameters<Tokenize>[0]["exit"]>;

/**
 * Reads bold in languages that put no space after a word: `**"word"**입니다`, `**참고:**이`. CommonMark
 * lets stars between punctuation and a letter end nothing, so that they would stay in the text.
 */
function strongBesideLetters(): ReturnType<typeof gfm> {
  const tokenize: Tokenize = function (effects, ok, nok): ReturnType<Tokenize> {
    const before = characterOf(this.previous);
    let stars: Token | undefined;
    const watched: typeof effects = { ...effects, exit: (type) => stars = effects.exit(type) };
    return attention.tokenize.call(this, watched, (code) => {
      if (stars !== undefined) loosen(stars, before, characterOf(code));
      return ok(code);
    }, nok);
  };
  return { text: { [STAR]: { ...attention, tokenize } } };
}

function loosen(stars: Token, before: string, after: string): void {
  if (stars.end.offset - stars.start.offset < FEWEST_STARS) return;
  if (LETTER.test(before) && PUNCTUATION.test(after)) stars._open = true;
  if (PUNCTUATION.test(before) && LETTER.test(after)) stars._close = true;
}

/** @param code undefined at an end; negative for the ends of lines and for tabs */
function characterOf(code: number | null): string {
  return code === null || code < 0 ? "" : String.fromCodePoint(code);
}
