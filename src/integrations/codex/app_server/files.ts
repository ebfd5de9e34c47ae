/**
 * Reads and keeps files on the machine on which Codex works, through Codex itself: this program may
 * not read the working directory, and cannot reach another machine's disk.
 */
import { basename, isAbsolute, normalize, relative, resolve, sep } from "node:path";
import type { AttachmentFiles } from "../../../core/chat/attachment.ts";
import type { Clock } from "../../../core/clock.ts";
import type { ReadFile } from "../../../core/codex/codex_queries.ts";
import type { FileRefusal } from "../../../core/codex/trouble.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { SessionKey } from "../../../core/session/session.ts";
import type { Answers, Ask } from "./answers.ts";
import type { AppServerConnection } from "./connection.ts";
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
const MOST_BYTES = 12_000_000;
const READ_DEADLINE_MS = 30_000;
const COUNT_DEADLINE_MS = 5_000;

/**
 * Reads a file that lies inside of the folder, by no link.
 *
 * Codex has no way to open a path without following links. Whoever can write to the folder may put
 * one where a plain file was between the check and the reading: then the file behind the link is
 * read. It is sent to nobody but the person who asked for it.
 *
 * @throws {CodexError} `request` when it is outside, no plain file, too large or missing
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
    const { isFile, isSymlink } = await metadataOf(ask, resolve(folder, ...way), shown);
    if (isSymlink) {
      const why = `${shown} is a link, which may lead out of the working directory`;
      throw refused("link", shown, why);
    }
    if (index === parts.length - 1 && !isFile) {
      throw refused("not-plain", shown, `${shown} is no plain file`);
    }
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
    if (/no such file|not a directory|cannot find/i.test(error.message)) {
      throw refused("missing", shown, `there is no ${shown} in the working directory`);
    }
    throw error;
  }
}

/**
 * Counts the file's bytes in Codex's sandbox: Codex tells no sizes, and reads a file whole.
 * @returns undefined where the machine has no such sandbox or command
 */
async function countBytes(ask: Ask, file: string): Promise<number | undefined> {
  try {
    const { exitCode, stdout } = await ask("command/exec", {
      command: ["wc", "-c", file],
      timeoutMs: COUNT_DEADLINE_MS,
      sandboxPolicy: { type: "readOnly", networkAccess: false },
    });
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
    const { dataBase64 } = await ask("fs/readFile", { path: file }, READ_DEADLINE_MS);
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

interface MachineFilesSettings {
  /** Its address, for people. */
  readonly machine: string;
  readonly ready: () => Promise<AppServerConnection>;
  readonly clock: Clock;
  readonly log: Log;
}

/** In Codex's own folder there: not in the project, and in nobody's way. */
const FOLDER = ["codex-orchestrator", "inbox"];
const WRITE_DEADLINE_MS = 60_000;
/** As long as files are kept on this machine. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Keeps the files of requests on another machine. */
export class MachineFiles implements Pick<AttachmentFiles, "keep"> {
  readonly #settings: MachineFilesSettings;

  constructor(settings: MachineFilesSettings) {
    this.#settings = settings;
  }

  async keep(session: SessionKey, name: string, bytes: Uint8Array): Promise<string> {
    const { machine, ready } = this.#settings;
    if (bytes.length > MOST_BYTES) {
      throw this.#refusal(name, `it is larger than ${MOST_BYTES / 1_000_000} MB`);
    }
    const connection = await ready();
    const { codexHome } = connection.introduction;
    if (codexHome === undefined) {
      throw this.#refusal(name, `Codex on ${machine} is too old for it`);
    }
    const separator = separatorOf(codexHome);
    const folder = [codexHome, ...FOLDER, folderOf(session)].join(separator);
    const path = `${folder}${separator}${name}`;
    try {
      await connection.request("fs/createDirectory", { path: folder, recursive: true });
      const content = { path, dataBase64: bytes.toBase64() };
      await connection.request("fs/writeFile", content, WRITE_DEADLINE_MS);
    } catch (error) {
      if (error instanceof RpcError) throw this.#refusal(name, `Codex says "${error.message}"`);
      throw error;
    }
    await this.#removeOld(connection, folder);
    return path;
  }

  /** Removes the files of the session's earlier requests once they are old. Never rejects. */
  async #removeOld(connection: AppServerConnection, folder: string): Promise<void> {
    const oldest = this.#settings.clock.now().getTime() - KEPT_MS;
    try {
      const { entries } = await connection.ask("fs/readDirectory", { path: folder });
      for (const { fileName, isFile } of entries) {
        if (!isFile) continue;
        const path = `${folder}${separatorOf(folder)}${fileName}`;
        const { modifiedAtMs } = await connection.ask("fs/getMetadata", { path });
        if (modifiedAtMs !== undefined && modifiedAtMs < oldest) {
          await connection.request("fs/remove", { path });
        }
      }
    } catch (error) {
      const { log, machine } = this.#settings;
      log.warn("inbox.delete-failed", { machine, folder, reason: describeError(error) });
    }
  }

  #refusal(name: string, why: string): CodexError {
    const { machine } = this.#settings;
    return new CodexError("request", `Cannot bring ${name} to ${machine}: ${why}`, {
      trouble: { kind: "file", machine },
      remedy: "Put it there by other means and name its path in the request",
    });
  }
}

function folderOf({ chatId, userId, topicId }: SessionKey): string {
  return [chatId, userId, ...(topicId === undefined ? [] : [topicId])].join("-");
}

/** The machine may be a Windows one. */
function separatorOf(path: string): string {
  return path.includes("\\") ? "\\" : "/";
}
