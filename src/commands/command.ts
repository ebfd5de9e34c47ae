/** What a command declares of itself, and what it is handed when somebody types it. */
import type { Attachment } from "../core/chat/attachment.ts";
import type { Clock } from "../core/clock.ts";
import type { Redact } from "../core/redaction/redact.ts";
import type { Engine, StatusReport } from "../core/run/engine.ts";
import type { Run } from "../core/run/run.ts";
import type { RunRecords } from "../core/run/run_recorder.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { SessionService } from "../core/session/session_service.ts";
import type { CommandName, HelpSection, Placeholder } from "../texts/command_texts.ts";
import type { Language, Texts } from "../texts/texts.ts";
import { type Reply, ReplyBuilder } from "./reply.ts";

/** Where people type commands. A terminal scrolls: what is long becomes a file in a chat only. */
export type Place = "chat" | "terminal";

/** Whose command or press it is, and what can be asked for them. */
export interface Asking {
  readonly engine: Engine;
  readonly sessionService: SessionService;
  readonly records: RunRecords;
  readonly session: SessionKey;
  /** In the language of who asks. */
  readonly texts: Texts;
  /** Masks secrets, before anything is cut; keeps the length of the text. */
  readonly redact: Redact;
  readonly clock: Clock;
  readonly place: Place;
}

export interface CommandContext extends Asking {
  /** What stands behind the command, trimmed. */
  readonly args: string;
  /** The engine's report on the session; tells the person by itself when it had to begin anew. */
  readonly status: () => Promise<StatusReport>;
  /** Makes a request of the words. @throws {StorageError} when the disk does not take it */
  readonly submit: (prompt: string, attachments?: readonly Attachment[]) => void;
  /** Adds the words to what runs. @throws {StorageError} when the disk does not take them */
  readonly steer: (text: string) => void;
  /** Is told which run a command has stopped, before it ends. */
  readonly onStopping: (run: Run) => void;
  /** Forgets the files that were sent for the next request. */
  readonly forgetAttachments: () => void;
  /** Ids to type of the questions that wait for this person here. */
  readonly openQuestions: () => readonly string[];
  /** How many messages could not be shown as they were meant. */
  readonly deliveries: () => Deliveries;
}

export interface Deliveries {
  readonly plainTextResends: number;
  readonly richFallbacks: number;
}

/** What only a chat has. */
export interface ChatSettings {
  /** Answers one of Codex's questions. @returns false when none of this person has that id here */
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

/** What may stand behind the name of a command. */
export type Takes =
  | "nothing"
  /** It is not looked at. */
  | "anything"
  /** One of these, in any case, or nothing. */
  | { readonly oneOf: readonly string[] }
  | { readonly text: Placeholder; readonly required?: true };

export interface Declaration {
  readonly name: CommandName;
  /** Other names that mean the same and stand in no list. */
  readonly aliases?: readonly string[];
  readonly section: HelpSection;
  /** Is left out of the menu of a chat. */
  readonly rare?: true;
  readonly takes: Takes;
  readonly needs?: {
    /** Asks Codex itself, which may take as long as it likes. */
    readonly codex?: true;
    /**
     * Changes what is kept, so that it waits while the disk takes nothing. A `request` throws its
     * StorageError: the front-end tries it again where a `change` says that it failed.
     */
    readonly disk?: "change" | "request";
  };
  /** What the buttons under its replies do, by the name before the colon of their action. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** @returns the reply, or undefined where the effect is seen elsewhere */
export type Perform<Context> = (
  context: Context,
) => Promise<Reply | undefined> | Reply | undefined;

export type Command =
  | Declaration & { readonly where: "everywhere"; readonly run: Perform<CommandContext> }
  | Declaration & { readonly where: "chat"; readonly run: Perform<ChatContext> }
  | Declaration & { readonly where: "terminal"; readonly run: Perform<TerminalContext> };

export interface Press extends Asking {
  /** What stands in the button's action behind its name and the colon. */
  readonly data: string;
  readonly chat: ChatSettings;
}

/**
 * `stale` = the button means nothing any more, which the person is told.
 *
 * Whoever sees a message can send any data with it: an action is about the session of the person who
 * presses, and about nothing else.
 */
export type Pressed =
  | "stale"
  | {
    /** Shown for a moment. */
    readonly toast?: string;
    /** Takes the place of the message that the button is on. */
    readonly edit?: Reply;
    /** Sent as a new message. */
    readonly reply?: Reply;
  };

export type Action = (press: Press) => Promise<Pressed> | Pressed;

/** How a command is typed, as in `/cancel [all]`. */
export function usageOf({ name, takes }: Declaration, { commands }: Texts): string {
  if (typeof takes === "string") return `/${name}`;
  if ("oneOf" in takes) return `/${name} [${takes.oneOf.join("|")}]`;
  const placeholder = commands.placeholders[takes.text];
  return `/${name} ${takes.required === true ? placeholder : `[${placeholder}]`}`;
}

/** Says how the command is typed, to whoever typed it in another way. */
export function usageReply(command: Declaration, texts: Texts): ReplyBuilder {
  const { usage, briefs } = texts.commands;
  return new ReplyBuilder().text(`${usage}: `).code(usageOf(command, texts)).line()
    .line(briefs[command.name]).with({ refused: true });
}
