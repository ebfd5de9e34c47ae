/** Reads `checks = [...]`: commands, or tables with a name, a command and a timeout. */
import { z } from "../core/schema.ts";
import { type Check, nameOf, uniqueName, USUAL_TIMEOUT_MS } from "../core/checks/check.ts";
import type { TomlValue } from "./declaration.ts";
import { SECOND_MS } from "./value_kinds.ts";

const MOST_CHECKS = 20;
const LONGEST_TIMEOUT_SECONDS = 86_400;

const COMMAND_ERROR = 'a command in quotes, such as "npm test"';
const NAME_ERROR = 'at most 40 letters, digits and signs of "-_.:", such as "lint"';
const TIMEOUT_ERROR = `a number of seconds from 1 to ${LONGEST_TIMEOUT_SECONDS}`;
const ITEM_ERROR = 'a command such as "npm test", or { name = "lint", command = "npm run lint" }';

export const CHECK_NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.:-]{0,39}$/u;

const command = z.string({ error: COMMAND_ERROR }).trim().min(1, { error: COMMAND_ERROR })
  .max(2_000, { error: "a command of at most 2000 characters" });

const check = z.strictObject({
  name: z.string({ error: NAME_ERROR }).trim().regex(CHECK_NAME, { error: NAME_ERROR }).optional(),
  command,
  timeout: z.number({ error: TIMEOUT_ERROR }).min(1, { error: TIMEOUT_ERROR })
    .max(LONGEST_TIMEOUT_SECONDS, { error: TIMEOUT_ERROR }).optional(),
}, { error: (issue) => issue.code === "invalid_type" ? ITEM_ERROR : undefined });

/** The example of conf.toml.example. */
export const EXAMPLE_CHECKS: TomlValue = [
  "deno test",
  { name: "lint", command: "deno lint", timeout: 300 },
];

export function checks(): z.ZodType<readonly Check[]> {
  // A union would say "invalid input" of all that is wrong within.
  const item = z.preprocess(
    (written) => typeof written === "string" ? { command: written } : written,
    check,
  );
  return z.array(item, { error: "a list in square brackets" })
    .max(MOST_CHECKS, { error: `a list of at most ${MOST_CHECKS} checks` })
    .transform((written, context) => {
      const names = written.flatMap(({ name }) => name ?? []);
      const twice = names.find((name, index) =>
        names.slice(0, index).some((other) => other.toLowerCase() === name.toLowerCase())
      );
      if (twice !== undefined) {
        context.addIssue(`a list of checks with different names ("${twice}" is there twice)`);
        return z.NEVER;
      }
      return withNames(written);
    });
}

type WrittenCheck = z.output<typeof check>;

/** Names that are written win over those that commands suggest. */
function withNames(written: readonly WrittenCheck[]): Check[] {
  const taken = written.flatMap(({ name }) => name ?? []);
  return written.map(({ name, command, timeout }) => {
    const own = name ?? uniqueName(nameOf(command), taken);
    taken.push(own);
    const timeoutMs = timeout === undefined ? USUAL_TIMEOUT_MS : timeout * SECOND_MS;
    return { name: own, command, timeoutMs };
  });
}
