/**
 * Masks secrets in whatever is written to a log or a trace.
 *
 * Made to err on the side of masking: a word too many behind `password:` is a small loss, a token
 * in a file that somebody sends along is a large one.
 */
const MASK = "***";
/** Deep enough for anything we write; a cycle ends here too. */
const DEEPEST_LEVEL = 12;

export interface Redactor {
  /** The text with every secret masked. Applying it twice changes nothing more. */
  readonly text: (text: string) => string;
  /** A copy of a JSON-like value with every secret masked, also by the names of its fields. */
  readonly value: (value: unknown) => unknown;
}

const SECRET_NAME =
  "(?:token|api[_-]?key|access[_-]?key|private[_-]?key|secret(?:[_-]?key)?|passw(?:or)?d|passphrase|authorization)";
const SECRET_NAME_AT_END = new RegExp(`${SECRET_NAME}$`, "i");

/** In this order: each rule leaves a mask that the later ones do not take apart. */
const RULES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // The user name and password of an address.
  [/(:\/\/)[^\s/@"'\\]+@/g, `$1${MASK}@`],
  // Telegram puts its token into the path of each request.
  [/(\/bot)\d+:[A-Za-z0-9_-]+/g, `$1${MASK}`],
  [/(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}/g, MASK],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, MASK],
  // A header has its value up to the end of the line or of the quoted text it stands in.
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
  [new RegExp(`(${SECRET_NAME}["']?\\s*[:=]\\s*)[^\\s"'\\\\,;&)}\\]]+`, "gi"), `$1${MASK}`],
];

/** Masks what looks like a secret. */
export function redact(text: string): string {
  return RULES.reduce((masked, [pattern, mask]) => masked.replace(pattern, mask), text);
}

/** A copy of a JSON-like value in which everything that looks like or is named as a secret is masked. */
export function redactValue(value: unknown): unknown {
  return mapStrings(value, redact, DEEPEST_LEVEL);
}

/** Masks what looks like a secret and, wherever they stand, the given ones. */
export function createRedactor(known: { readonly secrets: readonly string[] }): Redactor {
  const spellings = known.secrets
    .filter((secret) => secret.trim() !== "")
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    // The longest first: a secret may hold another one.
    .sort((one, other) => other.length - one.length);
  const text = (input: string): string =>
    redact(spellings.reduce((masked, secret) => masked.replaceAll(secret, MASK), input));
  return { text, value: (value) => mapStrings(value, text, DEEPEST_LEVEL) };
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
    const isSecret = SECRET_NAME_AT_END.test(name);
    const masked = isSecret && typeof value === "number" ? MASK : value;
    const shownName = change === maskWhole ? name : change(name);
    return [shownName, mapStrings(masked, isSecret ? maskWhole : change, levels)];
  });
  return Object.fromEntries(entries);
}

function maskWhole(): string {
  return MASK;
}
