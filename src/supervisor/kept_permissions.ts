/**
 * Keeps what the last start allowed the bot, so that the next one can load it before conf.toml is
 * understood. Whoever may write the file may write conf.toml, too; still nothing is taken from it that
 * the text of conf.toml does not name.
 */
import { basename, isAbsolute, join, normalize } from "node:path";
import type { WrittenRights } from "../config/held_config.ts";
import { SOCKET_HOST } from "../core/codex/codex_settings.ts";
import { writeFileAtomically } from "../integrations/files/durable_files.ts";
import type { ApplicationPermissions } from "./messages.ts";
import { filesOfBot } from "./own_files.ts";

const FILE = "last-permissions.json";
const MOST_BYTES = 64_000;

/**
 * Reads them.
 * @param written what conf.toml can come down to
 * @returns undefined where there are none, or anything about them is not as this program leaves it
 */
export async function keptPermissions(
  stateFolder: string,
  written: WrittenRights,
): Promise<ApplicationPermissions | undefined> {
  try {
    const folder = await Deno.realPath(stateFolder);
    const kept = permissionsOf(JSON.parse(await textOfOwn(join(folder, FILE))));
    return kept !== undefined && await isWithin(kept, folder, written) ? kept : undefined;
  } catch {
    // The first start, or nothing that can be read: the application is loaded later.
    return undefined;
  }
}

/** @throws the file system's error */
export async function keepPermissions(
  stateFolder: string,
  { read, write, net }: ApplicationPermissions,
): Promise<void> {
  const text = `${JSON.stringify({ read, write, net })}\n`;
  await writeFileAtomically(join(stateFolder, FILE), text);
}

/** Whether both allow the same, word for word. */
export function samePermissions(
  one: ApplicationPermissions,
  other: ApplicationPermissions,
): boolean {
  const words = ({ read, write, net }: ApplicationPermissions): string =>
    JSON.stringify([read, write, net]);
  return words(one) === words(other);
}

/** @throws {Error} for a file that is a link, large, somebody else's, or open to others */
async function textOfOwn(path: string): Promise<string> {
  const [{ isFile, size, mode, uid }, folder] = await Promise.all([
    Deno.lstat(path),
    Deno.lstat(join(path, "..")),
  ]);
  const isOpen = mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows";
  if (!isFile || size > MOST_BYTES || isOpen || uid !== folder.uid) throw new Error("not its own");
  return await Deno.readTextFile(path);
}

function permissionsOf(value: unknown): ApplicationPermissions | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { read, write, net, ...more }: Readonly<Record<string, unknown>> = { ...value };
  if (!isList(read) || !isList(write) || !isList(net)) return undefined;
  return Object.keys(more).length === 0 ? { read, write, net } : undefined;
}

/** An empty list may mean everything to the runtime. */
function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 &&
    value.every((each) => typeof each === "string" && each !== "");
}

/** Whether they allow nothing but the bot's own files and what is written in conf.toml. */
async function isWithin(
  { read, write, net }: ApplicationPermissions,
  stateFolder: string,
  { programs, hosts, sockets }: WrittenRights,
): Promise<boolean> {
  const files = new Set([...filesOfBot(stateFolder), ...sockets]);
  const bySocket = sockets.size === 0 ? [] : [`${SOCKET_HOST}:80`];
  const reached = new Set([...hosts, ...[...sockets].map((path) => `unix:${path}`), ...bySocket]);
  if (!write.every((path) => files.has(path)) || !net.every((host) => reached.has(host))) {
    return false;
  }
  const others = read.filter((path) => !files.has(path));
  return (await Promise.all(others.map((path) => isProgramOf(programs, path)))).every(Boolean);
}

/** Whether it is a program of such a name, or is not there. */
async function isProgramOf(programs: ReadonlySet<string>, path: string): Promise<boolean> {
  const name = basename(path);
  const isNamed = programs.has(name) || programs.has(name.replace(/\.(?:exe|cmd|bat)$/i, ""));
  if (!isNamed || !isAbsolute(path) || normalize(path) !== path) return false;
  try {
    const { isFile, mode } = await Deno.stat(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
