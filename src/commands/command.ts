/** Defines what a command declares, and what it is given when it runs. */
import type { Attachment } from "../core/chat/attachment.ts";
import type { Clock } from "../core/clock.ts";
import type { GoalWish } from "../core/codex/goal.ts";
import type { Redact } from "../core/redaction/redact.ts";
import type { Engine, StatusReport } from "../core/run/engine.ts";
import type { FollowWish } from "../core/run/ended_reviews.ts";
import type { Run, RunTask } from "../core/run/run.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { CommandName, HelpSection, Placeholder } from "../texts/command_texts.ts";
import type { Language, Texts } from "../texts/texts.ts";
import { type Reply, ReplyBuilder } from "./reply.ts";

/** Names where a command is typed. Only in a chat a long reply becomes a file; a terminal scrolls. */
export type Place = "chat" | "terminal";

/** Gives access to the session of the person who typed or pressed. */
export interface Asking {
  readonly engine: Engine;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly session: SessionKey;
  /** The texts in the person's language. */
  readonly texts: Texts;
  /** Masks secrets, before anything is cut; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly place: Place;
  /** What the person is called; absent at the terminal. */
  readonly who?: string;
  /**
   * Submits a run that continues another one.
   * @returns false when one of the same source was submitted before
   * @throws {StorageError} when the disk refuses it
   */
  readonly submitRun: (run: Run, sourceId: string) => boolean;
}

export interface CommandContext extends Asking {
  /** The text behind the command's name, trimmed. */
  readonly args: string;
  /** The message of the chat to which the command is a reply. */
  readonly repliesTo?: number;
  /** Reads the state of the session, and tells the person if its record was damaged. */
  readonly status: () => Promise<StatusReport>;
  /** Submits a request. @throws {StorageError} when the disk refuses it */
  readonly submit: (
    prompt: string,
    attachments?: readonly Attachment[],
    goal?: GoalWish,
  ) => void;
  /** Submits a request that begins with the rounds of another run. @throws as {@link submit} does */
  readonly submitFollowing: (
    prompt: string,
    follows: FollowWish,
    attachments?: readonly Attachment[],
  ) => void;
  /** Submits work on the conversation itself. @throws {StorageError} when the disk refuses it */
  readonly submitTask: (task: RunTask, args?: string) => void;
  /** Adds text to the running request. @throws {StorageError} when the disk refuses it */
  readonly steer: (text: string) => void;
  /** Notifies the front-end that a command has stopped this run, before the run ends. */
  readonly onStopping: (run: Run) => void;
  /** Forgets the files that were sent for the next request. */
  readonly forgetAttachments: () => void;
  /** Lists what waits for an answer of this person here. */
  readonly openQuestions: () => readonly OpenQuestion[];
  /** Counts the messages that were sent with less formatting than intended. */
  readonly deliveries: () => Deliveries;
}

/** An approval or a question that Codex waits for. */
export interface OpenQuestion {
  /** For typing. */
  readonly id: string;
  readonly type: "approval" | "question";
  /** The command, the tool or what is asked, without secrets. */
  readonly subject: string;
}

export interface Deliveries {
  readonly plainTextResends: number;
  readonly richFallbacks: number;
}

/** Gives access to what only a chat has. */
export interface ChatSettings {
  /** Answers an approval. @returns false when this person has none with that id here */
  readonly decide: (id: string, decision: "accept" | "decline") => boolean;
  /** @throws {StorageError} when the choice cannot be kept */
  readonly setLanguage: (language: Language) => void;
  readonly rich: () => boolean;
  /** @throws {StorageError} when the choice cannot be kept */
  readonly setRich: (rich: boolean) => void;
}

export type ChatContext = CommandContext & { readonly chat: ChatSettings };

export interface TerminalContext extends CommandContext {
  /** Ends the program as soon as nothing runs. */
  readonly leave: () => void;
}

/** Declares the arguments of a command. */
export type Takes =
  | "nothing"
  /** Any text, which is ignored. */
  | "anything"
  /** One of these, in any case, or nothing. */
  | {
    readonly oneOf: readonly string[];
    /** Taken as well, and in no list. */
    readonly also?: readonly string[];
    /** Other words behind it are probably a request, which would be lost. */
    readonly refusesText?: true;
  }
  | {
    readonly text: Placeholder;
    readonly required?: true;
    /** Codex reads it: what a client has made bold, code or a link comes as Markdown. */
    readonly forCodex?: true;
  };

export interface Declaration {
  readonly name: CommandName;
  /** Other names, which menus and help do not show. */
  readonly aliases?: readonly string[];
  readonly section: HelpSection;
  /** Leaves the command out of the chat's menu. */
  readonly rare?: true;
  readonly takes: Takes;
  readonly needs?: {
    /**
     * Waits for Codex, which may take long: the front-end goes on meanwhile. `first` = it decides what
     * the next request works with, which therefore waits for it.
     */
    readonly codex?: true | "first";
    /**
     * Writes to the disk, so the command waits while the disk is full. A failed `request` throws its
     * StorageError and is retried; a failed `change` is reported to the person.
     */
    readonly disk?: "change" | "request";
  };
  /** Handles presses on the buttons of its replies, by the name before the action's colon. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** Runs a command. @returns the reply, or undefined where the effect is visible elsewhere */
export type Perform<Context> = (
  context: Context,
) => Promise<Reply | undefined> | Reply | undefined;

export type Command =
  | Declaration & { readonly where: "everywhere"; readonly run: Perform<CommandContext> }
  | Declaration & { readonly where: "chat"; readonly run: Perform<ChatContext> }
  | Declaration & { readonly where: "terminal"; readonly run: Perform<TerminalContext> };

export interface Press extends Asking {
  /** The part of the button's action behind the colon. */
  readonly data: string;
  readonly chat: ChatSettings;
  /** As in a {@link CommandContext}; the request belongs to where the button is. */
  readonly submit: CommandContext["submit"];
  /**
   * Submits what this button of this message asks for once, however often it is pressed.
   * @returns false when it was submitted before
   * @throws {StorageError} when the disk refuses it
   */
  readonly submitOnce: (prompt: string, follows?: FollowWish) => boolean;
  /** What the presser wrote in the message to which the button's message replies, if they did. */
  readonly repliedTo?: string;
  readonly forgetAttachments: CommandContext["forgetAttachments"];
}

/** Reports what a press did. `stale` tells the person that the button no longer works. */
export type Pressed =
  | "stale"
  | {
    /** Shown for a moment. */
    readonly toast?: string;
    /** Takes the place of the message that the button is on. */
    readonly edit?: Reply;
    /** Sent as a new message. */
    readonly reply?: Reply;
    /** Names of actions whose buttons go from the message that the pressed one is on. */
    readonly withoutChoices?: readonly string[];
  };

/**
 * Handles a press. Anybody who sees a message can send any data with it: an action may only touch
 * the session of the person who presses.
 */
export type Action = (press: Press) => Promise<Pressed> | Pressed;

/** Tells whether Codex reads the arguments; names, paths and numbers mean the same in any shape. */
export function isForCodex({ takes }: Declaration): boolean {
  return typeof takes === "object" && "text" in takes && takes.forCodex === true;
}

/**
 * Tells whether it waits for a command before it that asks Codex first. What stops work does so at once,
 * unless the work has yet to begin.
 */
export function waitsForCodex(
  { name, needs }: Pick<Declaration, "name" | "needs">,
  { engine, session }: Pick<Asking, "engine" | "session">,
): boolean {
  if (name === "cancel") return engine.queue(session).active === undefined;
  return needs?.disk !== undefined || needs?.codex === "first";
}

/** Formats how a command is typed, as in `/cancel [all]`. */
export function usageOf({ name, takes }: Declaration, { commands }: Texts): string {
  if (typeof takes === "string") return `/${name}`;
  if ("oneOf" in takes) return `/${name} [${takes.oneOf.join("|")}]`;
  const placeholder = commands.placeholders[takes.text];
  return `/${name} ${takes.required === true ? placeholder : `[${placeholder}]`}`;
}

/** Explains how the command is typed, after it was typed in another way. */
export function usageReply(command: Declaration, texts: Texts): ReplyBuilder {
  const { usage, briefs } = texts.commands;
  return new ReplyBuilder().text(`${usage}: `).code(usageOf(command, texts)).line()
    .line(briefs[command.name]).with({ refused: true });
}
