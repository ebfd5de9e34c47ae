/** What people added to runs at work, in the table `runs`. */
import { z } from "zod";
import type { Run } from "../../core/run/run.ts";
import type { StateDatabase } from "./database.ts";

/** Each under the id that it would have as a run of its own. */
const additions = z.array(z.object({ run: z.string(), text: z.string() }));
type StoredAddition = z.infer<typeof additions>[number];

/**
 * The row of the addition itself keeps its source from being used again.
 * @returns false when that source already has a row
 */
export function addToRun(
  database: StateDatabase,
  runId: string,
  { id, session, prompt, origin, createdAt }: Run,
  sourceId: string,
): boolean {
  return database.transaction(() => {
    const inserted = database.run(
      `INSERT OR IGNORE INTO runs
         (run_id, source_id, status, chat_id, user_id, topic_id, prompt, origin, created_at)
       VALUES (?, ?, 'finished', ?, ?, ?, '', ?, ?)`,
      id,
      sourceId,
      session.chatId,
      session.userId,
      session.topicId ?? null,
      JSON.stringify(origin),
      createdAt,
    );
    if (inserted === 0) return false;
    write(database, runId, [...read(database, runId), { run: id, text: prompt }]);
    return true;
  });
}

/** The addition becomes a queued run, under its own id. */
export function takeBackFromRun(
  database: StateDatabase,
  runId: string,
  { id, prompt, attachments }: Run,
): void {
  database.run(
    "UPDATE runs SET status = 'queued', prompt = ?, attachments = ? WHERE run_id = ?",
    prompt,
    attachments === undefined ? null : JSON.stringify(attachments),
    id,
  );
  write(database, runId, read(database, runId).filter(({ run }) => run !== id));
}

/** @throws {Error} when the column does not hold what this program wrote */
export function additionTexts(column: string): string[] {
  return additions.parse(JSON.parse(column)).map(({ text }) => text);
}

function read(database: StateDatabase, runId: string): StoredAddition[] {
  const row = database.get("SELECT additions FROM runs WHERE run_id = ?", runId);
  return typeof row?.additions === "string" ? additions.parse(JSON.parse(row.additions)) : [];
}

function write(database: StateDatabase, runId: string, kept: readonly StoredAddition[]): void {
  database.run(
    "UPDATE runs SET additions = ? WHERE run_id = ?",
    kept.length === 0 ? null : JSON.stringify(kept),
    runId,
  );
}
