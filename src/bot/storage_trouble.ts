/** What the bot does for people while the disk takes nothing, and when it has to give up. */
import { errorText } from "../texts/trouble_texts.ts";
import type { Gate } from "./gate.ts";
import { type Inbound, inboundOf } from "./inbound.ts";
import type { Sender } from "./sender.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Preferences } from "./preferences.ts";
import { plainText } from "./render/formatted_text.ts";
import { splitMessage } from "./render/split.ts";
import { type Texts, textsFor } from "../texts/texts.ts";
import type { UnstoredVerdict } from "./unstored_updates.ts";

export interface StorageTroubleDependencies {
  /** The ordinary way of an update. */
  readonly route: (update: unknown) => Promise<unknown>;
  /** A gate of its own: a stranger who asks is counted as told. */
  readonly gate: Gate;
  readonly outbox: Pick<Outbox, "send" | "reachable">;
  readonly botUsername: string;
  readonly preferences: Pick<Preferences, "languageOf">;
}

type Allowed = Exclude<Inbound, { kind: "ignored" }>;

/** They change nothing that outlives the program. */
const COMMANDS_WITHOUT_DISK = new Set([
  "start",
  "help",
  "status",
  "queue",
  "usage",
  "cancel",
  "approve",
  "deny",
  "log",
  "diff",
  "file",
]);

export class StorageTrouble {
  readonly #deps: StorageTroubleDependencies;

  constructor(deps: StorageTroubleDependencies) {
    this.#deps = deps;
  }

  /**
   * Carries out at once what needs no disk; the sender of anything else is told that it waits.
   * @param failure why the update cannot be stored
   */
  async handleUnstored(update: unknown, failure: unknown): Promise<UnstoredVerdict> {
    const inbound = this.#waiting(update);
    if (inbound === undefined) {
      await this.#deps.route(update);
      return "handled";
    }
    this.#deps.outbox.reachable(inbound.chatId);
    this.#reply(inbound, (texts) => texts.notices.cannotStore(errorText(failure, texts)));
    return "refused";
  }

  /** Tells the sender that their message failed for good. Strangers are told nothing. */
  onGivenUp(update: unknown): Promise<void> {
    const inbound = this.#allowed(update);
    if (inbound !== undefined) {
      const key = `given-up:${inbound.updateId}`;
      this.#reply(inbound, ({ notices }) => notices.givenUp, { key });
    }
    return Promise.resolve();
  }

  /** Undefined when the update need not wait for the disk. */
  #waiting(update: unknown): Allowed | undefined {
    const inbound = this.#allowed(update);
    const waits = inbound?.kind === "text" ||
      (inbound?.kind === "command" && !COMMANDS_WITHOUT_DISK.has(inbound.name));
    return waits ? inbound : undefined;
  }

  #allowed(update: unknown): Allowed | undefined {
    const inbound = inboundOf(update, this.#deps.botUsername);
    if (inbound.kind === "ignored") return undefined;
    return this.#deps.gate.check(inbound).verdict === "allow" ? inbound : undefined;
  }

  /** @param kept a key under which the reply survives the program; nothing is kept without it */
  #reply(to: Sender, text: (texts: Texts) => string, kept: { readonly key?: string } = {}): void {
    const { chatId, messageId, topicId } = to;
    const texts = textsFor(this.#deps.preferences.languageOf(to));
    const content = plainText(`⚠️ ${text(texts)}`);
    const [part = content] = splitMessage(content);
    // The outbox tells failures as values and reports them itself.
    void this.#deps.outbox.send({
      chatId,
      replyTo: messageId,
      content: part,
      ...(topicId === undefined ? {} : { topicId }),
      ...kept,
    }, "reply");
  }
}
