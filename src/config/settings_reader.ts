/** From the document to checked settings, with a problem for each key that is wrong. */
import type { z } from "zod";
import { redact } from "../core/redaction/redact.ts";
import { isTable, type Table } from "./document.ts";
import type { Findings } from "./findings.ts";
import { nearestKey } from "./known_keys.ts";
import { SETTINGS, type Settings } from "./schema.ts";

const LONGEST_FOUND = 60;

type Path = readonly PropertyKey[];

/**
 * Checks the document. Wrong keys are reported and then treated as not written, so that everything
 * that depends on the others can be checked too.
 */
export function readSettings(document: Table, findings: Findings): Settings {
  const result = SETTINGS.safeParse(document);
  if (result.success) {
    return result.data;
  }
  for (const issue of result.error.issues) {
    reportIssue(issue, document, findings);
  }
  return SETTINGS.parse(withoutWrongKeys(document, result.error.issues));
}

function reportIssue(issue: z.core.$ZodIssue, document: Table, findings: Findings): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const path = [...issue.path, key].map(String);
      const nearest = nearestKey(SETTINGS, path);
      const hint = nearest === undefined ? "see conf.toml.example" : `did you mean ${nearest}`;
      findings.problem(path.join("."), `is not a known key, ${hint}`);
    }
    return;
  }
  const found = describeFound(valueAt(document, issue.path));
  findings.problem(keyName(issue.path), `must be ${issue.message}, found ${found}`);
}

function keyName(path: Path): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === "number"
        ? `${name}[${part}]`
        : name === ""
        ? String(part)
        : `${name}.${String(part)}`,
    "",
  );
}

function describeFound(value: unknown): string {
  if (isTable(value)) {
    return "a table";
  }
  const json = redact(JSON.stringify(value) ?? "nothing");
  return json.length <= LONGEST_FOUND ? json : `${json.slice(0, LONGEST_FOUND)}…`;
}

function valueAt(value: unknown, path: Path): unknown {
  const [first, ...rest] = path;
  if (first === undefined) {
    return value;
  }
  const list: unknown = Array.isArray(value) ? value[Number(first)] : undefined;
  const inner = isTable(value) ? value[String(first)] : list;
  return valueAt(inner, rest);
}

function withoutWrongKeys(document: Table, issues: readonly z.core.$ZodIssue[]): Table {
  const wrong = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => [...issue.path, key])
      : [issue.path]
  );
  return wrong.reduce<Table>(without, document);
}

/** The table without the key at `path`; for an element of a list, without the whole list. */
function without(table: Table, path: Path): Table {
  const [first, ...rest] = path.map(String);
  if (first === undefined) {
    return {};
  }
  const { [first]: inner, ...others } = table;
  return isTable(inner) && rest.length > 0 ? { ...others, [first]: without(inner, rest) } : others;
}
