/** Picks the environment of a Codex process: what it needs and what the configuration names. */

const NAMES = new Set([
  ..."PATH HOME USER LOGNAME SHELL TERM TMPDIR LANG TZ".split(" "),
  ..."HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy".split(
    " ",
  ),
  ..."SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS".split(" "),
  // Windows; its names come in any case.
  ..."Path USERPROFILE SystemRoot SYSTEMROOT APPDATA LOCALAPPDATA PATHEXT ComSpec COMSPEC".split(
    " ",
  ),
]);

const PREFIXES = ["LC_", "XDG_", "CODEX_", "OPENAI_"];

/** Never handed on, even when the configuration names it: it is this program's own key. */
const BOT_TOKEN = "TELEGRAM_BOT_TOKEN";

/**
 * Picks from this program's environment.
 *
 * Loader variables (`LD_*`, `DYLD_*`) are left out unasked: a program with narrow permissions may
 * not set them for a child.
 * @param names further variables, from the configuration
 * @param withheld variables with further keys of this program, beside the bot's token
 */
export function childEnvironment(
  parent: Readonly<Record<string, string>>,
  names: readonly string[],
  withheld: readonly string[] = [],
): Record<string, string> {
  const keys = [BOT_TOKEN, ...withheld];
  const tokens = keys.map((name) => parent[name]?.trim() ?? "").filter((token) => token !== "");
  const wanted = (name: string): boolean =>
    !keys.includes(name) && !/^(?:LD|DYLD)_/.test(name) &&
    (NAMES.has(name) || names.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix)));
  // A token may stand in another variable as well, under whatever name.
  const holdsToken = (value: string): boolean => tokens.some((token) => value.includes(token));
  return Object.fromEntries(
    Object.entries(parent).filter(([name, value]) => wanted(name) && !holdsToken(value)),
  );
}
