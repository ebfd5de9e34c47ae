/** What each session was asked last, in the table `requests`; for those who ask for it again. */
import type { LastRequest, Run } from "../../core/run/run.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { StateDatabase } from "./database.ts";
import { storedAttachments } from "./run_rows.ts";

export function rememberRequest(
  database: StateDatabase,
  { session, prompt, attachments }: Pick<Run, "session" | "prompt" | "attachments">,
): void {
  database.run(
    `INSERT INTO requests (session_id, prompt, attachments) VALUES (?, ?, ?)
     ON CONFLICT (session_id) DO UPDATE
       SET prompt = excluded.prompt, attachments = excluded.attachments`,
    sessionId(session),
    prompt,
    attachments === undefined ? null : JSON.stringify(attachments),
  );
}

export function lastRequestOf(
  database: StateDatabase,
  key: SessionKey,
): LastRequest | undefined {
  const row = database.get(
    "SELECT prompt, attachments FROM requests WHERE session_id = ?",
    sessionId(key),
  );
  if (row === undefined) return undefined;
  const prompt = String(row.prompt);
  return typeof row.attachments === "string"
    ? { prompt, attachments: storedAttachments(row.attachments) }
    : { prompt };
}

export function forgetRequestOf(database: StateDatabase, key: SessionKey): void {
  database.run("DELETE FROM requests WHERE session_id = ?", sessionId(key));
}
