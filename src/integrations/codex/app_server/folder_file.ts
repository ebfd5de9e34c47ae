/**
 * Reads a file of the working directory on the machine on which Codex works, through Codex itself:
 * this program may not read that directory.
 */
import { basename, isAbsolute, normalize, relative, resolve, sep } from "node:path";
import type { ReadFile } from "../../../core/codex/codex_queries.ts";
import type { FileRefusal } from "../../../core/codex/trouble.ts";
import { CodexError } from "../../../core/errors.ts";
import type { Answers, Ask } from "./answers.ts";
import { RpcError } from "./json_rpc.ts";

interface WantedFile {
  /** Absolute path. */
  readonly workingDirectory: string;
  /** Absolute, or relative to the folder. */
  readonly path: string;
  readonly mostBytes: number;
}

/**
 * As base64 it still fits into one message: more than 16 MiB is not read from Codex, and Codex closes
 * a connection on which more arrives.
 */
export const MOST_BYTES = 12_000_000;
const READ_DEADLINE_MS = 30_000;
/** How much longer than the script the answer may take, in milliseconds. */
const ANSWER_MS = 2_000;
const MOST_ANSWER_BYTES = 16_500_000;

/**
 * Reads a file that lies inside of the folder, by no link.
 * @throws {CodexError} `request` when it is outside, no plain file, too large or missing
 */
export async function readFolderFile(
  ask: Ask,
  { workingDirectory, path, mostBytes }: WantedFile,
): Promise<ReadFile> {
  const parts = partsInside(workingDirectory, path);
  const most = Math.min(mostBytes, MOST_BYTES);
  const opened = await openedFile(ask, workingDirectory, parts, most);
  const { size, bytes } = opened ?? await checkedFile(ask, workingDirectory, parts);
  if (size > most || bytes.length > most) throw tooLarge(path, most, Math.max(size, bytes.length));
  return { bytes, name: basename(parts.at(-1) ?? path) };
}

interface Content {
  readonly size: number;
  /** Empty where the file is too large. */
  readonly bytes: Uint8Array;
}

/**
 * Walks down to the file, opens it once, and looks at what it has opened: whoever swaps a folder or
 * the file for a link meanwhile gets it refused. Prints the size, and the content where it is small
 * enough; else `refused WHY PART`, the number of the part of the path that is wrong. Says first that it
 * has begun, and ends with 7 where this system cannot tell which file was opened.
 *
 * Arguments: the most bytes, the folder, and the names on the way.
 */
const SCRIPT = String.raw`
set -u
export LC_ALL=C
echo begun
most=$1
cd -P -- "$2" 2>/dev/null || { echo "refused missing 0"; exit 0; }
shift 2
at=$(pwd -P)
[ "$at" != / ] || at=
part=0
refuse() { echo "refused $1 $part"; exit 0; }
while [ $# -gt 1 ]; do
  [ -e "./$1" ] || refuse missing
  [ ! -L "./$1" ] || refuse link
  # What lies below a file is missing.
  [ -d "./$1" ] || { part=$((part + 1)); refuse missing; }
  cd -P -- "./$1" 2>/dev/null || refuse closed
  at=$at/$1
  [ "$(pwd -P)" = "$at" ] || refuse link
  shift
  part=$((part + 1))
done
[ -e "./$1" ] || refuse missing
[ ! -L "./$1" ] || refuse link
[ -f "./$1" ] || refuse not-plain
[ -r "./$1" ] || refuse closed
# What has vanished meanwhile must not look like a system that cannot do this.
{ command exec 3<"./$1"; } 2>/dev/null || refuse missing
[ /dev/fd/3 -ef /dev/fd/3 ] 2>/dev/null || exit 7
# By the number of the file, which ls tells of a link itself: a comparison that follows a link could
# be shown the plain file in one moment and the link in the next.
number() { ls -di"$1" -- "$2" 2>/dev/null | { read -r found _ && echo "$found"; }; }
opened=$(number L /dev/fd/3) && [ "$opened" = "$(number '' "./$1")" ] || refuse link
[ -f /dev/fd/3 ] || refuse not-plain
size=$(wc -c <"./$1") 2>/dev/null || refuse missing
echo "size $size"
[ "$size" -le "$most" ] || exit 0
head -c "$((most + 1))" <&3 | base64
`;

const CANNOT_TELL = 7;

/** @returns undefined where the machine has no sandbox or shell that could do it */
async function openedFile(
  ask: Ask,
  folder: string,
  parts: readonly string[],
  most: number,
): Promise<Content | undefined> {
  const command = ["sh", "-c", SCRIPT, "file", String(most), folder, ...parts];
  const { exitCode, stdout } = await ask("command/exec", {
    command,
    timeoutMs: READ_DEADLINE_MS,
    outputBytesCap: MOST_ANSWER_BYTES,
    sandboxPolicy: { type: "readOnly", networkAccess: false },
  }, READ_DEADLINE_MS + ANSWER_MS).catch((error) => {
    if (error instanceof RpcError) return { exitCode: -1, stdout: "" };
    throw error;
  });
  const [begun, first = "", ...lines] = stdout.split("\n");
  const [what, word = "", part] = first.trim().split(/ +/);
  if (what === "refused") throw refusedPart(word, parts.slice(0, Number(part) + 1).join(sep));
  if (begun !== "begun" || exitCode === CANNOT_TELL) return undefined;
  if (exitCode !== 0 || what !== "size") throw refusedPart("closed", parts.join(sep));
  return { size: Number(word), bytes: Uint8Array.fromBase64(lines.join("")) };
}

export function refusedPart(why: string, shown: string): CodexError {
  switch (why) {
    case "link":
      return aLink(shown);
    case "missing":
      return missing(shown);
    case "not-plain":
      return notPlain(shown);
    default:
      return new CodexError("request", `Cannot fetch the file: ${shown} cannot be opened there`);
  }
}

/**
 * Does what can be done where nothing tells which file was opened, as on Windows: looks at each part
 * of the path, and then reads. Who can write to the folder at that very moment may still swap a link
 * in.
 */
async function checkedFile(
  ask: Ask,
  folder: string,
  parts: readonly string[],
): Promise<Content> {
  await refuseLinks(ask, folder, parts);
  const bytes = await readBytes(ask, resolve(folder, ...parts), parts.join(sep));
  return { size: bytes.length, bytes };
}

/** The names on the way from the folder to the file. */
export function partsInside(folder: string, path: string): string[] {
  if (path.trim() === "" || path.includes("\0")) {
    throw refused("unnamed", path, "the path names no file");
  }
  const inside = relative(normalize(folder), resolve(folder, path));
  const parts = inside.split(sep);
  if (isAbsolute(inside) || parts[0] === "..") {
    throw refused("outside", path, `${path} lies outside of the working directory`);
  }
  if (inside === "") throw refused("folder", path, `${path} is the working directory itself`);
  return parts;
}

async function refuseLinks(ask: Ask, folder: string, parts: readonly string[]): Promise<void> {
  for (const [index] of parts.entries()) {
    const way = parts.slice(0, index + 1);
    const shown = way.join(sep);
    const { isFile, isSymlink } = await metadataOf(ask, resolve(folder, ...way), shown);
    if (isSymlink) throw aLink(shown);
    if (index === parts.length - 1 && !isFile) throw notPlain(shown);
  }
}

async function metadataOf(
  ask: Ask,
  path: string,
  shown: string,
): Promise<Answers["fs/getMetadata"]> {
  try {
    return await ask("fs/getMetadata", { path });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (/no such file|not a directory|cannot find/i.test(error.message)) throw missing(shown);
    throw error;
  }
}

async function readBytes(ask: Ask, file: string, shown: string): Promise<Uint8Array> {
  try {
    const { dataBase64 } = await ask("fs/readFile", { path: file }, READ_DEADLINE_MS);
    return Uint8Array.fromBase64(dataBase64);
  } catch (error) {
    if (error instanceof CodexError && error.kind === "unresponsive") {
      const why = `${shown} did not arrive: it may be larger than ${size(MOST_BYTES)}`;
      throw refused("slow", shown, why);
    }
    throw error;
  }
}

function aLink(shown: string): CodexError {
  const why = `${shown} is a link, which may lead out of the working directory`;
  return refused("link", shown, why);
}

function missing(shown: string): CodexError {
  return refused("missing", shown, `there is no ${shown} in the working directory`);
}

function notPlain(shown: string): CodexError {
  return refused("not-plain", shown, `${shown} is no plain file`);
}

export function tooLarge(shown: string, most: number, bytes: number): CodexError {
  const why = `${shown} has ${size(bytes)}, and at most ${size(most)} can be fetched`;
  // The sizes stand beside the name: they need no words in any language.
  return refused("too-large", `${shown} (${size(bytes)} > ${size(most)})`, why);
}

function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function refused(why: FileRefusal, path: string, said: string): CodexError {
  return new CodexError("request", `Cannot fetch the file: ${said}`, {
    trouble: { kind: "file-refused", why, path },
  });
}
