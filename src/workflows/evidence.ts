/** Writes for agents what the program ran and what came of it; pure. */
import { type CheckedCommand, isFailing } from "../core/checks/check.ts";
import type { Evidence } from "./program_findings.ts";

const WROTE =
  "The checks themselves have changed files: what they wrote is among the changes, and is not the developer's.";

/** All that was seen of the checks, for the reviewer. */
export function evidenceText({ checks, checksWrote = false }: Evidence): string {
  return checksWrote ? `${checksText(checks)}\n${WROTE}` : checksText(checks);
}

/** One paragraph for each check; of those that do not pass with the end of what they printed. */
function checksText(checks: readonly CheckedCommand[]): string {
  return checks.map(checkText).join("\n");
}

function checkText(check: CheckedCommand): string {
  const { name, command, tail } = check;
  const line = `- ${name}: ${outcome(check)} · \`${command.replaceAll(/\s*\n\s*/g, " ⏎ ")}\``;
  if (check.status === "passed" || tail === "") return line;
  return `${line}\n  The end of its output:\n${tail.replaceAll(/^/gm, "    ")}`;
}

function outcome({ status, exitCode, latencyMs }: CheckedCommand): string {
  const seconds = `${(latencyMs / 1000).toFixed(1)} s`;
  switch (status) {
    case "passed":
      return `passed in ${seconds}`;
    case "failed":
      return `FAILED with exit code ${exitCode ?? "unknown"} after ${seconds}`;
    case "timed-out":
      return `FAILED: did not end within ${seconds}`;
    case "not-run":
      return "could not be run";
  }
}

/** For the developer's next round; undefined where all is well. */
export function failingChecksText(checks: readonly CheckedCommand[]): string | undefined {
  const failing = checks.filter(isFailing);
  return failing.length === 0 ? undefined : checksText(failing);
}
