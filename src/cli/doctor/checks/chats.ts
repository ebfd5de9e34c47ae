/** What `codex-orchestrator chat` keeps: a conversation for each folder, with a state of its own. */
import { conversationFolder, conversationsIn } from "../../../config/paths.ts";
import { readCrashes } from "../../../supervisor/crash_record.ts";
import { runningInstance } from "../../../supervisor/instance_lock.ts";
import { type Check, type Finding, NotLookedAt, ok, together } from "../check.ts";
import type { Installation } from "../installation.ts";
import { crashFinding } from "./crash.ts";
import { databaseFinding } from "./database.ts";

const OPEN = "open";

export const chatsCheck: Check = {
  id: "state.chats",
  async look(installation, signal): Promise<Finding> {
    const stateFolder = await installation.stateFolder();
    const names = await namesOf(conversationsIn(stateFolder));
    if (names.length === 0) throw new NotLookedAt("there was no chat in the terminal yet");
    const findings = [];
    // One after the other: there may be hundreds, and a sound database is looked at in a copy.
    for (const name of names) {
      signal.throwIfAborted();
      const finding = await lookAt(conversationFolder(stateFolder, name), installation);
      findings.push({ name, ...finding });
    }
    const { status, ...rest } = together(findings, "");
    return status === "ok" ? ok(inOrder(findings)) : { status, ...rest };
  },
};

/** A database that cannot be used is worse than what ended a chat. */
async function lookAt(folder: string, { clock }: Installation): Promise<Finding> {
  const open = await runningInstance(folder) !== undefined;
  const state = await stateOf(folder, open);
  if (state !== undefined && state.status !== "ok") return state;
  // A window that was closed leaves a chat that ended without a word: nothing to mend.
  const { crashes } = await readCrashes(folder);
  const last = crashes.findLast(({ how }) => how !== "unheard");
  const crash = last && crashFinding(last, crashes, clock.now().getTime());
  return crash === undefined || crash.status === "ok" ? ok(open ? OPEN : "closed") : crash;
}

/** @returns undefined where nothing was stored yet */
async function stateOf(folder: string, inUse: boolean): Promise<Finding | undefined> {
  try {
    return await databaseFinding(folder, { inUse });
  } catch (error) {
    if (error instanceof NotLookedAt) return undefined;
    throw error;
  }
}

function inOrder(findings: readonly Finding[]): string {
  const open = findings.filter(({ summary }) => summary === OPEN).length;
  const conversations = findings.length === 1
    ? "1 conversation"
    : `${findings.length} conversations`;
  return `${conversations}, ${open === 0 ? "none" : open} open now`;
}

async function namesOf(folder: string): Promise<readonly string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).toSorted();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
