/** Masks the values of variables that are secrets by their names, in files that people are sent. */
import { isCodeFile, isExpression, isLabelIn } from "./code_values.ts";
import { credentialsIn, type SecretSpan } from "./credential_places.ts";
import { isSecretVariable } from "./secrets.ts";
import { secretValueAt } from "./variable_values.ts";

export interface RedactedVariables {
  /** As long as before in UTF-16 units. */
  readonly text: string;
  /** Whose values were masked, in their order. */
  readonly names: readonly string[];
}

/** Names files that hold settings: there a name in lower case is a variable, too. */
const SETTINGS_FILE =
  /(?:^|[./])env(?:\.[\w.-]+)?$|(?:^|\/)\.env[_-][\w.-]+$|\.(?:env|envrc|properties|ini|cfg|cnf|conf|config|toml|ya?ml|json|xml|tf|tfvars|hcl)$|(?:^|\/)(?:\.npmrc|\.yarnrc|\.pypirc|\.s3cfg|\.boto|\.vault-token|[._]netrc|credentials|\.?kube\/config|kubeconfig)$/i;
/** Ends the name of a copy, which holds what the file itself holds: `config.yml.bak`. */
const COPY =
  /(?:~|[._-](?:bak|backup|copy|dist|example|old|orig|original|sample|save|template|tmpl|tpl)(?:[._-]?\d[\d._-]*)?)+$/i;
/** Is code by its end, and settings by its name. */
const DOT_ENV = /(?:^|\/)\.env\.[^/]*$/i;
/** Holds what a program says to people, where `password` is the label of a field. */
const TRANSLATIONS = /(?:^|\/)(?:locales?|i18n|l10n|lang|translations?)\//i;
const NETRC = /(?:^|\/)[._]netrc$/i;

/**
 * Begins a variable as .env files, shells, properties, YAML, JSON and code do: a name, then `=`, or a
 * colon that a blank follows or a quoted name precedes. The lookbehind leaves out parts of paths.
 */
const VARIABLE =
  /(?<![\w./\\-])(["']?)([A-Za-z_][\w.-]*)\1(?:[ \t]*[+?:]?=(?![=>])|[ \t]*:(?:(?<=["'][ \t]*:)|(?=\s|$)))[ \t]*/g;
/** What may stand before a variable that has the line for itself. */
const LINE_START =
  /^[ \t\ufeff#;/]*(?:-[ \t]*)?["']?(?:(?:export|set|ENV|ARG|declare|readonly)[ \t]+(?:-\w+[ \t]+)*)?$/;
/** Separates by a blank alone. */
const DOCKER_VARIABLE = /^([ \t]*ENV[ \t]+([A-Za-z_]\w*)[ \t]+)(?=[^\s=])/gm;
/** Names a variable in one place and gives its value in the next, as Kubernetes and .NET do. */
const NAMED_VALUE =
  /(?<=\b(?:name|key)["']?[ \t]*[:=][ \t]*["']?)([A-Za-z_][\w.-]*)["']?,?\s+["']?value["']?[ \t]*[:=][ \t]*/gi;
const ELEMENT = /<([A-Za-z_][\w.-]*)>(?=[^<>]+<\/\1>)/g;
const NETRC_PASSWORD = /\b(password|passwd)[ \t\r\n]+/g;

/**
 * Refers to a value instead of being one, as templates do, switches something on or off, or is the
 * version of a package that is named after tokens.
 */
const REFERENCE =
  /^["'`]?(?:true|false|null|none|read|write|[~^]?\d+\.\d+\.\d+|\$\{\{[^\r\n]*\}\}|\$\{[^}\r\n]*\}|\$\([^\r\n]*\)|\$(?:[A-Za-z_]\w*|\d)|%\w+%|<[^>\r\n]*>|(?:var|local|data|module)\.[\w.[\]"-]+)["'`]?[ \t]*[,;]?[ \t]*(?:#.*)?$/;
/** The same in code. */
const CODE = /^["'`]?(?:process\.|Deno\.|os\.|env[.([]|import\.|System\.|getenv)/;
/** Holds a password between a user's name and a host. */
const IN_ADDRESS =
  /(\b[a-z][\w+.-]{0,30}:\/\/[^\s:/@"']{0,200}):([^\s@"']{1,200})(?=@(?!sha\d+:)[\w[])/gi;
/** Not a port with a path. */
const PASSWORD = /^(?!\d+\/|[$%{<*•])/;
/** The same in any text, where an `@` may belong to something else. */
const SAFE_PASSWORD = /^(?![$%{<*•])[^/`<>{}()]+$/;
const PRIVATE_KEY =
  /(-----BEGIN ([A-Z ]*PRIVATE KEY(?: BLOCK)?)-----)((?:(?!-----)[\s\S])*)(?=-----END \2-----)/g;
/** A file of one line is looked at once, not once for each variable. */
const LONGEST_BEFORE = 300;
const BULLET = "•";

/**
 * Masks `DB_PASSWORD=...` and its like, private keys, passwords in addresses, headers, command lines
 * and calls, and files that consist of secrets. In a file that holds no settings a variable has to be
 * written in capitals, or its value to look like a password, so that code arrives as it is.
 * @param path of the file, at least its name
 */
export function redactVariables(text: string, path: string): RedactedVariables {
  const kind = path.replace(COPY, "");
  const holdsCode = isCodeFile(kind) && !DOT_ENV.test(kind);
  const holdsSettings = !holdsCode && SETTINGS_FILE.test(kind) && !TRANSLATIONS.test(path);
  const file = new RedactedFile(text, holdsSettings, holdsCode);
  file.maskVariables();
  file.maskAfter(DOCKER_VARIABLE, 2);
  if (file.holdsSettings) {
    file.maskAfter(NAMED_VALUE, 1);
    file.maskAfter(ELEMENT, 1, /[^<>]+/y);
  }
  if (NETRC.test(kind)) file.maskAfter(NETRC_PASSWORD, 1);
  file.maskAddresses();
  file.maskPrivateKeys();
  file.maskSpans(credentialsIn(file.text, kind));
  return { text: file.text, names: [...new Set(file.names)] };
}

class RedactedFile {
  readonly names: string[] = [];
  #spans: SecretSpan[] = [];

  constructor(
    public text: string,
    readonly holdsSettings: boolean,
    readonly holdsCode: boolean,
  ) {}

  maskVariables(): void {
    VARIABLE.lastIndex = 0;
    for (let found = VARIABLE.exec(this.text); found !== null; found = VARIABLE.exec(this.text)) {
      const variable = found[2] ?? "";
      const isVariable = this.holdsSettings || variable === variable.toUpperCase();
      if (!isVariable || !isSecretVariable(variable)) continue;
      const before = this.#lineBefore(found.index);
      const value = secretValueAt(this.text, VARIABLE.lastIndex, {
        indent: /^[ \t]*/.exec(before + found[0])?.[0].length ?? 0,
        hasLine: LINE_START.test(before),
        quote: found[1] === "" ? /["']$/.exec(before)?.[0] : undefined,
        isSettings: this.holdsSettings,
      });
      if (value === undefined) continue;
      const shown = this.text.slice(value.start, value.end);
      if (REFERENCE.test(shown) || (!this.holdsSettings && CODE.test(shown))) continue;
      if (this.holdsCode && this.#isNoSecret(variable, shown, value.start)) continue;
      this.#mask(value.start, value.end, variable);
      VARIABLE.lastIndex = value.end;
    }
    this.#apply();
  }

  #isNoSecret(variable: string, shown: string, start: number): boolean {
    const before = this.text[start - 1] ?? "";
    return /["'`]/.test(before)
      ? isLabelIn(variable, shown)
      : isExpression(shown, /[ \t]/.test(before));
  }

  /**
   * Masks the value behind each match.
   * @param nameGroup of the variable's name
   */
  maskAfter(
    pattern: RegExp,
    nameGroup: number,
    value = /"[^"\r\n]*"|'[^'\r\n]*'|[^\s"',;]+/y,
  ): void {
    for (const found of this.text.matchAll(pattern)) {
      const variable = found[nameGroup] ?? "";
      value.lastIndex = found.index + found[0].length;
      const [shown = ""] = value.exec(this.text) ?? [];
      if (!isSecretVariable(variable) || shown === "" || REFERENCE.test(shown)) continue;
      const start = found.index + found[0].length;
      const quoted = /^["']/.test(shown) ? 1 : 0;
      this.#mask(start + quoted, start + shown.length - quoted, variable);
    }
    this.#apply();
  }

  /** Takes a password with a slash in it where the address is the value of a variable alone. */
  maskAddresses(): void {
    for (
      const { index, 0: whole, 1: start = "", 2: password = "" } of this.text.matchAll(IN_ADDRESS)
    ) {
      const [, variable] = /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=/.exec(
        this.#lineBefore(index),
      ) ?? [];
      const isValue = variable !== undefined && PASSWORD.test(password);
      if (!isValue && !SAFE_PASSWORD.test(password)) continue;
      this.#mask(index + start.length + 1, index + whole.length, variable ?? start);
    }
    this.#apply();
  }

  maskPrivateKeys(): void {
    for (
      const { index, 1: begin = "", 2: kind = "", 3: key = "" } of this.text.matchAll(PRIVATE_KEY)
    ) {
      this.#mask(index + begin.length, index + begin.length + key.length, kind);
    }
    this.#apply();
  }

  /** Takes them in any order. */
  maskSpans(spans: readonly SecretSpan[]): void {
    this.#spans = spans.toSorted((one, other) => one.start - other.start);
    this.#apply();
  }

  /** Returns what stands in the line before that place; the end of it where that is much. */
  #lineBefore(index: number): string {
    const before = this.text.slice(Math.max(0, index - LONGEST_BEFORE), index);
    return before.slice(before.lastIndexOf("\n") + 1);
  }

  /** Notes what `#apply` masks, in order. */
  #mask(start: number, end: number, name: string): void {
    this.#spans.push({ start, end, name });
  }

  /** Masks what one pass has found, and keeps the lines. */
  #apply(): void {
    let at = 0;
    const parts: string[] = [];
    for (const { start: begin, end, name } of this.#spans) {
      // They may overlap.
      const start = Math.max(begin, at);
      if (start >= end) continue;
      const secret = this.text.slice(start, end);
      const shown = secret.replaceAll(/[^\r\n]/g, BULLET);
      if (shown !== secret) this.names.push(name);
      parts.push(this.text.slice(at, start), shown);
      at = end;
    }
    this.text = [...parts, this.text.slice(at)].join("");
    this.#spans = [];
  }
}
