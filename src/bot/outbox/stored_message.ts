/** Writes durable messages as text, and makes operations of what an earlier process wrote. */
import type { MessageEntity } from "@grammyjs/types";
import { z } from "zod";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { RichBlock } from "../render/rich_message.ts";
import type { Operation } from "./send_queue.ts";
import {
  documentOperation,
  editOperation,
  messageOperation,
  pictureOperation,
} from "./operations.ts";
import type { StoredEntry } from "./outbox_journal.ts";
import {
  type OutgoingDocument,
  type OutgoingEdit,
  type OutgoingMessage,
  type OutgoingRich,
  PRIORITIES,
  type Priority,
} from "./outgoing.ts";
import { MOST_DURABLE_UNCERTAIN_REPEATS } from "./recovery.ts";
import type { TelegramApi } from "./telegram_api.ts";

export type StoredMessage =
  & { readonly priority: Priority }
  & (
    | { readonly kind: "message"; readonly message: OutgoingMessage }
    | { readonly kind: "edit"; readonly edit: OutgoingEdit }
    | { readonly kind: "rich"; readonly rich: OutgoingRich }
    | {
      readonly kind: "document" | "picture";
      readonly document: Omit<OutgoingDocument, "bytes">;
    }
  );

export function storedText(message: StoredMessage): string {
  return JSON.stringify(message);
}

interface RestoreDependencies {
  readonly api: TelegramApi;
  readonly log: Log;
  readonly now: Date;
  readonly rich: (rich: OutgoingRich, priority: Priority) => Operation;
}

/**
 * Makes the operation that an earlier process did not finish.
 * @returns undefined for an entry to be given up on, which is logged
 */
export function restoredOperation(
  { key, message, file, uncertain, createdAt }: StoredEntry,
  dependencies: RestoreDependencies,
): Operation | undefined {
  const { log, now } = dependencies;
  try {
    const operation = operationOf(dependencies, parseStored(message), file);
    if (operation.repeatable || uncertain <= MOST_DURABLE_UNCERTAIN_REPEATS) {
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
  { api, rich }: RestoreDependencies,
  stored: StoredMessage,
  file: Uint8Array | undefined,
): Operation {
  switch (stored.kind) {
    case "rich":
      return rich(stored.rich, stored.priority);
    case "message":
      return messageOperation(api, stored.message, stored.priority);
    case "edit":
      return editOperation(api, stored.edit, stored.priority);
    case "document":
      return documentOperation(
        api,
        { ...stored.document, bytes: file ?? new Uint8Array() },
        stored.priority,
      );
    case "picture":
      return pictureOperation(
        api,
        { ...stored.document, bytes: file ?? new Uint8Array() },
        stored.priority,
      );
    default:
      return stored satisfies never;
  }
}

/** @throws {Error} for text that {@link storedText} cannot have made */
function parseStored(text: string): StoredMessage {
  return storedMessage.parse(JSON.parse(text));
}

/** Checks no more than the outline, since we wrote it ourselves. */
const entity = z.custom<MessageEntity>((value) => ENTITY.safeParse(value).success);
const block = z.custom<RichBlock>((value) => BLOCK.safeParse(value).success);
const BLOCK = z.looseObject({ type: z.string() });
const ENTITY = z.looseObject({ type: z.string(), offset: z.int(), length: z.int() });

const content = z.object({ text: z.string(), entities: z.array(entity) });
const button = z.object({
  label: z.string(),
  data: z.string(),
  style: z.enum(["danger", "success", "primary"]).exactOptional(),
});
const buttons = z.array(z.array(button)).exactOptional();
const key = z.string().exactOptional();
const priority = z.enum(PRIORITIES);
const destination = {
  chatId: z.number(),
  topicId: z.number().exactOptional(),
  replyTo: z.number().exactOptional(),
  silent: z.boolean().exactOptional(),
  repeatNote: z.string().exactOptional(),
  key,
};

const message = z.object({ ...destination, content, buttons });

const storedMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), priority, message }),
  z.object({
    kind: z.literal("rich"),
    priority,
    rich: z.object({
      ...destination,
      blocks: z.array(block),
      buttons,
      classic: z.object({
        first: message,
        rest: z.array(message),
        file: z.object({ ...destination, fileName: z.string(), text: z.string() }).exactOptional(),
      }),
    }),
  }),
  z.object({
    kind: z.literal("edit"),
    priority,
    edit: z.object({ chatId: z.number(), messageId: z.number(), content, buttons, key }),
  }),
  z.object({
    kind: z.enum(["document", "picture"]),
    priority,
    document: z.object({
      ...destination,
      fileName: z.string(),
      caption: content.exactOptional(),
    }),
  }),
]);
