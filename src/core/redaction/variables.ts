/** Masks the values of variables that are secrets by their names, in files that people are sent. */
import { isSecretName } from "./secrets.ts";

export interface RedactedVariables {
  /** As long as before in UTF-16 units. */
  readonly text: string;
  /** Whose values were masked, in their order. */
  readonly names: readonly string[];
}

/** Sets a variable as .env files, shells, properties and YAML do: a name, `=` or `: `, a value. */
const VARIABLE =
  /^([ \t]*(?:-[ \t]*)?(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?(["']?)([A-Za-z_][\w.-]*)\2[ \t]*(?:=|:[ \t])[ \t]*)(\S[^\r\n]*)/gm;
/** Names files that hold settings: there a name in lower case is a variable, too. */
const SETTINGS_FILE =
  /(?:^|[./])env(?:\.[\w.-]+)?$|\.(?:env|properties|ini|cfg|conf)$|(?:^|\/)\.(?:npmrc|yarnrc|pypirc|netrc)$/i;
/** Refers to a value instead of being one, as code and templates do. */
const REFERENCE = /^["'`]?(?:\$|%\w+%|<|process\.|Deno\.|os\.|env[.([]|import\.|System\.|getenv)/;
/** Holds a password between a user's name and a host. */
const IN_ADDRESS = /(:\/\/[^\s:/@"']*:)([^\s@"']+)(?=@)/g;
const BULLET = "•";

/**
 * Masks `DB_PASSWORD=...` and its like, and passwords in addresses of files that hold settings. In
 * any other file a variable has to be written in capitals, so that code arrives as it is.
 * @param name of the file, with or without its folder
 */
export function redactVariables(text: string, name: string): RedactedVariables {
  const holdsSettings = SETTINGS_FILE.test(name);
  const names: string[] = [];
  const masked = text.replaceAll(
    VARIABLE,
    (line: string, start: string, _quote: string, variable: string, value: string) => {
      const isVariable = holdsSettings || variable === variable.toUpperCase();
      if (!isVariable || REFERENCE.test(value)) return line;
      const shown = isSecretName(variable)
        ? maskedValue(value)
        : holdsSettings
        ? maskedAddresses(value)
        : value;
      if (shown !== value) names.push(variable);
      return start + shown;
    },
  );
  return { text: masked, names: [...new Set(names)] };
}

/** Leaves quotes and the end of the line as they are, so that the file can still be read. */
function maskedValue(value: string): string {
  return value.replace(
    /^(["']?)(.*?)(\1[ \t]*[,;]?[ \t]*)$/,
    (_whole, open: string, secret: string, close: string) =>
      open + BULLET.repeat(secret.length) + close,
  );
}

function maskedAddresses(value: string): string {
  return value.replaceAll(
    IN_ADDRESS,
    (_whole, start: string, secret: string) => start + BULLET.repeat(secret.length),
  );
}
