/** Submits what people want of Codex: as a request of its own, or as words to the one that runs. */
import type { BaseDependencies } from "../core/base_dependencies.ts";
import { type Attachment, promptWithAttachments } from "../core/chat/attachment.ts";
import type { GoalWish } from "../core/codex/goal.ts";
import type { Engine, SteerReport } from "../core/run/engine.ts";
import { following, type FollowWish } from "../core/run/ended_reviews.ts";
import type { LastRequest, Run, RunTask } from "../core/run/run.ts";
import { sessionId } from "../core/session/session.ts";
import { originOf, type Person, sentAt, sessionOf } from "./sender.ts";
import type { Preferences } from "./preferences.ts";
import type { TelegramTime } from "./telegram_time.ts";
import type { Replies } from "./replies.ts";

export interface RequestsDependencies extends BaseDependencies {
  readonly engine: Pick<Engine, "submit" | "steer" | "queue" | "rewordRun">;
  readonly preferences: Pick<Preferences, "languageOf">;
  readonly replies: Pick<Replies, "say" | "react" | "acknowledge">;
  /** Whether Codex waits for an answer of this person, here. */
  readonly hasQuestion: (person: Person) => boolean;
  readonly newId: () => string;
  readonly time: Pick<TelegramTime, "onOwnClock">;
}

/** The most between a comment and the messages it was sent with. */
const SAME_SENDING_SECONDS = 2;
/** How much of a request is logged. */
const LOGGED_CHARACTERS = 200;

/** `submit` and `steer` throw a StorageError when the disk refuses it; nothing has happened then. */
export class Requests {
  readonly #deps: RequestsDependencies;
  /** The newest request of each session. */
  readonly #newest = new Map<string, { readonly runId: string; readonly sentAt: number }>();

  constructor(deps: RequestsDependencies) {
    this.#deps = deps;
  }

  /** @param goal set where the prompt is the objective of a goal */
  submit(
    sender: Person,
    prompt: string,
    attachments: readonly Attachment[] = [],
    goal?: GoalWish,
  ): Run {
    const run = { ...this.#run(sender, prompt), ...(goal === undefined ? {} : { goal }) };
    const files = attachments.length === 0 ? {} : { attachments };
    this.#deps.engine.submit({ ...run, ...files }, sourceOf(sender));
    this.#newest.set(sessionId(run.session), { runId: run.id, sentAt: sender.sentAt ?? NaN });
    this.#received(sender, prompt);
    this.#tellOpenQuestion(sender);
    return run;
  }

  /** Submits a request that begins with the rounds of another run, as `submit` does. */
  submitFollowing(
    sender: Person,
    prompt: string,
    wish: FollowWish,
    attachments: readonly Attachment[] = [],
  ): void {
    const run = following(this.#run(sender, prompt), wish);
    const files = attachments.length === 0 ? {} : { attachments };
    this.#deps.engine.submit({ ...run, ...files }, sourceOf(sender));
    this.#received(sender, prompt);
  }

  /**
   * Submits a request as `submit` and `submitFollowing` do.
   * @param sourceId what it is made of, which makes one request only
   * @returns false when it has made one before
   */
  submitOnce(sender: Person, sourceId: string, prompt: string, wish?: FollowWish): boolean {
    const run = following(this.#run(sender, prompt), wish);
    if (!this.#deps.engine.submit(run, sourceId)) return false;
    this.#received(sender, prompt);
    this.#tellOpenQuestion(sender);
    return true;
  }

  /** Submits work on the conversation itself, as `submit` does a request. */
  submitTask(sender: Person, task: RunTask, args = ""): Run {
    const run = { ...this.#run(sender, `/${task} ${args}`.trim()), task };
    this.#deps.engine.submit(run, sourceOf(sender));
    this.#received(sender, run.prompt);
    return run;
  }

  /**
   * Makes the message a part of a request that has not begun, which is then as given.
   * @returns false when it has begun
   */
  join(sender: Person, runId: string, request: LastRequest): boolean {
    const part = { run: this.#run(sender, ""), sourceId: sourceOf(sender) };
    return this.#deps.engine.rewordRun(part.run.session, runId, request, part);
  }

  /** The run that was made of the words with which the message was sent; undefined = none. */
  runSentWith(sender: Person): string | undefined {
    if (!this.sentTogether(sender)) return undefined;
    return this.#newest.get(sessionId(sessionOf(sender)))?.runId;
  }

  /** Tells whether the message was sent together with the newest request of its session. */
  sentTogether(sender: Person): boolean {
    const newest = this.#newest.get(sessionId(sessionOf(sender)));
    return (sender.sentAt ?? NaN) - (newest?.sentAt ?? NaN) <= SAME_SENDING_SECONDS;
  }

  /**
   * Adds words and files to the running request; makes a request of what cannot be added, and says
   * so.
   * @returns the id of the run that gets them
   */
  steer(sender: Person, text: string, attachments: readonly Attachment[] = []): string {
    const { engine, replies } = this.#deps;
    const { active } = engine.queue(sessionOf(sender));
    if (attachments.length > 0 && (active === undefined || active.machine !== undefined)) {
      if (active !== undefined) {
        replies.say(sender, ({ files }) => files.onlyWithNewRequest, "steer");
      }
      return this.submit(sender, text, attachments).id;
    }
    const run = this.#run(sender, promptWithAttachments(text, attachments));
    const report = engine.steer(run, sourceOf(sender));
    this.#received(sender, run.prompt);
    if (report.type === "queued") this.#tellQueued(sender, report.reason);
    // void: does not reject, see SteerReport.
    if (report.type === "kept") void this.#tellWhetherTaken(sender, report);
    return report.type === "kept" ? active?.run.id ?? run.id : run.id;
  }

  /** Sets 👀 and logs the request, once it is on its way. */
  #received(sender: Person, prompt: string): void {
    const { replies, redact, log } = this.#deps;
    replies.acknowledge(sender);
    log.info("telegram.inbound", {
      chat_id: sender.chatId,
      user_id: sender.userId,
      text: redact(prompt).slice(0, LOGGED_CHARACTERS),
    });
  }

  /** Who is asked something may have meant to answer it. */
  #tellOpenQuestion(sender: Person): void {
    if (!this.#deps.hasQuestion(sender)) return;
    this.#deps.replies.say(sender, ({ approvals }) => approvals.queuedBehind, "question-open");
  }

  #run(sender: Person, prompt: string): Run {
    const { preferences, time, clock, newId } = this.#deps;
    return {
      id: newId(),
      session: sessionOf(sender),
      prompt,
      origin: originOf(sender, preferences.languageOf(sender)),
      createdAt: clock.now().toISOString(),
      ...sentAt(sender, time),
    };
  }

  async #tellWhetherTaken(
    sender: Person,
    report: SteerReport & { readonly type: "kept" },
  ): Promise<void> {
    const { replies } = this.#deps;
    const end = await report.end;
    switch (end) {
      case "taken":
        return replies.react(sender, "✍");
      case "queued":
        return this.#tellQueued(sender, "ended");
      case "stopped":
        return replies.say(sender, ({ steerStopped }) => steerStopped, "steer");
      case "kept":
        return;
      default:
        return end satisfies never;
    }
  }

  #tellQueued(sender: Person, reason: (SteerReport & { type: "queued" })["reason"]): void {
    this.#deps.replies.say(sender, ({ notAdded }) => notAdded[reason], "steer");
  }
}

/** Identifies the request by its update, so that routing it twice submits it once. */
function sourceOf({ updateId }: Person): string {
  return `telegram:${updateId}`;
}
