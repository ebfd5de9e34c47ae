/** Writes findings for agents; pure. */
import type { Finding } from "../core/run/events.ts";

/** One finding as agents read it, with its id. */
export function findingLine(finding: Finding): string {
  const { id, severity, state, file, lines, message, evidence, fix } = finding;
  const at = lines === undefined
    ? ""
    : `:${lines.from}${lines.to > lines.from ? `-${lines.to}` : ""}`;
  const place = file === undefined ? "" : ` ${file}${at}:`;
  return [
    `- ${id} [${severity}]${place} ${message}`,
    ...(state === "open" ? [] : [`  State: ${state}`]),
    ...(evidence === undefined ? [] : [`  Seen: ${evidence}`]),
    ...(fix === undefined ? [] : [`  Fix: ${fix}`]),
  ].join("\n");
}
