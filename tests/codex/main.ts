/**
 * Plays the journey with every release of the list, one after the other, or with whatever is newest
 * on npm today; prints what works in a table, and fails when it is anything else than is written.
 */
import { codexProgram, installedCodex } from "../support/codex_programs.ts";
import { newsLines, protocolNews } from "../support/codex_protocol.ts";
import { isVersion, NEWEST, type Release, RELEASES } from "../support/codex_versions.ts";
import { npm } from "../support/npm.ts";
import { Journey } from "./journey.ts";
import { type Played, surprises, textTable, titleOf } from "./table.ts";

const USAGE = `Usage: deno task test:codex [--newest | VERSION ...]

Without words it drives every release that tests/support/codex_versions.ts lists.
  --newest   the newest release on npm, listed or not
  VERSION    these ones, e.g. 0.153.4, listed or not`;

const EXIT_USAGE = 64;
const EXIT_INTERRUPTED = 130;

class Interrupted extends Error {}

async function main(words: readonly string[], interrupted: Promise<never>): Promise<number> {
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
    const news = await checkProtocol(release);
    await using journey = new Journey(release);
    const results = await Promise.race([journey.play(), interrupted]);
    const found = [...news, ...surprises({ release, results })];
    say(`  ${found.length === 0 ? "as expected" : "FAILED"}, ${secondsSince(startedAt)} s`);
    for (const line of found) say(`  ${line.replaceAll("\n", "\n  ")}`);
    played.push({ release, results });
    complaints.push(...found);
  }
  say(`\n${textTable(played)}\n`);
  say(complaints.length === 0 ? success(chosen) : failures(complaints));
  return complaints.length === 0 ? 0 : 1;
}

/** @returns undefined for words that are not understood */
async function choose(words: readonly string[]): Promise<readonly Release[] | undefined> {
  if (words.length === 0) return RELEASES;
  if (words.length === 1 && words[0] === "--newest") return await newestOnNpm();
  const versions = words.filter(isVersion);
  return versions.length < words.length ? undefined : versions.flatMap(releasesOf);
}

async function newestOnNpm(): Promise<readonly Release[]> {
  const version = await npm(
    ["view", "@openai/codex", "version"],
    "The newest version of Codex cannot be looked up",
  );
  if (!isVersion(version)) throw new Error(`npm calls the newest Codex "${version}"`);
  say(`The newest Codex on npm is ${version}; the list ends with ${NEWEST}`);
  return releasesOf(version);
}

/** As they are listed; one that is not has to do all that the app-server is expected to. */
function releasesOf(version: Release["version"]): readonly Release[] {
  const listed = RELEASES.filter((release) => release.version === version);
  return listed.length > 0 ? listed : [{ version, protocol: "app-server", differs: {} }];
}

/** Installs what is missing, first of all: nobody waits for minutes to hear that it cannot be had. */
async function install(chosen: readonly Release[]): Promise<boolean> {
  try {
    for (const { version } of chosen) await codexProgram(version);
    return true;
  } catch (error) {
    say(sentenceOf(error));
    const there = await Array.fromAsync(
      chosen,
      async ({ version }) => await installedCodex(version) === undefined ? [] : [version],
    );
    const versions = [...new Set(there.flat())].join(" ");
    if (versions !== "") say(`Those that are there: deno task test:codex ${versions}`);
    return false;
  }
}

async function checkProtocol({ version }: Release): Promise<readonly string[]> {
  try {
    const lines = newsLines(await protocolNews(await codexProgram(version)));
    return lines.map((line) => `Codex ${version}: ${line}`);
  } catch (error) {
    return [`Codex ${version}: its protocol cannot be checked: ${sentenceOf(error)}`];
  }
}

function success(chosen: readonly Release[]): string {
  const unlisted = chosen.filter((release) => !RELEASES.includes(release));
  return [
    "All is as it should be",
    ...unlisted.map(({ version }) =>
      `Codex ${version} is not listed: add it to RELEASES in tests/support/codex_versions.ts`
    ),
  ].join("\n");
}

function failures(complaints: readonly string[]): string {
  const firstLines = complaints.map((complaint) => `- ${complaint.split("\n")[0]}`);
  const lines = [...new Set(firstLines)].join("\n");
  return `Not as it should be; docs/codex.md tells what to do:\n${lines}`;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1_000).toFixed(0);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

const interruption = Promise.withResolvers<never>();
// While a release is installed nobody waits for it.
interruption.promise.catch(() => {});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => interruption.reject(new Interrupted(`Ended by ${signal}`)));
}
try {
  Deno.exit(await main(Deno.args, interruption.promise));
} catch (error) {
  say(sentenceOf(error));
  Deno.exit(error instanceof Interrupted ? EXIT_INTERRUPTED : 1);
}
