/**
 * Kinds of trouble for which each front-end has a sentence of its own, in the person's language.
 * Their values are stored with the outcome of a run.
 */
import { COMPARISON_REFUSALS } from "../workspace/comparison.ts";

export type Trouble =
  | MachineTrouble
  | CodexTrouble
  | StorageTrouble
  | VoiceTrouble
  | ReviewTrouble;

interface MachineTrouble {
  readonly kind: MachineTroubleKind;
  /** Its address. */
  readonly machine: string;
  /** What Codex there said of it, where that tells more. */
  readonly said?: string;
}

export const MACHINE_TROUBLES = [
  "unreachable", // nobody answers there
  "silent", // it takes connections, but nothing answers behind it
  "login-there", // its Codex is not logged in, or the login was refused
  "variable-there", // its Codex misses a variable with a key
  "refused", // it does not know the token
  "tls", // the encryption cannot be trusted
  "wrong-protocol", // something else answers there
  "too-old", // its Codex is too old
  "lost", // the connection ended while Codex worked
  "unlisted", // it is in the configuration no longer
  "not-begun", // the connection ended before Codex there took the request
  "file", // a file of the request could not be brought there
] as const;
export type MachineTroubleKind = typeof MACHINE_TROUBLES[number];

export function isMachineTrouble(trouble: Trouble): trouble is MachineTrouble {
  return "machine" in trouble;
}

export type CodexTrouble =
  /** Codex ended while it worked: what it had done by then is unknown. */
  | { readonly kind: "ended" }
  /** Another program has the conversation open. */
  | { readonly kind: "in-use" }
  /** A turn of the conversation is still running. */
  | { readonly kind: "busy-thread" }
  | { readonly kind: SaidTrouble; readonly said: string }
  /** The account's usage limit; `until` = when it resets, ISO 8601, where Codex says so. */
  | { readonly kind: "limit"; readonly said: string; readonly until?: string }
  /** `elsewhere` = another backend can. */
  | { readonly kind: "unsupported"; readonly wish: CodexWish; readonly elsewhere: boolean }
  | { readonly kind: "file-refused"; readonly why: FileRefusal; readonly path: string };

/** Failures that are told together with what was said about them. */
export const SAID_TROUBLES = [
  "login", // Codex is not logged in, or the key was refused
  "variable", // a variable with a key is missing
  "access", // the service does not let this account in
  "address", // the service has nothing where Codex asks it
  "room", // the conversation is longer than the model can take in
  "room-anew", // the same, where nothing summarizes it and the next request begins a fresh thread
  "model", // the model does not exist, is retired, or is not for this account
  "busy", // the model has no room for further requests
  "pace", // too many requests at once, which passes within minutes
  "service", // the model's service failed or could not be reached
  "picture", // the model does not take a picture of the conversation
  "policy", // a rule of the model's service forbids the request
  "budget", // the conversation may use no more tokens
  "denials", // too many questions were denied
  "no-plan", // what the planner answered is no plan
  "failed", // anything else that Codex or the service said
  "late", // a deadline of this program ran out
  "not-working", // Codex cannot be started
  "not-installed",
  "wrong-program", // the configured command is not OpenAI's Codex
  "outdated", // Codex on this machine is too old
  "no-server", // the Codex on disk no longer has the server that the program uses
  "unresponsive",
  "exited", // the process ended before it answered
  "request", // Codex answered a question of this program with an error
  "thread-unavailable", // Codex cannot continue the conversation
  "record", // the record of an interrupted run cannot be continued
  "unforeseen",
] as const;
export type SaidTrouble = typeof SAID_TROUBLES[number];

/** What can be asked of Codex that some backends cannot answer. */
export const CODEX_WISHES = [
  ...["models", "threads", "limits", "file"] as const,
  ...["terminals", "compact", "fork", "goals", "questions", "review", "resume"] as const,
] as const;
export type CodexWish = typeof CODEX_WISHES[number];

/** Why a file is not handed out. */
export const FILE_REFUSALS = [
  "unnamed", // the path names no file
  "outside", // of the working directory
  "folder", // the working directory itself
  "missing",
  "link", // it may lead out of the working directory
  "not-plain",
  "too-large",
  "slow", // it did not arrive in time, as large files may not
] as const;
export type FileRefusal = typeof FILE_REFUSALS[number];

interface StorageTrouble {
  readonly kind: "storage";
  readonly why: StorageReason;
  readonly path: string;
}

/** Why the disk does not take or give what must survive a crash. */
export const STORAGE_REASONS = [
  "full",
  "read-only",
  "missing",
  "no-folder", // the one in which Codex should work
  "broken",
  "held",
  "damaged",
  "newer", // a newer version of this program has written it
  "not-a-folder", // a file or a link stands in the place of a folder
  "not-a-file", // a folder or a link stands in the place of a file
  "unknown",
] as const;
export type StorageReason = typeof STORAGE_REASONS[number];

/** What was named for a review cannot be compared. */
interface ReviewTrouble {
  readonly kind: "review";
  readonly why: ReviewRefusal;
  /** What was named; may be empty. */
  readonly name: string;
  /** What was probably meant; empty where nobody knows. */
  readonly near: string;
}

export const REVIEW_REFUSALS = [
  ...COMPARISON_REFUSALS,
  "no-change", // no request of the conversation has changed anything that was recorded
  "codex-target", // Codex's own reviewer takes no such target
] as const;
export type ReviewRefusal = typeof REVIEW_REFUSALS[number];

interface VoiceTrouble {
  readonly kind: "voice";
  readonly why: VoiceReason;
  /** The program or the service, and what it said where it said something. */
  readonly about: string;
}

/** Why a recording was not written down. */
export const VOICE_REASONS = [
  "slow", // `about` = the limit
  "no-program",
  "no-start",
  "failed",
  "unreachable",
  "refused",
  "no-words", // the answer has no transcript
] as const;
export type VoiceReason = typeof VOICE_REASONS[number];
