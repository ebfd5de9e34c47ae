/** Files of the working directory, which our own process may not read: Codex does. */
import { basename, isAbsolute, normalize, relative, resolve, sep } from "node:path";
import { z } from "zod";
import type { ReadFile } from "../../../core/codex/codex_queries.ts";
import { CodexError } from "../../../core/errors.ts";
import type { FileRefusal } from "../../../core/codex/trouble.ts";
import { RpcError } from "./peer.ts";
import type { Ask } from "./ask.ts";

export interface WantedFile {
  /** Absolute path. */
  readonly workingDirectory: string;
  /** Absolute, or relative to the folder. */
  readonly path: string;
  readonly mostBytes: number;
}

/** As base64 it still fits into the longest line that is read from Codex. */
const MOST_BYTES = 12_000_000;
const READ_DEADLINE_MS = 30_000;
const COUNT_DEADLINE_MS = 5_000;

const METADATA = z.object({ isFile: z.boolean(), isSymlink: z.boolean().default(false) });
const CONTENT = z.object({ dataBase64: z.string() });
const COMMAND = z.object({ exitCode: z.number(), stdout: z.string() });

/**
 * Reads a file that lies inside of the folder, by no link.
 *
 * Codex has no way to open a path without following links. Whoever can write to the folder may put
 * one where a plain file was between the look and the reading: then the file behind the link is
 * read. It is sent to nobody but the person who asked for it.
 *
 * @throws {CodexError} `request` when it is outside, no plain file, too large or not there
 */
export async function readFolderFile(
  ask: Ask,
  { workingDirectory, path, mostBytes }: WantedFile,
): Promise<ReadFile> {
  const parts = partsInside(workingDirectory, path);
  const file = resolve(workingDirectory, ...parts);
  await refuseLinks(ask, workingDirectory, parts);
  const most = Math.min(mostBytes, MOST_BYTES);
  const bytes = await countBytes(ask, file);
  if (bytes !== undefined && bytes > most) throw tooLarge(path, most, bytes);
  const content = await readBytes(ask, file, path, most);
  if (content.length > most) throw tooLarge(path, most, content.length);
  return { bytes: content, name: basename(file) };
}

/** The names on the way from the folder to the file. */
function partsInside(folder: string, path: string): string[] {
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
    const { isFile, isSymlink } = await look(ask, resolve(folder, ...way), shown);
    if (isSymlink) {
      const why = `${shown} is a link, which may lead out of the working directory`;
      throw refused("link", shown, why);
    }
    if (index === parts.length - 1 && !isFile) {
      throw refused("not-plain", shown, `${shown} is no plain file`);
    }
  }
}

async function look(ask: Ask, path: string, shown: string): Promise<z.infer<typeof METADATA>> {
  try {
    return await ask("fs/getMetadata", { path }, METADATA);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (/no such file|not a directory|cannot find/i.test(error.message)) {
      throw refused("missing", shown, `there is no ${shown} in the working directory`);
    }
    throw error;
  }
}

/**
 * Codex tells no sizes, and reads a file whole: so it counts first, in its sandbox. Undefined where
 * the machine has no such sandbox or command; a line that is far too long is thrown away then.
 */
async function countBytes(ask: Ask, file: string): Promise<number | undefined> {
  try {
    const { exitCode, stdout } = await ask(
      "command/exec",
      {
        command: ["wc", "-c", file],
        timeoutMs: COUNT_DEADLINE_MS,
        sandboxPolicy: { type: "readOnly", networkAccess: false },
      },
      COMMAND,
    );
    const counted = /^\s*(\d+)/.exec(stdout)?.[1];
    return exitCode === 0 && counted !== undefined ? Number(counted) : undefined;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

async function readBytes(
  ask: Ask,
  file: string,
  shown: string,
  most: number,
): Promise<Uint8Array> {
  try {
    const { dataBase64 } = await ask("fs/readFile", { path: file }, CONTENT, READ_DEADLINE_MS);
    return Uint8Array.fromBase64(dataBase64);
  } catch (error) {
    if (error instanceof CodexError && error.kind === "unresponsive") {
      throw refused("slow", shown, `${shown} did not arrive: it may be larger than ${size(most)}`);
    }
    throw error;
  }
}

function tooLarge(shown: string, most: number, bytes: number): CodexError {
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
