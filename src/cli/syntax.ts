/** Declares options that several commands have. */
import { lineBreak, type Message, message } from "@optique/core/message";
import { optional, withDefault } from "@optique/core/modifiers";
import { argument, flag, option } from "@optique/core/primitives";
import { string, type ValueParser } from "@optique/core/valueparser";
import { isDay } from "../integrations/traces/trace_files.ts";
import type { Process } from "./process.ts";

/** Which configuration is meant. */
export const confOption = optional(
  option("--conf", path({ metavar: "PATH", type: "file" }), {
    description: message`Read the settings from this file`,
  }),
);

/** Whose variables count beside those of the process and of the state folder. */
export const envFileOption = optional(
  option("--env-file", path({ metavar: "FILE", type: "file" }), {
    description: message`Read variables from this file too, such as ${".env"}`,
  }),
);

/** For programs that read what a command prints. */
export const jsonFlag = withDefault(
  flag("--json", { description: message`Print JSON for other programs` }),
  false,
);

interface PathOptions {
  /** What help calls it; `FILE` or `FOLDER` when nothing better fits. */
  readonly metavar: "PATH" | "FILE" | "FOLDER";
  /** What the shell completes. */
  readonly type: "file" | "directory";
}

/** Any text but an empty one and another option, whose own value was forgotten. */
export function path({ metavar, type }: PathOptions): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar,
    placeholder: ".",
    parse: (input) =>
      input.trim() === "" || input.startsWith("--")
        ? { success: false, error: message`expected the path of a ${type}, such as ${`./${type}`}` }
        : { success: true, value: input },
    format: (value) => value,
    suggest: (prefix) => [{ kind: "file", type, prefix }],
  };
}

/** A UTC day there is, as `yyyy-mm-dd`. */
export function day(): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar: "DAY",
    placeholder: "2026-01-31",
    parse: (input) =>
      /^\d{4}-\d{2}-\d{2}$/.test(input) && isDay(input)
        ? { success: true, value: input }
        : { success: false, error: message`expected a day, such as ${"2026-01-31"}` },
    format: (value) => value,
  };
}

/** A whole number within limits, both of which belong to it. */
export function wholeNumber(
  { metavar, least, most }: {
    readonly metavar: "N" | "PORT" | "MS";
    readonly least: number;
    readonly most: number;
  },
): ValueParser<"sync", number> {
  return {
    mode: "sync",
    metavar,
    placeholder: least,
    parse: (input) => {
      const value = /^\d+$/.test(input) ? Number(input) : NaN;
      return value >= least && value <= most
        ? { success: true, value }
        : { success: false, error: message`expected a number from ${`${least}`} to ${`${most}`}` };
    },
    format: String,
  };
}

const RUN_EXPECTED = message`expected a run's id, its first characters, or last`;

export const runArgument = argument(
  string({ metavar: "RUN", pattern: /\S/, errors: { patternMismatch: RUN_EXPECTED } }),
  {
    description: message`A run's id, its first characters, or last`,
  },
);

interface SubcommandErrors {
  readonly errors: { readonly noMatch: Message };
}

/** @param names at least two, in the order of the help */
export function subcommandErrors(command: string, names: readonly string[]): SubcommandErrors {
  const some = `one of ${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  return { errors: { noMatch: message`${command} needs ${some}` } };
}

interface FooterSection {
  readonly title: string;
  /** Shown as they are; up to 76 columns, so that they survive a terminal of 80. */
  readonly lines: readonly string[];
}

/** The sections one below the other, a line each, indented. */
export function footer(...sections: readonly FooterSection[]): Message {
  return sections.flatMap(({ title, lines }, index) => [
    ...(index === 0 ? [] : [lineBreak(), lineBreak()]),
    { type: "text", text: `${title}:` } as const,
    ...lines.flatMap((line) => [lineBreak(), { type: "text", text: `  ${line}` } as const]),
  ]);
}

/** The section that most commands need only. */
export function examples(...lines: readonly string[]): Message {
  return footer({ title: "Examples", lines });
}

/** What was typed after the program's name, which alone runs the bot. */
export function writtenWords(
  { arguments: words }: Pick<Process, "arguments">,
): readonly string[] {
  return words.length === 0 ? ["run"] : words;
}
