/**
 * The kinds of values that conf.toml knows. Each says what it expects in words that follow
 * "must be", which is all that a person reads of a wrong value.
 */
import { z } from "zod";
import { readAppServerUrl } from "./app_server_url.ts";
import { splitCommandLine } from "./command_line.ts";

export const SANDBOX_MODES = ["read-only", "workspace-write", "danger-full-access"] as const;
const APPROVAL_POLICIES = ["untrusted", "on-request", "never"] as const;
/** Known to older Codex versions only; read, so that their users need not edit anything. */
export const RETIRED_POLICY = "on-failure";
/** A timer cannot run longer than a signed 32-bit number of milliseconds, which is 24.8 days. */
export const LONGEST_SECONDS = 2_147_483;

/** A table in which every key that is not listed is a problem. */
export function table<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => issue.code === "invalid_type" ? "a table" : undefined,
  });
}

/** Text without surrounding blanks; an empty one counts as not written. */
export function text(): z.ZodOptional<z.ZodType<string | undefined>> {
  return z.string({ error: "a text in quotes" }).trim()
    .transform((value) => value === "" ? undefined : value)
    .optional();
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

export function approvalPolicy(): z.ZodType<
  typeof APPROVAL_POLICIES[number] | typeof RETIRED_POLICY
> {
  return z.enum([...APPROVAL_POLICIES, RETIRED_POLICY], { error: oneOf(APPROVAL_POLICIES) });
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
export function programArguments(): z.ZodOptional<z.ZodType<readonly string[] | undefined>> {
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
    })
    .optional();
}

/** The address of a Codex app-server on another machine, as it is written. */
export function appServerUrl(): z.ZodOptional<z.ZodType<string | undefined>> {
  return z.string({ error: "a text in quotes" }).trim()
    .transform((written, context) => {
      const address = readAppServerUrl(written);
      if (written === "" || address.ok) return written === "" ? undefined : written;
      context.addIssue(address.expected);
      return z.NEVER;
    })
    .optional();
}

export function serverAddress(): z.ZodType<string> {
  const error = "the http or https address of a Bot API server, without query or user name";
  return z.string({ error }).trim()
    .refine(isServerAddress, { error })
    .transform((address) => address.replace(/\/+$/, ""));
}

/** Of a Bot API server. */
export function isServerAddress(address: string): boolean {
  if (!URL.canParse(address)) {
    return false;
  }
  const url = new URL(address);
  return ["http:", "https:"].includes(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
}
