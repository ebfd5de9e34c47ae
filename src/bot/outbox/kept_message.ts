/** Outgoing messages as text on disk, and back. */
import type { MessageEntity } from "@grammyjs/types";
import { z } from "zod";
import type { RichBlock } from "../render/rich_message.ts";
import {
  type OutgoingDocument,
  type OutgoingEdit,
  type OutgoingMessage,
  type OutgoingRich,
  PRIORITIES,
  type Priority,
} from "./outgoing.ts";

export type Kept =
  & { readonly priority: Priority }
  & (
    | { readonly kind: "message"; readonly message: OutgoingMessage }
    | { readonly kind: "edit"; readonly edit: OutgoingEdit }
    | { readonly kind: "rich"; readonly rich: OutgoingRich }
    | { readonly kind: "document"; readonly document: Omit<OutgoingDocument, "bytes"> }
  );

export function keptText(kept: Kept): string {
  return JSON.stringify(kept);
}

/** @throws {Error} when it is not what {@link keptText} makes */
export function readKept(text: string): Kept {
  return kept.parse(JSON.parse(text));
}

/** We wrote it ourselves: that it has the shape of an entity is proof enough of which one. */
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

const kept = z.discriminatedUnion("kind", [
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
    kind: z.literal("document"),
    priority,
    document: z.object({
      ...destination,
      fileName: z.string(),
      caption: content.exactOptional(),
    }),
  }),
]);
