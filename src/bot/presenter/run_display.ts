/** Displays one run in its chat: edits its status message, then sends the answer. */
import type { Redact } from "../../core/redaction/redact.ts";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { toldIn } from "../../core/codex/turn_state.ts";
import type { Log } from "../../core/log.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import { runEnd } from "../../core/run/run_end.ts";
import { type Run, shortRunId } from "../../core/run/run.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { Buttons } from "../outbox/outgoing.ts";
import { paceOf, type TelegramPace } from "../pace.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import type { MarkdownRenderer } from "../render/rendered.ts";
import type { Texts } from "../../texts/texts.ts";
import { AnswerDelivery } from "./answer_delivery.ts";
import { reactionTo } from "./reaction.ts";
import {
  destinationOf,
  drawStatus,
  drawUndelivered,
  statusButtons,
  type StatusMessages,
} from "./status_message.ts";
import { newRunState, type RunChange, type RunState } from "../../core/run/run_state.ts";

export interface DisplaySettings {
  readonly run: Run;
  readonly outbox: Pick<
    Outbox,
    | "send"
    | "sendRich"
    | "edit"
    | "sendDocument"
    | "sendNamedPictures"
    | "mark"
    | "typing"
    | "withdraw"
  >;
  /** Whether answers go to this chat as rich messages; absent = to none. */
  readonly rich?: (chatId: number) => boolean;
  /** Draws answers; absent = as Markdown. */
  readonly renderer?: MarkdownRenderer;
  readonly log: Log;
  readonly statusMessages: StatusMessages;
  readonly clock: Clock;
  readonly texts: Texts;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
  /** Whether the backend is the echo. */
  readonly echo: () => boolean;
  readonly pace: TelegramPace;
  /** Whether a request that waits stands behind work that lasts, and waits for long. */
  readonly isBehindLongWork?: () => boolean;
}

/**
 * How often the written time is updated when nothing else changes, in milliseconds: seldom, as most
 * clients update it by themselves, and a run may take an hour.
 */
const TICK_PRIVATE_MS = 30_000;
const TICK_GROUP_MS = 60_000;
/**
 * "typing…" lasts five seconds. It is shown at the beginning of a run only, and only while there is
 * no status message, which says more: a request that is answered sooner costs three calls.
 */
const TYPING_AFTER_MS = 1_500;
const TYPING_EVERY_MS = 4_500;
const TYPING_FOR_MS = 30_000;
/**
 * A status message that has been followed for long is changed less often: at a tenth of the time
 * that the run takes, but not seldomer than at this multiple of the usual time.
 */
const REFRESHES_OF_A_RUN = 10;
const MOST_REFRESH_STRETCH = 2;
/** How often a status message is sent of which nobody knows whether it arrived. */
const MOST_UNSURE_SENDS = 2;

/** A drawn status message. */
interface Drawing {
  readonly text: string;
  /** Its text without the time. */
  readonly news: string;
}

export class RunDisplay {
  readonly #settings: DisplaySettings;
  readonly #delivery: AnswerDelivery;
  readonly #over = new AbortController();
  readonly #chatId: number;
  readonly #label: string;
  /** The run's state after the last change. */
  #state: RunState = newRunState();
  /** In which it works, once that is known. */
  #folder: string | undefined;
  #working = false;
  /** The id of the status message, or undefined when there is none. */
  #message: Promise<number | undefined> | undefined;
  /** The same once known. */
  #messageId: number | undefined;
  #shown: Drawing = { text: "", news: "" };
  /** When that was, of the monotonic clock. */
  #shownAt = 0;
  #workingSince = 0;
  #refreshing = false;
  /** The person has deleted the status message. */
  #gone = false;
  /** How many status messages may stand in the chat under ids that nobody knows. */
  #unsureSends = 0;
  /** The work is on its way to be long enough for a status message. */
  #beginsSoon = false;

  constructor(settings: DisplaySettings) {
    this.#settings = settings;
    this.#delivery = new AnswerDelivery(settings);
    this.#chatId = Number(settings.run.origin.chatId);
    this.#label = `status:${settings.run.id}`;
    this.#messageId = settings.statusMessages.find(settings.run.id);
  }

  show({ event, before, state, profile }: RunChange): void {
    this.#state = state;
    this.#folder = profile?.workingDirectory ?? this.#folder;
    const told = event.type === "turn.event" ? toldIn(event.event) : undefined;
    if (told !== undefined) void this.#delivery.tell(told, { profile });
    if (event.type === "goal.reported") void this.#delivery.report(event, { state, profile });
    if (event.type !== "run.queued" && before.status === "queued") this.#withdraw();
    if (event.type === "run.started") this.#startWorking();
    if (this.#message === undefined) this.#beginAfterAWhile();
    // What needs the person is worth a second message.
    else if (this.#isUnsure && state !== before && this.#priority() === "final") this.#begin();
    // A new stage is shown at once; changes within one are collected.
    else if (event.type === "stage.started") void this.#edit();
    else if (event.type === "run.offered") void this.#edit("final");
    else if (event.type === "run.suspended") void this.#edit("status");
    else if (state !== before) this.#refreshSoon();
    if (event.type === "run.suspended") this.#over.abort();
  }

  /**
   * Draws the end and delivers the answer. Resolves when the answer is sent or given up on: what only
   * decorates it may wait for long, and is kept by the outbox alone then.
   */
  async finish(change: RunChange, outcome: RunOutcome): Promise<void> {
    const { state } = change;
    this.#withdraw();
    this.#state = state;
    this.#over.abort();
    // All are stored before anything is awaited, see ChatPort. The end and the reaction wait in the
    // outbox until the last part of the answer has arrived: they say that it has.
    const delivered = [
      this.#delivery.deliver(outcome, { state, profile: change.profile }),
      this.#delivery.deliverNews(state),
      this.#drawEnd(outcome),
    ];
    this.#react(outcome);
    await Promise.all(delivered);
  }

  /** Leaves the display as it is, as the program ends before the run. */
  stop(): void {
    this.#over.abort();
  }

  get run(): Run {
    return this.#settings.run;
  }

  /** Tells whether the work has a status message, or will have one in a moment. */
  get hasStatus(): boolean {
    return this.#message !== undefined;
  }

  /**
   * Shows at once what needs the person, what waits behind work that lasts, and what is shown
   * already; the rest when it takes a while: 👀 has said that it was received.
   */
  #beginAfterAWhile(): void {
    const { statusAfterMs } = this.#settings.pace;
    const { status, held, folderWait } = this.#state;
    const isUrgent = status === "awaiting-confirmation" || status === "suspended" ||
      held !== undefined || folderWait !== undefined ||
      (status === "queued" && this.#settings.isBehindLongWork?.() === true);
    if (isUrgent || this.#messageId !== undefined || statusAfterMs === 0) return this.#begin();
    if (this.#beginsSoon) return;
    this.#beginsSoon = true;
    const beginLater = async (): Promise<void> => {
      const waited = await this.#wait(statusAfterMs);
      this.#beginsSoon = false;
      if (waited && this.#message === undefined) this.#begin();
    };
    // Does not reject: the wait ends quietly with the display.
    void beginLater();
  }

  /**
   * Takes over the status message of an earlier process, or one that a person has found, so that a
   * run has only one.
   */
  #begin(): void {
    const content = this.#draw();
    this.#rememberShown(content);
    this.#messageId ??= this.#settings.statusMessages.find(this.#settings.run.id);
    const id = this.#messageId;
    this.#message = id === undefined ? this.#send(content) : this.#takeOver(id, content);
  }

  async #takeOver(messageId: number, content: FormattedText): Promise<number | undefined> {
    const { outbox } = this.#settings;
    const edit = { chatId: this.#chatId, messageId, content, buttons: this.#buttons() };
    const { status } = await outbox.edit(edit, this.#priority());
    return status === "failed" ? await this.#send(content) : messageId;
  }

  async #send(content: FormattedText): Promise<number | undefined> {
    const { outbox, statusMessages, run } = this.#settings;
    const priority = this.#priority();
    const message = {
      ...destinationOf(run),
      silent: true,
      content,
      buttons: this.#buttons(),
      label: this.#label,
      // A repeat would leave one behind that nothing ever updates. A question has to be seen.
      ...(priority === "final" ? {} : { once: true as const }),
    };
    const delivery = await outbox.send(message, priority);
    if (delivery.status === "failed" && delivery.perhapsSent === true) this.#unsureSends += 1;
    if (delivery.status !== "sent") return undefined;
    this.#messageId = delivery.messageId;
    statusMessages.remember(run.id, delivery.messageId);
    return delivery.messageId;
  }

  /** What needs the person is a question. The rest is decoration, but not progress, which may be
   * dropped: everything later edits this message. */
  #priority(): "final" | "status" | "waiting" {
    switch (this.#state.status) {
      case "awaiting-confirmation":
        return "final";
      case "queued":
        return this.#state.held ?? this.#state.folderWait ? "final" : "waiting";
      default:
        return "status";
    }
  }

  /** Withdraws a message that was not sent yet, and shows what is no longer true. */
  #withdraw(): void {
    if (this.#messageId !== undefined || this.#message === undefined) return;
    if (this.#settings.outbox.withdraw(this.#chatId, this.#label)) this.#message = undefined;
  }

  #startWorking(): void {
    if (this.#working) return;
    this.#working = true;
    this.#workingSince = this.#settings.clock.monotonic();
    // Neither rejects: every wait ends quietly with the display.
    void this.#tick();
    void this.#type();
  }

  /** Collects changes in quick succession into one edit. */
  #refreshSoon(): void {
    if (this.#refreshing || this.#over.signal.aborted) return;
    this.#refreshing = true;
    const refresh = async (): Promise<void> => {
      const waited = await this.#wait(this.#refreshMs());
      this.#refreshing = false;
      // The time alone is updated by #tick().
      if (waited && this.#drawing().news !== this.#shown.news) await this.#edit();
    };
    // Does not reject, as above.
    void refresh();
  }

  #refreshMs(): number {
    const { pace, clock } = this.#settings;
    const { refreshMs } = paceOf(pace, this.#chatId);
    const worksMs = this.#working ? clock.monotonic() - this.#workingSince : 0;
    const stretchedMs = Math.min(worksMs / REFRESHES_OF_A_RUN, refreshMs * MOST_REFRESH_STRETCH);
    return Math.max(refreshMs, stretchedMs);
  }

  async #tick(): Promise<void> {
    const tickMs = this.#isGroup ? TICK_GROUP_MS : TICK_PRIVATE_MS;
    while (await this.#wait(tickMs)) {
      // Work that takes so long is worth a second message.
      if (this.#isUnsure && this.#unsureSends < MOST_UNSURE_SENDS) this.#begin();
      // What was changed a moment ago has the time in it.
      else if (this.#settings.clock.monotonic() - this.#shownAt >= tickMs / 2) await this.#edit();
    }
  }

  /** A status message may stand in the chat, under an id that nobody knows. */
  get #isUnsure(): boolean {
    return this.#unsureSends > 0 && this.#messageId === undefined;
  }

  /** Finds the status message, also one that a person has found by a press on it. */
  async #shownIn(): Promise<number | undefined> {
    this.#messageId ??= await this.#message;
    if (this.#isUnsure) {
      this.#messageId = this.#settings.statusMessages.find(this.#settings.run.id);
    }
    return this.#messageId;
  }

  async #type(): Promise<void> {
    const { outbox, run } = this.#settings;
    if (!await this.#wait(TYPING_AFTER_MS)) return;
    for (let shownMs = 0; shownMs < TYPING_FOR_MS; shownMs += TYPING_EVERY_MS) {
      if (this.#messageId !== undefined) return;
      outbox.typing(this.#chatId, run.origin.topicId);
      if (!await this.#wait(TYPING_EVERY_MS)) return;
    }
  }

  async #edit(priority: "progress" | "status" | "final" = "progress"): Promise<void> {
    const messageId = this.#messageId ?? await this.#shownIn();
    const content = this.#draw();
    if (messageId === undefined || this.#gone || content.text === this.#shown.text) return;
    if (this.#over.signal.aborted && priority === "progress") return;
    this.#rememberShown(content);
    const delivery = await this.#settings.outbox.edit(
      { chatId: this.#chatId, messageId, content, buttons: this.#buttons() },
      priority,
    );
    if (delivery.status === "failed" && delivery.gone === true) this.#gone = true;
  }

  async #drawEnd({ status }: RunOutcome): Promise<void> {
    const hasNone = this.#messageId === undefined && this.#message === undefined;
    // No answer tells that it was stopped.
    if (hasNone && status === "cancelled") return await this.#sendEnd();
    const messageId = this.#messageId ?? await this.#shownIn();
    if (messageId === undefined || this.#gone) return;
    const { outbox, run, texts } = this.#settings;
    // void: nobody waits for it, and deliveries never reject.
    void outbox.edit(
      {
        chatId: this.#chatId,
        messageId,
        content: this.#draw(),
        buttons: this.#buttons(),
        key: `end:${run.id}`,
        after: this.#delivery.answerKey,
        otherwise: drawUndelivered(this.#state, texts),
      },
      "status",
    );
  }

  /** Says how a run ended whose status message was not sent. */
  async #sendEnd(): Promise<void> {
    const { outbox, run, statusMessages } = this.#settings;
    const message = {
      ...destinationOf(run),
      silent: true,
      content: this.#draw(),
      buttons: this.#buttons(),
      key: `end:${run.id}`,
    };
    const delivery = await outbox.send(message, "status");
    if (delivery.status === "sent") statusMessages.remember(run.id, delivery.messageId);
  }

  #react(outcome: RunOutcome): void {
    const { outbox, run } = this.#settings;
    const emoji = reactionTo(runEnd(outcome, this.#state));
    // void: nobody waits for it, and deliveries never reject.
    void outbox.mark({
      chatId: this.#chatId,
      messageId: run.origin.messageId,
      ...(emoji === undefined ? {} : { emoji }),
      key: `reaction:${run.id}`,
      after: this.#delivery.answerKey,
      otherwise: "😢",
    });
  }

  get #isGroup(): boolean {
    return this.#chatId < 0;
  }

  #draw(): FormattedText {
    return this.#drawAt({ now: this.#settings.clock.now() });
  }

  #rememberShown(content: FormattedText): void {
    this.#shown = this.#drawing(content);
    this.#shownAt = this.#settings.clock.monotonic();
  }

  #drawing({ text } = this.#draw()): Drawing {
    return { text, news: this.#drawAt({}).text };
  }

  #drawAt(time: { readonly now?: Date }): FormattedText {
    const { texts, run, redact } = this.#settings;
    const folder = this.#folder === undefined ? {} : { folder: this.#folder };
    return drawStatus(this.#state, texts, {
      ...time,
      ...folder,
      shortId: shortRunId(run.id),
      redact,
    });
  }

  #buttons(): Buttons {
    return statusButtons(this.#state, this.#settings.run, this.#settings.texts);
  }

  /** @returns false when the run ended first */
  #wait(ms: number): Promise<boolean> {
    return pause(this.#settings.clock, ms, this.#over.signal);
  }
}
