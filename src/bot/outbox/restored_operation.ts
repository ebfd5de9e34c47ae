/** From what an earlier process kept to the operation that it would have done. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { type Kept, readKept } from "./kept_message.ts";
import type { Operation } from "./operation.ts";
import { documentOperation, editOperation, messageOperation } from "./operations.ts";
import type { OutgoingRich, Priority } from "./outgoing.ts";
import type { KeptEntry } from "./outbox_store.ts";
import { KEPT_UNCERTAIN_REPEATS } from "./recovery.ts";
import type { TelegramApi } from "./telegram_api.ts";

export interface Restoring {
  readonly api: TelegramApi;
  readonly log: Log;
  readonly now: Date;
  readonly rich: (rich: OutgoingRich, priority: Priority) => Operation;
}

/** @returns undefined for an entry to be given up on, which is logged */
export function restoredOperation(
  { key, message, file, uncertain, createdAt }: KeptEntry,
  restoring: Restoring,
): Operation | undefined {
  const { log, now } = restoring;
  try {
    const operation = operationOf(restoring, readKept(message), file);
    if (operation.repeatable || uncertain <= KEPT_UNCERTAIN_REPEATS) {
      const ageMs = Math.max(0, now.getTime() - createdAt.getTime());
      return { ...operation, uncertainCalls: uncertain, ageMs };
    }
    log.error("outbox.failed", {
      method: operation.method,
      key,
      description: `${uncertain} calls may have had their effect`,
    });
  } catch (error) {
    log.error("outbox.unreadable", { key, error: describeError(error) });
  }
  return undefined;
}

function operationOf(
  { api, rich }: Restoring,
  kept: Kept,
  file: Uint8Array | undefined,
): Operation {
  switch (kept.kind) {
    case "rich":
      return rich(kept.rich, kept.priority);
    case "message":
      return messageOperation(api, kept.message, kept.priority);
    case "edit":
      return editOperation(api, kept.edit, kept.priority);
    case "document":
      return documentOperation(
        api,
        { ...kept.document, bytes: file ?? new Uint8Array() },
        kept.priority,
      );
  }
}
