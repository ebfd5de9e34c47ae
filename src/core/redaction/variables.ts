/** Masks the values of variables that are secrets by their names, in files that people are sent. */
import { isSecretName } from "./secrets.ts";

export interface RedactedVariables {
  /** As long as before in UTF-16 units. */
  readonly text: string;
  /** Whose values were masked, in their order. */
  readonly names: readonly string[];
}

/**
 * Sets a variable as .env files, shells, properties, YAML and JSON do: a name, `=` or `: `, a value,
 * which goes on over lines when it is in double quotes.
 */
const VARIABLE =
  /^([ \t]*(?:-[ \t]*)?(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?(["']?)([A-Za-z_][\w.-]*)\2[ \t]*(?:=|:[ \t])[ \t]*)("(?:[^"\\\r\n]|\\.)*"[^\r\n]*|"[^"\\]*(?:\\.[^"\\]*)*"[^\r\n]*|\S[^\r\n]*)/gm;
/** Names files that hold settings: there a name in lower case is a variable, too. */
const SETTINGS_FILE =
  /(?:^|[./])env(?:\.[\w.-]+)?$|\.(?:env|properties|ini|cfg|conf|toml|ya?ml|json)$|(?:^|\/)\.(?:npmrc|yarnrc|pypirc|netrc)$/i;
/** Refers to a value instead of being one, as templates do. */
const REFERENCE =
  /^["'`]?(?:\$\{[^}\r\n]*\}|\$\([^\r\n]*\)|\$[A-Za-z_]\w*|%\w+%|<[^>\r\n]*>)["'`]?[ \t]*[,;]?[ \t]*$/;
/** The same in code. */
const CODE = /^["'`]?(?:process\.|Deno\.|os\.|env[.([]|import\.|System\.|getenv)/;
/** Further names of secrets; those of keys count in capitals, since `sort_key` is none. */
const SECRET_VARIABLE = /(?:^|[_.-])(?:pass|pwd|credentials?|dsn)$/i;
const KEY_VARIABLE = /(?<!PUBLIC)_KEY$/;
/** Holds a password between a user's name and a host. */
const IN_ADDRESS = /(:\/\/[^\s:/@"']*:)([^\s@"']+)(?=@)/g;
const PRIVATE_KEY =
  /(-----BEGIN ([A-Z ]*PRIVATE KEY)-----)((?:(?!-----)[\s\S])*)(?=-----END \2-----)/g;
const BULLET = "•";

/**
 * Masks `DB_PASSWORD=...` and its like, private keys, and passwords in addresses. In a file that
 * holds no settings a variable has to be written in capitals, so that code arrives as it is.
 * @param name of the file, with or without its folder
 */
export function redactVariables(text: string, name: string): RedactedVariables {
  const holdsSettings = SETTINGS_FILE.test(name);
  const names: string[] = [];
  const masked = text.replaceAll(
    VARIABLE,
    (line: string, start: string, _quote: string, variable: string, value: string) => {
      const isVariable = holdsSettings || variable === variable.toUpperCase();
      const refers = REFERENCE.test(value) || (!holdsSettings && CODE.test(value));
      if (!isVariable || refers) return line;
      const shown = isSecretVariable(variable) ? maskedValue(value) : maskedAddresses(value);
      if (shown !== value) names.push(variable);
      return start + shown;
    },
  ).replaceAll(PRIVATE_KEY, (_whole, begin: string, kind: string, key: string) => {
    const shown = bullets(key);
    if (shown !== key) names.push(kind);
    return begin + shown;
  });
  return { text: masked, names: [...new Set(names)] };
}

function isSecretVariable(name: string): boolean {
  return isSecretName(name) || SECRET_VARIABLE.test(name) || KEY_VARIABLE.test(name);
}

/** Leaves quotes and the end of the line as they are, so that the file can still be read. */
function maskedValue(value: string): string {
  return value.replace(
    /^(["']?)([\s\S]*?)(\1[ \t]*[,;]?[ \t]*)$/,
    (_whole, open: string, secret: string, close: string) => open + bullets(secret) + close,
  );
}

function maskedAddresses(value: string): string {
  return value.replaceAll(
    IN_ADDRESS,
    (_whole, start: string, secret: string) => start + bullets(secret),
  );
}

/** Keeps the lines. */
function bullets(secret: string): string {
  return secret.replaceAll(/[^\r\n]/g, BULLET);
}
