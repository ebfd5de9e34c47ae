/** conf.toml as a plain document: TOML, with the earlier program's spellings moved into place. */
import { parse, TomlError } from "smol-toml";
import type { Findings } from "./findings.ts";

export type Table = Readonly<Record<string, unknown>>;

/** The document of `text`; an empty one, and a problem with line and column, when it is not TOML. */
export function readDocument(text: string, path: string, findings: Findings): Table {
  try {
    return inPresentSpelling(parse(text));
  } catch (error) {
    if (!(error instanceof TomlError)) {
      throw error;
    }
    // Only the first line: the rest shows the line of the file, which may hold a secret.
    const [reason = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    findings.problemAt(`${path}:${error.line}:${error.column}`, undefined, `not TOML: ${reason}`);
    return {};
  }
}

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

/** Agents in lower case, and the default profile where it was written as a key of `[profiles]`. */
function inPresentSpelling(document: Table): Table {
  return withDefaultInPlace(withLowerCaseAgents({
    ...document,
    ...(isTable(document.profiles)
      ? { profiles: mapValues(document.profiles, withLowerCaseAgents) }
      : {}),
  }));
}

function withDefaultInPlace(document: Table): Table {
  const { profiles, profile } = document;
  if (!isTable(profiles) || typeof profiles.default !== "string") {
    return document;
  }
  const { default: chosen, ...others } = profiles;
  const rest = isTable(profile) ? profile : {};
  return { ...document, profiles: others, profile: { ...rest, default: chosen } };
}

function withLowerCaseAgents<Value>(holder: Value): Value {
  return isTable(holder) && holder.agents !== undefined
    ? { ...holder, agents: inLowerCase(holder.agents) }
    : holder;
}

function inLowerCase(value: unknown): unknown {
  return isTable(value)
    ? Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inLowerCase(inner)]),
    )
    : value;
}

function mapValues(table: Table, change: (value: unknown) => unknown): Table {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, change(value)]));
}
