/** Delivers what a run has said: its reports on the way, its answer with pictures, news below it. */
import { deniedChoices } from "../../commands/approvals.ts";
import { endChoices } from "../../commands/ended_run.ts";
import { commandsLeftChoices, remedies } from "../../commands/remedies.ts";
import { reviewChoices } from "../../commands/review.ts";
import type { ToldMessage } from "../../core/codex/turn_state.ts";
import { describeError } from "../../core/errors.ts";
import type { LogFields } from "../../core/log.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import type { RunState } from "../../core/run/run_state.ts";
import type { Profile } from "../../core/session/settings.ts";
import { mixedText } from "../../texts/folder_texts.ts";
import { type AnswerOptions, deliverMarkdown } from "../outbox/answer.ts";
import { isVisible } from "../render/clean_text.ts";
import { buttonsOf } from "../render/reply.ts";
import { TextBuilder } from "../render/text_builder.ts";
import { answerText } from "./answer_text.ts";
import { namedPictures, unreadNotes } from "./pictures.ts";
import type { DisplaySettings } from "./run_display.ts";
import { destinationOf, drawNews } from "./status_message.ts";

/** A run as it is known now. */
interface KnownRun {
  readonly state: RunState;
  /** Under which the run works; absent before it has begun. */
  readonly profile: Profile | undefined;
}

export class AnswerDelivery {
  readonly #settings: DisplaySettings;
  readonly #chatId: number;

  constructor(settings: DisplaySettings) {
    this.#settings = settings;
    this.#chatId = Number(settings.run.origin.chatId);
  }

  /** Begins the keys of all parts of the answer, by which the state finds the run of a message. */
  get answerKey(): string {
    return `answer:${this.#settings.run.id}`;
  }

  /** Delivers what Codex said at the end of a round, without a sound: another round follows. */
  async report(
    { round, text }: RunEvent & { readonly type: "goal.reported" },
    { state, profile }: KnownRun,
  ): Promise<void> {
    const { outbox, run, texts } = this.#settings;
    await deliverMarkdown(outbox, { ...destinationOf(run), silent: true }, text, "final", {
      heading: new TextBuilder().text("🎯 ").bold(texts.goals.report(round)).build(),
      // A continued run counts its rounds anew.
      key: `report:${run.id}:${state.startedAt?.getTime() ?? 0}:${round}:`,
      ...this.#manner(profile),
    });
  }

  /** Delivers what Codex says to the person while it works on, and how a question is answered. */
  async tell(
    { id, text, async }: ToldMessage,
    { profile }: Pick<KnownRun, "profile">,
  ): Promise<void> {
    if (!isVisible(text)) return;
    const { outbox, run, texts } = this.#settings;
    const footing = new TextBuilder().italic(texts.run.answerByReply).build();
    await deliverMarkdown(outbox, destinationOf(run), text, "final", {
      ...(async === "question" ? { footing } : {}),
      key: `told:${run.id}:${id}`,
      ...this.#manner(profile),
    });
  }

  async deliver(outcome: RunOutcome, known: KnownRun): Promise<void> {
    const { outbox, run, texts, echo, redact, log } = this.#settings;
    const { state, profile } = known;
    const mixed = mixedText(state, texts, redact);
    const text = answerText(outcome, texts, {
      runId: run.id,
      echo: echo(),
      state,
      redact,
      mixed,
      folder: profile?.workingDirectory,
    });
    if (text === undefined) return;
    const ended = state.goal === undefined ? { run } : { run, goal: state.goal };
    const choices = [
      ...endChoices(outcome, { run, state }, texts),
      ...remedies(outcome, ended, texts),
      ...reviewChoices(outcome, run, texts),
      ...commandsLeftChoices(state, texts),
    ];
    const answer = deliverMarkdown(outbox, destinationOf(run), text.markdown, "final", {
      ...(choices.length === 0 ? {} : { buttons: buttonsOf(choices) }),
      ...(text.heading === undefined ? {} : { heading: text.heading }),
      ...(text.footing === undefined ? {} : { footing: text.footing }),
      key: this.answerKey,
      ...this.#manner(profile),
      onFailure: (error) => log.error("answer.undrawn", this.#describe(error)),
    });
    // Both are stored before anything is awaited: no crash parts the pictures from their answer.
    await Promise.all([answer, this.#deliverPictures(text.markdown, known)]);
  }

  /** What is the same for all that Codex says: how it is drawn, and what is said where it cannot be. */
  #manner(profile: Profile | undefined): AnswerOptions {
    const { texts: { run }, rich, renderer } = this.#settings;
    return {
      lostNote: run.answerRefused,
      rich: rich?.(this.#chatId) ?? false,
      repeatNote: run.perhapsRepeated,
      note: run.wholeAnswerInFile("answer.md"),
      ...(profile === undefined ? {} : { folder: profile.workingDirectory }),
      ...(renderer === undefined ? {} : { renderer }),
    };
  }

  /** Delivers quietly, below the answer, what Codex told beside its work. */
  async deliverNews(state: RunState): Promise<void> {
    const { outbox, run, texts, clock, redact } = this.#settings;
    const content = drawNews(state, texts, { now: clock.now(), redact });
    if (content === undefined) return;
    const choices = deniedChoices(state.news, redact, texts);
    await outbox.send({
      ...destinationOf(run),
      silent: true,
      content,
      key: `news:${run.id}`,
      ...(choices.length === 0 ? {} : { buttons: buttonsOf(choices) }),
    }, "final");
  }

  async #deliverPictures(markdown: string, { state, profile }: KnownRun): Promise<void> {
    if (profile === undefined) return;
    const { outbox, run, texts, renderer, log } = this.#settings;
    const source = {
      markdown,
      reported: state.pictures,
      profile,
      ...(renderer === undefined ? {} : { renderer }),
    };
    try {
      const { chatId, topicId } = destinationOf(run);
      const named = namedPictures(source, texts);
      if (named.pictures.length === 0) return;
      await outbox.sendNamedPictures({
        chatId,
        ...(topicId === undefined ? {} : { topicId }),
        silent: true,
        key: `picture:${run.id}`,
        repeatNote: texts.run.perhapsRepeated,
        ...named,
        unread: unreadNotes(profile, texts, developerThread(state) ?? run.id),
      }, "final");
    } catch (error) {
      // The answer is there, and names them.
      log.error("answer.pictures.unread", this.#describe(error));
    }
  }

  #describe(error: unknown): LogFields {
    return { run: this.#settings.run.id, error: describeError(error) };
  }
}

/** Names the conversation, as long as Codex keeps it. */
function developerThread({ stages }: RunState): string | undefined {
  return stages.findLast(({ role, turn }) => role === "developer" && turn.threadId !== undefined)
    ?.turn.threadId;
}
