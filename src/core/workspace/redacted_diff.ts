/** Masks secrets in a unified diff, the values of variables included, as in a file that is sent; pure. */
import type { Redact } from "../redaction/redact.ts";
import { redactVariables } from "../redaction/variables.ts";
import { fileDiffs, splitDiff } from "./unified_diff.ts";

/** Keeps the lines and their lengths, so that the diff can be read as before. */
export function redactedDiff(diff: string, redact: Redact): string {
  const parts = splitDiff(diff);
  // What stands before the first file, or around them, belongs to none.
  const whole = parts.join("") === diff ? parts.map(withoutValues).join("") : diff;
  return redact(whole);
}

/** Begins a hunk; behind it git repeats a line of the file. */
const HUNK = /^@@ [^@]*@@ ?/;

/** Masks the variables of one file. Its lines are read as they stand in it, without their signs. */
function withoutValues(part: string): string {
  const lines = part.split("\n");
  const begin = lines.findIndex((line) => HUNK.test(line));
  const [file] = fileDiffs(part);
  if (begin < 0 || file === undefined) return part;
  const signs = lines.map((line, at) =>
    at < begin ? line : HUNK.exec(line)?.[0] ?? line.slice(0, 1)
  );
  const texts = lines.map((line, at) => line.slice(signs[at]?.length ?? 0));
  // What was a file of settings still holds them under another name.
  const names = [...new Set([file.formerPath ?? file.path, file.path])];
  const masked = names
    .reduce((text, name) => redactVariables(text, name).text, texts.join("\n"))
    .split("\n");
  return lines.map((_line, at) => `${signs[at] ?? ""}${masked[at] ?? ""}`).join("\n");
}
