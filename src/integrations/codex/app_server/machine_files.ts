/** Files of requests, kept on the machine on which Codex works: Codex itself writes them there. */
import { z } from "zod";
import type { AttachmentFiles } from "../../../core/chat/attachment.ts";
import type { Clock } from "../../../core/clock.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { SessionKey } from "../../../core/session/session.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./peer.ts";
import { readAnswer } from "./answers.ts";

export interface MachineFilesParts {
  /** Its address, for people. */
  readonly machine: string;
  readonly ready: () => Promise<AppServerConnection>;
  readonly clock: Clock;
  readonly log: Log;
}

/** In Codex's own folder there: not in the project, and out of everybody's way. */
const FOLDER = ["codex-orchestrator", "inbox"];
/** The app-server closes a connection on which a message of more than 16 MiB arrives. */
const MOST_BYTES = 12_000_000;
const WRITE_DEADLINE_MS = 60_000;
/** As long as files are kept on this machine. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

const LISTING = z.object({
  entries: z.array(z.object({ fileName: z.string(), isFile: z.boolean() })),
});
const AGE = z.object({ modifiedAtMs: z.number() });

export class MachineFiles implements Pick<AttachmentFiles, "keep"> {
  readonly #parts: MachineFilesParts;

  constructor(parts: MachineFilesParts) {
    this.#parts = parts;
  }

  async keep(session: SessionKey, name: string, bytes: Uint8Array): Promise<string> {
    const { machine, ready } = this.#parts;
    if (bytes.length > MOST_BYTES) {
      throw this.#refusal(name, `it is larger than ${MOST_BYTES / 1_000_000} MB`);
    }
    const connection = await ready();
    const { codexHome } = connection.introduction;
    if (codexHome === undefined) {
      throw this.#refusal(name, `Codex on ${machine} is too old for it`);
    }
    const folder = [codexHome, ...FOLDER, folderOf(session)].join(separatorOf(codexHome));
    const path = `${folder}${separatorOf(codexHome)}${name}`;
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

  /** What is left of earlier requests of the session. Never rejects. */
  async #removeOld(connection: AppServerConnection, folder: string): Promise<void> {
    const oldest = this.#parts.clock.now().getTime() - KEPT_MS;
    try {
      const listing = await connection.request("fs/readDirectory", { path: folder });
      const { entries } = readAnswer(LISTING, listing, "fs/readDirectory");
      for (const { fileName, isFile } of entries) {
        const path = `${folder}${separatorOf(folder)}${fileName}`;
        if (!isFile) continue;
        const metadata = await connection.request("fs/getMetadata", { path });
        const { modifiedAtMs } = readAnswer(AGE, metadata, "fs/getMetadata");
        if (modifiedAtMs < oldest) await connection.request("fs/remove", { path });
      }
    } catch (error) {
      const { log, machine } = this.#parts;
      log.warn("inbox.delete-failed", { machine, folder, reason: describeError(error) });
    }
  }

  #refusal(name: string, why: string): CodexError {
    const { machine } = this.#parts;
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
