/**
 * Plays the journey with every release of the list, one after the other, or with whatever is newest
 * on npm today; prints what works in a table, and fails when it is anything else than is written.
 */
import { codexProgram, installedCodex } from "../support/codex_programs.ts";
import { newsLines, protocolNews } from "../support/codex_protocol.ts";
import { isVersion, NEWEST, type Release, RELEASES } from "../support/codex_versions.ts";
import { npm } from "../support/npm.ts";
import { playJourney } from "./journey.ts";
import { type Played, surprises, textTable, titleOf } from "./table.ts";

const USAGE = `Usage: deno task test:codex [--newest | VERSION ...]

Without words it drives every release that tests/support/codex_versions.ts lists.
  --newest   the newest release on npm, also when it is not listed yet
  VERSION    these ones, e.g. 0.153.4`;

const EXIT_USAGE = 64;

async function main(words: readonly string[]): Promise<number> {
  const chosen = await choose(words);
  if (chosen === undefined) {
    say(USAGE);
    return EXIT_USAGE;
  }
  if (!await install(chosen)) return 1;
  const played: Played[] = [];
  const complaints: string[] = [];
  for (const release of chosen) {
    const startedAt = performance.now();
    say(`${titleOf(release)} ...`);
    complaints.push(...await checkProtocol(release));
    const journey = { release, results: await playJourney(release) };
    const surprising = surprises(journey);
    say(`  ${surprising.length === 0 ? "as expected" : "FAILED"}, ${secondsSince(startedAt)} s`);
    for (const line of surprising) say(`  ${line.replaceAll("\n", "\n  ")}`);
    played.push(journey);
    complaints.push(...surprising);
  }
  say(`\n${textTable(played)}\n`);
  say(
    complaints.length === 0 ? "All as tests/support/codex_versions.ts says" : failures(complaints),
  );
  return complaints.length === 0 ? 0 : 1;
}

/** @returns undefined for words that are not understood */
async function choose(words: readonly string[]): Promise<readonly Release[] | undefined> {
  if (words.length === 0) return RELEASES;
  if (words.length === 1 && words[0] === "--newest") return await newestOnNpm();
  const listed = words.map((word) => RELEASES.filter(({ version }) => version === word));
  return listed.some((releases) => releases.length === 0) ? undefined : listed.flat();
}

/** Installs what is missing, first of all: nobody waits for minutes to hear that it cannot be had. */
async function install(chosen: readonly Release[]): Promise<boolean> {
  try {
    for (const { version } of chosen) await codexProgram(version);
    return true;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    const there = await Array.fromAsync(
      chosen,
      async ({ version }) => await installedCodex(version) === undefined ? [] : [version],
    );
    const versions = [...new Set(there.flat())].join(" ");
    if (versions !== "") say(`Those that are there: deno task test:codex ${versions}`);
    return false;
  }
}

async function newestOnNpm(): Promise<readonly Release[]> {
  const version = await npm(
    ["view", "@openai/codex", "version"],
    "The newest version of Codex cannot be looked up",
  );
  if (!isVersion(version)) throw new Error(`npm calls the newest Codex "${version}"`);
  const listed = RELEASES.filter((release) => release.version === version);
  say(`The newest Codex on npm is ${version}; the list ends with ${NEWEST}`);
  return listed.length > 0 ? listed : [{ version, protocol: "app-server", differs: {} }];
}

async function checkProtocol(release: Release): Promise<readonly string[]> {
  const lines = newsLines(await protocolNews(await codexProgram(release.version)));
  for (const line of lines) say(`  ${line}`);
  return lines.map((line) => `Codex ${release.version}: ${line}`);
}

function failures(complaints: readonly string[]): string {
  const firstLines = complaints.map((complaint) => `- ${complaint.split("\n")[0]}`);
  return `Not as tests/support/codex_versions.ts says:\n${[...new Set(firstLines)].join("\n")}`;
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(0);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

try {
  Deno.exitCode = await main(Deno.args);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  Deno.exitCode = 1;
}
