/** What an app-server says of itself in its handshake. */
import { z } from "zod";
import { isAtLeast, versionIn } from "../version.ts";
import { APP_SERVER_SINCE, tooOld } from "../choose_backend.ts";
import { maybe } from "./wire.ts";

export interface Introduction {
  /** E.g. `0.169.0`; absent where it does not say. */
  readonly version?: string;
  /** Codex's own folder on its machine; absent where it does not say. */
  readonly codexHome?: string;
}

const ANSWER = z.object({ userAgent: maybe(z.string()), codexHome: maybe(z.string()) });

/**
 * Reads the answer to `initialize`.
 * @throws {CodexError} `too-old`
 */
export function readIntroduction(answer: unknown): Introduction {
  const read = ANSWER.safeParse(answer);
  if (!read.success) return {};
  const { userAgent = "", codexHome } = read.data;
  const version = versionIn(userAgent);
  if (version !== undefined && !isAtLeast(version, APP_SERVER_SINCE)) {
    throw tooOld(version, APP_SERVER_SINCE);
  }
  return {
    ...(version === undefined ? {} : { version: version.text }),
    ...(codexHome === undefined ? {} : { codexHome }),
  };
}
