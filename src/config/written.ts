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

/** What a string became where the text is looked at without them: no name and no number has quotes. */
const PLACE = /"_(\d+)_"/;
const PLACES = /"_(\d+)_"/g;

export function writtenIn(text: string): Written {
  const { strings, rest } = withoutStrings(text);
  const numbers = new Set<number>();
  for (const value of strings) if (/^\s*-?\d+\s*$/.test(value)) numbers.add(Number(value));
  for (const [number] of rest.matchAll(NUMBER)) numbers.add(Number(number.replaceAll("_", "")));
  return { strings: new Set(strings), numbers };
}

interface Tokens {
  /** Every string, unquoted, in its order. */
  readonly strings: readonly string[];
  /** The text with the number of each string in its place, and without comments. */
  readonly rest: string;
}

function withoutStrings(text: string): Tokens {
  const strings: string[] = [];
  const rest = text.replaceAll(TOKEN, (whole, ...groups: unknown[]) => {
    const [long, longPlain, short, plain] = groups.map((group) =>
      typeof group === "string" ? group : undefined
    );
    if (whole.startsWith("#")) return "";
    const basic = long ?? short;
    const value = basic === undefined ? longPlain ?? plain ?? "" : unescaped(basic);
    // A line feed directly after the quotes of a long string does not count.
    strings.push(
      long === undefined && longPlain === undefined ? value : value.replace(/^\r?\n/, ""),
    );
    return ` "_${strings.length - 1}_" `;
  });
  return { strings, rest };
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

/** A key and its value: one string, or a list of them. */
const ASSIGNED = new RegExp(
  `(?:${PLACE.source}|([\\w-]+))[ \\t]*=[ \\t]*(?:${PLACE.source}|\\[([^\\]]*)\\])`,
  "g",
);
const COMMAND_KEY = /^\w*(?:command|cmd|args)$/;
const WORD = /(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g;
const QUOTED = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g;

/**
 * The words of what names programs and their arguments: a command line may be one text, which a shell
 * would split. Words of prompts are none of them.
 */
export function commandWordsIn(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  const { strings, rest } = withoutStrings(text);
  const written = (place: string | undefined): string => strings[Number(place)] ?? "";
  for (const [, quoted, bare, one, list] of rest.matchAll(ASSIGNED)) {
    if (!COMMAND_KEY.test(bare ?? written(quoted))) continue;
    const places = one === undefined
      ? [...(list ?? "").matchAll(PLACES)].map(([, place]) => place)
      : [one];
    for (const command of places.map(written)) {
      words.add(command);
      for (const [word] of command.matchAll(WORD)) words.add(unquoted(word));
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
