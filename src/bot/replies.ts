/** Sends what commands and buttons answer: as messages below the one that asked. */
import type { Sender } from "./inbound.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Destination } from "./outbox/outgoing.ts";
import { splitMessage } from "./render/split.ts";
import type { Reply } from "./reply.ts";

export class Replies {
  readonly #outbox: Pick<Outbox, "send" | "sendDocument" | "edit">;

  constructor(outbox: Pick<Outbox, "send" | "sendDocument" | "edit">) {
    this.#outbox = outbox;
  }

  /**
   * @param name what it is among the replies to this update; with one it is sent even if the
   * program ends now, and once, however often the update is routed
   */
  send(to: Sender, reply: Reply, name?: string): void {
    const parts = splitMessage(reply);
    const silent = reply.silent === true ? { silent: true } : {};
    for (const [index, content] of parts.entries()) {
      const last = index === parts.length - 1 && reply.buttons !== undefined;
      // The outbox tells failures as values and reports them itself, here and below.
      void this.#outbox.send({
        ...destinationOf(to, name, index),
        ...silent,
        content,
        ...(last ? { buttons: reply.buttons ?? [] } : {}),
      }, "reply");
    }
    if (reply.document !== undefined) {
      void this.#outbox.sendDocument(
        { ...destinationOf(to, name, parts.length), ...silent, ...reply.document },
        "reply",
      );
    }
  }

  /** Replaces the message that a button is on; what does not fit into it is left out. */
  replace(pressed: Sender, reply: Reply): void {
    const [content] = splitMessage(reply);
    if (content === undefined) return;
    const { chatId, messageId } = pressed;
    const buttons = reply.buttons === undefined ? {} : { buttons: reply.buttons };
    void this.#outbox.edit({ chatId, messageId, content, ...buttons }, "reply");
  }
}

function destinationOf(
  { updateId, chatId, messageId, topicId }: Sender,
  name: string | undefined,
  index: number,
): Destination {
  return {
    chatId,
    replyTo: messageId,
    ...(name === undefined ? {} : { key: `${name}:${updateId}:${index}` }),
    ...(topicId === undefined ? {} : { topicId }),
  };
}
