/** What people want of Codex: as a request of their own, or as words to the one that runs. */
import type { Redact } from "../core/redaction/redact.ts";
import type { Attachment } from "../core/chat/attachment.ts";
import type { Clock } from "../core/clock.ts";
import type { Engine, SteerReport } from "../core/run/engine.ts";
import type { Log } from "../core/log.ts";
import type { Run } from "../core/run/run.ts";
import { sessionId } from "../core/session/session.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { originOf, type Person, sentAt, sessionOf } from "./sender.ts";
import type { Preferences } from "./preferences.ts";
import { plainText } from "./render/formatted_text.ts";
import type { Replies } from "./replies.ts";
import { textsFor } from "../texts/texts.ts";

export interface RequestsDependencies {
  readonly engine: Pick<Engine, "submit" | "steer">;
  readonly preferences: Preferences;
  readonly outbox: Pick<Outbox, "react">;
  readonly replies: Replies;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

/** Between a comment and what it is about, which clients send as messages of their own. */
const SAME_SENDING_SECONDS = 2;
/** What a request looks like in the log. */
const LOGGED_CHARACTERS = 200;

/** Both throw a StorageError when the disk does not take it; nothing has happened then. */
export class Requests {
  readonly #deps: RequestsDependencies;
  /** For each session: its newest request. */
  readonly #newest = new Map<string, { readonly runId: string; readonly sentAt: number }>();

  constructor(deps: RequestsDependencies) {
    this.#deps = deps;
  }

  submit(sender: Person, prompt: string, attachments: readonly Attachment[] = []): void {
    const run = this.#run(sender, prompt);
    const files = attachments.length === 0 ? {} : { attachments };
    this.#deps.engine.submit({ ...run, ...files }, sourceOf(sender));
    this.#newest.set(sessionId(run.session), { runId: run.id, sentAt: sender.sentAt ?? NaN });
    this.#acknowledge(sender);
  }

  /** Whether the message came right behind the words that made the run, as one sending of both. */
  follows(sender: Person, runId: string): boolean {
    const newest = this.#newest.get(sessionId(sessionOf(sender)));
    if (newest?.runId !== runId) return false;
    return (sender.sentAt ?? NaN) - newest.sentAt <= SAME_SENDING_SECONDS;
  }

  /** Adds to what runs; what cannot be added is a request, and its sender is told. */
  steer(sender: Person, text: string): void {
    const report = this.#deps.engine.steer(this.#run(sender, text), sourceOf(sender));
    this.#acknowledge(sender);
    if (report.type === "queued") this.#tellQueued(sender, report.reason);
    // Does not reject: see SteerReport.
    if (report.type === "kept") void this.#tellWhetherTaken(sender, report);
  }

  #run(sender: Person, prompt: string): Run {
    const { preferences, redact, clock, log, newId } = this.#deps;
    log.info("telegram.inbound", {
      chat_id: sender.chatId,
      user_id: sender.userId,
      text: redact(prompt).slice(0, LOGGED_CHARACTERS),
    });
    return {
      id: newId(),
      session: sessionOf(sender),
      prompt,
      origin: originOf(sender, preferences.languageOf(sender)),
      createdAt: clock.now().toISOString(),
      ...sentAt(sender),
    };
  }

  /** Only when it is kept: the reaction says so. */
  #acknowledge({ chatId, messageId }: Person): void {
    this.#deps.outbox.react(chatId, messageId, "👀");
  }

  async #tellWhetherTaken(
    sender: Person,
    { taken }: SteerReport & { readonly type: "kept" },
  ): Promise<void> {
    if (await taken) this.#deps.outbox.react(sender.chatId, sender.messageId, "✍");
    else this.#tellQueued(sender, "ended");
  }

  #tellQueued(sender: Person, reason: (SteerReport & { type: "queued" })["reason"]): void {
    const { preferences, replies } = this.#deps;
    const { steer } = textsFor(preferences.languageOf(sender)).talk;
    replies.send(sender, plainText(steer.queued[reason]), "steer");
  }
}

/** The same message makes the same request, however often it is routed. */
function sourceOf({ updateId }: Person): string {
  return `telegram:${updateId}`;
}
