/** What was asked for on the command line. Nothing is done here: the caller prints and exits. */
import { parseArgs } from "node:util";
import { distance } from "fastest-levenshtein";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { HELP } from "./help.ts";

export type Arguments =
  | { readonly kind: "run"; readonly conf?: string; readonly verbose: boolean }
  | { readonly kind: "permissions"; readonly conf?: string }
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "version" }
  /** `message` is one line for stderr. */
  | {
    readonly kind: "usage-error";
    readonly message: string;
    readonly exitCode: typeof EXIT_CODES.usage;
  };

const OPTIONS = {
  conf: { type: "string" },
  verbose: { type: "boolean" },
  version: { type: "boolean", short: "V" },
  help: { type: "boolean", short: "h" },
} as const;

const COMMANDS = ["permissions"];

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];

/** Understands the arguments that follow the program's name. */
export function parseArguments(args: readonly string[]): Arguments {
  const tokens = tokensOf(args);
  const command = tokens.find(isCommand);
  for (const token of tokens) {
    const problem = token === command ? undefined : problemOf(token);
    if (problem !== undefined) {
      const message = `codex-orchestrator: ${problem} (--help shows what there is)`;
      return { kind: "usage-error", message, exitCode: EXIT_CODES.usage };
    }
  }
  return meaningOf(tokens, command !== undefined);
}

function isCommand(token: Token): boolean {
  return token.kind === "positional" && COMMANDS.includes(token.value);
}

function meaningOf(tokens: readonly Token[], permissions: boolean): Arguments {
  const has = (name: keyof typeof OPTIONS): boolean =>
    tokens.some((token) => token.kind === "option" && token.name === name);
  if (has("help")) {
    return { kind: "help", text: HELP };
  }
  if (has("version")) {
    return { kind: "version" };
  }
  const conf = tokens.findLast((token) => token.kind === "option" && token.name === "conf");
  const path = conf?.kind === "option" ? conf.value : undefined;
  const where = path === undefined ? {} : { conf: path };
  return permissions
    ? { kind: "permissions", ...where }
    : { kind: "run", verbose: has("verbose"), ...where };
}

/** Not strict here: the tokens are checked one by one below, for messages of our own. */
// deno-lint-ignore explicit-function-return-type -- the type of a token has no name to import
function tokensOf(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true }).tokens;
}

function problemOf(token: Token): string | undefined {
  if (token.kind === "positional") {
    return `unexpected argument "${token.value}"${suggestion(token.value, COMMANDS)}`;
  }
  if (token.kind === "option-terminator") {
    return undefined;
  }
  const option = Object.entries(OPTIONS).find(([name]) => name === token.name)?.[1];
  if (option === undefined) {
    return `unknown option ${token.rawName}${suggestion(token.name, Object.keys(OPTIONS), "--")}`;
  }
  return option.type === "string" ? missingValue(token) : surplusValue(token);
}

function missingValue(token: Token & { kind: "option" }): string | undefined {
  const isOption = token.value?.startsWith("-") === true && token.inlineValue !== true;
  const missing = token.value === undefined || token.value.trim() === "" || isOption;
  return missing
    ? `${token.rawName} needs the path of a file, as in --conf ./conf.toml`
    : undefined;
}

function surplusValue(token: Token & { kind: "option" }): string | undefined {
  return token.value === undefined ? undefined : `${token.rawName} takes no value`;
}

function suggestion(written: string, names: readonly string[], prefix = ""): string {
  const near = names
    .map((name) => ({ name, letters: distance(written.toLowerCase(), name) }))
    .sort((one, other) => one.letters - other.letters)
    .find(({ name, letters }) => letters > 0 && letters <= Math.ceil(name.length / 3));
  return near === undefined ? "" : `, did you mean ${prefix}${near.name}`;
}
