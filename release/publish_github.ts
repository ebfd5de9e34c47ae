/**
 * `deno task release:github TAG`: puts the files of a release into a draft that nobody sees;
 * `--publish` shows it. Both can be run again.
 */
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { UserFacingError } from "../src/core/errors.ts";
import { misused, runCommand, understood } from "./command.ts";
import { isPreRelease } from "./release_check.ts";
import { CHECKSUMS } from "./targets.ts";

const HELP = `Draft the release on GitHub with its files, or publish the draft

Usage: deno task release:github [--publish] [--dist FOLDER] TAG

Options:
  --publish      show the draft to everybody; it must hold what SHA256SUMS says
  --dist FOLDER  where the files are, instead of dist
  -h, --help     show this text
`;

if (import.meta.main) {
  await runCommand("release:github", async (print) => {
    const { values: { publish, dist, help }, positionals: [tag, ...rest] } = understood({
      args: Deno.args,
      allowPositionals: true,
      options: {
        publish: { type: "boolean", default: false },
        dist: { type: "string", default: "dist" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (help) return print(HELP);
    if (tag === undefined || rest.length > 0) throw misused("expected one tag, such as v1.2.3");
    const order = { tag, folder: resolve(dist), print };
    await (publish ? publishDraft(order) : draft(order));
  });
}

interface GitHubOrder {
  readonly tag: string;
  /** Holds SHA256SUMS, what it names, and notes.md. */
  readonly folder: string;
  readonly print: (text: string) => void;
}

const releaseSchema = z.object({
  isDraft: z.boolean(),
  assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })),
});
type Release = z.infer<typeof releaseSchema>;

/** @throws {UserFacingError} when it is public already with other files */
export async function draft(order: GitHubOrder): Promise<void> {
  const { tag, folder, print } = order;
  const files = [...(await checksumsIn(folder)).keys(), CHECKSUMS]
    // The executables are in the archives.
    .filter((name) => !isBareExecutable(name))
    .map((name) => join(folder, name));
  const found = await look(tag);
  if (found === undefined) {
    const early = isPreRelease(tag) ? ["--prerelease"] : [];
    const notes = ["--title", tag, "--notes-file", join(folder, "notes.md")];
    await gh(["release", "create", tag, "--draft", "--verify-tag", ...early, ...notes, ...files]);
  } else if (found.isDraft) {
    await gh(["release", "upload", tag, "--clobber", ...files]);
  } else {
    await requireSame(found, order);
    return print(`${tag} is published, with these files\n`);
  }
  print(`${tag} is drafted, with ${files.map((path) => basename(path)).join(", ")}\n`);
}

/** @throws {UserFacingError} when there is no draft, or it holds other files */
export async function publishDraft(order: GitHubOrder): Promise<void> {
  const { tag, print } = order;
  const found = await look(tag);
  if (found === undefined) {
    throw new UserFacingError(`Cannot publish ${tag}: there is no draft of it`, {
      remedy: `Make it first: deno task release:github ${tag}`,
    });
  }
  await requireSame(found, order);
  if (!found.isDraft) return print(`${tag} is published\n`);
  const kind = isPreRelease(tag) ? ["--prerelease", "--latest=false"] : ["--latest"];
  await gh(["release", "edit", tag, "--draft=false", ...kind]);
  print(`${tag} is published\n`);
}

/** Every file that people get is there, with the checksum that they are told. */
async function requireSame({ assets }: Release, { tag, folder }: GitHubOrder): Promise<void> {
  const sums = await checksumsIn(folder);
  const wrong = [...sums].filter(([name, sum]) =>
    !isBareExecutable(name) &&
    assets.find((asset) => asset.name === name)?.digest !== `sha256:${sum}`
  ).map(([name]) => name);
  if (wrong.length === 0) return;
  throw new UserFacingError(
    `Cannot publish ${tag}: missing there or different from here: ${wrong.join(", ")}`,
    { remedy: "A release is never replaced: draft it again, or make the next version" },
  );
}

/** An executable for download without its papers is not offered. */
function isBareExecutable(name: string): boolean {
  return /^codex-orchestrator-.*(?:linux-gnu|apple-darwin|\.exe)$/.test(name);
}

async function checksumsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await Deno.readTextFile(join(folder, CHECKSUMS));
  const pairs = text.split("\n").filter((line) => line !== "").map((line): [string, string] => {
    const [sum = "", name = ""] = line.split(/ {2}/);
    return [name, sum];
  });
  return new Map(pairs);
}

async function look(tag: string): Promise<Release | undefined> {
  const { success, stdout, stderr } = await run([
    "release",
    "view",
    tag,
    "--json",
    "isDraft,assets",
  ]);
  if (success) return releaseSchema.parse(JSON.parse(stdout));
  if (/not found/i.test(stderr)) return undefined;
  throw failed(stderr);
}

async function gh(args: readonly string[]): Promise<void> {
  const { success, stderr } = await run(args);
  if (!success) throw failed(stderr);
}

function failed(stderr: string): UserFacingError {
  return new UserFacingError(`Cannot release: gh says: ${stderr.trim()}`, {
    remedy: "Run it again when that is mended: what is done stays",
  });
}

interface Ended {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(args: readonly string[]): Promise<Ended> {
  const { success, stdout, stderr } = await new Deno.Command("gh", {
    args: [...args],
    stdin: "null",
  })
    .output();
  const decoder = new TextDecoder();
  return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
