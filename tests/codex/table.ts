/** Draws the table of releases: as text for a terminal, as Markdown for docs/codex.md. */
import {
  ABILITIES,
  type Ability,
  DIFFERENCES,
  type Outcome,
  type Release,
  WORKS,
} from "../support/codex_versions.ts";
import type { Result, Results } from "./journey.ts";

export interface Played {
  readonly release: Release;
  readonly results: Results;
}

const NAMES: readonly Ability[] = abilities();

/** What RELEASES says of it. */
export function expected({ differs }: Release, ability: Ability): Outcome {
  return differs[ability] ?? WORKS;
}

/** A line for each outcome that is another one than RELEASES says. */
export function surprises({ release, results }: Played): readonly string[] {
  return NAMES.flatMap((ability) => {
    const wanted = expected(release, ability);
    const result = results[ability];
    // What was not reached is so because of a failure that has its own line.
    if (result === undefined || result.outcome === wanted) return [];
    const { outcome, failure = `it is "${outcome}"` } = result;
    return [`${titleOf(release)}, ${ability}: expected "${wanted}", but ${failure}`];
  });
}

export function titleOf({ version, protocol }: Release): string {
  return `Codex ${version} over ${protocol}`;
}

/** A row for each release, a column for each ability. */
export function textTable(played: readonly Played[]): string {
  const rows = played.map(({ release, results }) => [
    release.version,
    release.protocol,
    ...NAMES.map((ability) => cell(results[ability])),
  ]);
  return aligned([["version", "protocol", ...NAMES], ...rows]);
}

function cell(result: Result | undefined): string {
  return result === undefined ? "-" : result.outcome ?? "FAILED";
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** What stands between the marks of docs/codex.md. */
export function markdownTable(releases: readonly Release[]): string {
  const differing = NAMES.filter((ability) =>
    releases.some((release) => expected(release, ability) !== WORKS)
  );
  const same = NAMES.filter((ability) => !differing.includes(ability));
  const used = new Set<string>(releases.flatMap(({ differs }) => Object.values(differs)));
  return [
    row(["version", "protocol", same.join(", "), ...differing]),
    row(["---", "---", "---", ...differing.map(() => "---")]),
    ...releases.map((release) =>
      row([
        release.version,
        release.protocol,
        WORKS,
        ...differing.map((ability) => expected(release, ability)),
      ])
    ),
    "",
    ...NAMES.map((ability) => `- **${ability}**: ${ABILITIES[ability]}`),
    "",
    ...Object.entries(DIFFERENCES).filter(([name]) => used.has(name))
      .map(([name, meaning]) => `- _${name}_: ${meaning}`),
  ].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function abilities(): readonly Ability[] {
  const isAbility = (name: string): name is Ability => Object.hasOwn(ABILITIES, name);
  return Object.keys(ABILITIES).filter(isAbility);
}
