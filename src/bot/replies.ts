/** Sends the answers of commands and buttons as replies to the message that asked. */
import type { Sender } from "./sender.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { Delivery, Destination, OutgoingEdit, ReactionEmoji } from "./outbox/outgoing.ts";
import type { Preferences } from "./preferences.ts";
import { plainText } from "./render/formatted_text.ts";
import { splitMessage } from "./render/split.ts";
import type { DrawnReply } from "./render/reply.ts";

/** Keeps across restarts which messages are no answers of Codex. No method throws. */
export interface ProgramMessages {
  remember(chatId: number, messageId: number): void;
  has(chatId: number, messageId: number): boolean;
}

/** How many messages may be acknowledged that are not requests yet. */
const MOST_AHEAD = 100;

export class Replies {
  readonly #messages: ProgramMessages;
  readonly #outbox: Pick<Outbox, "send" | "sendDocument" | "edit" | "react" | "typing">;
  readonly #preferences: Pick<Preferences, "languageOf">;
  /** The updates whose messages were acknowledged ahead. */
  readonly #ahead = new Set<number>();

  constructor(
    outbox: Pick<Outbox, "send" | "sendDocument" | "edit" | "react" | "typing">,
    preferences: Pick<Preferences, "languageOf">,
    messages: ProgramMessages,
  ) {
    this.#messages = messages;
    this.#outbox = outbox;
    this.#preferences = preferences;
  }

  /** Tells whether the message is one of these, and no answer of Codex. */
  wrote(chatId: number, messageId: number): boolean {
    return this.#messages.has(chatId, messageId);
  }

  async #remember({ chatId }: Destination, delivering: Promise<Delivery>): Promise<void> {
    const delivery = await delivering;
    if (delivery.status !== "sent") return;
    this.#messages.remember(delivery.chatId ?? chatId, delivery.messageId);
  }

  /** Returns the texts in the language of the person. */
  textsFor(to: Sender): Texts {
    return textsFor(this.#preferences.languageOf(to));
  }

  /**
   * Says a sentence in the language of the person.
   * @param name as for {@link send}
   */
  say(to: Sender, sentence: (texts: Texts) => string, name?: string): void {
    this.send(to, plainText(sentence(this.textsFor(to))), name);
  }

  /** Sets the bot's reaction to the message; undefined removes it. */
  react({ chatId, messageId }: Sender, emoji: ReactionEmoji | undefined): void {
    // void: nobody waits for a reaction, and deliveries never reject.
    void this.#outbox.react(chatId, messageId, emoji);
  }

  /** Acknowledges the message before it is stored; {@link acknowledge} then does nothing for it. */
  acknowledgeAhead(to: Sender): void {
    this.#acknowledgeNow(to);
    // What never becomes a request after all is not waited for.
    if (this.#ahead.size >= MOST_AHEAD) this.#ahead.clear();
    this.#ahead.add(to.updateId);
  }

  /**
   * Takes back what {@link acknowledgeAhead} did for a message that turns out to be a part of a
   * request: the first of its messages stands for all.
   */
  takeBackAhead(to: Sender): void {
    if (this.#ahead.delete(to.updateId)) this.react(to, undefined);
  }

  /**
   * Shows that the message was received: by 👀, or by "typing…" in a chat that takes no reactions.
   */
  acknowledge(to: Sender): void {
    if (!this.#ahead.delete(to.updateId)) this.#acknowledgeNow(to);
  }

  #acknowledgeNow(to: Sender): void {
    const acknowledge = async ({ chatId, messageId, topicId }: Sender): Promise<void> => {
      const { status } = await this.#outbox.react(chatId, messageId, "👀");
      if (status === "failed") this.#outbox.typing(chatId, topicId);
    };
    // void: as above.
    void acknowledge(to);
  }

  /**
   * Sends the reply as one or more messages, cut where it is too long.
   * @param name tells the replies to one update apart. With a name the reply is durable, and sent
   * once, however often the update is routed
   */
  send(to: Sender, reply: DrawnReply, name?: string): void {
    const parts = splitMessage(reply);
    const common = {
      ...(reply.silent === true ? { silent: true } : {}),
      lost: lostOf(this.textsFor(to)),
    };
    for (const [index, content] of parts.entries()) {
      const last = index === parts.length - 1 && reply.buttons !== undefined;
      // void, here and below: deliveries never reject, and the outbox logs its failures.
      const message = {
        ...destinationOf(to, name, index),
        ...common,
        content,
        ...(last ? { buttons: reply.buttons ?? [] } : {}),
      };
      void this.#remember(message, this.#outbox.send(message, "reply"));
    }
    for (const [index, each] of (reply.documents ?? []).entries()) {
      const document = { ...destinationOf(to, name, parts.length + index), ...common, ...each };
      void this.#remember(document, this.#outbox.sendDocument(document, "reply"));
    }
  }

  /**
   * Replaces the message with the pressed button; cuts what does not fit into one message. Sends it
   * anew where Telegram refuses the change.
   */
  replace(pressed: Sender, reply: DrawnReply): void {
    const [content] = splitMessage(reply);
    if (content === undefined) return;
    const { chatId, messageId } = pressed;
    const buttons = reply.buttons === undefined ? {} : { buttons: reply.buttons };
    const edit = { chatId, messageId, content, ...buttons };
    void this.#replace(edit, () => this.send(pressed, reply));
  }

  async #replace(edit: OutgoingEdit, sendAnew: () => void): Promise<void> {
    const delivery = await this.#outbox.edit(edit, "reply");
    // A message that is gone was deleted by the person.
    if (delivery.status === "failed" && delivery.gone !== true) sendAnew();
  }
}

/** What becomes of a message to a person that Telegram refuses for good. */
export function lostOf({ run }: Texts): NonNullable<Destination["lost"]> {
  return { fileName: "message.txt", note: run.messageRefused };
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
