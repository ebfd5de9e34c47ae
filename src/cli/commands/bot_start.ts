/**
 * Understands the usual command lines that start the bot, without a library: a service starts it so
 * again and again. Whatever is written otherwise is left to the parser of all commands.
 */
import type { BotArguments } from "../launch/wanted.ts";

/** @returns undefined for what has to be parsed, explained or refused */
export function botStart(words: readonly string[]): BotArguments | undefined {
  const rest = words[0] === "run" ? words.slice(1) : [...words];
  const values = new Map<string, string>();
  let verbose = false;
  while (rest.length > 0) {
    const word = rest.shift();
    if (word === "--verbose" && !verbose) {
      verbose = true;
      continue;
    }
    const [name = "", ...inside] = word?.split("=") ?? [];
    const value = inside.length > 0 ? inside.join("=") : rest.shift();
    if (!["--conf", "--env-file"].includes(name) || values.has(name)) return undefined;
    if (value === undefined || value.trim() === "" || value.startsWith("-")) return undefined;
    values.set(name, value);
  }
  return { conf: values.get("--conf"), envFile: values.get("--env-file"), verbose };
}
