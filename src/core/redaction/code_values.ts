/** Tells values in code that are no secrets, whatever the name before them ends with. */
import { isSecretName } from "./secrets.ts";

/** Names files of languages in which each text has quotes: what has none there is an expression. */
const CODE_FILE =
  /\.(?:py|pyi|rb|jsx?|mjs|cjs|tsx?|mts|cts|vue|svelte|php|go|rs|java|kts?|scala|swift|dart|cs|c|h|cc|cpp|hpp|exs?|lua)$/i;
/** Names a place, as `app:theme:v1` does: short words, with separators between them. */
const LABEL = /^[A-Za-z]{1,24}(?:[:._/-](?:[A-Za-z]{1,24}|v?\d{1,2}))*$/;
/** Names what is looked up in a store, a table or a cache. */
const KEY_OF_PLACE =
  /(?:^|_)(?:CACHE|CONFIG|CONTEXT|COOKIE|DATA|EVENT|FILTER|FOREIGN|ID|INDEX|INJECTION|ITEM|LANG|LANGUAGE|LOCALE|LOCK|METADATA|NAME|PARTITION|PREFERENCES?|PRIMARY|QUERY|QUEUE|REDIS|ROUTING|ROW|SEARCH|SESSION|SETTINGS?|SORT|STATE|STORAGE|STORE|THEME|TOKEN|USER)_KEY$/;
/** Ends in what an action or an event is called, as `auth/SET_TOKEN` does. */
const LAST_WORD = /[^:/.]*$/;
/** Calls a function, reads an item, or is a path of names. */
const CALL_OR_ITEM = /^(?:await\s+|new\s+)?[A-Za-z_$][\w$]*(?:(?:\.|::|->)[A-Za-z_$][\w$]*)*[([]/;
const NAMES = /^[A-Za-z_$]+(?:\.[A-Za-z_$]\w*)*[ \t]*[;,]?[ \t]*(?:#.*)?$/;
const LITERAL = /(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g;
/** Says what is looked up: a variable, a path, an address of a store of secrets. */
const LOOKED_UP = /^(?:[A-Z][A-Z_]*|[A-Za-z]+(?:[:._/-][A-Za-z]+)+)$/;
/** A longer one is data, and would take long to search. */
const LONGEST_EXPRESSION = 500;
/** A key in numbers. */
const NUMBERS = /\d{5,}|\d\s*,\s*\d/;

export function isCodeFile(path: string): boolean {
  return CODE_FILE.test(path);
}

/**
 * Whether that text between quotes is a label in code: `STORAGE_KEY = "app:theme"` and
 * `ACCESS_TOKEN = "access_token"`, not `API_KEY = "abc"`.
 */
export function isLabelIn(name: string, text: string): boolean {
  if (!LABEL.test(text)) return false;
  const word = LAST_WORD.exec(text)?.[0] ?? "";
  if (lettersOf(word) === lettersOf(name)) return true;
  return !isSecretName(name) && (KEY_OF_PLACE.test(name) || (/_KEY$/.test(name) && word !== text));
}

function lettersOf(text: string): string {
  return text.replaceAll(/[_-]/g, "").toLowerCase();
}

/**
 * Whether that is an expression in which no secret is written: `load_token()`, `ENV["API_KEY"]`,
 * `settings.PASSWORD`. A default for what is looked up may be one.
 * @param spaced a blank stands before it, as shells and settings have none
 */
export function isExpression(text: string, spaced: boolean): boolean {
  if (text.length > LONGEST_EXPRESSION) return false;
  let hasSecret = NUMBERS.test(text);
  const code = text.replaceAll(LITERAL, (literal, _quote, held: string, at: number) => {
    const isLookedUp = /[([]\s*$/.test(text.slice(0, at)) && LOOKED_UP.test(held);
    hasSecret ||= held !== "" && !isLookedUp;
    return literal === "" ? "" : "_";
  });
  if (hasSecret || /["'`]/.test(code)) return false;
  return CALL_OR_ITEM.test(code) || (spaced && NAMES.test(code));
}
