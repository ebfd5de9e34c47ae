/**
 * Masks secrets in everything that leaves the program.
 *
 * In logs and traces it masks too much rather than too little: a lost word is a small loss, a token in
 * a file that somebody passes on is a large one. In what people read it masks certain secrets only:
 * their code must arrive as it is.
 */
import { isSecretName, SECRET_NAME, spellingsOf } from "./secrets.ts";
import { TOKEN_SHAPES } from "./token_shapes.ts";

const MASK = "***";
/** Replaces one UTF-16 unit, so that offsets in the text stay valid. */
const BULLET = "•";
/** Deep enough for everything that is written; ends a cycle, too. */
const DEEPEST_LEVEL = 12;
/** A mask can complete another secret, which needs a further pass. */
const MOST_PASSES = 10;

/** Masks secrets in a text: before anything is cut, as half a secret is not recognized. */
export type Redact = (text: string) => string;

export interface Redactor {
  /** The text with every secret masked. Applying it twice changes nothing more. */
  readonly forLogs: Redact;
  /** A copy of a JSON-like value with every secret masked, also by the names of its fields. */
  readonly value: (value: unknown) => unknown;
  /**
   * For what people read: masks only what is a secret for certain, which is a known one or a text
   * of unmistakable shape. As long as before in UTF-16 units, and the same when applied twice.
   *
   * Redact a text before it is cut or split: half a secret is not recognized.
   */
  readonly forPeople: Redact;
}

/** What is said of a file or folder with such a name, as in `/home/ann/bot-token: it is a folder`. */
const OF_A_PATH = "(?<=[\\\\/][^\\s:=\"']*: )(?-i:[a-z]{2,12}) \\S";

/** Applied in this order: later rules do not change the masks of earlier ones. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // The user name and password of an address.
  [/(:\/\/)[^\s/@"'\\]+@/g, `$1${MASK}@`],
  // Telegram puts its token into the path of each request.
  [/(\/bot)\d+:[A-Za-z0-9_-]+/g, `$1${MASK}`],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, MASK],
  // A header's value reaches to the end of the line or of the quoted text.
  [/(\bauthorization\s*[:=]\s*)[^\s"'\\][^\r\n"'\\]*/gi, `$1${MASK}`],
  [/(\bBearer\s+)[^\s"',;\\]+/gi, `$1${MASK}`],
  // "name": "value", also inside text that was quoted once more (\"name\": \"value\").
  [
    new RegExp(`(${SECRET_NAME}["']?\\s*[:=]\\s*)"(?:\\\\.|[^"\\\\\\r\\n])*"?`, "gi"),
    `$1"${MASK}"`,
  ],
  [
    new RegExp(`(${SECRET_NAME}["']?\\s*[:=]\\s*)'(?:\\\\.|[^'\\\\\\r\\n])*'?`, "gi"),
    `$1'${MASK}'`,
  ],
  [
    new RegExp(`(${SECRET_NAME}(\\\\+["'])?\\s*[:=]\\s*)(\\\\+["'])[^\\r\\n]*?(?:\\3|$)`, "gim"),
    `$1$3${MASK}$3`,
  ],
  [
    new RegExp(`(${SECRET_NAME}["']?\\s*[:=]\\s*)(?!${OF_A_PATH})[^\\s"'\\\\,;&)}\\]]+`, "gi"),
    `$1${MASK}`,
  ],
];

/** Every rule needs one of these: what has none is not searched nine times. */
const HINT = /[:=]|sk-|bearer/i;
/** Of a moment, which has the colons of a rule and stands in each line of a trace. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Masks what looks like a secret. */
export function redact(text: string): string {
  const shapeless = text.replace(TOKEN_SHAPES, MASK);
  if (!HINT.test(shapeless) || MOMENT.test(shapeless)) return shapeless;
  return RULES.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), shapeless);
}

/** A copy of a JSON-like value in which everything that looks like or is named as a secret is masked. */
export function redactValue(value: unknown): unknown {
  return mapStrings(value, redact, DEEPEST_LEVEL);
}

/** Masks what looks like a secret and, wherever they stand, the given ones. */
export function createRedactor(known: { readonly secrets: readonly string[] }): Redactor {
  const spellings = known.secrets
    .filter((secret) => secret.trim() !== "")
    .flatMap((secret) => [...new Set([secret, secret.trim()])])
    .flatMap(spellingsOf);
  const text = textMask(spellings.filter((spelling) => !consistsOf(spelling, MASK)));
  return {
    forLogs: text,
    value: (value) => mapStrings(value, text, DEEPEST_LEVEL),
    forPeople: sameLengthMask(spellings.filter((spelling) => !consistsOf(spelling, BULLET))),
  };
}

/** A secret that looks like the mask cannot be masked, and tells nothing. */
function consistsOf(text: string, mask: string): boolean {
  return [...text].every((character) => mask.includes(character));
}

function textMask(spellings: readonly string[]): (text: string) => string {
  const maskKnown = (text: string): string =>
    spellings.some((spelling) => text.includes(spelling))
      ? replaceSpans(text, spansOfWords(text, spellings), () => MASK)
      : text;
  return (text) => {
    let masked = maskKnown(text);
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      const redacted = redact(masked);
      masked = maskKnown(redacted);
      if (masked === redacted) break;
    }
    return masked;
  };
}

function sameLengthMask(spellings: readonly string[]): (text: string) => string {
  return (text) => {
    // Terminates: each pass leaves fewer unmasked characters.
    for (let current = text;;) {
      const spans = [
        ...spansOfWords(current, spellings),
        ...spansOfPattern(current, TOKEN_SHAPES),
      ];
      if (spans.length === 0) return current;
      current = replaceSpans(current, spans, (length) => BULLET.repeat(length));
    }
  };
}

function mapStrings(value: unknown, change: (text: string) => string, levels: number): unknown {
  if (typeof value === "string") {
    return change(value);
  }
  if (value instanceof Error) {
    return change(value.message);
  }
  if (typeof value !== "object" || value === null || value instanceof Date) {
    return value;
  }
  if (levels === 0) {
    return "…";
  }
  return Array.isArray(value)
    ? value.map((item) => mapStrings(item, change, levels - 1))
    : mapFields(value, change, levels - 1);
}

function mapFields(
  fields: object,
  change: (text: string) => string,
  levels: number,
): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => {
    const isSecret = isSecretName(name);
    const masked = isSecret && typeof value === "number" ? MASK : value;
    const shownName = change === maskWhole ? name : change(name);
    return [shownName, mapStrings(masked, isSecret ? maskWhole : change, levels)];
  });
  return Object.fromEntries(entries);
}

function maskWhole(): string {
  return MASK;
}

/** In UTF-16 units; `end` is the first one behind it. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every place where one of the words stands, also those that overlap. */
function spansOfWords(text: string, words: readonly string[]): Span[] {
  return words.flatMap((word) => [...spansOfWord(text, word)]);
}

/** @param pattern with the flag `g` */
function spansOfPattern(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)]
    .map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

/** The text with something else in the place of the spans; those that overlap are one. */
function replaceSpans(
  text: string,
  spans: readonly Span[],
  replacement: (length: number) => string,
): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end } of united(spans)) {
    parts.push(text.slice(at, start), replacement(end - start));
    at = end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)].join("");
}

function* spansOfWord(text: string, word: string): Generator<Span> {
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    yield { start, end: start + word.length };
  }
}

function united(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return result;
}
