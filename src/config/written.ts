/**
 * Collects what stands in the text of a conf.toml, without a parser of others: the launcher holds
 * against it what the worker that reads the file makes of it.
 */

export interface Written {
  /** Every string, unquoted; those that are commented out do not count. */
  readonly strings: ReadonlySet<string>;
  /** Every whole number, also those in strings. */
  readonly numbers: ReadonlySet<number>;
}

/** A comment, or a string in one of TOML's four ways. */
const TOKEN =
  /#[^\n]*|"""((?:\\[\s\S]|[^\\])*?"{0,2})"""|'''([\s\S]*?'{0,2})'''|"((?:\\.|[^"\\\n])*)"|'([^'\n]*)'/g;
const NUMBER = /(?<![\w.+-])[+-]?\d(?:_?\d)*(?![\w.])/g;

export function writtenIn(text: string): Written {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  const rest = text.replaceAll(TOKEN, (whole, ...groups: unknown[]) => {
    const [long, longPlain, short, plain] = groups.map((group) =>
      typeof group === "string" ? group : undefined
    );
    if (whole.startsWith("#")) return "";
    const basic = long ?? short;
    const value = basic === undefined ? longPlain ?? plain ?? "" : unescaped(basic);
    // A line feed directly after the quotes of a long string does not count.
    strings.add(
      long === undefined && longPlain === undefined ? value : value.replace(/^\r?\n/, ""),
    );
    if (/^\s*-?\d+\s*$/.test(value)) numbers.add(Number(value));
    return " ";
  });
  for (const [number] of rest.matchAll(NUMBER)) numbers.add(Number(number.replaceAll("_", "")));
  return { strings, numbers };
}

const SINGLE: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\x1b",
};

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2})|([ \t]*\r?\n\s*)|([\s\S]))/g,
    (_whole, ...groups: unknown[]) => {
      const [four, eight, two, lineEnd, single] = groups.map((group) =>
        typeof group === "string" ? group : undefined
      );
      const code = four ?? eight ?? two;
      if (code !== undefined) return characterOf(Number.parseInt(code, 16));
      if (lineEnd !== undefined) return "";
      return SINGLE[single ?? ""] ?? single ?? "";
    },
  );
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** A key that names a program or its arguments, and its value up to the end of a list. */
const COMMAND = /(?<![\w-])\w*(?:command|cmd|args)["']?[ \t]*=[ \t]*(\[[^\]]*\]|[^\n]*)/g;
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g;
const QUOTED = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g;

/**
 * The words of what names programs and their arguments: a command line may be one text, which a shell
 * would split. Words of prompts are none of them.
 */
export function commandWordsIn(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [, value = ""] of text.matchAll(COMMAND)) {
    for (const written of writtenIn(value).strings) {
      words.add(written);
      for (const [word] of written.matchAll(WORD)) words.add(unquoted(word));
    }
  }
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(QUOTED, (_whole, ...groups: unknown[]) => {
    const [double, single, one] = groups;
    if (typeof double === "string") return double.replaceAll(/\\(["\\$`])/g, "$1");
    return typeof single === "string" ? single : typeof one === "string" ? one : "";
  });
}

/** Whether a conf.toml of this text changes no default: a first start may write it as it is. */
export function setsNothing(text: string): boolean {
  return text.split("\n").every((line) =>
    /^\s*(?:#.*|\[[\w.-]+\]|allowed_users = \[\])?\s*$/.test(line)
  );
}
