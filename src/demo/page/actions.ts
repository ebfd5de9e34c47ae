/** Carries out what a person does in the page: JSON for each action, a form for an upload. */
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import { DOWNLOAD_LIMIT } from "../bot_api/files.ts";
import type { PersonFile, PersonMessage } from "../bot_api/incoming.ts";
import type { CallbackAnswer } from "../bot_api/keyboard.ts";
import { CAPTION_LIMIT, TEXT_LIMIT } from "../bot_api/text/formatted_text.ts";
import type { ButtonPress } from "../bot_api/world_view.ts";
import type { PageChat } from "./page_chat.ts";

interface ActionContext {
  readonly chat: PageChat;
  readonly clock: Clock;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** How long a client waits for the answer to a pressed button. */
const ANSWER_DEADLINE_MS = 15_000;
/** The longest text in characters, sent as several messages. */
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

type Action = (body: unknown, parts: ActionContext) => unknown;

/** Actions by the last part of their address. Each throws when a person could not do this now. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  send,
  press,
  edit,
  react,
  delete: remove,
};

function send(body: unknown, { chat: { world, chat, person } }: ActionContext): unknown {
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

async function press(body: unknown, parts: ActionContext): Promise<unknown> {
  const { chat: { world, chat, person } } = parts;
  const asked = pressing.parse(body);
  const pressed = world.press(chat, asked.messageId, { data: asked.data }, person);
  const answer = await answerTo(pressed, parts);
  return { text: answer?.text ?? "", alert: answer?.showAlert ?? false };
}

function edit(body: unknown, { chat: page }: ActionContext): unknown {
  const { messageId, text } = editing.parse(body);
  if (page.message(messageId)?.byBot !== false) {
    throw new Error("Only your own messages can be edited");
  }
  return { ids: [page.world.edit(page.chat, messageId, text).id] };
}

function react(body: unknown, { chat: page }: ActionContext): unknown {
  const asked = reacting.parse(body);
  page.world.react(page.chat, asked.messageId, page.person, asked.emoji);
  return {};
}

function remove(body: unknown, { chat: page }: ActionContext): unknown {
  page.world.remove(page.chat, deleting.parse(body).messageId);
  return {};
}

/** Cuts a text that is too long for one message, as Telegram's clients do. */
function inPieces(text: string): string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / TEXT_LIMIT);
  return Array.from(
    { length: count },
    (_, index) => characters.slice(index * TEXT_LIMIT, (index + 1) * TEXT_LIMIT).join(""),
  );
}

/** @returns undefined when the bot does not answer in time; clients then show nothing */
async function answerTo(
  pressed: ButtonPress,
  { chat: { world }, clock, signal }: ActionContext,
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

/** The largest file a bot may fetch, and room for the rest of the form. */
export const UPLOAD_LIMIT = DOWNLOAD_LIMIT + 64 * 1024;

const MOST_FILES = 10;

const fields = z.object({
  kind: z.enum(["document", "photo"]),
  caption: z.string().max(CAPTION_LIMIT),
  replyTo: z.coerce.number().int().positive().optional(),
  files: z.array(z.instanceof(File)).min(1).max(MOST_FILES),
});

/** Sends each file of the form as a message; several make an album, as in Telegram. */
export async function receiveUpload(form: FormData, page: PageChat): Promise<unknown> {
  const { kind, caption, replyTo, files } = fields.parse({
    kind: form.get("kind"),
    caption: form.get("caption") ?? "",
    replyTo: form.get("replyTo") ?? undefined,
    files: form.getAll("file"),
  });
  const mediaGroupId = files.length > 1 ? { mediaGroupId: crypto.randomUUID() } : {};
  const messages: PersonMessage[] = await Promise.all(files.map(async (file, index) => ({
    from: page.person,
    ...mediaGroupId,
    ...(index === 0 && caption !== "" ? { text: caption } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    [kind]: await personFile(file),
  })));
  return { ids: messages.map((message) => page.world.send(page.chat, message).id) };
}

async function personFile(file: File): Promise<PersonFile> {
  return {
    name: file.name,
    mimeType: file.type || "application/octet-stream",
    bytes: await file.bytes(),
  };
}
