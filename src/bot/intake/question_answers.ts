/**
 * Takes words in reply to what Codex waits for: to an approval as a denial, with what to do instead; to
 * a question as its answer.
 */
import type { Attachment } from "../../core/chat/attachment.ts";
import type { Engine } from "../../core/run/engine.ts";
import { answererOf } from "../command_runner.ts";
import type { ShownQuestion } from "../presenter/approvals.ts";
import type { PersonRequests } from "../presenter/person_requests.ts";
import type { ReplyOutcome } from "../presenter/questions.ts";
import type { Replies } from "../replies.ts";
import type { Requests } from "../requests.ts";
import { type Person, sessionOf } from "../sender.ts";
import { problemText } from "../../texts/question_texts.ts";

interface QuestionAnswersDependencies {
  readonly engine: Pick<Engine, "queue" | "steerRefusal">;
  readonly personRequests: Pick<PersonRequests, "shownIn" | "plans">;
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
    const { personRequests, replies } = this.#deps;
    const { chatId, repliesTo } = person;
    if (words.trim() === "") return undefined;
    const question = repliesTo === undefined
      ? personRequests.plans.wordsAsked(answererOf(person))
      : personRequests.shownIn(chatId, repliesTo, answererOf(person));
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
      case "plan":
        // Words that come at another moment are for the run all the same.
        if (question.change(words)) return attachments;
        return this.#addTo(question.runId, person, words, attachments);
      case "question":
        this.#sayOutcome(question.reply(words), person);
        return attachments;
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

  /** Says why an answer was not taken; one that was shows in the chat. */
  #sayOutcome(outcome: ReplyOutcome, person: Person): void {
    if (outcome.type === "taken") return;
    this.#deps.replies.say(person, ({ questions }) => {
      if (outcome.type === "buttons") return questions.useButtons;
      return questions.notTaken(problemText(outcome.problem, questions));
    }, "answer");
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
