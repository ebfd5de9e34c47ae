/**
 * Splits a text into words by the quoting rules of a shell. The program runs none: what only a shell
 * could do is named, and left to the caller. A library for it takes longer to load than everything
 * else that reads conf.toml.
 */

/** What only a shell could do. */
export type ShellWork =
  | { readonly kind: "operator" | "pattern" | "variable"; readonly text: string }
  | { readonly kind: "comment" | "open-quote" };

export interface ShellWords {
  /** Up to there. */
  readonly words: readonly string[];
  /** The first thing that is no plain word; undefined = the text holds words only. */
  readonly work: ShellWork | undefined;
}

interface SplitOptions {
  /** Leaves variables as they are written, without counting them as work of a shell. */
  readonly keepVariables?: boolean;
}

const NAME = String.raw`\{[^}]*\}?|\w+|[*@#?$!-]|`;
const PIECE = new RegExp(
  [
    String.raw`(?<blank>\s+)`,
    String.raw`'(?<single>[^']*)'`,
    String.raw`"(?<double>(?:\\[^]|[^"\\])*)"`,
    String.raw`\\(?<escaped>[^]?)`,
    String.raw`(?<variable>\$(?:${NAME}))`,
    String
      .raw`(?<operator>\|\||&(?:&|>>?)|;;&?|[;|]&|<\(|<<<|<<-|<<(?!\()|>>|>[&|(]|<[&>]|[&;()|<>])`,
    String.raw`(?<comment>#)`,
    String.raw`(?<pattern>[*?])`,
    String.raw`(?<quote>['"])`,
    String.raw`(?<plain>[^\s'"\\$|&;()<>#*?]+)`,
  ].join("|"),
  "g",
);
/** Within double quotes. */
const SPECIAL = new RegExp(String.raw`\\(?<escaped>[^])|(?<variable>\$(?:${NAME}))`, "g");
/** What a backslash takes the meaning from within double quotes. */
const ESCAPABLE = new Set(['"', "\\", "$"]);

export function shellWords(text: string, options: SplitOptions = {}): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  let isPattern = false;
  const finish = (): ShellWork | undefined => {
    if (word === undefined) return undefined;
    if (isPattern) return { kind: "pattern", text: word };
    words.push(word);
    word = undefined;
    return undefined;
  };
  for (const { groups = {} } of text.matchAll(PIECE)) {
    const piece = read(groups, options);
    if (piece.type === "text") word = (word ?? "") + piece.text;
    if (groups.pattern !== undefined) isPattern = true;
    if (piece.type === "text") continue;
    const variable = piece.type === "work" && piece.work.kind === "variable";
    // A word with a variable in it is none; what stands before an operator is one.
    const unfinished = variable ? undefined : finish();
    if (unfinished !== undefined) return { words, work: unfinished };
    if (piece.type === "work") return { words, work: piece.work };
  }
  return { words, work: finish() };
}

type Piece =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "blank" }
  | { readonly type: "work"; readonly work: ShellWork };

function read(groups: Readonly<Record<string, string | undefined>>, options: SplitOptions): Piece {
  const { blank, single, double, variable, operator, comment, quote } = groups;
  if (blank !== undefined) return { type: "blank" };
  if (operator !== undefined) return { type: "work", work: { kind: "operator", text: operator } };
  if (comment !== undefined) return { type: "work", work: { kind: "comment" } };
  if (quote !== undefined) return { type: "work", work: { kind: "open-quote" } };
  if (variable !== undefined) return readVariable(variable, options);
  if (double !== undefined) return readDouble(double, options);
  return { type: "text", text: single ?? groups.escaped ?? groups.pattern ?? groups.plain ?? "" };
}

function readVariable(written: string, { keepVariables = false }: SplitOptions): Piece {
  const isOpen = written.startsWith("${") && !written.endsWith("}");
  if (keepVariables && !isOpen) return { type: "text", text: written };
  const name = written.slice(1).replace(/^\{(.*?)\}?$/s, "$1");
  return { type: "work", work: { kind: "variable", text: name } };
}

function readDouble(inside: string, options: SplitOptions): Piece {
  let text = "";
  let at = 0;
  for (const { 0: whole, index, groups: { escaped, variable } = {} } of inside.matchAll(SPECIAL)) {
    text += inside.slice(at, index);
    at = index + whole.length;
    if (variable !== undefined) {
      const piece = readVariable(variable, options);
      if (piece.type !== "text") return piece;
      text += piece.text;
    } else {
      text += ESCAPABLE.has(escaped ?? "") ? escaped : whole;
    }
  }
  return { type: "text", text: text + inside.slice(at) };
}
