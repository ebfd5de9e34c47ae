/** Finds passwords that no variable holds: in headers, command lines, calls, and files made of them. */
import { isCodeFile, isLabelIn } from "./code_values.ts";
import { isSecretVariable } from "./secrets.ts";

/** A place in a text that holds a secret, in UTF-16 units; `end` is the first one behind it. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** Says what it is: a variable, an option, a kind of file. */
  readonly name: string;
}

/** Tells a password from a word: `current-password` and `auth.token` are none. */
const PASSWORD_LIKE = /^(?=\S*[A-Za-z])(?=\S*[\d!@#%^&*+=?~])(?!\w+(?:\.\w+)+$)\S{6,}$/;
/** Has such signs, too: a colour, a path in plain words, a label, rules such as `required|min:8`. */
const NO_PASSWORD =
  /^(?:#[\dA-Fa-f]{3,8}|[~.#]?(?:\/[A-Za-z][a-z\d_-]*)+|[A-Za-z]+[?*]|[a-z_]+(?:\|[a-z_]+(?::[\w,]+)?)+)$/;
/** Stands for a value in documents, as `YOUR_TOKEN` does, or is a word. */
const PLACEHOLDER = /^(?:[A-Z_-]+|[a-z_-]+)$/;
const LITERAL = String.raw`(?<quote>["'\`])(?<secret>(?:(?!\k<quote>)[^\\\r\n]|\\.)+)\k<quote>`;

interface Place {
  /** Has the flags `d` and `g` and a group `secret`; a group `name` must name a secret. */
  readonly pattern: RegExp;
  /** Names it where the text does not. */
  readonly called: string;
  /** Matches whole paths; absent: a place of any file. */
  readonly files?: RegExp;
  /** Whether that text is a secret there; absent: always. */
  readonly isSecret?: (secret: string, name: string) => boolean;
}

const isPasswordLike = (secret: string): boolean =>
  PASSWORD_LIKE.test(secret) && !NO_PASSWORD.test(secret);
const isNoPlaceholder = (secret: string): boolean => !PLACEHOLDER.test(secret);

const PLACES: readonly Place[] = [
  {
    // `password: "…"`, `$token = '…'`, `:secret => "…"`, `val apiKey: String = "…"`.
    pattern: new RegExp(
      String.raw`(?<![\w./\\-])["']?(?<name>[A-Za-z_][\w.-]*)["']?[ \t]*` +
        String
          .raw`(?::[ \t]*[\w<>[\]|?.&' ]{1,40}=(?![=>])|:=|=>|=(?![=>])|:)[ \t]*[@bfru]?${LITERAL}`,
      "dg",
    ),
    called: "",
    isSecret: isPasswordLike,
  },
  {
    // `define('DB_PASSWORD', '…')`, `setenv("API_KEY", "…")`.
    pattern: new RegExp(
      String.raw`\w\([ \t]*["'](?<name>[A-Za-z_][\w.-]*)["'],[ \t]*${LITERAL}`,
      "dg",
    ),
    called: "",
    isSecret: (secret, name) =>
      name === name.toUpperCase() ? !/^[A-Z][A-Z_]*$/.test(secret) : isPasswordLike(secret),
  },
  {
    // `-H 'X-Api-Key: …'`.
    pattern: /["'`](?<name>[A-Za-z][\w-]*):[ \t]+(?<secret>[^"'`\s${}<>]{6,})["'`]/dg,
    called: "",
    isSecret: isPasswordLike,
  },
  {
    pattern:
      /\bauthorization["']?[ \t]*(?:[:=,][ \t]*)?["'`]?(?:Basic|Bearer|Token|ApiKey)[ \t]+(?<secret>[\w+/=.~-]{8,})/dgi,
    called: "Authorization",
    isSecret: isNoPlaceholder,
  },
  {
    pattern: /(?<![\w-])--(?<name>[a-z][a-z-]*)[= ]["']?(?<secret>[^\s"'`$<{[(-][^\s"'`]*)/dg,
    called: "",
    isSecret: isPasswordLike,
  },
  {
    pattern:
      /\bcurl\b[^\r\n|;]{0,500}?[ \t](?:-u|--user)[ =]?["']?[^\s:"'$]{1,100}:(?<secret>[^\s"'$]+)/dg,
    called: "curl -u",
  },
  {
    pattern:
      /\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b[^\r\n|;&]{0,500}?[ \t]-p(?<secret>[^\s"'$]+)/dg,
    called: "mysql -p",
  },
  {
    pattern:
      /\b(?:sshpass[ \t]+-p|redis-cli\b[^\r\n|;&]{0,200}?[ \t]-a|(?:docker|podman|oras|helm)\b[^\r\n|;&]{0,40}\blogin\b[^\r\n|;&]{0,200}?[ \t]-p)[ \t]*["']?(?<secret>[^\s"'$-][^\s"'$]*)/dg,
    called: "-p",
  },
  {
    // `?api_key=…` in an address, `-d "client_secret=…"`.
    pattern: /[?&"'](?<name>[A-Za-z_][\w.-]*)=(?<secret>[^\s&"'`#<>{}$()\\]{6,})/dg,
    called: "",
    isSecret: isPasswordLike,
  },
  {
    // What holds where the variable is not set: `${DB_PASSWORD:-…}`, `${db.password:…}`.
    pattern: /\$\{(?<name>[A-Za-z_][\w.-]*):[-=]?(?<secret>[^\s{}$"'`?+][^\s{}$"'`]{5,})\}/dg,
    called: "",
    isSecret: isPasswordLike,
  },
  {
    // `os.environ["API_KEY"] = "…"`, and the same in a notebook, within a text of JSON.
    pattern: new RegExp(
      String.raw`\[\\?["'](?<name>[A-Za-z_][\w.-]*)\\?["']\][ \t]*=[ \t]*` +
        String.raw`\\?(?<quote>["'])(?<secret>[^"'\\\r\n]{6,})\\?\k<quote>`,
      "dg",
    ),
    called: "",
    isSecret: isPasswordLike,
  },
  {
    // A cell of a notebook.
    pattern: /(?<![\w./-])(?<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*\\"(?<secret>[^"'\\\r\n]{6,})\\"/dg,
    called: "",
    isSecret: isPasswordLike,
  },
  {
    pattern:
      /\bvariable[ \t]+"(?<name>[\w-]+)"[ \t]*\{[^{}]{0,500}?\bdefault[ \t]*=[ \t]*"(?<secret>[^"$\r\n]+)"/dg,
    called: "",
    files: /\.(?:tf|hcl)$/,
  },
  {
    pattern:
      /\b(?:PASSWORD|IDENTIFIED[ \t]+(?:WITH[ \t]+\w+[ \t]+)?BY)[ \t]+'(?<secret>[^'\r\n]+)'/dgi,
    called: "PASSWORD",
    isSecret: isPasswordLike,
  },
  {
    pattern: /\bConvertTo-SecureString[ \t]+(?:-String[ \t]+)?["'](?<secret>[^"'$\r\n]+)["']/dgi,
    called: "ConvertTo-SecureString",
  },
  {
    pattern: /^[ \t]*(?:requirepass|masterauth)[ \t]+["']?(?<secret>[^\s"']+)/dgm,
    called: "requirepass",
    files: /\.conf$/,
  },
  {
    // A line of notes, of a log or of a request: `Password: …`, `X-Api-Key: …`.
    pattern:
      /(?:^|[\s*`|])(?<name>[A-Za-z][\w-]*)[*`]{0,3}[ \t]*[:=][*]{0,2}[ \t]*`?(?<secret>(?!\w+:\/\/)[^\s`*|"'<>(){}[\],;$]{6,100})/dgm,
    called: "",
    files: /\.(?:md|mdx|txt|rst|adoc|http|rest|log)$/i,
    isSecret: isPasswordLike,
  },
  {
    // One that has no end: it was cut, or the end is elsewhere.
    pattern:
      /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?<secret>(?:\r?\n(?:[\w-]{3,30}: [^\r\n]*|[A-Za-z0-9+/=]+)?(?=\r?$))+)/dgm,
    called: "PRIVATE KEY",
  },
  {
    pattern: /^(?:[^:\r\n]*:){4}(?<secret>[^\r\n]+)/dgm,
    called: ".pgpass",
    files: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
  },
  {
    pattern: /^[^:#\s][^:\r\n]*:(?<secret>[^\r\n]+)/dgm,
    called: ".htpasswd",
    files: /(?:^|\/)\.?htpasswd$/,
  },
  {
    pattern: /["']?\b_?auth["']?[ \t]*[:=][ \t]*["']?(?<secret>[A-Za-z0-9+/]{8,}={0,2})/dg,
    called: "auth",
    files:
      /(?:^|\/)(?:\.?docker(?:\/config\.json|cfg|configjson)|\.npmrc|auth\.json|config\.json)$/,
    isSecret: isNoPlaceholder,
  },
  {
    // A file that is named as a secret and holds nothing else, e.g. Rails' `master.key`.
    pattern: /^(?<secret>[^\s:={}<>]{6,})(?=\s*$(?![\s\S]))/dg,
    called: "",
    files:
      /(?:^|\/)\.?(?:[\w.-]*[_.-])?(?:token|secret|password|passphrase|pass|key)(?:\.(?:txt|key))?$/i,
  },
];

/** The values of a Secret of Kubernetes: below these names each one is a secret. */
const KUBERNETES_SECRET = /^kind:[ \t]*["']?Secret["']?[ \t]*$/m;
const SECRET_DATA =
  /^(?<indent>[ \t]*)(?:data|stringData):[ \t]*\r?\n(?<block>(?:(?:\k<indent>[ \t]+\S[^\r\n]*|[ \t]*)(?:\r?\n|$(?![\s\S])))+)/dgm;
const DATA_VALUE = /^[ \t]+(?:["']?(?<name>[\w.-]+)["']?:[ \t]*)?(?<secret>[^\r\n]*)$/dgm;

/**
 * Finds what `redactVariables` cannot find by the name in front of it.
 * @param path of the file, at least its name
 */
export function credentialsIn(text: string, path: string): SecretSpan[] {
  const spans = PLACES
    .filter(({ files }) => files === undefined || files.test(path))
    .flatMap((place) => spansOf(text, place, path));
  return KUBERNETES_SECRET.test(text) ? [...spans, ...kubernetesSecrets(text)] : spans;
}

function spansOf(text: string, { pattern, called, isSecret }: Place, path: string): SecretSpan[] {
  const spans: SecretSpan[] = [];
  for (const { groups, indices } of text.matchAll(pattern)) {
    const [start, end] = indices?.groups?.secret ?? [0, 0];
    const secret = text.slice(start, end);
    const name = groups?.name;
    if (name !== undefined && !isSecretVariable(name)) continue;
    if (isSecret !== undefined && !isSecret(secret, name ?? called)) continue;
    if (name !== undefined && isCodeFile(path) && isLabelIn(name, secret)) continue;
    spans.push({ start, end, name: name ?? (called === "" ? fileName(path) : called) });
  }
  return spans;
}

function kubernetesSecrets(text: string): SecretSpan[] {
  return [...text.matchAll(SECRET_DATA)].flatMap(({ groups, indices }) => {
    const [begin] = indices?.groups?.block ?? [0];
    return [...(groups?.block ?? "").matchAll(DATA_VALUE)].flatMap((line) => {
      const [start, end] = line.indices?.groups?.secret ?? [0, 0];
      const name = line.groups?.name ?? "Secret";
      // Begins a text that goes on below.
      if (/^[|>][-+\d]*$/.test(line.groups?.secret ?? "")) return [];
      return end > start ? [{ start: begin + start, end: begin + end, name }] : [];
    });
  });
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
