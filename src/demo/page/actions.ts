/** What a person does in the page, as JSON. */
import { z } from "zod";
import type { Clock } from "../../core/clock.ts";
import { TEXT_LIMIT } from "../bot_api/text/formatted_text.ts";
import type { CallbackAnswer } from "../bot_api/keyboard.ts";
import type { ButtonPress } from "../bot_api/world_view.ts";
import type { PageChat } from "./page_chat.ts";

export interface ActionParts {
  readonly chat: PageChat;
  readonly clock: Clock;
  /** Aborts when the answer does not matter any more. */
  readonly signal: AbortSignal;
}

/** A client waits no longer than this for the answer to a pressed button. */
const ANSWER_DEADLINE_MS = 15_000;
/** A text of this many characters is a file, also to Telegram. */
const LONGEST_TEXT = 40 * TEXT_LIMIT;

const messageId = z.int().positive();
const sending = z.strictObject({
  text: z.string().trim().min(1).max(LONGEST_TEXT),
  replyTo: messageId.optional(),
});
const pressing = z.strictObject({ messageId, data: z.string().min(1).max(64) });
const editing = z.strictObject({ messageId, text: z.string().trim().min(1).max(TEXT_LIMIT) });
const reacting = z.strictObject({ messageId, emoji: z.array(z.string().min(1).max(16)).max(1) });
const deleting = z.strictObject({ messageId });

type Action = (body: unknown, parts: ActionParts) => unknown;

/** By the last part of the address. Each throws where a person could not do this now. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  send,
  press,
  edit,
  react,
  delete: remove,
};

function send(body: unknown, { chat: { world, chat, person } }: ActionParts): unknown {
  const { text, replyTo } = sending.parse(body);
  const ids = inPieces(text).map((piece, index) =>
    world.send(chat, {
      text: piece,
      from: person,
      ...(replyTo === undefined || index > 0 ? {} : { replyTo }),
    }).id
  );
  return { ids };
}

async function press(body: unknown, parts: ActionParts): Promise<unknown> {
  const { chat: { world, chat, person } } = parts;
  const asked = pressing.parse(body);
  const pressed = world.press(chat, asked.messageId, { data: asked.data }, person);
  const answer = await answerTo(pressed, parts);
  return { text: answer?.text ?? "", alert: answer?.showAlert ?? false };
}

function edit(body: unknown, { chat: page }: ActionParts): unknown {
  const { messageId, text } = editing.parse(body);
  if (page.message(messageId)?.byBot !== false) {
    throw new Error("Only your own messages can be edited");
  }
  return { ids: [page.world.edit(page.chat, messageId, text).id] };
}

function react(body: unknown, { chat: page }: ActionParts): unknown {
  const asked = reacting.parse(body);
  page.world.react(page.chat, asked.messageId, page.person, asked.emoji);
  return {};
}

function remove(body: unknown, { chat: page }: ActionParts): unknown {
  page.world.remove(page.chat, deleting.parse(body).messageId);
  return {};
}

/** A client cuts what is too long for one message; so does this one. */
function inPieces(text: string): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / TEXT_LIMIT);
  return Array.from(
    { length: count },
    (_, index) => characters.slice(index * TEXT_LIMIT, (index + 1) * TEXT_LIMIT).join(""),
  );
}

/** Undefined when the bot does not answer in time, which a client shows as nothing at all. */
async function answerTo(
  pressed: ButtonPress,
  { chat: { world }, clock, signal }: ActionParts,
): Promise<CallbackAnswer | undefined> {
  const answered = new AbortController();
  const look = (): void => {
    if (world.answerTo(pressed) !== undefined) answered.abort();
  };
  const unwatch = world.watch(look);
  look();
  await clock.sleep(ANSWER_DEADLINE_MS, AbortSignal.any([signal, answered.signal]))
    .catch(() => undefined);
  unwatch();
  return world.answerTo(pressed);
}
