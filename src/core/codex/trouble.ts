/** What went wrong, so that each front-end says it in its own words and in the person's language. */
import type { MachineTrouble } from "./machine_trouble.ts";

export type Trouble = MachineTrouble | CodexTrouble | StorageTrouble;

/** What may be wanted of Codex that an old one has no way to do. */
export const CODEX_WISHES = ["models", "threads", "limits", "file"] as const;
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
  "slow", // it did not arrive, as large files do not
] as const;
export type FileRefusal = typeof FILE_REFUSALS[number];

/** Why the disk does not take or give what must survive a crash. */
export const STORAGE_REASONS = ["full", "read-only", "missing", "broken", "held"] as const;
export type StorageReason = typeof STORAGE_REASONS[number];

export interface StorageTrouble {
  readonly kind: "storage";
  readonly why: StorageReason;
  readonly path: string;
}

/** What Codex, or we of it, said of a failed turn. */
export const SAID_TROUBLES = [
  "login", // it is not logged in, or the key was refused
  "variable", // a variable with a key is missing
  "room", // the conversation is longer than the model can take in
  "limit", // the model's own, which passes
  "late", // a deadline of ours ran out
  "not-working", // it cannot be started or does not answer
] as const;

export type CodexTrouble =
  /** While it worked: what it had done by then is unknown. */
  | { readonly kind: "ended" }
  /** Another program has the conversation open. */
  | { readonly kind: "in-use" }
  | { readonly kind: typeof SAID_TROUBLES[number]; readonly said: string }
  /** `elsewhere` = another backend can. */
  | { readonly kind: "unsupported"; readonly wish: CodexWish; readonly elsewhere: boolean }
  | { readonly kind: "file-refused"; readonly why: FileRefusal; readonly path: string };

export function isMachineTrouble(trouble: Trouble): trouble is MachineTrouble {
  return "machine" in trouble;
}
