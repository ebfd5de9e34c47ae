/** Runs commands and presses of buttons for people whom the gate let in, and sends the replies. */
import {
  type Asking,
  type ChatContext,
  type ChatSettings,
  type Press,
  type Pressed,
} from "../commands/command.ts";
import { pressedRun } from "../commands/queue.ts";
import { says } from "../commands/reply.ts";
import { ACTIONS, type ChatCommand, perform } from "../commands/table.ts";
import type { BaseDependencies } from "../core/base_dependencies.ts";
import type { WaitingAttachments } from "../core/chat/attachment.ts";
import { describeError, StorageError } from "../core/errors.ts";
import type { Engine, StatusReport } from "../core/run/engine.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Texts } from "../texts/texts.ts";
import { failureText } from "../texts/trouble_texts.ts";
import type { BotProfile } from "./bot_profile.ts";
import type { Inbound } from "./inbound.ts";
import { commandOf } from "./needs.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { type Person, sessionOf } from "./sender.ts";
import type { Preferences } from "./preferences.ts";
import type { Answerer } from "./presenter/person_request.ts";
import type { PersonRequests } from "./presenter/person_requests.ts";
import type { StatusMessages } from "./presenter/status_message.ts";
import { plainText } from "./render/formatted_text.ts";
import type { Replies } from "./replies.ts";
import { drawReply } from "./render/reply.ts";
import type { Requests } from "./requests.ts";

export interface CommandRunnerDependencies extends BaseDependencies {
  readonly engine: Engine;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly preferences: Preferences;
  readonly botProfile: Pick<BotProfile, "languageChosen">;
  readonly personRequests: Pick<PersonRequests, "decide" | "openFor" | "press">;
  readonly replies: Replies;
  readonly requests: Pick<
    Requests,
    "submit" | "submitFollowing" | "submitOnce" | "submitTask" | "steer"
  >;
  readonly outbox: Pick<Outbox, "answerCallback" | "setButtons" | "stats">;
  readonly waiting: Pick<WaitingAttachments, "clear">;
  readonly statusMessages: Pick<StatusMessages, "find" | "remember">;
}

type Callback = Inbound & { readonly kind: "callback" } & Person;

/** Who sent a command, and to which message it is a reply. */
type Commander = Person & { readonly repliesTo?: number };

/** Telegram's limit for the text that answers a press. */
const MOST_CALLBACK_CHARACTERS = 200;
/** Cancels below a status message, as no other message has it, and names its run. */
const STATUS_BUTTON = /^s:([^:]+)/;
/** The name of a button, and what it is about. */
const BUTTON = /^([a-z]+):(.*)$/s;
/** Show and stop what a group was at work on when it became a supergroup. */
const ABOUT_WORK: ReadonlySet<string> = new Set([
  "cancel",
  "queue",
  "continue",
  "drop",
  "status",
  "log",
]);
/** The buttons about it. */
const STEERS_WORK: ReadonlySet<string> = new Set(["c", "s", "r", "held", "beside", "l"]);
/** Choose for whoever presses them. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set(["lang"]);

export class CommandRunner {
  readonly #deps: CommandRunnerDependencies;

  constructor(deps: CommandRunnerDependencies) {
    this.#deps = deps;
  }

  /**
   * Runs a command, and tells its sender when it fails.
   * @throws {StorageError} when it makes a request that the disk refuses
   */
  async run(
    command: ChatCommand,
    sender: Commander,
    args: string,
    texts: Texts,
  ): Promise<void> {
    const { replies, log } = this.#deps;
    try {
      const session = this.#sessionMeant(command, sender);
      const reply = await perform(command, this.#context(sender, session, args, texts));
      if (reply !== undefined) replies.send(sender, drawReply(reply), "reply");
    } catch (error) {
      if (error instanceof StorageError && command.needs?.disk === "request") throw error;
      log.error("telegram.command.failed", { error: describeError(error) });
      replies.send(sender, drawReply(says(failureText(error, texts, command.name))));
    }
  }

  /** Answers a press, also of a button that means nothing any more. Never rejects. */
  async press(callback: Callback, texts: Texts): Promise<void> {
    const { personRequests, replies, log } = this.#deps;
    if (personRequests.press({ ...callback, ...this.#answerer(callback), texts })) return;
    if (isSomebodyElses(callback)) return this.#answer(callback, texts.refusals.othersButton);
    try {
      this.#adoptStray(callback);
      const pressed = await this.#pressed(callback, texts);
      this.#clearStray(callback, texts, pressed);
      if (pressed === "stale") return this.#answer(callback, texts.refusals.staleButton);
      this.#answer(callback, pressed.toast);
      this.#withoutChoices(callback, pressed.withoutChoices);
      if (pressed.edit !== undefined) replies.replace(callback, drawReply(pressed.edit));
      if (pressed.reply !== undefined) {
        replies.send(callback, drawReply(pressed.reply), "pressed");
      }
    } catch (error) {
      log.error("telegram.button.failed", { error: describeError(error) });
      this.#answer(callback, failureText(error, texts, commandOf(callback)?.name));
    }
  }

  async #pressed(callback: Callback, texts: Texts): Promise<Pressed> {
    const [, name = "", data = ""] = BUTTON.exec(callback.data) ?? [];
    const session = this.#sessionPressed(callback, data);
    const pressed = await this.#pressedIn(session, name, data, callback, texts);
    if (pressed !== "stale" || !STEERS_WORK.has(name)) return pressed;
    const former = this.#formerSession(callback);
    return former === undefined
      ? "stale"
      : await this.#pressedIn(former, name, data, callback, texts);
  }

  /**
   * Finds the session of the run that the button names: what a group was at work on when it became a
   * supergroup answers there.
   */
  #sessionPressed(callback: Callback, data: string): SessionKey {
    const session = sessionOf(callback);
    const former = this.#formerSession(callback);
    if (former === undefined) return session;
    const { run } = pressedRun({ session: former, data });
    return this.#deps.records.runLog(former, run) === undefined ? session : former;
  }

  async #pressedIn(
    session: SessionKey,
    name: string,
    data: string,
    callback: Callback,
    texts: Texts,
  ): Promise<Pressed> {
    const { requests, waiting } = this.#deps;
    const asking = this.#asking(callback, session, texts);
    const press: Press = {
      ...asking,
      chat: this.#chatSettings(callback),
      data,
      submit: (prompt, attachments, goal) =>
        void requests.submit(callback, prompt, attachments, goal),
      submitOnce: (prompt, follows) =>
        requests.submitOnce(callback, buttonOf(callback), prompt, follows),
      ...(callback.repliedTo === undefined ? {} : { repliedTo: callback.repliedTo }),
      forgetAttachments: () => waiting.clear(asking.session),
    };
    return await ACTIONS.get(name)?.act(press) ?? "stale";
  }

  /**
   * Takes the pressed status message for that of its run where none is known: its sending was lost
   * behind the effect, and nobody knew of it until now.
   */
  #adoptStray(callback: Callback): void {
    const { engine, statusMessages } = this.#deps;
    const run = STATUS_BUTTON.exec(callback.data)?.[1];
    if (run === undefined || statusMessages.find(run) !== undefined) return;
    const { active, waiting, awaitingConfirmation } = engine.queue(sessionOf(callback));
    const known = [active?.run, ...waiting, ...awaitingConfirmation];
    if (known.some((each) => each?.id === run)) statusMessages.remember(run, callback.messageId);
  }

  /** Clears a status message that shows nothing any more: another one does, or the run has ended. */
  #clearStray(callback: Callback, texts: Texts, pressed: Pressed): void {
    const { statusMessages, replies } = this.#deps;
    const run = STATUS_BUTTON.exec(callback.data)?.[1];
    const shownIn = run === undefined ? undefined : statusMessages.find(run);
    if (run === undefined || shownIn === callback.messageId) return;
    if (shownIn === undefined && pressed !== "stale") return;
    const { shownElsewhere, ended } = texts.leftBehind;
    replies.replace(callback, plainText(shownIn === undefined ? ended : shownElsewhere));
  }

  /** Leaves out buttons that have done their work: the others stay. */
  #withoutChoices({ chatId, messageId, buttons }: Callback, names: readonly string[] = []): void {
    if (names.length === 0 || buttons === undefined) return;
    const left = buttons.map((row) =>
      row.filter(({ data }) => !names.includes(BUTTON.exec(data)?.[1] ?? ""))
    ).filter((row) => row.length > 0);
    this.#deps.outbox.setButtons(chatId, messageId, left);
  }

  #answer({ queryId }: Callback, text: string | undefined): void {
    // Nothing looks like code there. void: never rejects, and the outbox logs its failures.
    const bare = text?.replaceAll("`", "").slice(0, MOST_CALLBACK_CHARACTERS);
    void this.#deps.outbox.answerCallback(queryId, bare);
  }

  #context(sender: Commander, session: SessionKey, args: string, texts: Texts): ChatContext {
    const { requests, waiting, personRequests, outbox } = this.#deps;
    const asking = this.#asking(sender, session, texts);
    return {
      ...asking,
      args,
      ...(sender.repliesTo === undefined ? {} : { repliesTo: sender.repliesTo }),
      status: () => this.#status(sender, asking),
      submit: (prompt, attachments, goal) =>
        void requests.submit(sender, prompt, attachments, goal),
      submitFollowing: (prompt, follows, attachments) =>
        requests.submitFollowing(sender, prompt, follows, attachments),
      submitTask: (task, args) => void requests.submitTask(sender, task, args),
      steer: (text) => requests.steer(sender, text),
      // The status message of the run shows it.
      onStopping: () => {},
      forgetAttachments: () => waiting.clear(asking.session),
      openQuestions: () => personRequests.openFor(this.#answerer(sender)),
      deliveries: () => outbox.stats(),
      chat: this.#chatSettings(sender),
    };
  }

  /**
   * Finds the session that the command is about. What the chat was at work on before it became a
   * supergroup goes on in the session of the group, where nobody can write any more.
   */
  #sessionMeant({ name }: ChatCommand, sender: Person): SessionKey {
    const session = sessionOf(sender);
    if (!ABOUT_WORK.has(name) || this.#hasWork(session)) return session;
    const former = this.#formerSession(sender);
    return former !== undefined && this.#hasWork(former) ? former : session;
  }

  #hasWork(session: SessionKey): boolean {
    const { active, waiting, awaitingConfirmation } = this.#deps.engine.queue(session);
    return active !== undefined || waiting.length + awaitingConfirmation.length > 0;
  }

  #answerer(person: Person): Answerer {
    const formerChatId = this.#deps.preferences.movedFrom(person.chatId);
    return { ...answererOf(person), ...(formerChatId === undefined ? {} : { formerChatId }) };
  }

  /** A group that is none of topics yet has one session for each person. */
  #formerSession({ chatId, userId }: Person): SessionKey | undefined {
    const former = this.#deps.preferences.movedFrom(chatId);
    return former === undefined ? undefined : { chatId: String(former), userId: String(userId) };
  }

  #asking(person: Person, session: SessionKey, texts: Texts): Asking {
    const { engine, sessionService, records, redact, clock } = this.#deps;
    return {
      ...{ engine, sessionService, records, redact, clock, session, texts },
      place: "chat",
      who: person.firstName,
      submitRun: (run, sourceId) => engine.submit(run, sourceId),
    };
  }

  #chatSettings(person: Person): ChatSettings {
    const { personRequests, preferences, botProfile } = this.#deps;
    const { userId, chatId } = person;
    return {
      decide: (id, decision) => personRequests.decide(id, decision, this.#answerer(person)),
      setLanguage: (language) => {
        preferences.setLanguage(userId, language);
        botProfile.languageChosen(userId, language);
      },
      rich: () => preferences.rich(chatId),
      setRich: (rich) => preferences.setRich(chatId, rich),
    };
  }

  async #status(sender: Person, { session, texts }: Asking): Promise<StatusReport> {
    const { engine, replies } = this.#deps;
    const report = await engine.status(session);
    if (report.setAside !== undefined) {
      replies.send(sender, plainText(`⚠️ ${texts.notices.sessionSetAside(report.setAside)}`));
    }
    return report;
  }
}

/**
 * Tells whether the button is below what somebody else asked for: it would act for the person who
 * presses, and change or contradict what the other one reads.
 */
function isSomebodyElses({ isOthers, data }: Callback): boolean {
  return isOthers === true && !FOR_EVERYBODY.has(BUTTON.exec(data)?.[1] ?? "");
}

/** Identifies the button, however often it is pressed: each press is an update of its own. */
function buttonOf({ chatId, messageId, data }: Callback): string {
  return `button:${chatId}:${messageId}:${data}`;
}

/** The person as one who answers questions. */
export function answererOf({ userId, chatId, topicId, firstName }: Person): Answerer {
  return { userId, chatId, firstName, ...(topicId === undefined ? {} : { topicId }) };
}
