/**
 * Checks the kinds of values that conf.toml knows. Each says what it expects in words that follow
 * "must be", which is all that a person reads of a wrong value.
 */
import { z } from "../core/schema.ts";
import type { Endpoint } from "../core/codex/codex_settings.ts";
import type { ApprovalPolicy } from "../core/session/settings.ts";
import { shellWords, type ShellWork } from "../core/text/shell_words.ts";

export const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"] as const;
const APPROVAL_POLICIES = ["untrusted", "on-request", "never"] as const;
/** Only older versions of Codex know it; still accepted, so that their users need not edit anything. */
const RETIRED_POLICY = "on-failure";
/** A timer cannot run longer than a signed 32-bit number of milliseconds, which is 24.8 days. */
export const LONGEST_SECONDS = 2_147_483;
export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;

/** Text without surrounding blanks; an empty one counts as not written. */
export function text(): z.ZodType<string | undefined> {
  return z.string({ error: "a text in quotes" }).trim()
    .transform((value) => value === "" ? undefined : value);
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: "true or false" });
}

export function wholeNumber(least: number, most: number, unit: string): z.ZodInt {
  const error = `a whole number of ${unit} from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function seconds(least: number): z.ZodNumber {
  const error = `a number of seconds from ${least} to 3600`;
  return z.number({ error }).min(least, { error }).max(3600, { error });
}

export function minutes(least: number, most: number): z.ZodNumber {
  const error = `a number of minutes from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

export function choice<const Name extends string>(names: readonly Name[]): z.ZodType<Name> {
  return z.enum(names, { error: oneOf(names) });
}

/** The milliseconds of a number that is written in another unit. */
export function inMilliseconds(value: z.ZodType<number>, unitMs: number): z.ZodType<number> {
  return value.transform((written) => written * unitMs);
}

/** One of Codex's policies; a retired one means "on-request". */
export function approvalPolicy(): z.ZodType<ApprovalPolicy> {
  return z.enum([...APPROVAL_POLICIES, RETIRED_POLICY], { error: oneOf(APPROVAL_POLICIES) })
    .transform((policy) => policy === RETIRED_POLICY ? "on-request" : policy);
}

/** The warning about a retired policy. */
export function retiredPolicy(written: unknown): string | undefined {
  return written === RETIRED_POLICY
    ? `approval_policy "${RETIRED_POLICY}" is no longer known to Codex: "on-request" is used`
    : undefined;
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `"${name}"`).join(", ")}`;
}

export function list<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item, { error: "a list in square brackets" });
}

/** One of Telegram's ids, as an integer or as text of digits. */
export function identifier(expected: string, pattern: RegExp): z.ZodType<number> {
  return z.union([z.int(), z.string()], { error: expected }).transform((value, context) => {
    const digits = String(value).trim();
    if (pattern.test(digits) && Number.isSafeInteger(Number(digits))) {
      return Number(digits);
    }
    context.addIssue(expected);
    return z.NEVER;
  });
}

export function variableName(): z.ZodString {
  const error = "the name of an environment variable";
  return z.string({ error }).regex(/^[A-Za-z_]\w*$/, { error })
    .refine((name) => name !== "TELEGRAM_BOT_TOKEN", {
      error: "a variable that Codex may see, which the bot token is not",
    });
}

/** Arguments as a list, or as one text that is split by the shell's quoting rules. */
export function programArguments(): z.ZodType<readonly string[] | undefined> {
  const error = 'a text such as "-y codex" or a list such as ["-y", "codex"]';
  return z.union([z.string(), z.array(z.string())], { error })
    .transform((value, context) => {
      const split = typeof value === "string"
        ? splitCommandLine(value)
        : { ok: true as const, words: value };
      if (!split.ok) {
        context.addIssue(`words as a shell would split them, or a list (${split.reason})`);
        return z.NEVER;
      }
      return split.words.length === 0 ? undefined : split.words;
    });
}

/** The address of a Codex app-server on another machine, as it is written. */
export function appServerUrl(): z.ZodType<string | undefined> {
  return z.string({ error: "a text in quotes" }).trim()
    .transform((written, context) => {
      const address = readAppServerUrl(written);
      if (written === "" || address.ok) return written === "" ? undefined : written;
      context.addIssue(address.expected);
      return z.NEVER;
    });
}

export function serverAddress(): z.ZodType<string> {
  const error = "the http or https address of a Bot API server, without query or user name";
  return z.string({ error }).trim()
    .refine(isServerAddress, { error })
    .transform((address) => address.replace(/\/+$/, ""));
}

/** An address for requests; it holds no secret, as it may be shown. */
export function webAddress(): z.ZodType<string> {
  const error = "an http or https address, without user name or fragment";
  return z.string({ error }).trim().refine((address) => {
    if (!URL.canParse(address)) return false;
    const { protocol, username, password, hash } = new URL(address);
    return ["http:", "https:"].includes(protocol) &&
      [username, password, hash].every((part) => part === "");
  }, { error });
}

/** Whether it is the address of a Bot API server. */
export function isServerAddress(address: string): boolean {
  if (!URL.canParse(address)) {
    return false;
  }
  const url = new URL(address);
  return ["http:", "https:"].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
}

type SplitCommandLine =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Splits by the shell's quoting rules. No shell runs the command, so what only a shell could do
 * (pipes, redirections, patterns, variables, comments) is refused.
 */
export function splitCommandLine(text: string): SplitCommandLine {
  if (hasOpenQuote(text)) return { ok: false, reason: reasonOf({ kind: "open-quote" }) };
  const { words, work } = shellWords(text);
  return work === undefined ? { ok: true, words } : { ok: false, reason: reasonOf(work) };
}

function hasOpenQuote(text: string): boolean {
  const withoutQuoted = text.replace(/\\.|"(?:\\.|[^"\\])*"|'[^']*'/gs, "");
  return /["']/.test(withoutQuoted);
}

function reasonOf(work: ShellWork): string {
  switch (work.kind) {
    case "variable":
      return `$${work.text} would not be expanded`;
    case "comment":
      return "a # comment has no meaning here";
    case "pattern":
      return `the pattern ${work.text} would not be expanded`;
    case "operator":
      return `the shell operator ${work.text} has no meaning here`;
    case "open-quote":
      return "a quote is not closed";
  }
}

type ReadAddress =
  | { readonly ok: true; readonly name: string; readonly endpoint: Endpoint }
  /** In words that follow "must be". */
  | { readonly ok: false; readonly expected: string };

const EXPECTED =
  'the address of a Codex app-server, such as "unix:///path/to.sock" or "wss://host:port", without user name, query or fragment';
const EXPECTED_SOCKET =
  'the address of a socket with its absolute path, such as "unix:///path/to.sock"';
const EXPECTED_ENCRYPTED =
  'a "wss://" address, or a "unix://" one through ssh: without TLS everything would cross the network unencrypted; "ws://" is for 127.0.0.1, [::1] and localhost';

const USUAL_PORTS: ReadonlyMap<string, number> = new Map([["ws:", 80], ["wss:", 443]]);
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Reads the address of an app-server on another machine; a `~` at the beginning of a socket's path is kept. */
export function readAppServerUrl(written: string): ReadAddress {
  if (/^unix:/i.test(written)) return readSocket(written);
  if (!URL.canParse(written)) return refused(EXPECTED);
  const url = new URL(written);
  const port = USUAL_PORTS.get(url.protocol);
  const extras = [url.username, url.password, url.search, url.hash];
  if (port === undefined || url.hostname === "" || extras.some((part) => part !== "")) {
    return refused(EXPECTED);
  }
  if (url.protocol === "ws:" && !LOOPBACK.test(url.hostname)) return refused(EXPECTED_ENCRYPTED);
  const endpoint: Endpoint = {
    type: "network",
    url: url.href,
    host: url.hostname,
    port: url.port === "" ? port : Number(url.port),
  };
  return { ok: true, name: url.pathname === "/" ? url.href.slice(0, -1) : url.href, endpoint };
}

function readSocket(written: string): ReadAddress {
  const path = /^unix:\/\/((?:\/|~\/)[^\0?#]*[^\0?#/])$/i.exec(written)?.[1];
  if (path === undefined) return refused(EXPECTED_SOCKET);
  return { ok: true, name: `unix://${path}`, endpoint: { type: "unix", path } };
}

function refused(expected: string): ReadAddress {
  return { ok: false, expected };
}
