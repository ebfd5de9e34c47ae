/** Writes checks as a line of conf.toml; pure. */
import { type Check, nameOf, USUAL_TIMEOUT_MS } from "./check.ts";

export function tomlLine(
  checks: readonly (Pick<Check, "name" | "command"> & Partial<Pick<Check, "timeoutMs">>)[],
): string {
  return `checks = [${checks.map(tomlValue).join(", ")}]`;
}

function tomlValue(
  { name, command, timeoutMs = USUAL_TIMEOUT_MS }: Parameters<typeof tomlLine>[0][number],
): string {
  const isUsual = timeoutMs === USUAL_TIMEOUT_MS;
  if (isUsual && name === nameOf(command)) return quoted(command);
  return [
    `{ name = ${quoted(name)}`,
    `command = ${quoted(command)}`,
    ...(isUsual ? [] : [`timeout = ${timeoutMs / 1000}`]),
  ].join(", ") + " }";
}

/** JSON's escapes are those of a basic string; only DEL must be written in another way. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
