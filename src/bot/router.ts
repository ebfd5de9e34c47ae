/** Routes an update through the gate to a command, a button or a request, within milliseconds. */
import { isForCodex } from "../commands/command.ts";
import { CHAT_COMMANDS } from "../commands/table.ts";
import { unknownCommandReply } from "../commands/unknown_command.ts";
import type { BaseDependencies } from "../core/base_dependencies.ts";
import type { AttachmentFiles, WaitingAttachments } from "../core/chat/attachment.ts";
import type { Transcriber } from "../core/chat/transcriber.ts";
import type { Engine } from "../core/run/engine.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { Texts } from "../texts/texts.ts";
import { errorText } from "../texts/trouble_texts.ts";
import type { BotProfile } from "./bot_profile.ts";
import { answererOf, CommandRunner } from "./command_runner.ts";
import { DamageNews } from "./damage_news.ts";
import { foresee } from "./foresight.ts";
import type { AllowedGroups, Gate } from "./gate.ts";
import { type Inbound, inboundOf } from "./inbound.ts";
import type { EditOffers } from "./intake/edits.ts";
import type { Piece } from "./intake/message_batcher.ts";
import { QuestionAnswers } from "./intake/question_answers.ts";
import { RequestAssembler } from "./intake/request_assembler.ts";
import { UnaddressedPieces } from "./intake/unaddressed_pieces.ts";
import type { TelegramFiles } from "./intake/telegram_files.ts";
import { asksCodex, needsDisk } from "./needs.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Preferences } from "./preferences.ts";
import type { PersonRequests } from "./presenter/person_requests.ts";
import type { StatusMessages } from "./presenter/status_message.ts";
import { plainText } from "./render/formatted_text.ts";
import { drawReply } from "./render/reply.ts";
import { type ProgramMessages, Replies } from "./replies.ts";
import { Requests } from "./requests.ts";
import type { Person, Sender } from "./sender.ts";
import { SessionOrder } from "./session_order.ts";
import { leaveStrangeGroup } from "./strange_groups.ts";
import type { TelegramTime } from "./telegram_time.ts";
import type { Remainder, WithoutDisk } from "./update_queue.ts";

export interface RouterDependencies extends BaseDependencies {
  readonly core: {
    readonly engine: Engine;
    readonly sessionService: SessionService;
    readonly records: RunRecords;
  };
  readonly telegram: {
    readonly outbox: Pick<
      Outbox,
      | "send"
      | "sendDocument"
      | "edit"
      | "react"
      | "typing"
      | "setButtons"
      | "answerCallback"
      | "reachable"
      | "stats"
    >;
    readonly files: Pick<TelegramFiles, "fetch">;
    /** Writes voice messages down; undefined = nothing does. */
    readonly transcriber: Transcriber | undefined;
    readonly botProfile: Pick<BotProfile, "languageChosen">;
    readonly botUsername: string;
    readonly leaveChat: (chatId: number) => Promise<unknown>;
    readonly time: Pick<TelegramTime, "onOwnClock">;
  };
  readonly stores: {
    readonly preferences: Preferences;
    readonly statusMessages: StatusMessages;
    readonly editOffers: EditOffers;
    readonly programMessages: ProgramMessages;
    readonly attachments: AttachmentFiles;
    readonly waitingAttachments: WaitingAttachments;
    /** Returns the name of a damaged database that was set aside, once. */
    readonly takeDamage: () => string | undefined;
  };
  readonly gate: Gate;
  readonly groups: AllowedGroups;
  readonly personRequests: PersonRequests;
  /** How long to wait for further parts of what a person sends, in milliseconds. */
  readonly collectMs: number;
  readonly newId: () => string;
  /** Aborts downloads and pauses; unfinished requests are left for the next start. */
  readonly signal: AbortSignal;
}

type Admitted = Exclude<Inbound, { kind: "ignored" }> & Person;

/** `profile NAME` without a slash, as the earlier program took it. */
const BARE_PROFILE = /^profile\s+(\S+)$/i;
const COMMAND = /^\/([a-z_]+)/i;
/** The words behind /steer, in the caption of a file. */
const STEERING = /^\/steer(?:@\w+)?\s+(\S[\s\S]*)/i;

const PASSED_OVER: Remainder = { ended: Promise.resolve("done"), passedOver: true };

export class Router {
  readonly #deps: RouterDependencies;
  readonly #replies: Replies;
  readonly #requests: Requests;
  readonly #answers: QuestionAnswers;
  readonly #assembler: RequestAssembler;
  readonly #commands: CommandRunner;
  readonly #pieces: UnaddressedPieces;
  readonly #damages: DamageNews;
  readonly #order: SessionOrder;
  /** What was read of an update already. */
  readonly #known = new WeakMap<object, Inbound>();

  constructor(deps: RouterDependencies) {
    const { core, telegram, stores, personRequests, collectMs, newId, signal, clock, log, redact } =
      deps;
    const { outbox, files, botProfile } = telegram;
    const { preferences, statusMessages, attachments, waitingAttachments: waiting } = stores;
    const { engine } = core;
    const base = { clock, log, redact };
    const replies = new Replies(outbox, preferences, stores.programMessages);
    const requests = new Requests({
      ...base,
      engine,
      preferences,
      replies,
      newId,
      time: telegram.time,
      hasQuestion: (person) => personRequests.openFor(answererOf(person)).length > 0,
    });
    this.#deps = deps;
    this.#replies = replies;
    this.#requests = requests;
    this.#answers = new QuestionAnswers({ engine, personRequests, replies, requests });
    this.#assembler = new RequestAssembler({
      ...base,
      engine,
      requests,
      replies,
      statusMessages,
      outbox,
      offers: stores.editOffers,
      answers: this.#answers,
      transcriber: telegram.transcriber,
      files,
      attachments,
      waiting,
      collectMs,
      signal,
    });
    this.#commands = new CommandRunner({
      ...base,
      ...core,
      preferences,
      botProfile,
      personRequests,
      outbox,
      replies,
      requests,
      waiting,
      statusMessages,
    });
    this.#pieces = new UnaddressedPieces({
      gate: deps.gate,
      assembler: this.#assembler,
      requests,
    });
    this.#damages = new DamageNews(stores.takeDamage);
    this.#order = new SessionOrder(engine);
  }

  /**
   * Routes an update.
   * @param raw the parsed JSON, not checked yet
   * @returns what goes on beside, where there is something
   * @throws {StorageError} when the disk refuses what the update has to write
   */
  route(raw: unknown): Promise<Remainder | void> {
    return this.#order.keep(this.#read(raw), () => this.#routeNow(raw));
  }

  async #routeNow(raw: unknown): Promise<Remainder | void> {
    const admitted = this.#admit(raw);
    if (admitted === undefined || "ended" in admitted) return admitted;
    return await this.#routeAdmitted(admitted);
  }

  /**
   * Begins what may be begun before the update is stored, which {@link route} then goes on with.
   * @returns whether anything was begun
   * @throws {StorageError} when the disk cannot be read
   */
  foresee(raw: object): boolean {
    const inbound = this.#read(raw);
    const { core: { engine }, telegram: { outbox } } = this.#deps;
    const own = { replies: this.#replies, assembler: this.#assembler };
    return foresee(inbound, { ...this.#deps, engine, outbox, ...own });
  }

  /**
   * Carries out at once what needs no disk, and tells the sender of anything else that it waits.
   * @param failure why the disk refused the update
   */
  async routeWithoutDisk(raw: unknown, failure: unknown): Promise<WithoutDisk> {
    const admitted = this.#admit(raw);
    if (admitted === undefined) return "handled";
    if ("ended" in admitted) {
      await admitted.ended;
      return "handled";
    }
    if (!needsDisk(admitted)) {
      await this.#routeAdmitted(admitted);
      return "handled";
    }
    this.#replies.say(admitted, (texts) => {
      return `⚠️ ${texts.notices.cannotStore(errorText(failure, texts))}`;
    });
    return "refused";
  }

  /** Tells the sender that their update failed and is not tried again; tells strangers nothing. */
  tellGivenUp(raw: unknown): Promise<void> {
    const inbound = this.#pieces.accept(this.#read(raw));
    if (inbound.kind !== "ignored" && this.#deps.gate.check(inbound).verdict === "allow") {
      this.#replies.say(inbound, ({ notices }) => `⚠️ ${notices.givenUp}`, "given-up");
    }
    return Promise.resolve();
  }

  /** @returns what is left of an update that ends at the gate, where there is something */
  #admit(raw: unknown): Admitted | Remainder | undefined {
    const { gate, telegram } = this.#deps;
    const inbound = this.#pieces.accept(this.#read(raw));
    if (inbound.kind === "ignored") return this.#ignore(inbound.updateId, inbound.reason);
    const verdict = gate.check(inbound);
    switch (verdict.verdict) {
      case "allow":
        telegram.outbox.reachable(inbound.chatId);
        return { ...inbound, userId: verdict.userId };
      case "decline":
        // The other bot may edit it as often as it likes.
        if (inbound.kind !== "edited") {
          this.#replies.say(inbound, ({ refusals }) => refusals.inline, "inline");
        }
        return undefined;
      case "leave":
        return leaveStrangeGroup(inbound.chatId, { ...this.#deps, ...telegram });
      case "pass-over":
        return this.#ignore(inbound.updateId, verdict.reason);
      case "refuse":
        return this.#refuse(inbound, verdict.reason, verdict.tellId);
      default:
        return verdict satisfies never;
    }
  }

  #read(raw: unknown): Inbound {
    const { botUsername } = this.#deps.telegram;
    if (typeof raw !== "object" || raw === null) return inboundOf(raw, botUsername);
    const read = this.#known.get(raw) ?? inboundOf(raw, botUsername);
    this.#known.set(raw, read);
    return read;
  }

  async #routeAdmitted(inbound: Admitted): Promise<Remainder | void> {
    const texts = this.#replies.textsFor(inbound);
    if (inbound.kind === "moved") return this.#followGroup(inbound, texts);
    // What waits for the chat is on its way already.
    if (inbound.kind === "membership") return;
    for (const file of this.#damages.for(inbound.userId)) {
      this.#replies.send(inbound, plainText(`⚠️ ${texts.notices.databaseSetAside(file)}`), file);
    }
    switch (inbound.kind) {
      case "command":
        return await this.#command(inbound, texts);
      case "text":
        return await this.#text(inbound, texts);
      case "callback":
        return await this.#button(inbound, texts);
      case "edited":
        return this.#edit(inbound);
      case "unsupported":
        return this.#decline(inbound, texts);
      default:
        return inbound satisfies never;
    }
  }

  async #command(
    inbound: Admitted & { kind: "command" },
    texts: Texts,
  ): Promise<Remainder | void> {
    const command = CHAT_COMMANDS.get(inbound.name);
    if (command === undefined) return this.#unknownCommand(inbound, texts);
    const { typedLength } = inbound;
    const args = isForCodex(command) ? inbound.formattedArgs : inbound.args;
    const isPart = typedLength !== undefined;
    if (command.name === "steer" && args !== "" && (isPart || repliesToSomething(inbound))) {
      return this.#assembler.take({ ...pieceOf(inbound, args), steers: true });
    }
    if (isPart) {
      const run = (whole: string): Promise<void> =>
        this.#commands.run(command, inbound, whole, texts);
      return this.#collect(inbound, args, run);
    }
    const ended = this.#commands.run(command, inbound, args, texts);
    return asksCodex(inbound) ? beside(ended) : await ended;
  }

  /** Waits for the other parts of a long text behind a command: none is a request of its own. */
  #collect(
    inbound: Admitted & { kind: "command" },
    args: string,
    runCommand: (args: string) => Promise<void>,
  ): Remainder | undefined {
    const piece = pieceOf({ ...inbound, reply: {} }, args);
    return this.#assembler.take({ ...piece, runCommand });
  }

  async #button(
    inbound: Admitted & { kind: "callback" },
    texts: Texts,
  ): Promise<Remainder | void> {
    if (this.#assembler.press({ ...inbound, texts })) return;
    const ended = this.#commands.press(inbound, texts);
    return asksCodex(inbound) ? beside(ended) : await ended;
  }

  /** Hands other commands to Codex, which has its own, but spends no model on a typing error. */
  #unknownCommand(inbound: Admitted & { kind: "command" }, texts: Texts): Remainder | void {
    const { name, text, chatKind, isNamed, typedLength } = inbound;
    // In a group it may be for any bot.
    if (chatKind !== "private" && isNamed !== true) return;
    const refusal = unknownCommandReply(name, text, texts);
    if (refusal === undefined) return this.#assembler.take(pieceOf(inbound, text));
    if (typedLength === undefined) return this.#replies.send(inbound, drawReply(refusal), "reply");
    // Its button would send the first part alone.
    const { choices: _choices, ...reply } = refusal;
    return this.#collect(inbound, inbound.args, () => {
      this.#replies.send(inbound, drawReply(reply), "reply");
      return Promise.resolve();
    });
  }

  async #text(inbound: Admitted & { kind: "text" }, texts: Texts): Promise<Remainder | void> {
    const profile = BARE_PROFILE.exec(inbound.text.trim())?.[1];
    const command = CHAT_COMMANDS.get("profile");
    if (profile !== undefined && command !== undefined) {
      return await this.#commands.run(command, inbound, profile, texts);
    }
    const name = COMMAND.exec(inbound.text)?.[1] ?? "";
    const { file, speech, omitted } = inbound;
    const steering = file === undefined ? undefined : STEERING.exec(inbound.text)?.[1];
    if (steering !== undefined) {
      return this.#take({ ...inbound, text: steering, steers: true });
    }
    if ((file ?? speech ?? omitted) !== undefined && CHAT_COMMANDS.has(name.toLowerCase())) {
      return this.#replies.send(inbound, plainText(texts.commands.takesNoFile(`/${name}`)));
    }
    // At once, unless there may be more of it: a question shall not wait for what is fetched.
    const isWords = (file ?? speech ?? omitted ?? inbound.typedLength) === undefined;
    if (isWords && this.#answers.take(inbound, inbound.text, []) !== undefined) return undefined;
    return this.#take(inbound);
  }

  /** Hands over a message behind those of its album that did not name the bot. */
  #take(piece: Piece): Remainder | undefined {
    for (const earlier of this.#pieces.takeEarlier(piece)) {
      // void: passed over already, they share the end of this one.
      void this.#assembler.take(earlier)?.ended.catch(() => {});
    }
    return this.#assembler.take(piece);
  }

  /** Says what the bot does not take, unless people talk to each other in a group. */
  #decline(inbound: Admitted & { kind: "unsupported" }, texts: Texts): void {
    if (inbound.unaddressed === true) return;
    const content = texts.files.content[inbound.content];
    this.#replies.send(inbound, plainText(texts.files.notTaken(content)));
  }

  #edit(inbound: Admitted & { kind: "edited" }): Remainder | void {
    const { userId, message, unusable, unaddressed } = inbound;
    if (unaddressed === true) return;
    if (message !== undefined) {
      const { unaddressed: _without, ...piece } = message;
      return this.#assembler.edit({ ...piece, userId });
    }
    if (unusable !== undefined) {
      if (!this.#assembler.knows(inbound)) return;
      return this.#replies.say(
        inbound,
        ({ files }) => `⚠️ ${files.notTaken(files.content[unusable])} ${files.edited.unchanged}`,
        "edited",
      );
    }
    this.#assembler.refuseCommand(inbound);
  }

  /**
   * Lets people work in the supergroup that a group became, and tells them there what to change in
   * the configuration.
   * @throws {StorageError} when the move cannot be stored
   */
  #followGroup({ chatId, newChatId }: Inbound & { kind: "moved" }, { groupMoved }: Texts): void {
    this.#deps.groups.moved(chatId, newChatId);
    const content = plainText(`ℹ️ ${groupMoved(String(chatId), String(newChatId))}`);
    // void: deliveries never reject. The key says it once, though both chats announce the move.
    void this.#deps.telegram.outbox.send(
      { chatId: newChatId, content, key: `moved:${chatId}:${newChatId}` },
      "reply",
    );
  }

  #ignore(updateId: number, reason: string): Remainder {
    this.#deps.log.debug("telegram.ignored", { update_id: updateId, reason });
    return PASSED_OVER;
  }

  #refuse(
    inbound: Sender & { kind: string },
    reason: string,
    tellId: number | undefined,
  ): undefined {
    this.#deps.log.warn("telegram.refused", {
      update_id: inbound.updateId,
      chat_id: inbound.chatId,
      user_id: inbound.userId,
      reason,
    });
    if (tellId === undefined) return;
    this.#replies.say(inbound, ({ refusals }) => refusals.notAllowed(tellId));
  }
}

function repliesToSomething({ reply }: Admitted & { kind: "command" }): boolean {
  return Object.keys(reply).length > 0;
}

/** The command as a piece of a request, with what it replies to. */
function pieceOf(inbound: Admitted & { kind: "command" }, text: string): Piece {
  const { name: _name, args: _args, formattedArgs: _formatted, text: _text, ...others } = inbound;
  const { reply, isNamed: _isNamed, ...sender } = others;
  return { ...sender, ...reply, kind: "text", text };
}

/** Keeps a slow Codex from holding up the next update, which may be `/cancel`. */
function beside(work: Promise<void>): Remainder {
  return { ended: work.then(() => "done" as const) };
}
