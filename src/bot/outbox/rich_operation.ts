/** A rich message as a call of the Bot API, and as an ordinary one where that is refused. */
import { mapTexts, type RichBlock } from "../render/rich_message.ts";
import { classifyFailure, type Failure } from "./failure.ts";
import type { Operation } from "./operation.ts";
import { CALL_TIMEOUT_MS, keyboard, messageOperation, replyOptions } from "./operations.ts";
import type { OutgoingRich, Priority } from "./outgoing.ts";
import { REPEAT_SIGN } from "./repeat_mark.ts";
import type { TelegramApi } from "./telegram_api.ts";

/**
 * @param onRefused the server takes no such message, or not this one. The first classic message is
 * this operation's own concern then; the others have to be sent behind it.
 */
export function richOperation(
  api: TelegramApi,
  rich: OutgoingRich,
  priority: Priority,
  onRefused: (failure: Failure) => void,
): Operation {
  const classic = messageOperation(api, rich.classic.first, priority);
  let refused = false;
  return {
    method: "sendRichMessage",
    urgency: priority,
    repeatable: false,
    timeoutMs: CALL_TIMEOUT_MS,
    perform: async (chatId, reductions, signal) => {
      if (refused) return await classic.perform(chatId, reductions, signal);
      const { buttons, repeatNote } = rich;
      const blocks = reductions.repeated ? withNote(rich.blocks, repeatNote) : rich.blocks;
      const options = {
        ...replyOptions(rich, reductions),
        ...(buttons === undefined ? {} : { reply_markup: keyboard(buttons) }),
      };
      try {
        const message = { blocks: copyOf(blocks), skip_entity_detection: true as const };
        return (await api.sendRichMessage(chatId, message, options, signal)).message_id;
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure.kind !== "refused" && failure.kind !== "entities") throw error;
        refused = true;
        onRefused(failure);
        return await classic.perform(chatId, reductions, signal);
      }
    },
  };
}

function withNote(blocks: readonly RichBlock[], note = REPEAT_SIGN): readonly RichBlock[] {
  return [{ type: "paragraph", text: note }, ...blocks];
}

/** The library may change what it is given. */
function copyOf(blocks: readonly RichBlock[]): RichBlock[] {
  return mapTexts(blocks, (text) => text);
}
