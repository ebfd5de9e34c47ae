/** Takes words in reply to a question of Codex as its answer: a denial, with what to do instead. */
import type { Attachment } from "../../core/chat/attachment.ts";
import type { Engine } from "../../core/run/engine.ts";
import { answererOf } from "../command_runner.ts";
import type { Approvals, ShownQuestion } from "../presenter/approvals.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import { type Person, sessionOf } from "../sender.ts";

interface QuestionAnswersDependencies {
  readonly engine: Pick<Engine, "queue" | "steerRefusal">;
  readonly approvals: Pick<Approvals, "shownIn">;
  readonly replies: Pick<Replies, "say">;
  readonly requests: Pick<Requests, "steer">;
}

type Replying = Person & { readonly repliesTo?: number };

export class QuestionAnswers {
  readonly #deps: QuestionAnswersDependencies;

  constructor(deps: QuestionAnswersDependencies) {
    this.#deps = deps;
  }

  /**
   * @returns the files that the answer cannot take along; undefined when it is no such reply
   * @throws {StorageError} when the disk does not take the words
   */
  take(
    person: Replying,
    words: string,
    attachments: readonly Attachment[],
  ): readonly Attachment[] | undefined {
    const { approvals, replies } = this.#deps;
    const { chatId, repliesTo } = person;
    if (repliesTo === undefined || words.trim() === "") return undefined;
    const question = approvals.shownIn(chatId, repliesTo, answererOf(person));
    switch (question?.type) {
      case undefined:
        return undefined;
      case "not-yours":
        replies.say(person, ({ refusals }) => refusals.notYours, "answer");
        return [];
      case "closed":
        return this.#addTo(question.runId, person, words, attachments);
      case "open":
        return this.#deny(question, person, words, attachments);
      default:
        return question satisfies never;
    }
  }

  #deny(
    { deny }: ShownQuestion & { readonly type: "open" },
    person: Person,
    words: string,
    attachments: readonly Attachment[],
  ): readonly Attachment[] {
    const { engine, replies, requests } = this.#deps;
    const session = sessionOf(person);
    const refusal = engine.steerRefusal(session);
    const isElsewhere = engine.queue(session).active?.machine !== undefined;
    deny(words);
    const said = refusal === "backend" ? "deniedWithReason" : "deniedWithWords";
    replies.say(person, ({ approvals }) => `⛔ ${approvals[said]}`, "answer");
    // Where the protocol has no reason, the words follow the denial.
    if (refusal === "backend") return attachments;
    requests.steer(person, words, isElsewhere ? [] : attachments);
    return isElsewhere ? attachments : [];
  }

  /** Adds words to the run of a closed question while it goes on. */
  #addTo(
    runId: string,
    person: Person,
    words: string,
    attachments: readonly Attachment[],
  ): readonly Attachment[] | undefined {
    const { engine, requests } = this.#deps;
    if (engine.queue(sessionOf(person)).active?.run.id !== runId) return undefined;
    requests.steer(person, words, attachments);
    return [];
  }
}
