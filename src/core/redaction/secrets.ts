/** Recognizes secrets: by the names they are given, and in every spelling of their values. */

/** For building patterns: the end of such a name, in any case. */
export const SECRET_NAME =
  "(?:token|(?:api|access|account|private|shared|preshared|master|signing|encryption)[._-]?key|client-key-data|secret(?:[._-]?key(?:[._-]?base)?)?|passw(?:or)?d|passphrase|authorization)";
const AT_END = new RegExp(`${SECRET_NAME}$`, "i");

/** Always a secret, however short: it is all that it takes to be the bot. */
const BOT_TOKEN = "TELEGRAM_BOT_TOKEN";
/** A shorter value is probably a setting, and may occur in any text. */
const SHORTEST_SECRET = 8;

export function isSecretName(name: string): boolean {
  return AT_END.test(name);
}

/** Further names of variables; those of keys count in capitals, since `sort_key` is none. */
const SECRET_VARIABLE = /(?:^|[_.-])(?:pass|pwd|pw|psk|credentials?|dsn)$/i;
const KEY_VARIABLE =
  /(?<!PUBLIC)_KEY$|(?:^|_)(?:ACCESS|ADO|AZURE|BOT|CI|DEVOPS(?:_EXT)?|GH|GHCR|GIT|GITEA|GITHUB|GITLAB|GL|NPM|REPO|VSTS)_PAT$/;

export function isSecretVariable(name: string): boolean {
  return isSecretName(name) || SECRET_VARIABLE.test(name) || KEY_VARIABLE.test(name);
}

/** Of a personal access token; in a file such a name may as well be that of a pattern. */
const TOKEN_OF_ENVIRONMENT = /_PAT$/;
/** The shell's own, which end as the names of passwords do. */
const FOLDERS = new Set(["PWD", "OLDPWD"]);
/** Says where a key or a password is kept. */
const PATH = /^(?:~?\/|[A-Za-z]:[\\/])/;

function holdsSecret(name: string, value: string): boolean {
  return isSecretName(name) || TOKEN_OF_ENVIRONMENT.test(name) ||
    (isSecretVariable(name) && !FOLDERS.has(name) && !PATH.test(value));
}

/**
 * The values of environment variables that are secrets by their names, without blanks around them.
 * @param variables by name
 */
export function secretsIn(variables: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(variables)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([name, value]) =>
      name === BOT_TOKEN
        ? value !== ""
        : value.length >= SHORTEST_SECRET && holdsSecret(name, value)
    )
    .map(([, value]) => value);
  return [...new Set(values)];
}

/**
 * How a known secret may be written: as it is, in an address or a form, in an address within another
 * one, in JSON, in JSON that is quoted once more, and as base64 of just this value. Without
 * repetitions.
 */
export function spellingsOf(secret: string): string[] {
  const json = [inJson(secret), inAsciiJson(secret)];
  const spellings = [
    secret,
    ...inAddress(secret),
    ...json,
    ...json.map(inJson),
    ...inBase64(secret),
  ];
  return [...new Set(spellings)];
}

/** Some programs write `%3A`, others `%3a`, and forms have rules of their own. */
function inAddress(secret: string): string[] {
  // Half a character would throw: no address can hold it.
  const whole = secret.toWellFormed();
  const form = new URLSearchParams([[whole, ""]]).toString().slice(0, -"=".length);
  const once = [encodeURIComponent(whole), form].flatMap((text) => [
    text,
    text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
  return [...once, ...once.map(encodeURIComponent)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As programs write it that use ASCII only, e.g. Python's. */
function inAsciiJson(text: string): string {
  return inJson(text).replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** In both alphabets, with and without padding. */
function inBase64(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return (["base64", "base64url"] as const).flatMap((alphabet) => [
    bytes.toBase64({ alphabet }),
    bytes.toBase64({ alphabet, omitPadding: true }),
  ]);
}
