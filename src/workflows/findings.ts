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
    ...(state === "open" ? [] : [`State: ${state}`]),
    ...(evidence === undefined ? [] : [`Seen: ${evidence}`]),
    ...(fix === undefined ? [] : [`Fix: ${fix}`]),
  ].join("\n").replaceAll(/\r?\n|\r/g, "\n  ");
}

/** Longest answer to a finding that is set beside it, in UTF-16 units. */
const ANSWER_LIMIT = 1_000;

/** The same, with what the developer's report says of it: the paragraphs that name its id. */
export function answeredFindingLine(finding: Finding, report: string): string {
  const said = saidOf(finding.id, report);
  const line = findingLine(finding);
  return said === undefined
    ? line
    : `${line}\n  The developer says: ${said.replaceAll("\n", "\n  ")}`;
}

function saidOf(id: string, report: string): string | undefined {
  if (id === "") return undefined;
  const names = new RegExp(`(?<![\\p{L}\\p{N}])${id}(?![\\p{N}])`, "u");
  const another = /(?<![\p{L}\p{N}])[CFR]\d+(?!\p{N})/u;
  const said: string[] = [];
  let isAbout = false;
  for (const line of report.split(/\r?\n|\r/)) {
    if (names.test(line)) isAbout = true;
    else if (line.trim() === "" || another.test(line) || /^#/.test(line)) isAbout = false;
    if (isAbout) said.push(line.trim());
  }
  const text = said.join("\n");
  if (text === "") return undefined;
  return text.length <= ANSWER_LIMIT ? text : `${text.slice(0, ANSWER_LIMIT)} […]`;
}
