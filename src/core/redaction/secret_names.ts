/** Names that tell that what they hold is a secret. */

/** For building patterns: the end of such a name, in any case. */
export const SECRET_NAME =
  "(?:token|api[_-]?key|access[_-]?key|private[_-]?key|secret(?:[_-]?key)?|passw(?:or)?d|passphrase|authorization)";
const AT_END = new RegExp(`${SECRET_NAME}$`, "i");

/** Always a secret, however short: whoever has it is the bot. */
const BOT_TOKEN = "TELEGRAM_BOT_TOKEN";
/** A shorter value is more likely a setting, and a word that honest text holds as well. */
const SHORTEST_SECRET = 8;

export function isSecretName(name: string): boolean {
  return AT_END.test(name);
}

/**
 * The values of environment variables that are secrets by their names, without blanks around them.
 * @param variables by name
 */
export function secretsIn(variables: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(variables)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([name, value]) =>
      name === BOT_TOKEN ? value !== "" : isSecretName(name) && value.length >= SHORTEST_SECRET
    )
    .map(([, value]) => value);
  return [...new Set(values)];
}
