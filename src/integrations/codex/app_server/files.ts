/** Keeps the files of requests on another machine, through the Codex there. */
import type { AttachmentFiles } from "../../../core/chat/attachment.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { SessionKey } from "../../../core/session/session.ts";
import type { AppServerConnection } from "./connection.ts";
import { MOST_BYTES } from "./folder_file.ts";
import { RpcError } from "./json_rpc.ts";

/** What is asked of Codex there. */
type FilesConnection = Pick<AppServerConnection, "introduction" | "request" | "ask">;

interface MachineFilesSettings {
  /** Its address, for people. */
  readonly machine: string;
  readonly ready: () => Promise<FilesConnection>;
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
    await this.#removeOld(connection, folder, path);
    return path;
  }

  /**
   * Removes the files of the session's earlier requests once they are old. Never rejects.
   * @param written by its time they are judged: the clock there may be another one than ours
   */
  async #removeOld(connection: FilesConnection, folder: string, written: string): Promise<void> {
    try {
      const { modifiedAtMs: now } = await connection.ask("fs/getMetadata", { path: written });
      if (now === undefined) return;
      const { entries } = await connection.ask("fs/readDirectory", { path: folder });
      for (const { fileName, isFile } of entries) {
        const path = `${folder}${separatorOf(folder)}${fileName}`;
        if (!isFile || path === written) continue;
        const { modifiedAtMs } = await connection.ask("fs/getMetadata", { path });
        if (modifiedAtMs !== undefined && modifiedAtMs < now - KEPT_MS) {
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
