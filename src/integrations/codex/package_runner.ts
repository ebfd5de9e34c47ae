/** Codex started through a package runner such as `npx -y @openai/codex@0.153.4 mcp-server`. */
import { basename } from "node:path";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import { CodexError } from "../../core/errors.ts";

const RUNNERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["npx", []],
  ["bunx", []],
  ["pnpx", []],
  ["npm", ["exec", "x"]],
  ["pnpm", ["dlx"]],
  ["yarn", ["dlx"]],
  ["bun", ["x"]],
]);

const PACKAGE_FLAGS = ["-p", "--package"];

/**
 * The package that the program is run from; undefined when it is run directly.
 * @throws {CodexError} `wrong-program` for the package `codex`, which is not OpenAI's
 */
export function packageOf(program: ProgramSettings): string | undefined {
  const runner = basename(program.command).replace(/\.(?:cmd|exe|ps1)$/i, "");
  const subcommands = RUNNERS.get(runner);
  if (subcommands === undefined) return undefined;
  const [first = ""] = program.arguments;
  if (subcommands.length > 0 && !subcommands.includes(first)) return undefined;
  const name = packageArgument(program.arguments.slice(subcommands.length > 0 ? 1 : 0));
  if (name === undefined || !/^codex(?:@.*)?$/.test(name)) return name;
  throw new CodexError(
    "wrong-program",
    `Cannot start Codex by "${runner} ${name}": the npm package of that bare name is not OpenAI's`,
    {
      remedy:
        "Install it with `npm install -g @openai/codex` and write `codex` instead of npx in [codex] of conf.toml (command, mcp_command, app_server_command)",
    },
  );
}

function packageArgument(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    const [flag = "", value] = word.split("=", 2);
    if (PACKAGE_FLAGS.includes(flag)) return value ?? words[index + 1];
    if (!word.startsWith("-")) return word;
  }
  return undefined;
}
